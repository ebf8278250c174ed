"""缺行: an institution of the last period, or of an earlier version, that stands in this one no more.

Its unit says what became of it.
"""

import pandera.pandas as pa

from schemas.acting import GAP, UNTOUCHED, ActKind
from schemas.columns import choice, text
from schemas.declare import required_when
from schemas.said import COUNTY

MATTER = "gap"
FATES = ("漏填", f"转其他{COUNTY}", "注销", "与另一家是同一家")
NAMED = FATES[1:2] + FATES[3:]  # which name another: a place, or an institution

ACTS = {
    "gap_answered": ActKind(
        pa.DataFrameSchema(
            title="答复缺行",
            description="上期在册、本期没有的机构，说明去向；漏填的报下一版补上。再次答复即为更正。",
            columns={
                "fate": choice("去向", FATES),
                "another": text("转到哪里，或与哪一家相同", optional=True, max_length=100),
            },
            checks=[
                required_when(
                    "A61",
                    "another",
                    lambda rows: rows["fate"].isin(NAMED),
                    ["fate"],
                    f"转其他{COUNTY}、与另一家是同一家的，须写明是哪里、哪一家",
                    "X15",
                )
            ],
        ),
        MATTER,
        GAP,
        "answer",
        (UNTOUCHED, "answered"),
        "answered",
    )
}
