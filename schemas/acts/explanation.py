"""说明: why a value that is to be verified (核实) is right as it stands.

It stays with the cell, of whichever sending, as long as the value is the same, and lapses with it.
"""

import pandera.pandas as pa

from schemas.acting import CELL, UNTOUCHED, ActKind
from schemas.columns import text
from schemas.declare import rule

ACTS = {
    "explained": ActKind(
        pa.DataFrameSchema(
            title="说明",
            description="对一处“核实”说明为什么这个值是对的；值不变一直有效，值一变即失效。再次说明即为更正。",
            columns={"told_value": text("所说明的值", optional=True)},
            checks=[
                rule(
                    "A21",
                    on="told_value",
                    test=lambda rows: rows["told_value"].fillna("") == rows["value"].fillna(""),
                    wrong="这一格的值已经变了",
                    mend="请刷新后按现在的值说明",
                    basis="说明的是现在的值",
                )
            ],
        ),
        "explanation",
        CELL,
        "answer",
        (UNTOUCHED, "explained"),
        "explained",
        asks_reason=True,
    )
}
