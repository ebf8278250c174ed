"""What stands beside totals since records are or may be one institution (归并), and what a merger changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from schemas import likeness
from schemas.said import COUNTY, WHOLE
from views import Ask, Scope
from views.answers import likely, tally
from views.figures.measures import MEASURES
from views.figures.names import short_title
from views.figures.words import amount

SAME, NEAR, OTHER = "＝ 一致", "≈ 近似", "≠ 不同"
FIGURES = ("stock_scale", "nc_scale", "people_cnt")


@dataclass(frozen=True)
class Agreement:
    """How a column of records is compared: by which form it is near, and what is said of which sign."""

    near: Callable[[str], str] | None = None
    said: Mapping[str, str] = field(default_factory=dict)


def undecided(ask: Ask, scope: Scope) -> int:
    """How many groups of records may be one institution and wait to be decided on."""
    return int(ask(likely.fetch, scope.whole)["firms"].nunique())


def waiting(groups: int) -> str:
    """What is told beside every total; nothing where nothing waits."""
    return f"另有 {groups} 组待归并" if groups else ""


def repeated(ask: Ask, scope: Scope) -> str:
    """Why columns by field or by territory add up to more than the total; '' where they do not."""
    rows = ask(tally.fetch, scope.whole)
    several = rows[rows["firm"] > 0].groupby("firm")["firm_place"].nunique()
    firms, more = int((several > 1).sum()), int((several - 1).clip(lower=0).sum())
    if not firms:
        return ""
    return f"{firms} 家机构分列在几个领域，合计只计一次（以留用的为准），各列分别计，各列之和多 {more} 家"


LINES: Mapping[str, Agreement] = {
    "entity_name": Agreement(likeness.name_form, {NEAR: "去掉地名、公司形式后相同"}),
    "territory": Agreement(None, {OTHER: f"归并后计在留用的{COUNTY}"}),
    "id_no": Agreement(likeness.code_form),
    "person": Agreement(likeness.code_form),
    "reg_address": Agreement(likeness.door_form, {NEAR: "同一门牌"}),
    "biz_address": Agreement(likeness.door_form, {NEAR: "同一门牌", OTHER: "请核实是否两处经营"}),
    "url_or_app": Agreement(likeness.site_form),
    "phone": Agreement(likeness.code_form),
    "field": Agreement(None, {OTHER: "合计一次，两列各计"}),
    "disp_class": Agreement(None, {OTHER: "以留用的为准"}),
    "risk_level": Agreement(None, {OTHER: "以留用的为准"}),
    **dict.fromkeys(FIGURES, Agreement(None, {SAME: "可能是同一笔，现各计一次", OTHER: "以留用的为准"})),
}


def compared(records: pd.DataFrame) -> pd.DataFrame:
    """A line for each column by which records are compared: what each says, whether it agrees, and a word."""
    heads = [called(row) for row in records.to_dict("records")]
    lines = []
    for name, line in LINES.items():
        cells = [_said(name, value) for value in records[name]]
        sign = _sign(cells, line)
        title = str(likely.RECORD.columns[name].title).removesuffix("（万元）")
        is_nothing = sign == SAME and name in FIGURES and not records[name].any()
        lines.append((title, *cells, sign, "" if is_nothing else line.said.get(sign, "")))
    came = [_came(row) for row in records.to_dict("records")]
    lines.append(("报送出处", *came, "", ""))
    return pd.DataFrame(lines, columns=["项目", *heads, "异同", "说明"])


def called(row: Mapping[Any, Any]) -> str:
    """A record by its number, or by its name where it has none, its territory and its field, and who tells
    of it where that is not the territory itself: the number alone may be that of two.
    """
    number = row["entity_name"] if pd.isna(row["entity_code"]) else row["entity_code"]
    parts = [number, short_title(row["territory_code"]), short_title(row["field_code"])]
    if row["told_by"] != row["territory_code"]:
        parts.append(f"{short_title(row['told_by'])}报")
    return "　".join(parts)


def _said(name: str, value: Any) -> str:
    if pd.isna(value):
        return ""
    if name == "people_cnt":
        return f"{value:,} 人"
    return f"{value:,.2f} 万元" if name in FIGURES else str(value)


def _sign(cells: Sequence[str], line: Agreement) -> str:
    told = [cell for cell in cells if cell]
    if len(told) < 2:
        return ""
    if len(set(told)) == 1:
        return SAME
    forms = {line.near(cell) for cell in told} if line.near else set(told)
    return NEAR if len(forms) == 1 and "" not in forms else OTHER


def _came(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["submission"]):
        return "月度进展表"
    return f"{row['submission']} · 第 {row['sheet_row']} 行（{row['arrived']:%m-%d} 报）"


def effect(ask: Ask, scope: Scope, group: tuple[int, ...], kept: int) -> pd.DataFrame:
    """What totals are now, and what they would be if these records were one, as the kept one says."""
    now = tally.once(ask(tally.fetch, scope))
    numbers = list(tally.ADDED)
    less = tally.once(ask(tally.fetch, scope, group))[numbers]
    then = pd.concat([now[numbers], -less, ask(tally.fetch, scope, (kept,))[numbers]])
    done = MEASURES["K11+K13"]

    def firms(rows: pd.DataFrame, name: str) -> str:
        return f"{int(rows[name].sum()):,} 家"

    def rate(rows: pd.DataFrame) -> str:
        value = done.of(rows)
        return f"{value.base.replace(' ', '')} {value}"

    lines = [(title, firms(now, name), firms(then, name)) for name, title in COUNTED.items()]
    lines.append((done.title, rate(now), rate(then)))
    lines += [(t, amount(now[name].sum()), amount(then[name].sum())) for name, t in ADDED_UP.items()]
    return pd.DataFrame(lines, columns=[WHOLE, "现在", "归并后"])


COUNTED = {"found": "排查机构", "mending": "正在整改"}
ADDED_UP = {"stock": "存量规模", "nc_end": "月末不合规规模"}
