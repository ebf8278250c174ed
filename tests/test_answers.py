"""Each answer of the read side is what the raw workbooks say, recounted by other means."""

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from functools import cache, partial

import pandas as pd
import pytest
from openpyxl.utils.cell import column_index_from_string
from python_calamine import CalamineWorkbook

from schemas.cover import SHEET_ANSWERS
from schemas.plan import PLAN
from schemas.returns import RETURNS
from tests import raw, recompute, recount, recount_findings, recount_others, recount_units
from tests.raw import canonical
from tests.recount import CELL, DAYS
from views import Scope
from views.answers import (
    coverage,
    descent,
    finding,
    history,
    league,
    ledger,
    pace,
    particular,
    quality,
    score,
    tally,
    work,
)
from views.answers.ledger import Facets
from views.figures import owed
from views.figures.filters import Filters

pytestmark = pytest.mark.xdist_group("demo")
PHASES = (None, *PLAN.phases)
LAST = DAYS[-1]
EVERY_31ST = 31
CLOCK = "%Y-%m-%d %H:%M:%S"
LENSES = [Filters(), Filters("652325"), Filters(field="D"), Filters("652301", "A")]
CHOICES = [
    Facets(), Facets(words="广告"), Facets(words="a00"), Facets(least=1000),
    Facets(alerts=("逾期整改", "未交接")), Facets(alerts=("重点对象", "涉嫌非法集资"), joined=True),
    Facets(territory=("奇台县", "昌吉市"), disp_class=("整改类",)),
    Facets(field=("第三方支付",), risk_level=("高",)),
    Facets(stage=("已销号", "验收合格"), alerts=("重点对象",)), Facets(alerts=("反弹",)),
    Facets(alerts=("涉稳",)),
    Facets(field=("互联网资管及跨界",), alerts=("有未结督察问题", "涉嫌非法集资"), least=100),
]  # fmt: skip
MARKS = {
    "整改处置台账": "handling", "逾期整改": "is_overdue",
     "未交接": "is_unhanded", "反弹": "rose", "涉嫌非法集资": "suspect",
         "涉稳": "unrest", "重点对象": "is_key", "有未结督察问题": "open_faults"}  # fmt: skip
PLACES = [row["unit"] for row in recompute.table("unit")]


@pytest.fixture(scope="module")
def store(demo_store):
    return demo_store


@pytest.fixture(scope="module")
def con(store):
    return store.con


@pytest.fixture(scope="module")
def sent(clean):
    return raw.read_all(clean)


@pytest.fixture(scope="module")
def stories(con):
    """The whole history of some institutions, by the row of the ledger."""
    some = ask(con, ledger.fetch, Scope(None, LAST, None)).iloc[::EVERY_31ST]
    return {
        row: ask(con, history.fetch, Scope(None, LAST, None, people=None), row.entity)
        for row in some.itertuples(index=False)
    }


@cache
def ask(con, fetch, *what, **named):
    """An answer, asked once for all tests: none changes it."""
    return fetch(con, *what, **named)


def shown(sent, day):
    """The ledger of a day as recounted, with titles for codes."""
    return recount.ledger(sent, day).replace({"territory": titles("unit"), "field": titles("field")})


def titles(kind):
    return {code: title for title, code in raw.codes(kind).items()}


def golden(name, day):
    with recount.golden(name, day).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summed(rows, *names):
    """Rows of a count by cell, those of institutions that are told of in several fields among the others."""
    bare = rows.drop(columns=["firm", "firm_place", *(c for c in rows if c.endswith("_title"))])
    return bare.groupby(list(names), sort=False, as_index=False).sum()


def printed(name, rows):
    rows = summed(rows, *CELL, "risk_level") if "firm_place" in rows else rows
    return recount.printed(name, rows).to_dict("records")


def by_cell(rows, *names):
    return {(r.territory, r.field): tuple(getattr(r, name) for name in names) for r in rows.itertuples()}


def plain(rows, names):
    """Rows in any order, blanks as nothing and days as days."""
    blanked = rows[list(names)].astype(object)
    blanked = blanked.where(blanked.notna(), None)
    return Counter(tuple(map(raw.plain, row)) for row in blanked.to_numpy().tolist())


