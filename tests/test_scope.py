"""Whose rows leave an answer: those that the reach covers and no others, of every view, for every reader."""

import importlib
import re
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pandas as pd
import pytest

import views
from pipelines.keeping import in_force
from schemas.access import Account, Reach, reach
from schemas.cover import COVER
from schemas.plan import PLAN
from schemas.returns import RETURNS
from tests.recount import DAYS
from tests.source import ROOT, ident, words
from tests.test_pictures import PICTURES, sound
from views import Scope, of_scope
from views.answers import (
    among,
    compliance,
    descent,
    history,
    league,
    ledger,
    pace,
    prefill,
    quality,
    score,
    tally,
    work,
)
from views.charts.picture import Look
from views.figures import headline, measures, others, scorecard, watch
from views.figures.filters import Filters

pytestmark = pytest.mark.xdist_group("demo")
LAST = DAYS[-1]
WHOLE, NOTHING = Scope(None, LAST, None), Scope(None, LAST, Reach())
READERS = {
    **{unit: Account(unit, "", unit, ("unit",)).own for unit in ("652328", "FIN", "PSB", "LG")},
    "an inspector": Account("", "", "", ("inspector",), ("652301", "GX"), ("E",)).own,
    "nothing": Reach(),
}
QUESTIONS = {
    **{name: module.fetch for name, module in views.questions().items()},
    "baseline": descent.baseline,
}
# whose an answer's row is: its unit or territory, its field; where it tells of two, both are reached
OWNERS = {
    **{
        name: [("unit", "")]
        for name in ("league", "quality", "score", "registered", "among", "explanation", "acted")
    },
    **{name: [("unit", "")] for name in ("correction", "gap", "entry", "contact")},
    **{name: [("unit", "")] for name in ("resolution", "case_acted")},
    "cases": [("unit", "field")],
    "under_zero": [("unit", "field")],
    **{name: [("territory", "field")] for name in ("tally", "coverage", "descent", "baseline", "ledger")},
    **{name: [("territory", "field")] for name in ("finding", "particular", "sample")},
    **{name: [("territory", "field")] for name in ("measured", "stepped")},
    "compliance": [("unit", "field")],
    "matrix": [("subject", "subject")],
    "beside": [("territory", "field"), ("lead_territory", "field")],
    "work": [("territory", "field")],
    "likely": [("one_territory", "one_field"), ("other_territory", "other_field")],
}
SUMMED = ("pace",)  # rows that are nobody's: what they sum is reached
BY_UNIT = ("league", "quality", "score", "registered", "among")
ARGUMENTS = {
    "of_phase": None,
    "of_dates": "",
    "of_unit": None,
    "of_field": None,
    "as_of": LAST,
    "frozen_on": LAST,
    "of_pairs": [],
    "of_people": None,
}
PERSONAL = {"legal_rep", "actual_controller", "contact_phone"}


@pytest.fixture(scope="module")
def con(demo_store):
    return demo_store.con


@pytest.fixture(scope="module")
def ask(con):
    @cache
    def asked(fetch, *what):
        return fetch(con, *what)

    return asked


def codes(values, things):
    """Units or fields named by code or by title, as codes."""
    titles = {thing.title: code for code, thing in things.items()}
    return values.map(lambda value: titles.get(value, value))


def is_reached(rows, owner, whose):
    """Which rows belong to a unit or field of the reach, worked out from what is declared alone."""
    unit, field = owner
    mine = codes(rows[unit], PLAN.units).isin(whose.units)
    if field:
        mine |= codes(rows[field], PLAN.fields).isin(whose.fields)
    return mine


