"""The demonstration campaign: the same from the same seed, told as planted, and answered as recomputed."""

import csv
import datetime as dt
import os
import subprocess
import sys
from operator import itemgetter

import pandas as pd
import pytest

import demo
import views
from demo.fates import today
from demo.names import INVENTED
from demo.post import REFUSED, settled
from demo.story import Story
from pipelines import intake
from pipelines.keeping.archive import Archive
from pipelines.keeping.store import demo_day
from schemas.acts import ACTS
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from tests import recompute
from views import Scope
from views.answers import beside
from views.answers.compliance import fetch

pytestmark = pytest.mark.xdist_group("demo")
EVERY_7TH = 7


@pytest.fixture(scope="module")
def letters():
    return Story(2016, 1).letters()


@pytest.fixture(scope="module")
def store(demo_store):
    return demo_store


@pytest.fixture(scope="module")
def arrivals(demo_made):
    with (demo_made / "workbooks" / demo.ARRIVALS).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sent(clean):
    return recompute.sent(clean)


def golden(day):
    with recompute.golden(day).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_golden(row):
    """A row of the view as the golden file writes it: every value as text."""
    as_is = ("phase", "obligation", "unit", "field", "received", "accepted", "status")
    return {
        **{name: str(getattr(row, name)) for name in as_is},
        "due": f"{row.due:%Y-%m-%d}",
        "arrived": "" if pd.isna(row.arrived) else f"{row.arrived:%Y-%m-%d}",
        "days": "" if row.status == "on_time" else str(row.days),
    }


def duties(store, day):
    return fetch(store.con, views.Scope(None, day, None))


def one(store, sql):
    return store.con.execute(sql).fetchone()[0]


def test_the_same_seed_gives_the_same_rows_and_bytes(letters):
    again = Story(2016, 1).letters()
    assert [(x.arrives, x.unit, x.filename, x.verdict) for x in again] == [
        (x.arrives, x.unit, x.filename, x.verdict) for x in letters
    ]
    for old, new in list(zip(letters, again, strict=True))[::EVERY_7TH]:
        assert old.written() == new.written(), old.filename


def test_another_seed_tells_another_story(letters):
    assert [x.arrives for x in Story(7, 1).letters()] != [x.arrives for x in letters]


def test_scale_multiplies_the_institutions_and_not_the_post(letters):
    larger = Story(2016, 3)
    assert len(larger.letters()) == pytest.approx(len(letters), abs=10)
    count = sum(map(len, larger.sheets.cells.values()))
    assert count == pytest.approx(3 * sum(map(len, Story(2016, 1).sheets.cells.values())), rel=0.01)
    names = [e.name for entities in larger.sheets.cells.values() for e in entities]
    assert len(names) == len(set(names))


def test_everything_invented_says_so(letters):
    named = [e.name for entities in Story(2016, 1).sheets.cells.values() for e in entities]
    assert all(
        INVENTED in name  # a place may stand before it
        for name in [*named, *(x.sent_by for x in letters), *(x.approver for x in letters)]
    )


def test_a_workbook_saved_at_a_given_time_is_the_same_each_time(letters):
    made = letters[0].written()
    assert settled(made, letters[0].made - dt.timedelta(hours=1)) == made


def test_it_is_marked_a_demonstration_of_its_day(demo_made):
    assert demo_day(Archive(demo_made / "home" / "archive")) == dt.date(2016, 11, 18)
    assert today() == dt.date(2016, 11, 18)


def test_nothing_comes_after_the_day_it_is_told_until(tmp_path):
    until = PLAN.campaign.starts_on + dt.timedelta(1)
    steps = []
    count = demo.run(tmp_path / "home", until=until, progress=lambda n, of: steps.append((n, of)))
    assert steps == [(n, count) for n in range(1, count + 1)]
    opened = intake.open_store(tmp_path / "home")
    assert opened.today == until
    days = {r.received_at.astimezone(SHANGHAI).date() for r in opened.archive.receipts()}
    assert days <= {PLAN.campaign.starts_on, until}
    opened.con.close()


def test_each_workbook_gets_the_verdict_it_was_made_to_get(store, arrivals):
    got = store.con.execute(
        "SELECT filename, received_at, unit, obligation, verdict FROM submission"
    ).fetchall()
    judged = {(name, f"{when:%Y-%m-%dT%H:%M:%S}"): verdict for name, when, *verdict in got}
    meant = {(x["file"], x["received_at"][:19]): [x["unit"], x["obligation"], x["verdict"]] for x in arrivals}
    assert {place: verdict for place, verdict in judged.items() if meant.get(place, verdict) != verdict} == {}
    assert sum(row["verdict"] == REFUSED for row in arrivals) >= 15