@pytest.mark.parametrize("day", recount.GOLDEN_DAYS, ids=str)
def test_what_is_recounted_from_the_workbooks_is_the_golden_answer(sent, day):
    assert printed("tally", recount.tally(sent, day)) == golden("tally", day)
    assert printed("league", recount_units.league(sent, None, day)) == golden("league", day)


@pytest.mark.parametrize("day", recount.GOLDEN_DAYS, ids=str)
def test_the_views_give_the_golden_answers(con, day):
    assert printed("tally", ask(con, tally.fetch, Scope(None, day, None))) == golden("tally", day)
    assert printed("league", ask(con, league.fetch, Scope(None, day, None))) == golden("league", day)


def test_everything_that_the_cube_counts_is_recounted():
    said = {"territory", "field", "risk_level", *tally.ADDED}
    assert (
        set(recount.TALLIED)
        == said
        == {name for name in tally.ANSWER.columns if not name.endswith("_title")} - {*tally.FIRM}
    )


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_ledger_is_counted_as_it_is_recounted(con, sent, day):
    assert printed("tally", ask(con, tally.fetch, Scope(None, day, None))) == printed(
        "tally", recount.tally(sent, day)
    )


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_ledger_names_every_institution_once_with_what_is_known_of_it(con, sent, day):
    told, again = ask(con, ledger.fetch, Scope(None, day, None)), shown(sent, day)
    told = told.assign(suspect=told["suspect"] == "是", unrest=told["unrest"] != "无")
    assert not told.duplicated(["field", "territory", "entity_name"]).any()
    assert len(told) == len(again)
    if len(again):
        names = [name for name in ledger.ANSWER.columns if name not in {"entity", "firm"}]
        assert plain(told, names) == plain(again, names)


def hit(rows, facets):
    """The institutions that every facet in use leaves."""
    for name in ("territory", "field", "risk_level", "disp_class", "stage"):
        if chosen := getattr(facets, name):
            rows = rows[rows[name].isin(chosen)]
    if facets.alerts:
        marked = rows[[MARKS[mark] for mark in facets.alerts]].astype(bool)
        rows = rows[marked.all(axis="columns") if facets.joined else marked.any(axis="columns")]
    said = rows[["entity_name", "entity_code", "id_no"]].fillna("").agg(" ".join, axis="columns")
    large = rows["stock_scale"] >= facets.least if facets.least else True
    return rows[said.str.contains(facets.words.upper(), regex=False) & large]


@pytest.mark.parametrize("facets", CHOICES, ids=Facets.in_words)
def test_facets_leave_the_institutions_that_all_of_them_name(con, sent, facets):
    scope, every = Scope(None, LAST, None), shown(sent, LAST)
    left = hit(every, facets)
    order = left.assign(level=left["risk_level"].map("高中低未评".index)).sort_values(
        ["level", "stock_scale", "entity_name"], ascending=[True, False, True], na_position="last"
    )
    told, counted = ask(con, ledger.fetch, scope, facets), ledger.hits(con, scope, facets)
    assert len(left)
    assert list(told["entity_name"]) == list(order["entity_name"])
    assert list(ask(con, ledger.fetch, scope, facets, most=3)["entity_name"]) == list(
        order["entity_name"][:3]
    )
    places = replace(Facets(), territory=facets.territory, field=facets.field)
    first = hit(once(hit(every, places)), facets)
    assert (counted.count, counted.of) == (len(first), len(once(every)))
    assert counted.people == first["people_cnt"].sum()
    assert counted.stock == pytest.approx(first["stock_scale"].sum())


