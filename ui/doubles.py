"""What a lead and a territory tell of one institution, and which are perhaps one: to be verified."""

from schemas.said import COUNTY
from ui import data, dossier, filtered, tables
from views import Scope
from views.answers import beside

SHOWN = ("entity_name", "territory", "field", "likeness", "differing", "lead_name", "lead_title")
EXPORT = tuple(name for name, column in beside.ANSWER.columns.items() if column.title)


def to_verify(scope: Scope) -> None:
    """The institutions of which leads tell otherwise than territories, and likenesses that count twice."""
    rows = filtered.filters().narrow(data.answer(beside.fetch, scope))
    if rows.empty:
        return
    doubtful = rows[rows["is_doubtful"]]
    told = (
        f"**牵头部门和{COUNTY}都报的机构**　:gray[:small[{len(rows)} 处相同或相近，"
        f"需核实 {len(doubtful)} 处；同一机构以{COUNTY}所报为准]]"
    )
    whole = tables.titled(rows, beside.ANSWER, EXPORT)
    tables.headed(told, whole, f"牵头部门与{COUNTY}对照", scope, filtered.filters().words())
    if len(doubtful):
        tables.whole(tables.titled(dossier.short_named(doubtful), beside.ANSWER, SHOWN), 320)
