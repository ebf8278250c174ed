"""What orders make: the bytes of a table, a template, an original, a marked-up workbook."""

import re
from collections.abc import Callable, Sequence

import pandas as pd
from duckdb import DuckDBPyConnection

from pipelines.keeping.archive import Archive
from pipelines.writing import listing, template
from schemas import forms
from schemas.columns import CODE
from schemas.plan import PLAN
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
    rows = {each.title: prefill.fetch(con, scope, unit, each.return_, each.field, duty) for each in sheets}
    return template.template(unit, duty, rows=rows, moved=moved)


def checklist(drawn: pd.DataFrame, still: pd.DataFrame) -> bytes:
    """The workbook in which inspectors write down what they check of some institutions.

    One of which something is still open stands there with that, under its number: a row that bears one
    corrects it, what is found besides takes a row more. Raises ValueError where a row's field is none of the
    plan's.
    """
    owed = next(o for o in PLAN.obligations.values() if "inspection" in o.returns)
    unit = PLAN.submitters(owed.obligation)[0]
    told = ("entity_code", "field", "territory", "entity_name", "finding", "finding_level", "finding_no")
    bare = drawn[~drawn["entity"].isin(still["entity"])]
    rows = [{**row, "entity_code": _code(row["code"])} for row in bare.to_dict("records")]
    rows += [
        {**row, "finding_no": row["no"], "entity_code": _code(row["entity_code"])}
        for row in still.to_dict("records")
    ]
    named = [{name: row[name] for name in told if row.get(name)} for row in rows]
    sheets = [each for each in forms.forms(owed.obligation, unit) if each.return_ == "inspection"]
    fields = {each.field: each.title for each in PLAN.fields.values()}
    if strange := {row["field"] for row in rows} - set(fields.values()):
        raise ValueError(f"no sheet for {strange}")
    return template.template(
        unit,
        owed.obligation,
        rows={s.title: [r for r in named if r["field"] == fields.get(s.field, r["field"])] for s in sheets},
    )


def _code(written: object) -> str:
    """The code of an institution; '' where it is known by its key alone."""
    return str(written) if re.fullmatch(CODE, str(written)) else ""


def original(archive: Archive, sha256: str) -> bytes:
    """The workbook exactly as it came. Raises ArchiveDamaged."""
    return archive.bytes_of(sha256)