def once(rows):
    """Each institution of which several records are told as its first says."""
    ranked = rows.sort_values("place", kind="stable")
    return ranked[(ranked["firm"] == 0) | ~ranked.duplicated("firm")]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_months_lists_add_up_as_recounted(con, sent, day):
    keys = ["tells_of", *CELL, "risk_level"]
    told = summed(ask(con, descent.fetch, Scope(None, day, None)), *keys)
    again = recount.descent(sent, day)
    told = told[told.drop(columns=keys).any(axis="columns")]
    again["tells_of"] = pd.to_datetime(again["tells_of"])
    told, again = (rows.sort_values(keys, ignore_index=True) for rows in (told, again))
    assert list(again.columns) == list(told.columns)
    pd.testing.assert_frame_equal(told, again, check_dtype=False, atol=1e-6)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_baseline_is_what_the_surveys_said_on_the_day_it_was_frozen(con, sent, day):
    told = summed(ask(con, descent.baseline, Scope(None, day, None)), *CELL, "risk_level")
    assert dict(
        zip(told[[*CELL, "risk_level"]].itertuples(index=False, name=None), told["active"], strict=True)
    ) == (recount.baseline(sent, day))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_cell_of_the_survey_has_its_last_answer(con, sent, day):
    rows = ask(con, coverage.fetch, Scope(None, day, None))
    told = by_cell(
        rows.assign(answer=rows["answer"].map({**SHEET_ANSWERS, "": ""})), "answer", "found", "arrived"
    )
    again = recount_units.coverage(sent, day)
    assert len(told) == len(raw.territories()) * len(PLAN.fields)
    assert {cell: said[:2] for cell, said in told.items()} == {cell: said[:2] for cell, said in again.items()}
    receipts = dict(con.execute("SELECT id, received_at + INTERVAL 8 HOUR FROM submission").fetchall())
    assert all(receipts[row.submission] == row.arrived for row in rows.itertuples() if row.answer)
    came = {cell: arrived for cell, (_, _, arrived) in told.items() if not pd.isna(arrived)}
    assert came == {
        cell: pd.Timestamp(when.replace(tzinfo=None)) for cell, (_, _, when) in again.items() if when
    }


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_passed_at_once_and_what_was_sent_back_is_counted_by_unit(con, sent, day):
    rows = ask(con, quality.fetch, Scope(None, day, None)).set_index("unit")
    told = rows[["uploads", "returns", "first_passed", "sent_back"]].to_dict("index")
    assert told == recount_units.quality(sent, day)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_the_inspectors_found_is_what_their_sheets_and_acts_say(con, sent, day):
    told, again = ask(con, finding.fetch, Scope(None, day, None)), recount_findings.finding(sent, day)
    assert len(told) == len(again)
    if again:
        assert plain(told, again[0]) == plain(pd.DataFrame(again), again[0])


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_league_of_each_phase_is_as_recounted_the_worst_first(con, sent, day, phase):
    told, again = ask(con, league.fetch, Scope(phase, day, None)), recount_units.league(sent, phase, day)
    assert printed("league", told) == printed("league", again)
    for dates in ("notice", "internal") if phase is None or day == LAST else ():
        some = ask(con, league.fetch, Scope(phase, day, None, dates))
        assert printed("league", some) == printed("league", recount_units.league(sent, phase, day, dates))
    worst = again.sort_values("unit", key=lambda units: units.map(PLACES.index), kind="stable").sort_values(
        ["overdue", "late"], ascending=False, kind="stable"
    )
    assert list(told["unit"]) == list(worst["unit"])


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_score_of_each_phase_is_as_recounted(con, sent, day, phase):
    told = {
        r.unit: (r.score, r.measured) for r in ask(con, score.fetch, Scope(phase, day, None)).itertuples()
    }
    again = recount_units.score(sent, recount.tally(sent, day), phase, day)
    assert told == {unit: pytest.approx(said) for unit, said in again.items()}


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.words() or "all")
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_pace_of_duties_falling_due_and_met_is_as_recounted(con, sent, day, lens):
    told, again = (
        ask(con, pace.fetch, Scope(None, day, None), lens.territory, lens.field),
        recount_units.pace(sent, day, lens.territory, lens.field),
    )
    pd.testing.assert_frame_equal(told, again, check_dtype=False)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_licences_and_advertisements_are_counted_as_the_surveys_say(con, sent, day):
    rows = ask(con, particular.fetch, Scope(None, day, None))
    again = recount_others.particular(sent, day)
    assert set(zip(rows["territory"], rows["field"], rows["risk_level"], strict=True)) == set(again)
    for row in rows.itertuples():
        counted = again[row.territory, row.field, row.risk_level]
        for name in particular.ADDED:
            assert getattr(row, name) == pytest.approx(counted.get(name, 0)), (row, name)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_households_checked_are_those_that_the_covers_name(con, sent, day):
    told = {
        cell: n for cell, (n,) in by_cell(ask(con, coverage.fetch, Scope(None, day, None)), "checked").items()
    }
    assert {cell: n for cell, n in told.items() if n} == {
        cell: n for cell, n in recount_others.checked(sent, day).items() if n
    }


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_units_told_of_their_own_parts_is_counted_once_by_its_number(con, sent, day):
    told = Counter()
    for row in ask(con, work.fetch, Scope(None, day, None)).itertuples():
        for name in work.ADDED:
            told[row.unit, row.kind, row.territory, row.field, name] += getattr(row, name)
    again = recount_others.work(sent, day)
    assert set(+told) == set(+again)
    assert all(told[each] == pytest.approx(again[each]) for each in again)


