"""Rules that hold a return against what was in force when it was recorded: periods, versions, other units.

Declared as rules across a row are. Of each institution there stands beside its row what the last period
before said of it (`before_…`, blank where it was not told), whether that was the period right before
(`is_next`), the receipt of a zero report of its territory and field (`zero`), and the other institution to
which its number was given (`holder`); for the rules of `schemas/stages.py`, what is said there.
"""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd
import pandera.pandas as pa

from schemas.declare import equals, is_in, rule
from schemas.problems import VERIFY
from schemas.returns import RETURNS, is_survey, lists_entities
from schemas.returns.rectification import PROGRESS
from schemas.said import COUNTY, TERRITORY_PLAIN, clause_of, said
from schemas.stages import STAGES

BEFORE, SUM, IS_NEXT = "before_", "sum_", "is_next"
LEAP, UNIT_SLIP = 10, (5_000, 20_000)  # times the period before: a leap; 元 for 万元, 万元 for 亿元
TOLERANCE = 0.01  # 万元, of an amount, and of each institution in a sum of them
SURVEYED = clause_of("by_field")
TO_MECHANISM = "转入处非机制"
STEPS = {words: float(n) for n, words in enumerate(PROGRESS)}


def _moved(change: str, end: str) -> pa.Check:
    """X10, its first half: the change of a month lies between two month ends."""
    before = f"{BEFORE}{end}"
    return rule(
        "X10",
        on=change,
        needs=[end, before, IS_NEXT],
        basis=said("since_month"),
        test=lambda rows: ~rows[IS_NEXT] | equals(rows[change], rows[end] - rows[before], TOLERANCE),
        wrong="不等于月末规模减上月末规模",
        mend="请核对本月末、上月末和当月变化(允许相差0.01万元)；上月报错的，请先更正上月的表",
    )


def _is_leap(now: pd.Series, before: pd.Series) -> pd.Series:
    """More than ten times as much, or as much less as another unit of money makes it."""
    low, high = UNIT_SLIP
    is_fallen = (now > 0) & (before >= low * now) & (before <= high * now)
    return (before > 0) & ((now > LEAP * before) | is_fallen)


def _no_leap(column: str) -> pa.Check:
    before = f"{BEFORE}{column}"
    return rule(
        "X16",
        on=column,
        needs=[before],
        level=VERIFY,
        basis="内部口径：万元、亿元易错",
        test=lambda rows: ~_is_leap(rows[column], rows[before]),
        wrong="比上期多10倍以上，或与上期约差一万倍，像是金额单位弄错",
        mend="请核实数值和单位",
    )


def _same_start(start: str) -> pa.Check:
    before = f"{BEFORE}{start}"
    return rule(
        "X28",
        on=start,
        needs=[before],
        level=VERIFY,
        basis=said("start_stays"),
        test=lambda rows: equals(rows[start], rows[before], TOLERANCE),
        wrong="与上期填的整改初始规模不同",
        mend="请核实；初始规模确须更正的，请说明原因",
    )


def _stays(column: str, end: str, basis: str, wrong: str, mend: str) -> pa.Check:
    """X29: a state of the life-cycle that is not left again without a word."""
    before = f"{BEFORE}{column}"
    return rule(
        "X29",
        on=column,
        needs=[before],
        level=VERIFY,
        basis=basis,
        test=lambda rows: ~is_in(rows, before, end) | is_in(rows, column, end),
        wrong=wrong,
        mend=mend,
    )


def _no_step_back() -> pa.Check:
    """X29: work goes on from inspection to the approved plan, and not back."""
    before = f"{BEFORE}progress"
    return rule(
        "X29",
        on="progress",
        needs=[before],
        level=VERIFY,
        basis=said("work_goes_on"),
        test=lambda rows: ~(rows["progress"].map(STEPS) < rows[before].map(STEPS)),
        wrong="工作进展比上期退了一步",
        mend="请核实；确须退回的，请说明原因",
    )


def _stays_with_mechanism(on: str, wrong: str) -> pa.Check:
    """X30: what went to the mechanism against illegal funds goes nowhere else."""
    before = f"{BEFORE}ban_dest"
    return rule(
        "X30",
        on=on,
        needs=[before],
        basis=said("stays_with_mechanism"),
        test=lambda rows: ~is_in(rows, before, TO_MECHANISM) | is_in(rows, on, TO_MECHANISM),
        wrong=wrong,
        mend="请核对；上期填错的，请先更正上期的表",
    )


def _no_zero() -> pa.Check:
    return rule(
        "X14",
        on="entity_name",
        needs=["zero"],
        level=VERIFY,
        basis=f"{SURVEYED}：摸底排查零报告",
        test=lambda rows: rows["zero"].isna(),
        wrong=f"这家机构所在{TERRITORY_PLAIN}、领域的摸底排查报的是零报告",
        mend="请核实；确有这家机构的，请属地补报摸底排查表",
    )