def reached(name, rows, whose):
    """The rows of the whole answer that a reader may see."""
    mine = pd.Series(True, index=rows.index)
    for owner in OWNERS[name]:
        mine &= is_reached(rows, owner, whose)
    led = {lead.field for lead in PLAN.leads if lead.unit in whose.units}
    if name == "compliance":
        joint = [PLAN.obligations[o].owed_for == "field" for o in rows["obligation"]]
        mine |= (
            pd.Series(joint, index=rows.index, dtype=bool)
            & rows["unit"].isin({lead.unit for lead in PLAN.leads})
            & rows["field"].isin(led)
        )
    if name == "cases":  # what a field owes jointly, also by each who leads it; a finding by who sent it
        is_joint = rows["case"].str.startswith("duty|") & rows["unit"].isin({x.unit for x in PLAN.leads})
        mine |= is_joint & rows["field"].isin(led)
        mine |= rows["sender"].isin(whose.units)
    if name == "matrix":
        mine |= rows["subject"].isin(led)
    if name in {"work", "finding"}:  # also by who sent it, or has to mend it
        mine |= rows["unit"].isin(whose.units)
    if name == "finding":
        mine |= rows["sender"].isin(whose.units)
    if name == "beside":
        senders = {PLAN.units[unit].title for unit in whose.units}
        mine |= is_reached(rows, OWNERS[name][0], whose) & rows["lead_title"].isin(senders)
    return rows[mine].reset_index(drop=True)


def same(some, other):
    """Whether two answers have the same rows: floats that were added in another order are the same."""
    pd.testing.assert_frame_equal(ordered(some), ordered(other), check_index_type=False)


def ordered(rows):
    return rows.sort_values(list(rows.columns), ignore_index=True)


def test_every_answer_says_whose_its_rows_are():
    assert set(OWNERS) | set(SUMMED) == set(QUESTIONS)


@pytest.mark.parametrize("name", OWNERS)
@pytest.mark.parametrize("reader", READERS)
def test_a_scoped_answer_is_what_the_reach_covers_of_the_whole(ask, name, reader):
    fetch, whose = QUESTIONS[name], READERS[reader]
    told = ask(fetch, replace(WHOLE, reach=whose))
    same(told, reached(name, ask(fetch, WHOLE), whose))
    if reader == "nothing":
        assert told.empty


PARTS = [  # whose rows together are everybody's: of answers by unit, of those by territory and field
    *((name, [Reach(tuple(PLAN.units)[n::3]) for n in range(3)]) for name in BY_UNIT),
    *(
        (name, parts)
        for name in ("tally", "ledger", "coverage", "descent", "baseline")
        for parts in (
            [Reach(tuple(PLAN.units_as("territory"))[n::3]) for n in range(3)],
            [Reach(fields=tuple(PLAN.fields)[n::3]) for n in range(3)],
        )
    ),
]


@pytest.mark.parametrize(("name", "parts"), PARTS)
def test_what_all_see_together_is_the_whole(ask, name, parts):
    told = [ask(QUESTIONS[name], replace(WHOLE, reach=part)) for part in parts]
    same(pd.concat([rows for rows in told if len(rows)], ignore_index=True), ask(QUESTIONS[name], WHOLE))


@pytest.mark.parametrize("reader", READERS)
def test_what_is_summed_is_summed_of_what_is_reached(ask, reader):
    scope = replace(WHOLE, reach=READERS[reader])
    rows, curve = ask(compliance.fetch, scope), ask(pace.fetch, scope)
    duties = rows[~rows["is_apart"]]
    assert (curve["altogether"] == len(duties)).all() or (curve.empty and duties.empty)
    if len(curve):
        assert curve.loc[curve["day"] == pd.Timestamp(LAST), "planned"].item() == duties["is_due"].sum()
    hits, firms = ask(ledger.hits, scope), ask(ledger.fetch, scope)
    assert (hits.count, hits.of) == (len(firms), len(firms))
    faults = ask(quality.faults, scope)
    assert set(faults["units"]) <= set(range(1, len(scope.reach.units) + 1))
    assert faults.empty or ask(quality.fetch, scope)["uploads"].sum() > 0


def test_a_lead_and_a_county_see_something_and_not_the_same(ask):
    seen = [set(ask(ledger.fetch, replace(WHOLE, reach=READERS[r]))["entity"]) for r in ("652328", "FIN")]
    assert all(seen)
    assert seen[0] - seen[1]
    assert seen[1] - seen[0]
    assert len(ask(ledger.fetch, WHOLE)) > len(seen[0] | seen[1])


