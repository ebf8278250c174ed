"""The rules that all surveys share: who the institution is, what bounds what, what follows from a class."""

import pandas as pd
import pandera.pandas as pa

from schemas.declare import RuleWords, has_happened, is_in, required_when, rule, within
from schemas.identifiers import registrars
from schemas.plan import PLAN
from schemas.problems import MUST, VERIFY
from schemas.said import HERE, said
from schemas.subjects import first_alike, seen_before, well_named

# id, told at, the part, the whole that it may not exceed, level, basis, what is wrong, how to mend it
BOUNDS = (
    (
        "X01",
        "noncompliant_scale",
        "noncompliant_scale",
        "stock_scale",
        MUST,
        "报表列28、29",
        "不合规业务规模大于存量业务规模",
        "请核对两个数，不合规业务规模应包含在存量业务规模之内",
    ),
    (
        "X21",
        "people_local",
        "people_local",
        "people_cnt",
        MUST,
        "报表列30、31",
        f"{HERE}人数大于涉及人数",
        "请核对两个数",
    ),
    (
        "X22",
        "overdue_amt",
        "overdue_amt",
        "stock_scale",
        VERIFY,
        "报表列28、32",
        "逾期/未兑付金额大于存量业务规模",
        "请核实",
    ),
    (
        "X23",
        "paid_capital",
        "paid_capital",
        "reg_capital",
        VERIFY,
        "报表列16、17",
        "实缴资本大于注册资本",
        "请核实",
    ),
    (
        "X24",
        "biz_start",
        "est_date",
        "biz_start",
        VERIFY,
        "报表列15、27",
        "开展业务起始日期早于成立日期",
        "请核实",
    ),
)


def core_rules() -> list[pa.Check]:
    """The rules of the core columns, each made anew: a schema owns its checks."""
    days = has_happened("est_date", "biz_start")
    return [*identity_rules(), *once_rules(), *well_named(), *bounds(), *class_rules(), *risk_rules(), *days]


def bounds() -> list[pa.Check]:
    """A part is never larger, or later, than its whole."""
    return [_bound(*row) for row in BOUNDS]


def _bound(
    id: str, on: str, part: str, whole: str, level: str, basis: str, wrong: str, mend: str
) -> pa.Check:
    (other,) = {part, whole} - {on}
    words: RuleWords = {"wrong": wrong, "mend": mend, "basis": basis, "level": level}
    return rule(id, on=on, needs=[other], test=lambda rows: within(rows, part, whole), **words)


def identity_rules() -> list[pa.Check]:
    """What belongs to an institution of this kind: its number, its permit, its place online."""
    return [
        rule(
            "R08",
            on="id_no",
            needs=["id_type"],
            test=id_is_given,
            basis="报表列8、9",
            wrong="有证照的机构必填证照号码",
            mend="请补充；确无证照的，证照类型改为“无证未登记”",
        ),
        *paper_rules(),
    ]


def paper_rules() -> list[pa.Check]:
    """What its permits and its number have to say."""
    return [
        required_when("R21", "icp_no", has_domain, ["url_or_app"], "填了网址", "报表列20、21"),
        required_when(
            "R23",
            "license_no",
            lambda rows: is_in(rows, "has_license", "是"),
            ["has_license"],
            "持有金融业务许可",
            "报表列22、23",
        ),
        rule(
            "R09",
            on="id_type",
            needs=["id_no"],
            level=VERIFY,
            test=fits_its_type,
            basis="报表列8、9",
            wrong="证照类型与证照号码的位数不符(统一代码18位，注册号15位，组织机构代码9位)",
            mend="请核对证照类型和证照号码",
        ),
        rule(
            "X18",
            on="id_no",
            level=VERIFY,
            test=registered_here,
            basis=said("registered_here"),
            wrong=f"证照号码中的登记机关不在{HERE}",
            mend="请核实注册地；外地注册、在本地经营的不用改",
        ),
    ]


LENGTHS = {"统一代码": 18, "注册号": 15, "组织机构代码": 9}  # of a number of each kind