def _own_number() -> pa.Check:
    """X32: a number that was given to an institution is told of no other; it may be called otherwise now."""
    return rule(
        "X32",
        on="entity_code",
        needs=["holder"],
        level=VERIFY,
        basis="一企一号",
        test=lambda rows: rows["holder"].isna(),
        wrong="这个编号已经给了另一家机构",
        mend="请核对编号：不知道的留空，由系统编号；更名的，或确是同一家的，请说明",
    )


def _none_told() -> pa.Check:
    """X14 from its other side: a zero report where others tell of institutions."""
    return rule(
        "X14",
        on="entity_name",
        needs=["told"],
        level=VERIFY,
        basis=f"{SURVEYED}：摸底排查零报告",
        test=lambda rows: rows["told"].isna(),
        wrong="报零报告的领域，已有别的报表列出本地机构",
        mend="请核实；确有这些机构的，请补报摸底排查表",
    )


def _told_again() -> pa.Check:
    """X15: who stood in the last period, or in an earlier version, and has not been answered for."""
    return rule(
        "X15",
        on="entity_name",
        needs=["is_told"],
        level=VERIFY,
        basis="内部口径：各期不缺行",
        test=lambda rows: rows["is_told"],
        wrong="此前有这家机构，这一份没有",
        mend=f"请在“缺行”中答复：漏填、转其他{COUNTY}、注销，或与另一家是同一家；漏填的请补上",
    )


def _sums_up(column: str) -> pa.Check:
    total = f"{SUM}{column}"
    return rule(
        "X31",
        on=column,
        needs=[total, "rows"],
        level=VERIFY,
        basis=f"{SURVEYED}：{TERRITORY_PLAIN}排查、牵头部门摸查同一批机构",
        test=lambda rows: equals(rows[column] / rows["rows"], rows[total] / rows["rows"], TOLERANCE),
        wrong=f"两边都报的机构，合计与各{TERRITORY_PLAIN}摸底排查表之和不符",
        mend=f"请与{TERRITORY_PLAIN}核对(允许每家相差0.01万元)，以哪一边为准请说明",
    )


OF_MONTHS: Mapping[str, tuple[pa.Check, ...]] = {
    "rectification": (
        _moved("scale_mom", "scale_end"),
        _moved("nc_mom", "nc_end"),
        _same_start("scale_init"),
        _same_start("nc_init"),
        _no_leap("scale_end"),
        _no_leap("nc_end"),
        _no_step_back(),
        _stays(
            "rectify_status",
            "转入取缔类",
            "内部口径：转入取缔类的不再列为整改",
            "上期已转入取缔类，本期又列为整改",
            "请核实；应填取缔类机构处置明细表的请移过去",
        ),
        _stays(
            "rectify_status",
            "已完成整改",
            "内部口径：完成整改后重启须有依据",
            "上期已完成整改，本期又不是",
            "请核实；确属反弹或回头看重启的，请说明",
        ),
        _stays_with_mechanism("entity_name", "上期已转入处非机制，本期又列为整改"),
    ),
    "ban": (
        _stays("handed_over", "是", "内部口径：交接完成不退回", "上期已完成交接，本期又填没有完成", "请核实"),
        _stays_with_mechanism("ban_dest", "上期已转入处非机制，本期改了处置去向"),
    ),
}


def _movements(checks: Iterable[pa.Check]) -> dict[str, str]:
    """The columns that tell how another moved since the period right before, each with that other."""
    facts = [check.statistics or {} for check in checks]
    return {
        each["on"]: next(name.removeprefix(BEFORE) for name in each["needs"] if name.startswith(BEFORE))
        for each in facts
        if IS_NEXT in each["needs"]
    }


MOVED: Mapping[str, Mapping[str, str]] = {code: _movements(checks) for code, checks in OF_MONTHS.items()}
LISTS = [code for code in RETURNS if lists_entities(code)]
# asked of each row that came
ROWS: Mapping[str, tuple[pa.Check, ...]] = {
    code: (*OF_MONTHS.get(code, ()), *STAGES.get(code, ()), _no_zero(), _own_number()) for code in LISTS
}
# asked of each institution that stood before, with whether it is told of again (`is_told`)
GONE: tuple[pa.Check, ...] = (_told_again(),)
# asked of a zero report, with who tells of institutions there (`told`)
ZEROS: tuple[pa.Check, ...] = (_none_told(),)
SUMMED = ("stock_scale", "noncompliant_scale")
# asked of the sums of a lead's result for its field, beside those of its territories (`sum_…`): of the
# institutions that both tell of, since a lead tells of those that it found, and a territory of all
SUMS: tuple[pa.Check, ...] = tuple(_sums_up(column) for column in SUMMED)


def of_return(code: str) -> Iterator[pa.Check]:
    """Every rule that a sheet of a return may be asked beside the records."""
    if code in ROWS:
        yield from (*ROWS[code], *GONE)
    if is_survey(code):
        yield from (*ZEROS, *SUMS)


def answered_by_gap() -> list[str]:
    """The rules whose breach is answered for as 缺行, and explained nowhere else."""
    return sorted({str(check.name) for check in GONE})