def test_an_institution_that_is_not_reached_has_no_history(ask, con):
    firms = ask(ledger.fetch, WHOLE)
    inside = firms[firms["territory"] == PLAN.units["652328"].title]["entity"].iloc[:2]
    outside = firms[firms["territory"] != PLAN.units["652328"].title]["entity"].iloc[::200]
    scope = replace(WHOLE, reach=READERS["652328"], people=READERS["652328"])
    for entity in outside:
        assert history.fetch(con, scope, int(entity)).empty
        assert not history.fetch(con, replace(scope, reach=None), int(entity)).empty
    for entity in inside:
        told = history.fetch(con, scope, int(entity))
        assert len(told)
        assert set(told["submission"]) <= set(history.fetch(con, WHOLE, int(entity))["submission"])
        assert history.fetch(con, NOTHING, int(entity)).empty
    assert len(inside) > 1 < len(outside)


def test_what_is_personal_is_declared_with_the_columns_and_stands_in_no_answer():
    named = {name for schema in RETURNS.values() for name in views.answers.history.personal(schema)}
    assert named == PERSONAL
    assert history.personal(COVER) == ["phone"]
    kinds = {name for r in RETURNS.values() for name, c in r.columns.items() if c.metadata["kind"] == "phone"}
    assert kinds <= PERSONAL
    for name in views.names():
        for made in vars(importlib.import_module(f"views.answers.{name}")).values():
            assert not PERSONAL & set(getattr(made, "columns", ())), name


@pytest.mark.parametrize(
    ("role", "place", "is_told"),
    [("leader", "entity", False), ("office", "entity", True), ("unit", "entity", True)],
)
def test_a_leader_is_told_no_telephone_no_legal_person_no_controller(ask, con, role, place, is_told):
    account = Account(role, "", "652301", (role,))
    people = reach(account, "people") if is_told else views.NOBODY
    scope = replace(WHOLE, reach=reach(account, place), people=people)
    firms = ask(ledger.fetch, WHOLE)
    some = firms[firms["territory"] == PLAN.units["652301"].title]["entity"].iloc[::60]
    told = pd.concat([history.fetch(con, scope, int(entity)) for entity in some])
    assert len(told)
    assert bool(PERSONAL & set(told["column_name"])) is is_told
    every = pd.concat([history.fetch(con, replace(scope, people=None), int(entity)) for entity in some])
    assert len(every) - len(told) == (0 if is_told else every["column_name"].isin(PERSONAL).sum())


def test_the_median_of_a_unit_s_like_is_of_everybody_and_names_nobody(ask):
    mine, every = ask(among.fetch, replace(WHOLE, reach=Reach(("652328",)))), ask(among.fetch, WHOLE)
    assert set(mine["unit"]) == {"652328"}
    territories = every[every["unit"].isin(PLAN.units_as("territory"))]
    assert mine.set_index("figure")["median"].to_dict() == pytest.approx(
        territories.groupby("figure")["own"].median().to_dict()
    )
    lates, points = ask(league.fetch, WHOLE).set_index("unit"), ask(score.fetch, WHOLE).set_index("unit")
    on_time = every[every["figure"] == "on_time"].set_index("unit")["own"].dropna()
    assert on_time.to_dict() == pytest.approx((100 * lates["rate"]).dropna().to_dict())
    scores = every[every["figure"] == "score"].set_index("unit")["own"].dropna()
    assert scores.to_dict() == pytest.approx(points["score"].to_dict())
    done = every[every["figure"] == "done"].set_index("unit")
    cube = tally.by(ask(tally.fetch, WHOLE), "territory").set_index("territory")
    assert done["part"].dropna().to_dict() == cube["done"].to_dict()
    assert done["whole"].dropna().to_dict() == cube["handling"].to_dict()


def test_a_median_that_would_tell_another_s_figure_is_not_told(ask):
    every = ask(among.fetch, WHOLE)
    few = every[every["unit"].isin(["LG", "OF"]) & (every["figure"] == "on_time")]
    assert few["own"].notna().all()
    assert len(few) == 2 < among.FEWEST
    assert few["median"].isna().all()


def test_what_is_known_for_a_template_is_the_unit_s_own(con):
    for unit, known in (("652301", True), ("652302", False)):
        scope = replace(WHOLE, reach=Reach((unit,)))
        assert bool(prefill.fetch(con, scope, "652301", "rectification", "")) is known


def table_macros(con):
    made = "SELECT function_name, parameters, function_type FROM duckdb_functions() WHERE NOT internal"
    return {
        name: (parameters, kind == "table_macro") for name, parameters, kind in con.execute(made).fetchall()
    }


