"""Charts on a page: the status matrix and what was clicked in it."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import frame
from views import matrix, palette

CHOSEN = "chosen_cell"
NOTE_WIDTH, LEAST_WIDTH = 640, 270  # pixels


def status_matrix(cells: pd.DataFrame, group: str, question: str) -> DeltaGenerator:
    """One group's matrix under its question; a click remembers the cell, a double click forgets it."""
    rows, key = cells[cells["group_name"] == group], f"matrix_{group}"
    if rows.empty:
        return st.container(width=NOTE_WIDTH)
    wide = matrix.width(rows)
    box = st.container(width=max(wide, LEAST_WIDTH), gap="xxsmall")
    with box:
        st.markdown(f"**{question}**", help=matrix.reading(rows))
        st.plotly_chart(
            matrix.figure(rows, frame.dark(), chosen()), width=wide, theme=None, config=dict(palette.CONFIG),
            alt=matrix.reading(rows), key=key, on_select=lambda: _choose(key), selection_mode="points",
        )  # fmt: skip
    return box


def _choose(key: str) -> None:
    points = st.session_state[key].selection.points
    st.session_state[CHOSEN] = tuple(points[0]["customdata"]) if points else None


def chosen() -> tuple[str, str] | None:
    """The subject and obligation of the cell last clicked."""
    cell: tuple[str, str] | None = st.session_state.get(CHOSEN)
    return cell
