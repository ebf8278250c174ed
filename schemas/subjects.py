"""How returns name the institutions they speak of: number, field, territory, name; and each only once."""

from collections.abc import Sequence
from functools import cache

import pandas as pd
import pandera.pandas as pa

from schemas.characters import WHITE, holding, key_form
from schemas.columns import CODE, choice, text
from schemas.declare import Test, rule
from schemas.plan import PLAN
from schemas.problems import VERIFY
from schemas.said import CAMPAIGN, COUNTY, OFFICE, TERRITORY_PLAIN

TERRITORIES = [PLAN.units[u].title for u in PLAN.units_as("territory")]
FIELDS = [f.title for f in PLAN.fields.values()]
TERRITORY_WORDS = {a: PLAN.units[u].title for u in PLAN.units_as("territory") for a in PLAN.units[u].called}
FIELD_WORDS = {w: f.title for f in PLAN.fields.values() for w in (f.field, *f.aliases)}

LETTERS = {f.title: f.field for f in PLAN.fields.values()}
DOUBTFUL = (  # as RE2 knows it
    r"[XxＸ×*]{2}|某某|^某|^[例样][::]|^\p{Nd}+$|^(?:合计|总计|小计)$"  # samples, numbers, totals
    rf"|(?:公司|中心|合作社)[、,;/\n][{WHITE}]*[^{WHITE}]{{2}}"  # two institutions in one cell
    r"|\((?:已?(?:停业|失联|注销|吊销|关停|歇业|清退)|[现原]|更名|曾用|注|见)[^()]*\)$"  # what is said of it
    rf"|[{WHITE}(](?:备注|注|说明)[::]"
)
TERRITORY_HEADINGS = (f"所属{TERRITORY_PLAIN}", f"所属{COUNTY}", COUNTY)
FROM, UNTIL = pd.Timestamp(PLAN.campaign.starts_on), pd.Timestamp(PLAN.campaign.dates_until)


def entity_name() -> pa.Column:
    return text(
        "机构名称",
        "与营业执照一致；无证照的填对外使用的名称",
        min_length=2,
        max_length=60,
        also=(
            *("企业名称", "公司名称", "单位名称", "平台名称(运营机构)"),
            *("机构名称(全称)", "企业名称(全称)", "公司名称(全称)", "单位名称(全称)", "机构全称", "企业全称"),
        ),
    )


def entity_code() -> pa.Column:
    return text(
        "编号",
        f"一企一号，由{OFFICE}统一编制；没有的留空",
        optional=True,
        pattern=CODE,
        also=("编号(一企一号)", "机构编号"),
        example="A001",
    )


def platform_address() -> pa.Column:
    """Where an institution that is followed is to be found online."""
    also = ("网址/APP/公众号", "平台网址", "网址")
    return text("平台网址(或APP名称)", optional=True, max_length=200, also=also)


def field_column() -> pa.Column:
    return choice("所属领域", FIELDS, means=FIELD_WORDS, also=("领域", "业务领域"))


def territory_column() -> pa.Column:
    also = (*TERRITORY_HEADINGS[1:2], "属地", "所属地区", *TERRITORY_HEADINGS[2:])
    return choice(TERRITORY_HEADINGS[0], TERRITORIES, means=TERRITORY_WORDS, also=also)


def subject() -> dict[str, pa.Column]:
    """The columns by which a return about institutions names each of them."""
    return {
        "entity_code": entity_code(),
        "field": field_column(),
        "territory": territory_column(),
        "entity_name": entity_name(),
    }


def in_campaign(column: str) -> pa.Check:
    """X20: a day outside the campaign may be a slip of the year."""
    return rule(
        "X20",
        on=column,
        level=VERIFY,
        basis=f"{CAMPAIGN}期间",
        test=lambda rows: rows[column].isna() | rows[column].between(FROM, UNTIL),
        wrong=f"日期不在 {FROM:%Y-%m-%d} 至 {UNTIL:%Y-%m-%d} 之间",
        mend="请核实",
    )


def well_named() -> list[pa.Check]:
    """What is to be verified of the name of an institution, and of its number."""
    return [
        rule(
            "X26",
            on="entity_name",
            level=VERIFY,
            basis="报表列5",
            test=lambda rows: ~holding(rows["entity_name"], DOUBTFUL),
            wrong="不像一家机构的名称，可能是样例、合计、两家机构，或名称后面带了其他文字",
            mend="请核实；每行一家机构，名称与营业执照一致，其他内容写入“备注”一列",
        ),
        rule(
            "X27",
            on="entity_code",
            needs=["field"],
            level=VERIFY,
            basis="一企一号，首字母为领域",
            test=lambda rows: (
                rows["entity_code"].isna()
                | rows["field"].isna()
                | (rows["entity_code"].str[:1] == rows["field"].map(LETTERS))
            ),
            wrong="编号的首字母不是所属领域的",
            mend="请核实编号和所属领域；同一机构涉及几个领域的，编号不变",
        ),
        rule(
            "X13",
            on="entity_code",
            needs=["entity_name"],
            basis="一企一号",
            test=lambda rows: (
                ~seen_before(rows, "entity_code") | seen_before(rows, "entity_code", "entity_name")
            ),
            wrong="与上面另一家机构的编号相同",
            mend="一企一号，请核对编号和机构名称",
            first=first_alike("entity_code"),
        ),
    ]


def once_in_its_field() -> pa.Check:
    """X13 for returns that list an institution once for each field."""
    return rule(
        "X13",
        on="entity_name",
        needs=["field"],
        basis="一企一号",
        test=lambda rows: ~seen_before(rows, "entity_name", "field"),
        wrong="与上面的行机构名称和领域都相同",
        mend="同一机构在同一领域只填一行，请合并或更正",
        first=first_alike("entity_name", "field"),
    )


def seen_before(rows: pd.DataFrame, *columns: str) -> pd.Series:
    """True for a row that repeats one above it in all of `columns`, however spaced; blanks repeat nothing."""
    return _repeating(_compared(rows, columns))


@cache
def first_alike(*columns: str) -> Test:
    """Of each row the label of the first that `seen_before` finds alike in all of `columns`."""

    def first(rows: pd.DataFrame) -> pd.Series:
        return _first_rows(_compared(rows, columns))

    return first


@cache
def first_told(key: str) -> Test:
    """Of each row the label of the first that `told_before` finds to have the same key."""

    def first(rows: pd.DataFrame) -> pd.Series:
        return _first_rows(_keyed(rows, key))

    return first


def _first_rows(bare: pd.DataFrame) -> pd.Series:
    return bare.index.to_series().groupby([bare[name] for name in bare], dropna=False).transform("first")


def _compared(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return rows[list(columns)].assign(**{name: _bare(rows[name]) for name in columns})


def told_before(rows: pd.DataFrame, key: str) -> pd.Series:
    """True for a row of a register whose key is that of a row above it, as the store compares keys."""
    return _repeating(_keyed(rows, key))


def _keyed(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    return rows[[key]].assign(**{key: key_form(rows[key])})


def _repeating(bare: pd.DataFrame) -> pd.Series:
    repeated = bare.duplicated(keep="first")
    return repeated & bare.notna().all(axis="columns") if repeated.any() else repeated


def _bare(cells: pd.Series) -> pd.Series:
    """Words without spaces, and numbers of licences without dashes."""
    if not pd.api.types.is_string_dtype(cells.dtype):
        return cells
    aside, white = (r"[\s-]", f"[{WHITE}-]") if cells.name == "id_no" else (r"\s", f"[{WHITE}]")
    return cells.str.replace(aside, "", regex=True) if holding(cells, white).any() else cells