def once_rules() -> list[pa.Check]:
    """An institution stands only once in a sheet (一企一号)."""
    return [
        rule(
            "X13",
            on="id_no",
            test=lambda rows: ~seen_before(rows, "id_no"),
            basis="一企一号",
            wrong="与上面的行证照号码相同",
            mend="同一机构在一张表中只填一行，请合并或更正",
            first=first_alike("id_no"),
        ),
        rule(
            "X13",
            on="entity_name",
            needs=["url_or_app", "id_no"],
            basis="一企一号",
            test=lambda rows: ~seen_before(rows, "entity_name", "url_or_app") | seen_before(rows, "id_no"),
            wrong="与上面的行机构名称和网址都相同",
            mend="同一机构在一张表中只填一行，请合并或更正",
            first=first_alike("entity_name", "url_or_app"),
        ),
        rule(
            "X13",
            on="entity_name",
            needs=["url_or_app", "id_no"],
            level=VERIFY,
            basis="一企一号",
            test=lambda rows: (
                ~(
                    seen_before(rows, "entity_name")
                    & ~seen_before(rows, "id_no")
                    & ~seen_before(rows, "entity_name", "url_or_app")
                )
            ),
            wrong="与上面的行机构名称相同，证照号码不同，或有的没有证照号码",
            mend="请核实；同一机构只填一行，确为两家的请补充证照号码",
            first=first_alike("entity_name"),
        ),
    ]


def class_rules() -> list[pa.Check]:
    """What a class asks for, and what it excludes."""
    return [
        rule(
            "X02",
            on="noncompliant_scale",
            needs=["disp_class"],
            basis=said("three_classes"),
            test=lambda rows: ~is_in(rows, "disp_class", "合规类") | ~(rows["noncompliant_scale"] > 0),
            wrong="分类为合规类，但不合规业务规模不为0",
            mend="请改分类，或核实后将不合规业务规模填0",
        ),
        rule(
            "X02",
            on="violations",
            needs=["disp_class"],
            basis=said("three_classes"),
            test=lambda rows: ~is_in(rows, "disp_class", "合规类") | rows["violations"].isna(),
            wrong="分类为合规类，但填了违法违规情形",
            mend="请改分类，或删去违法违规情形",
        ),
        rule(
            "X06",
            on="disp_class",
            needs=["suspect_illegal_fund"],
            basis=said("fund_mechanism"),
            test=lambda rows: (
                ~is_in(rows, "suspect_illegal_fund", "是") | ~is_in(rows, "disp_class", "合规类")
            ),
            wrong="涉嫌非法集资的机构不能分为合规类",
            mend="请改分类；移交处非机制的在处置明细表中登记",
        ),
        required_when("R33", "violations", serious, ["disp_class"], "分类为整改类或取缔类", "报表列33"),
        required_when("R34", "severity", serious, ["disp_class"], "分类为整改类或取缔类", "报表列34"),
    ]


def risk_rules() -> list[pa.Check]:
    """What a high risk asks for."""
    return [
        rule(
            "X07",
            on="risk_desc",
            needs=["risk_level"],
            basis=said("danger_shown"),
            test=lambda rows: (
                ~is_in(rows, "risk_level", "高") | (rows["risk_desc"].str.len() >= 10).fillna(False)
            ),
            wrong="风险程度为高的，风险表现不少于10个字",
            mend="请写明规模、违规情况和配合程度",
        ),
        rule(
            "X07",
            on="is_key",
            needs=["risk_level"],
            level=VERIFY,
            basis=said("danger_shown"),
            test=lambda rows: ~is_in(rows, "risk_level", "高") | ~is_in(rows, "is_key", "非重点对象"),
            wrong="风险程度为高，但不是重点对象",
            mend="请核实是否应列为重点对象",
        ),
    ]


def id_is_given(rows: pd.DataFrame) -> pd.Series:
    return rows["id_no"].notna() | is_in(rows, "id_type", "无证未登记") | rows["id_type"].isna()


def fits_its_type(rows: pd.DataFrame) -> pd.Series:
    """Whether a number is as long as those of its kind; an institution without papers has none."""
    length = rows["id_no"].str.replace("-", "", regex=False).str.len()
    wanted = rows["id_type"].map(LENGTHS).fillna(0)
    return rows["id_no"].isna() | rows["id_type"].isna() | length.eq(wanted).eq(True)


def serious(rows: pd.DataFrame) -> pd.Series:
    return is_in(rows, "disp_class", "整改类", "取缔类")


def registered_here(rows: pd.DataFrame) -> pd.Series:
    area = registrars(rows["id_no"])
    return area.eq("") | area.str.startswith(PLAN.campaign.code_prefix).eq(True)


def has_domain(rows: pd.DataFrame) -> pd.Series:
    return rows["url_or_app"].str.contains(".", regex=False).fillna(False).astype(bool)
