"""The fields of a form: of columns by their kinds, of an act in the rows that it declares."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal

import pandera.pandas as pa
import streamlit as st

from pipelines import acts
from pipelines.keeping.attachments import LARGEST, Attachment
from schemas.acting import REASON, ActKind
from schemas.columns import allowed
from schemas.plan import PLAN
from views.figures.names import short_title

LONG = {"text", "choices"}  # the kinds of columns that take a line of their own, where nothing is declared
FEW = 5  # options that are shown side by side
SHORT = {unit.title: short_title(unit.unit) for unit in PLAN.units.values()}  # as a narrow field shows them


def asked_for(
    columns: Mapping[str, pa.Column], shown: Mapping[str, Any], key: str, declared: ActKind | None = None
) -> dict[str, Any]:
    """The fields of some columns, or of all that a declared act asks for; returns what is filled in.

    `shown` is what each begins with; under '' what any other day does.
    """
    said: dict[str, Any] = {}
    for row in _rows(columns, declared):
        is_beside = len(row) > 1
        with st.container(horizontal=is_beside, gap="xsmall"):
            for name in row:
                at = f"{key}_{name}"
                if name in columns:
                    usual = shown.get("") if kind(columns[name]) == "day" else None
                    said[name] = ask(columns[name], shown.get(name, usual), at, is_beside=is_beside)
                elif declared:
                    title = declared.reason_title if declared.asks_reason else "意见（可不填）"
                    said[name] = reason(title, shown.get(REASON, ""), at)
    return said


def _rows(columns: Mapping[str, pa.Column], declared: ActKind | None) -> Sequence[Sequence[str]]:
    """Which fields stand side by side: as declared, else those that are short."""
    if declared and declared.rows:
        return declared.rows
    names = declared.fields if declared else [*columns]
    short = {name for name in names if name in columns and kind(columns[name]) not in LONG}
    return [tuple(same) for _, same in groupby(names, lambda name: "" if name in short else name)]


def kind(column: pa.Column) -> str:
    """What sort of value a column has, as `schemas/columns.py` declares it."""
    return str((column.metadata or {})["kind"])


def ask(column: pa.Column, shown: Any, key: str, *, is_beside: bool = False) -> Any:
    """The field of a column, by its kind; returns what is filled in, None for nothing."""
    return ASKED[kind(column)](column, shown, key, is_beside) or None


def reason(title: str, shown: str, key: str) -> str:
    """Why, or what was done, in free words: the field grows with them."""
    return st.text_area(title, shown, key=key, height="content", max_chars=acts.LONGEST) or ""


def _text(column: pa.Column, shown: Any, key: str, is_beside: bool) -> str:  # noqa: ARG001  as every kind
    return st.text_area(
        str(column.title),
        shown or "",
        key=key,
        height="content",
        help=column.description,
        max_chars=acts.LONGEST,
    )


def _day(column: pa.Column, shown: Any, key: str, is_beside: bool) -> Any:
    width = _width(is_beside, DAY)
    return st.date_input(str(column.title), shown, format="YYYY-MM-DD", key=key, width=width)


def _width(is_beside: bool, alone: int) -> int | Literal["stretch"]:
    """Side by side fields share the row."""
    return "stretch" if is_beside else alone


def _choice(column: pa.Column, shown: Any, key: str, is_beside: bool) -> Any:
    options, title = allowed(column), str(column.title)
    if len(options) <= FEW:
        offered = shown if shown in options else None
        return st.segmented_control(title, options, default=offered, key=key, width="content")
    return st.selectbox(
        title,
        options,
        options.index(shown) if shown in options else None,
        format_func=lambda option: SHORT.get(option, option),
        key=key,
        width=_width(is_beside, NARROW),
    )


def _choices(column: pa.Column, shown: Any, key: str, is_beside: bool) -> str:
    """Every option in sight; beside other fields, in a list."""
    options, title = allowed(column), str(column.title)
    if is_beside:
        chosen = st.multiselect(title, options, shown, key=key, placeholder="可多选")
    else:
        chosen = st.pills(title, options, selection_mode="multi", default=shown, key=key)
    return "、".join(option for option in options if option in chosen)


def _whole(column: pa.Column, shown: Any, key: str, is_beside: bool) -> Any:
    width = _width(is_beside, DAY)
    return st.number_input(str(column.title), 0, None, shown, 1, key=key, width=width)


DAY, NARROW = 140, 180  # pixels
ASKED: Mapping[str, Callable[[pa.Column, Any, str, bool], Any]] = {
    "text": _text,
    "day": _day,
    "choice": _choice,
    "choices": _choices,
    "whole": _whole,
}


def files(least: int, key: str) -> list[Attachment]:
    """The files that are handed in with an act."""
    most = f"单个不超过 {LARGEST >> 20}MB"
    title, help = f"附件（至少 {least} 份）" if least else "附件（可不附）", f"JPG、PNG 或 PDF，{most}"
    given = st.file_uploader(
        title, accept_multiple_files=True, key=key, max_upload_size=LARGEST >> 20, help=help
    )
    return [Attachment(each.name, each.getvalue()) for each in given or []]
