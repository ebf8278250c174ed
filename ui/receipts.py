"""Receipts on a screen: who sent what when, and what was decided."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pipelines.keeping.receipt import Receipt
from pipelines.keeping.receipts import Listed, came, listed, reached
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from ui import data, tables, who
from views import Scope

WIDTHS = {"结果": 96, "报送人": 120}  # pixels: the words of a verdict are never cut, nor a name
VERDICTS = {
    "acceptable": ("✓", "已受理", "green"),
    "refused": ("✕", "退回修改", "red"),
    "unreadable": ("✕", "无法读取", "red"),
    "withdrawn": ("↶", "已撤回", "gray"),
    "": ("…", "正在检查", "orange"),
}


def of(unit: str | None, scope: Scope) -> list[Listed]:
    """A unit's receipts to the end of a day, or all that may be seen, newest first."""
    every = listed(data.store().archive, unit, scope.as_of)
    return [
        each
        for each in reached(every, scope.reach, who.now().name)
        if each.receipt.received_at.astimezone(SHANGHAI).date() <= scope.as_of
    ]


def show(found: Sequence[Listed], scope: Scope, *, of_one_unit: bool = False) -> None:
    rows = pd.DataFrame([_row(each) for each in found])
    shown = [str(name) for name in rows if name != "单位" or not of_one_unit]
    st.dataframe(
        rows, column_order=shown, column_config=tables.wide(WIDTHS), hide_index=True, placeholder="—"
    )
    tables.download(rows, "回执清单", scope)


def _row(each: Listed) -> dict[str, str]:
    receipt = each.receipt
    unit, duty = named(each.unit, each.obligation)
    glyph, word, _ = VERDICTS[each.verdict]
    return {
        "回执号": receipt.no,
        "结果": f"{glyph} {word}",
        "收到": came(receipt),
        "单位": unit,
        "事项": duty,
        "报送人": receipt.sent_by,
        "文件": receipt.filename,
        "SHA-256": receipt.sha256,
    }


def named(unit: str | None, obligation: str | None) -> tuple[str, str]:
    """The titles of a unit and a matter, as far as they were recognised."""
    return (
        PLAN.units[unit].title if unit in PLAN.units and unit else "未能识别单位",
        PLAN.obligations[obligation].title
        if obligation in PLAN.obligations and obligation
        else "未能识别事项",
    )


def moment(receipt: Receipt) -> str:
    """When it came, to the second; where it was placed by hand, as `came` tells it."""
    if receipt.is_moved:
        return came(receipt)
    return f"{receipt.received_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
