"""数据质量: who passes at once, and what is filled in wrongly most often."""

import streamlit as st

from ui import cards, data, tables, top
from views.answers import quality
from views.figures.headline import Card
from views.figures.words import base, share

UNITS = ("unit_title", "returns", "first_passed", "sent_back", "uploads")
FAULTS = ("title", "cells", "workbooks", "units", "message", "remedy")

scope = top.top("quality", "**报表填报质量**")
units, faults = data.answer(quality.fetch, scope), data.answer(quality.faults, scope)
returns, first, back = (int(units[name].sum()) for name in ("returns", "first_passed", "sent_back"))
cards.row(
    [
        Card(
            "首次通过率",
            share(first, returns),
            base(first, returns, "项"),
            help="第一次报送就被受理的事项 ÷ 报过的事项（K24）",
        ),
        Card("退回次数", f"{back} 次", f"报送 {int(units['uploads'].sum())} 次"),
        Card(
            "问题最多的列",
            str(faults["title"].iloc[0]) if len(faults) else "—",
            f"{int(faults['cells'].iloc[0])} 处" if len(faults) else "没有问题",
        ),
    ]
)
left, right = st.columns([38, 62], gap="large")
with left:
    st.markdown("**各单位首次通过**")
    passed = tables.titled(units, quality.ANSWER, UNITS)
    tables.download(passed, "各单位首次通过", scope)
    tables.whole(passed, 460)
with right:
    st.markdown("**最常见的问题**")
    common = tables.titled(faults, quality.FAULTS, FAULTS)
    tables.download(common, "最常见的问题", scope)
    tables.whole(common, 460)