COMPARED = (
    test_the_ledger_is_counted_as_it_is_recounted,
    test_the_ledger_names_every_institution_once_with_what_is_known_of_it,
    test_each_months_lists_add_up_as_recounted,
    test_the_baseline_is_what_the_surveys_said_on_the_day_it_was_frozen,
    test_each_cell_of_the_survey_has_its_last_answer,
    test_what_passed_at_once_and_what_was_sent_back_is_counted_by_unit,
    test_what_the_inspectors_found_is_what_their_sheets_and_acts_say,
)  # each asked again of other workbooks in test_turns.py


@pytest.mark.parametrize("day", DAYS[1:], ids=str)
def test_what_is_narrowed_adds_up_to_the_whole(con, day):
    cube = ask(con, tally.fetch, Scope(None, day, None))
    numbers = list(tally.ADDED)
    assert cube["found"].sum() == len(ask(con, ledger.fetch, Scope(None, day, None)))
    for name in ("territory", "field", "risk_level"):
        whole = tally.once(cube) if name == "risk_level" else tally.once(cube, name)
        parts = [Filters(**{name: value}).narrow(cube)[numbers].sum() for value in cube[name].unique()]
        pd.testing.assert_series_equal(sum(parts), whole[numbers].sum())
        pd.testing.assert_series_equal(tally.by(whole, name)[numbers].sum(), whole[numbers].sum())


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_no_unit_is_on_time_more_often_than_it_was_due(con, day):
    for phase in PHASES:
        rows = ask(con, league.fetch, Scope(phase, day, None))
        assert (rows[list(recount_units.COUNTED)] >= 0).all(axis=None)
        assert (rows["on_time"] + rows["late"] + rows["overdue"] <= rows["due_count"]).all()
        assert (rows["rate"].isna() == (rows["due_count"] == 0)).all()


def test_the_phases_of_the_league_add_up_to_the_whole(con):
    names = list(recount_units.COUNTED)
    whole = ask(con, league.fetch, Scope(None, LAST, None)).set_index("unit")[names]
    parts = pd.concat(ask(con, league.fetch, Scope(phase, LAST, None)) for phase in PLAN.phases)
    pd.testing.assert_frame_equal(parts.groupby("unit")[names].sum(), whole.sort_index())


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_pace_stands_on_the_duties_that_the_cards_count(con, day):
    curve = ask(con, pace.fetch, Scope(None, day, None)).set_index("day")
    duties = owed.duties(partial(ask, con), Scope(None, day, None), Filters())
    assert curve.loc[pd.Timestamp(day), "planned"] == owed.count(duties)["due"]
    assert set(curve["altogether"]) == {len(duties[~duties["is_apart"]])}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_curve_ends_where_the_card_stands(con, day):
    """双降 by the months and 机构数量下降率 by the ledger are one figure, through any filter."""
    months, cube = (
        ask(con, descent.fetch, Scope(None, day, None)),
        ask(con, tally.fetch, Scope(None, day, None)),
    )
    for lens in (Filters(), Filters(territory="652301"), Filters(field="A"), Filters(risk_level="高")):
        last = lens.narrow(months[months["tells_of"] == months["tells_of"].max()])
        now = lens.narrow(cube)
        if len(months):
            for name in ("active", "scale_init", "scale_end", "nc_init", "nc_end"):
                assert last[name].sum() == pytest.approx(now[name].sum()), (lens, name)


