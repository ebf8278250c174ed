"""归并: whether two records are one institution; undone by a further act.

Two records are the same, different, or to be looked into. Of those that are the same one is kept: in its
field it is counted and its figures stand. No row is touched; what is undone is as it was.
"""

import pandera.pandas as pa

from schemas.acting import PAIR, UNTOUCHED, ActKind
from schemas.columns import text
from schemas.declare import rule

MATTER = "merge"
OPEN = (UNTOUCHED, "pending", "undone")


def _one_of_them() -> pa.Check:
    return rule(
        "A71",
        on="kept",
        needs=["one", "other"],
        test=lambda rows: (rows["kept"] == rows["one"]) | (rows["kept"] == rows["other"]),
        wrong="留用的不是这两条记录中的一条",
        mend="请选其中一条",
        basis="归并后留用一条",
    )


def _not_apart() -> pa.Check:
    return rule(
        "A72",
        on="is_apart",
        test=lambda rows: ~rows["is_apart"].astype(bool),
        wrong="与已定的“不同”相矛盾：与其中一条同一家的另一条记录，已定为与另一条不同",
        mend="请先撤销那一条，再定",
        basis="归并前后一致",
    )


def _not_joined() -> pa.Check:
    return rule(
        "A73",
        on="is_joined",
        test=lambda rows: ~rows["is_joined"].astype(bool),
        wrong="这两条记录已经由另一条记录归为同一家",
        mend="请先撤销那一条，再定",
        basis="归并前后一致",
    )


ACTS = {
    "merged": ActKind(
        pa.DataFrameSchema(
            title="定为同一家",
            description="合计计一次，以留用的一条为准；另一条留作曾用编号，原件不动。",
            columns={"kept": text("留用")},
            checks=[_one_of_them(), _not_apart()],
        ),
        MATTER,
        PAIR,
        "merge",
        OPEN,
        "same",
        asks_reason=True,
    ),
    "kept_apart": ActKind(
        pa.DataFrameSchema(title="定为不同", description="各计各的，以后不再提示。", checks=[_not_joined()]),
        MATTER,
        PAIR,
        "merge",
        OPEN,
        "different",
        asks_reason=True,
    ),
    "left_pending": ActKind(
        pa.DataFrameSchema(title="列为待查", description="写明等什么；没有定之前各计各的。"),
        MATTER,
        PAIR,
        "merge",
        OPEN,
        "pending",
        asks_reason=True,
    ),
    "merge_undone": ActKind(
        pa.DataFrameSchema(title="撤销归并结论", description="回到待定；此后各自的报送照常计入。"),
        MATTER,
        PAIR,
        "merge",
        ("same", "different", "pending"),
        "undone",
        asks_reason=True,
    ),
}