def test_a_file_sent_twice_has_one_receipt(store, arrivals):
    assert len(arrivals) == one(store, "SELECT count(*) FROM submission") + 1


def test_a_web_page_renamed_is_kept_and_called_unreadable(store):
    assert one(store, "SELECT reason FROM submission WHERE verdict = 'unreadable'").startswith("这是网页文件")


def test_every_kind_of_act_is_done(store):
    done = {kind for (kind,) in store.con.execute("SELECT DISTINCT kind FROM act").fetchall()}
    assert {*ACTS} - done == set()


@pytest.mark.parametrize("day", recompute.DAYS, ids=str)
def test_what_is_recomputed_from_the_workbooks_is_the_golden_answer(sent, clean, day):
    assert recompute.answer(sent, recompute.acted(clean), day) == golden(day)


@pytest.mark.parametrize("day", recompute.DAYS, ids=str)
def test_the_view_gives_the_golden_answer(store, day):
    key = itemgetter("obligation", "unit", "field")
    answered = [as_golden(row) for row in duties(store, day).itertuples()]
    assert sorted(answered, key=key) == sorted(golden(day), key=key)


@pytest.mark.parametrize("phase", PLAN.phases)
def test_every_phase_has_duties_met_in_time_late_and_not_at_all(store, phase):
    rows = duties(store, PLAN.campaign.dates_until)
    assert {"on_time", "late", "overdue"} <= set(rows[rows.phase == phase].status)


def test_a_leader_sees_a_believable_picture_on_the_day(store):
    rows = duties(store, today())
    due = rows[rows.due.dt.date < today()]
    share = due.status.value_counts(normalize=True)
    assert 0.85 <= share["on_time"] + share["late"] <= 0.95
    assert 0.65 <= share["on_time"] <= 0.75
    assert 8 <= (due.status == "overdue").sum() <= 16


def test_one_unit_is_clearly_the_worst(store):
    rows = duties(store, today())
    silent = rows[rows.status == "overdue"].unit_title.value_counts()
    assert silent.iloc[0] >= 4
    assert silent.index[0] in {PLAN.units[u].title for u in PLAN.units_as("territory")}


def test_two_territories_owe_the_last_month_and_one_field_its_report(store):
    rows = duties(store, today())
    overdue = rows[rows.status == "overdue"]
    assert (overdue.obligation == "monthly_10").sum() == 2
    assert (overdue.obligation == "cleanup_report").sum() == 1


def test_what_was_sent_back_was_mostly_corrected_and_some_never(store):
    sql = """
        WITH back AS (SELECT DISTINCT unit, obligation FROM submission WHERE verdict = 'refused')
        SELECT count(*) FILTER (WHERE {} EXISTS (
            SELECT 1 FROM submission s
            WHERE s.unit = back.unit AND s.obligation = back.obligation AND s.verdict = 'acceptable'))
        FROM back
    """
    corrected, never = one(store, sql.format("")), one(store, sql.format("NOT"))
    assert corrected >= 10
    assert 1 <= never <= 4


@pytest.mark.parametrize(("answer", "least"), [("zero", 3), ("not_applicable", 1), ("unfinished", 2)])
def test_the_survey_knows_every_answer(store, answer, least):
    cells = store.con.execute(
        """
        SELECT DISTINCT s.unit, a.field FROM sheet_answer a JOIN submission s ON s.id = a.submission
        WHERE s.obligation = 'county_survey' AND s.verdict = 'acceptable' AND a.answer = ?""",
        [answer],
    ).fetchall()
    assert len(cells) >= least


def test_a_jointly_led_field_is_sometimes_handed_in_by_another_of_its_leads(store):
    by = store.con.execute("""
        SELECT DISTINCT a.field, s.unit FROM sheet_answer a JOIN submission s ON s.id = a.submission
        WHERE s.verdict = 'acceptable' AND a.answer = 'rows' AND a.field <> ''""").fetchall()
    assert any(unit in PLAN.leads_of(field)[1:] for field, unit in by)


@pytest.mark.parametrize("phase", PLAN.phases)
def test_in_each_phase_some_lead_is_short_of_its_briefs(store, phase):
    rows = duties(store, PLAN.campaign.dates_until)
    briefs = rows[rows.obligation == f"brief_{phase}"]
    assert ((briefs.status == "overdue") & (briefs.accepted < briefs.at_least)).any()


