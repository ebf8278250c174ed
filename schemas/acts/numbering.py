"""编号: one institution, one number (一企一号): the letter of its field and three to six digits.

The program gives one to what a sending tells of first without a number, as it is accepted; the office may
correct it. What it gives has five digits, so that it meets no number that is in use already.
"""

import pandas as pd
import pandera.pandas as pa

from schemas.acting import RECORD, SUBMISSION, UNTOUCHED, ActKind
from schemas.columns import CODE, text
from schemas.declare import rule

MATTER, FIRST, BETWEEN = "numbering", "first_numbered", ":"  # between a record and its number
OWN = 10_001  # the first number that the program gives in a field
ELSEWHERE = ("inspection", "acceptance")  # returns on institutions of which others told first


def _of_its_field() -> pa.Check:
    return rule(
        "A81",
        on="code",
        needs=["letter"],
        test=lambda rows: rows["code"].str[:1] == rows["letter"],
        wrong="编号的首字母不是所属领域的",
        mend="请用所属领域的字母",
        basis="一企一号，首字母为领域",
    )


def _is_free(rows: pd.DataFrame) -> pd.Series:
    pairs = zip(rows["code"], rows["taken"], strict=True)
    return pd.Series([code not in str(taken).split() for code, taken in pairs], rows.index, bool)


def _free() -> pa.Check:
    return rule(
        "A82",
        on="code",
        needs=["taken"],
        test=_is_free,
        wrong="这个编号已经给了另一家机构",
        mend="请用还没有用过的编号",
        basis="一企一号",
    )


ACTS = {
    FIRST: ActKind(
        pa.DataFrameSchema(
            title="首次编号",
            description="一家机构第一次受理时没有编号的，由系统按表中次序编号，此后不变；归并的用留用一条的编号。",
            columns={"codes": text("机构和编号")},
        ),
        FIRST,
        SUBMISSION,
        "system",
        (UNTOUCHED,),
        "numbered",
    ),
    "numbered": ActKind(
        pa.DataFrameSchema(
            title="编号",
            description="领域字母加三至六位数字；给过的编号不再给别家。再次编号即为更正。",
            columns={"code": text("编号", pattern=CODE)},
            checks=[_of_its_field(), _free()],
        ),
        MATTER,
        RECORD,
        "merge",
        (UNTOUCHED, "numbered"),
        "numbered",
    ),
}