def test_every_macro_that_is_installed_takes_a_scope_or_is_a_base_of_its_module(con):
    kept = {name for text in in_force.statements() for name, _ in views.MACRO.findall(text)}
    bases = {
        name
        for answer in views.names()
        for name in getattr(importlib.import_module(f"views.answers.{answer}"), "BASES", ())
    }
    made = table_macros(con)
    strange = {name for name, (parameters, _) in made.items() if views.SCOPED not in parameters}
    assert strange == kept | bases
    for name, (parameters, is_table) in made.items():
        if is_table and views.SCOPED in parameters:
            places = ", ".join("?" * len(parameters))
            given = {**ARGUMENTS, views.SCOPED: of_scope(Reach())}
            rows = con.execute(f"FROM {name}({places})", [given[p] for p in parameters]).fetchall()
            assert rows == [], name


def test_no_statement_outside_the_kept_ledger_asks_a_base():
    """Macros are made of bases; of the statements that answer, only that of the kept ledger asks one."""
    of_surveys = {"told", "told_by_territory", "told_by_lead", "surveyed"}
    bases = of_surveys | {"mending", "closing", "ledger", "work_told"}
    asked = re.compile(rf"\b(?:FROM|JOIN)\s+({'|'.join(bases)})\(")
    users = {
        ident(path)
        for room in ("views", "ui", "pages", "cli")
        for path in (ROOT / room).rglob("*.py")
        if any(asked.search(text) for text in words(path) if "MACRO" not in text)
    }
    assert users == {f"views/answers/{name}.py" for name in ("ledger_cache", "beside")}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE OR REPLACE MACRO everybody(as_of) AS TABLE FROM came(as_of)",
        "CREATE MACRO x(a, of_scopes) AS a",
    ],
)
def test_a_macro_that_is_not_declared_is_refused(statement, monkeypatch):
    module = SimpleNamespace(__name__="planted", BASES=("another",))
    with pytest.raises(views.Undeclared, match=r"everybody|x"):
        views.refuse_undeclared(module, statement)
    views.refuse_undeclared(SimpleNamespace(__name__="planted", BASES=("everybody", "x")), statement)
    monkeypatch.setattr(work, "BASES", ())
    with pytest.raises(views.Undeclared, match="work_told"):
        views.questions()


def test_a_view_that_asks_no_scope_is_refused(monkeypatch):
    def everyone(con, phase):
        return con, phase

    everyone.__module__ = work.__name__
    monkeypatch.setattr(work, "everyone", everyone, raising=False)
    with pytest.raises(views.Undeclared, match="everyone"):
        views.questions()


def test_a_scope_without_a_reach_is_no_scope():
    with pytest.raises(TypeError, match="reach"):
        Scope(None, LAST)


@pytest.mark.parametrize("name", PICTURES)
def test_a_chart_of_nothing_that_is_reached_is_drawn_too(ask, name):
    look = Look(NOTHING, Filters())
    firm = ask(ledger.fetch, WHOLE)["entity"].iloc[0]
    more = {"matrix": ["territory"], "lifeline": [int(firm)]}.get(name, [])
    picture = PICTURES[name](ask, look, *more)
    sound(picture)
    assert "nan" not in picture.reading


@pytest.mark.parametrize("reader", ["nothing", "652328"])
def test_figures_are_taken_of_what_is_reached_also_of_nothing(ask, reader):
    scope, lens = replace(WHOLE, reach=READERS[reader]), Filters()
    made = [*headline.cards(ask, scope, lens), *headline.rates(ask, scope, lens)]
    made += headline.measures(
        ask, scope, lens, [m.code for m in measures.MEASURES.values() if m.source == "tally"]
    )
    assert all(card.value and "nan" not in f"{card.value}{card.base}" for card in made)
    assert len(others.others(ask, scope, lens, [m.code for m in measures.OTHERS])) == len(measures.OTHERS)
    names = {unit.title for unit in PLAN.units.values() if unit.unit not in scope.reach.units}
    said = [c.words + c.rest for c in watch.clauses(ask, scope)] + [headline.missing(ask, scope)]
    assert not [name for name in names if any(name in words for words in said)]
    assert len(scorecard.scorecard(ask, scope, "652328")) == (0 if reader == "nothing" else 5)
    assert sum(headline.overdue(ask, scope).values()) <= sum(headline.overdue(ask, WHOLE).values())