@pytest.mark.parametrize(
    ("what", "sql"),
    [
        ("risen again, and said why", "FROM rectification WHERE nc_mom > 0 AND remark IS NOT NULL"),
        ("past its day of mending", "FROM rectification WHERE rectify_due < '2016-10-31' AND nc_end > 0"),
        (
            "found by a lead alone, beside what the counties found",
            "FROM ledger(DATE '2016-07-20') WHERE source = '牵头部门排查' "
            "AND entity NOT IN (SELECT entity FROM told_by_territory(DATE '2016-07-20'))",
        ),
        ("told otherwise by its lead", "FROM beside(DATE '2016-07-20', [], NULL) WHERE differing <> ''"),
        ("mended", "FROM rectification WHERE rectify_status = '已完成整改'"),
        ("turned to be banned", "FROM rectification WHERE rectify_status = '转入取缔类'"),
        ("found after the survey", "FROM rectification WHERE found_when = '摸底排查阶段结束后新纳入'"),
        ("not handed over", "FROM ban WHERE handed_over = '否'"),
        ("handed over", "FROM ban WHERE handed_over = '是'"),
        ("found at fault by the inspectors", "FROM inspection WHERE conclusion = '发现问题'"),
        ("struck off", "FROM acceptance WHERE is_closed = '是'"),
    ],
)
def test_some_institution_is(store, what, sql):
    assert one(store, f"SELECT count(*) {sql}") > 0, what


def test_some_institution_is_counted_twice_by_two_names_and_told(store):
    rows = beside.fetch(store.con.cursor(), Scope(None, dt.date(2016, 7, 20), None))
    assert (rows["likeness"] != "同一机构").any()


def test_few_rows_ask_to_be_verified(store):
    accepted = "{} JOIN submission s ON s.id = x.submission WHERE s.verdict = 'acceptable'"
    problems = accepted.format("SELECT count(*) FROM problem x")
    verify = one(store, f"{problems} AND x.level = 'verify' AND x.return_ <> 'cover'")
    rows = one(store, accepted.format("SELECT sum(row_count) FROM sheet_answer x"))
    assert 0.01 < verify / rows < 0.08


ANOTHER = {
    "campaign": "title,short,starts_on,ends_on,dates_until,code_prefix,clause\n"
    "示例专项检查,检查,2020-03-02,2020-06-30,2021-06-30,,一\n",
    "unit": "unit,title,aliases,roles,tile_x,tile_y,clause\nN,北区,,territory,,,一\nS,南区,,territory,,,一\n"
    "Q,质监局,,lead;member,,,一\nH,检查办公室,,office,,,一\n",
    "field": "field,title,aliases,return,clause\n"
    "食品,食品小作坊,,survey_general,一\nK,快递网点,,survey_general,一\n",
    "lead": "field,unit,clause\n食品,Q,一\nK,Q,一\n",
    "phase": "phase,title,starts_on,ends_on,clause\n"
    "one,排查,2020-03-02,2020-03-31,一\ntwo,整治,2020-04-01,2020-06-30,二\n",
    "obligation": "obligation,title,node,phase,return,owed_by,owed_for,owed_to,opens,due,at_least,counts,"
    "dated_by,basis,scored,clause,quote\n"
    "look,排查表,排查,one,by_field,territory,unit_field,H,2020-03-02,2020-03-20,1,submission,,plan,yes,一,\n"
    "may,4月进展表,进展,two,rectification;ban,territory,unit,H,2020-05-01,2020-05-12,1,submission,,plan,yes,"
    "二,\n"
    "plan,领域方案,方案,two,filing,lead,field,H,2020-04-01,2020-04-20,1,submission,,plan,yes,二,\n",
}


def test_another_plan_has_its_own_demonstration(tmp_path):
    folder = tmp_path / "plan"
    folder.mkdir()
    for name in ("light", "calendar"):
        (folder / f"{name}.csv").write_bytes((recompute.PLAN / f"{name}.csv").read_bytes())
    for name, words in ANOTHER.items():
        (folder / f"{name}.csv").write_text(words, encoding="utf-8")
    program = (
        "from pathlib import Path; import demo, sys; from pipelines import intake;"
        "n = demo.run(Path(sys.argv[1])); s = intake.open_store(Path(sys.argv[1]));"
        'print(n, s.today, s.con.execute("SELECT count(*) FROM survey_general").fetchone()[0],'
        "*s.con.execute(\"SELECT DISTINCT reason FROM submission WHERE verdict = 'refused'\").fetchall())"
    )
    order = [sys.executable, "-c", program, str(tmp_path / "home")]
    places = {"CAMPAIGN_PLAN": str(folder), "PYTHONPATH": str(recompute.HERE.parent)}
    env = {**os.environ, **places, "PYTHONUTF8": "1"}
    ran = subprocess.run(order, capture_output=True, text=True, timeout=300, env=env)
    assert ran.returncode == 0, ran.stderr
    sent, day, rows = ran.stdout.split()[:3]
    assert int(sent) >= 5
    assert day == "2020-06-30"
    assert int(rows) > 300
