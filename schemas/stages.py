"""Rules of the life-cycle: what an institution must have come through before inspection and acceptance.

Declared as the other rules beside the records are (`schemas/rules.py`). Of each institution there stands
beside its row what the returns of months in force say of it (`last_…`, blank where they do not tell of it),
and whether any accepted return ever told of it (`stood`).
"""

from collections.abc import Mapping

import pandera.pandas as pa

from schemas.declare import is_in, rule
from schemas.problems import VERIFY
from schemas.said import TERRITORY_PLAIN, said

LAST, STOOD = "last_", "stood"
PASSED = "验收合格"


def _stood_before() -> pa.Check:
    """X33: who is inspected or accepted was found before."""
    return rule(
        "X33",
        on="entity_name",
        needs=[STOOD],
        level=VERIFY,
        basis="内部口径：摸底登记在先，督察、验收在后",
        test=lambda rows: rows[STOOD],
        wrong="此前没有一份已受理的报表列过这家机构",
        mend=f"请核对机构名称、{TERRITORY_PLAIN}和领域；确有这家机构的，请属地补报摸底排查表",
    )


def _passes_after(id: str, column: str, not_yet: str, basis: str, words: tuple[str, str]) -> pa.Check:
    """Who passes acceptance is no longer where it would have to be dealt with first."""
    last, (wrong, mend) = f"{LAST}{column}", words
    return rule(
        id,
        on="result",
        needs=[last],
        level=VERIFY,
        basis=basis,
        test=lambda rows: ~(is_in(rows, "result", PASSED) & is_in(rows, last, not_yet)),
        wrong=wrong,
        mend=mend,
    )


STAGES: Mapping[str, tuple[pa.Check, ...]] = {
    "inspection": (_stood_before(),),
    "acceptance": (
        _stood_before(),
        _passes_after(
            "X34",
            "rectify_status",
            "正在整改",
            "内部口径：完成整改后验收",
            ("验收合格，而整改还没有完成", "请核实：没有完成的先整改；已经完成的，请更正整改进展表"),
        ),
        _passes_after(
            "X34",
            "handed_over",
            "否",
            "内部口径：取缔处置交接后验收",
            (
                "验收合格，而取缔处置还没有完成交接",
                "请核实：没有交接的先交接；已经交接的，请更正取缔处置明细表",
            ),
        ),
        _passes_after(
            "X30",
            "ban_dest",
            "转入处非机制",
            said("stays_with_mechanism"),
            ("已转入处非机制，不在验收之列", "请核实；处置去向填错的，请更正取缔处置明细表"),
        ),
    ),
}
