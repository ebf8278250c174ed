"""The sample of the demonstration: drawn from its ledger as an inspector draws it, made final, given out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import views
from demo.names import INVENTED
from pipelines.acts import AskedAct, act
from pipelines.keeping.people import DEMO_ROLES, invented
from pipelines.keeping.store import Store
from pipelines.subjects import next_sample
from schemas.access import Reach
from schemas.acts import sample
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from views import Scope
from views.answers import ledger
from views.figures import drawing
from views.figures.drawing import DrawingPlan

SIZE, WEIGHTS = 40, (4, 2, 1)
MUST = sample.MUST[:2]
FIRST = 6  # institutions that are given out first
VISITS = dt.timedelta(12)


@dataclass(frozen=True)
class StoryDraw:
    """The sample of a day, at its hour."""

    moment: dt.datetime  # aware, UTC

    def do(self, store: Store) -> None:
        """Draw, make final by somebody else, swap one, give some out. Raises ActRefused."""
        views.install(store.con)
        day = self.moment.astimezone(SHANGHAI).date() - dt.timedelta(1)
        whole = tuple(PLAN.units_as("territory")), tuple(PLAN.fields)
        plan = DrawingPlan(f"{day:%Y%m%d}", SIZE, "领域", MUST, WEIGHTS)
        rows = ledger.fetch(store.con.cursor(), Scope(None, day, Reach(*whole)))
        if rows.empty:
            return
        drawn, no = drawing.draw(rows, plan).rows, next_sample(store)
        said = {
            "seed": plan.seed,
            "size": plan.size,
            "day": day,
            "strata": plan.strata,
            "must": "、".join(plan.must),
            "weights": "·".join(map(str, plan.weights)),
            "units": ",".join(whole[0]),
            "fields": ",".join(whole[1]),
            "listed": drawing.kept(drawn),
        }
        self._act(store, "drawn", no, said)
        self._act(store, "finalised", no, {}, by="office")
        out = drawn.iloc[-1]
        into = drawing.next_of(rows, plan, out["stratum"], list(drawn["code"]))
        if into is not None:
            swap = {"out": out["code"], "into": drawing.swapped(into)}
            self._act(store, "swapped", no, swap, reason=f"{INVENTED}：机构已注销")
        given = {
            "whom": DEMO_ROLES["inspector"],
            "visit_on": day + VISITS,
            "listed": "、".join(drawn["code"][:FIRST]),
        }
        self._act(store, "assigned", no, given)

    def _act(
        self,
        store: Store,
        kind: str,
        no: str,
        said: Mapping[str, Any],
        reason: str = "",
        by: str = "inspector",
    ) -> None:
        account = next(each for each in invented() if each.name == DEMO_ROLES[by])
        act(store, account, AskedAct(kind, no, f"{kind} {no}", reason, said, None, self.moment))


def draws() -> list[StoryDraw]:
    """The samples of the campaign: one, on the eve of the inspections; none where nothing is inspected."""
    opens = min((o.opens for o in PLAN.obligations.values() if "inspection" in o.returns), default=None)
    if opens is None:
        return []
    eve = dt.datetime.combine(opens - dt.timedelta(1), dt.time(17), SHANGHAI)
    return [StoryDraw(eve.astimezone(dt.UTC))]