def test_the_history_tells_every_value_that_was_accepted_and_which_still_stands(sent, stories):
    assert len(stories) >= 19
    for who, told in stories.items():
        again = [(s, row) for s in sent.sheets if s.when.date() <= LAST for row in s.rows if is_of(row, who)]
        arrived = told["arrived"].dt.strftime(CLOCK)
        values = zip(arrived, told["obligation"], told["title"], told["value"].map(canonical), strict=True)
        assert Counter(values) == Counter(
            (f"{s.when:{CLOCK}}", s.obligation, title, canonical(value))
            for s, row in again
            for title, value in row.items()
        )
        standing = {(f"{s.when:{CLOCK}}", s.return_) for s, _ in again if stands(sent, s)}
        kinds = told["return_"].str.split("_").str[0]
        assert {
            (when, kind)
            for when, kind, is_so in zip(arrived, kinds, told["is_current"], strict=True)
            if is_so
        } == standing


def is_of(row, who):
    return (row[raw.FIELD], row[raw.TERRITORY], row[raw.NAME]) == (who.field, who.territory, who.entity_name)


def stands(sent, sheet):
    return any(sheet is other for other in raw.standing(sent, LAST, sheet.return_))


def test_each_value_is_found_in_the_cell_that_the_history_names_of_the_file_as_it_came(store, stories):
    files = {receipt.no: receipt.sha256 for receipt in store.archive.receipts()}
    sheet = cache(lambda no, name: sheet_of(store.archive.bytes_of(files[no]), name))
    told = pd.concat(stories.values(), ignore_index=True)
    told["written"] = [cell_of(sheet(r.submission, r.sheet), r.cell) for r in told.itertuples()]
    untraced = [(r.filename, r.cell, r.written, r.value) for r in told.itertuples() if not says(r)]
    assert untraced == []
    assert (told["written"].map(canonical) == told["value"].map(canonical)).sum() > 2000


def sheet_of(content, name):
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(content))
        .get_sheet_by_name(name)
        .to_python(skip_empty_area=False)
    )


def cell_of(rows, address):
    letters, number = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()
    return rows[int(number) - 1][column_index_from_string(letters) - 1]


def says(told):
    """Whether a cell says a value: in the same words, in others for it, or in 元, 万元 or 亿元."""
    written, value = canonical(told.written), canonical(told.value)
    if value == written or value in (aliases().get(written), meant(told.column_name, written)):
        return True
    try:
        return any(float(written) / of == pytest.approx(float(value)) for of in (10_000, 1 / 10_000))
    except ValueError:
        return False


@cache
@cache
def meant(column, word):
    """The option that a return takes another word for."""
    declared = [schema.columns[column].metadata for schema in RETURNS.values() if column in schema.columns]
    return next((each["means"][word] for each in declared if word in each.get("means", {})), None)


@cache
def aliases():
    rows = [*recompute.table("unit"), *recompute.table("field")]
    other = {word: row["title"] for row in rows for word in row["aliases"].split(";")}
    return other | {row["field"]: row["title"] for row in recompute.table("field")}


@pytest.mark.parametrize("words", ["广 告", "广\u3000告\u200b", " 广告 "])
def test_spaced_and_unseen_search_words_find_the_same(con, words):
    scope = Scope(None, LAST, None)
    assert ledger.hits(con, scope, Facets(words=words)) == ledger.hits(con, scope, Facets(words="广告"))


def test_full_width_search_words_find_the_same(con):
    scope = Scope(None, LAST, None)
    assert ledger.hits(con, scope, Facets(words="ａ００")) == ledger.hits(con, scope, Facets(words="A00"))
