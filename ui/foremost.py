"""What a narrow screen shows first, below the figures: who is late with most, and what falls due next.

A wide screen has the matrix for that; `screen.css` says from which width on. A line opens under the finger
without asking the server, and names neither an institution nor a telephone before it is opened.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import data, tables
from views import Scope
from views.figures import foremost
from views.figures.foremost import ToldLine


def room() -> DeltaGenerator:
    """The place for both lists, which a wide screen does not have."""
    return st.container(key="foremost")


def show(scope: Scope) -> None:
    """Both lists, of the whole campaign like the sentence above the figures."""
    late, soon = data.made(foremost.worst, scope.whole), data.made(foremost.coming, scope.whole)
    st.html(
        _block("逾期未报单位", "按项数，再按天数", late, "没有逾期未报的事项。")
        + _block("两周内到期", "点一行看逐项", soon, "两周内没有到期的事项。")
    )


def _block(title: str, note: str, lines: Sequence[ToldLine], none: str) -> str:
    """A list under its title; an empty one says so."""
    rows = "".join(map(_line, lines)) or f"<p>{none}</p>"
    return f"<section><p><b>{title}</b> <small>{note}</small></p>{rows}</section>"


def _line(line: ToldLine) -> str:
    """One line: its light, its words, and the matters behind it. Nothing in them is markup."""
    items = "".join(f"<li>{escape(item)}</li>" for item in line.items)
    return (
        f'<details><summary><span style="{tables.filled(line.status)}">{escape(line.mark)}</span>'
        f"<div>{escape(line.words)}<br><small>{escape(line.below)}</small></div></summary>"
        f"<ul>{items}</ul></details>"
    )
