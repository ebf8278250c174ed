"""What orders make: the bytes of a table, a template, an original, a marked-up workbook."""

from collections.abc import Callable, Sequence

import pandas as pd
from duckdb import DuckDBPyConnection

from pipelines.keeping.archive import Archive
from pipelines.writing import listing, template
from schemas import forms
from views import Scope
from views.answers import prefill

Opened = Callable[[], DuckDBPyConnection]  # opens what the reader has been shown


def table(title: str, lines: Sequence[str], rows: pd.DataFrame | Callable[[], pd.DataFrame]) -> bytes:
    """Rows under their titles as a workbook in which nothing runs as a formula."""
    return listing.workbook(title, list(lines), rows() if callable(rows) else rows)


def prefilled(opened: Opened, scope: Scope, unit: str, duty: str, moved: str = "") -> bytes:
    """The workbook to fill in, with what was accepted before; `moved` is said of its due day."""
    sheets = forms.forms(duty, unit)
    con = opened()
    rows = {each.title: prefill.fetch(con, scope, unit, each.return_, each.field) for each in sheets}
    return template.template(unit, duty, rows=rows, moved=moved)


def original(archive: Archive, sha256: str) -> bytes:
    """The workbook exactly as it came. Raises ArchiveDamaged."""
    return archive.bytes_of(sha256)
