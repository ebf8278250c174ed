"""Every chart on every kind of day through every filter: drawn, said in two sentences, told as rows."""

import datetime as dt
import importlib
import inspect
import pkgutil
from functools import cache
from urllib.parse import parse_qsl

import pytest

import views.charts
from pipelines import intake
from schemas.plan import PLAN
from views import Scope
from views.answers import ledger, tally
from views.charts.picture import Look
from views.figures import filters, headline, measures, progress, scorecard, watch, words
from views.figures.filters import Filters

pytestmark = pytest.mark.xdist_group("demo")
DAYS = [
    dt.date(2016, 6, 24),
    dt.date(2016, 7, 9),
    dt.date(2016, 9, 20),
    dt.date(2016, 11, 18),
    dt.date(2016, 12, 31),
]
FILTERS = [
    Filters(),
    Filters(territory="652301"),
    Filters(field="B", risk_level="高"),
    Filters("652328", "F", "低"),
]
TODAY = DAYS[3]


def pictures():
    """Every chart there is, as the folder says: what takes an asker and a look, by room and name."""
    for module in pkgutil.iter_modules(views.charts.__path__):
        room = importlib.import_module(f"views.charts.{module.name}")
        for name, made in vars(room).items():
            public = inspect.isfunction(made) and made.__module__ == room.__name__ and name[0] != "_"
            if public and list(inspect.signature(made).parameters)[:2] == ["ask", "look"]:
                yield (module.name if name == "picture" else f"{module.name}_{name}"), made


PICTURES = dict(pictures())
EACH = [name for name in PICTURES if name not in {"matrix", "lifeline"}]
KNOWN = {"territory", "field", "risk_level", "cell"}


@pytest.fixture(scope="module")
def answer(demo_store):
    @cache
    def asked(fetch, *what):
        return fetch(demo_store.con, *what)

    return asked


@pytest.fixture(scope="module")
def nothing(tmp_path_factory):
    store = intake.open_store(tmp_path_factory.mktemp("nothing") / "home")
    views.install(store.con)
    yield lambda fetch, *what: fetch(store.con, *what)
    store.con.close()


def sound(picture):
    """What holds of every picture; returns what its marks choose when clicked."""
    assert picture.question.endswith("？")
    assert picture.reading.count("。") >= 1
    assert all(not str(name).isascii() or str(name) == "状态" for name in picture.table.columns)
    marks = [
        mark for trace in picture.figure.data if trace.customdata is not None for mark in trace.customdata
    ]
    return [dict(parse_qsl(words)) for (words,) in marks]


@pytest.mark.parametrize("name", EACH)
def test_a_chart_is_drawn_on_any_day_through_any_filter(answer, name):
    for day in DAYS:
        for through in FILTERS:
            for dark in (False, True):
                picture = PICTURES[name](answer, Look(Scope(None, day), through, dark))
                chosen = sound(picture)
                assert all(set(target) <= KNOWN for target in chosen)
    assert len(picture.table)


@pytest.mark.parametrize("name", EACH)
def test_a_chart_of_nothing_says_so(nothing, name):
    picture = PICTURES[name](nothing, Look(Scope(None, dt.date(2016, 6, 23)), Filters()))
    sound(picture)
    assert "nan" not in picture.reading


def test_every_institution_has_its_line_of_life(answer):
    some = answer(ledger.fetch, Scope(None, TODAY))["entity"][::40]
    assert len(some)
    for key in some:
        picture = PICTURES["lifeline"](answer, Look(Scope(None, TODAY), Filters()), int(key))
        assert "已经历：" in picture.reading
        assert len(picture.table)


def test_a_chart_says_whether_a_filter_touches_it(answer):
    narrowed = {
        name: PICTURES[name](answer, Look(Scope(None, TODAY), Filters(territory="652301"))).narrowed
        for name in EACH
    }
    assert narrowed["risk_by_field"]
    assert narrowed["pace"]
    assert not narrowed["tiles"]  # where every territory is shown, the chosen one is framed
    assert not narrowed["quota"]


def test_the_tiles_count_what_the_bars_count(answer):
    look = Look(Scope(None, TODAY), Filters())
    tiles, bars = PICTURES["tiles"](answer, look), PICTURES["risk_by_territory"](answer, look)
    high = dict(zip(bars.table["县市（园区）"], bars.table["高（家）"], strict=True))
    assert dict(zip(tiles.table.iloc[:, 0], tiles.table.iloc[:, 1], strict=True)) == high


def test_what_to_watch_is_said_by_rules(answer, nothing):
    said = watch.clauses(answer, Scope(None, TODAY))
    assert [c.is_grave for c in said] == [True, False, True]
    assert said[0].words == "15 项逾期未报"
    assert said[0].rest == "（考核事项 4 项；木垒哈萨克自治县 4 项最多）"
    assert said[2].words == "整改处置落后序时进度 29 个百分点"
    assert watch.clauses(nothing, Scope("acceptance", dt.date(2016, 6, 23))) == []
    near = watch.clauses(answer, Scope(None, dt.date(2016, 6, 24)))
    assert len(near) == 1
    assert "临近截止" in near[0].words


def test_the_five_figures_name_what_they_are_made_of(answer):
    told = {c.title: c for c in headline.cards(answer, Scope(None, TODAY), Filters())}
    assert (told["已报率"].value, told["已报率"].base) == ("91.7%", "44 / 48 项")
    assert told["整改处置完成率"].base == "219 / 309 家"
    assert told["按时率"].change == "较11月15日 +0.5 点"  # the meeting due that day was not over
    first = {c.title: c for c in headline.cards(answer, Scope(None, dt.date(2016, 6, 24)), Filters())}
    assert first["按时率"].value == "—"
    assert first["应报"].change == ""


def test_a_measure_of_nothing_is_none_and_a_fall_is_told_from_where_to_where(answer):
    rows = headline.measured(answer, Scope(None, TODAY), Filters())
    assert str(measures.MEASURES["K11"].of(rows[:0])) == "—"
    assert measures.MEASURES["K11"].of(rows[:0]).base == "本阶段没有可计的机构"
    fall = measures.MEASURES["K16"].of(rows)
    assert str(fall) == "93.7%"
    assert fall.base == "10.83 亿元 → 6,838 万元"
    assert measures.MEASURES["K14"].of(rows).base.startswith("290 家 → ")
    assert measures.Value(12, 10, "家", falls=True).share == pytest.approx(-0.2)
    assert str(measures.Value(12, 10, "家", falls=True)) == "−20.0%"


def test_every_measure_is_made_of_columns_of_the_tally():
    known = {*tally.ANSWER.columns, "settled", "active_0"}
    for measure in measures.MEASURES.values():
        assert {*measure.part, *measure.whole} <= known, measure.code
        assert measure.formula
        assert measure.basis


def test_a_unit_is_told_its_own_figures_and_the_median_of_its_like(answer, nothing):
    mine = {s.title: s for s in scorecard.scorecard(answer, Scope(None, TODAY), "652328")}
    assert list(mine) == ["按时率", "首次通过率", "摸底答复率", "整改处置完成率", "综合得分"]
    assert mine["按时率"].own is None  # a county owes nothing that is scored
    assert mine["摸底答复率"].own == pytest.approx(500 / 6)
    assert mine["摸底答复率"].median == 100
    assert [s.title for s in scorecard.scorecard(answer, Scope(None, TODAY), "CBRC")] == [
        "按时率",
        "首次通过率",
    ]
    assert all(
        s.own is None for s in scorecard.scorecard(nothing, Scope(None, dt.date(2016, 6, 23)), "652301")[:2]
    )


def test_the_plan_of_a_phase_goes_by_working_days():
    survey = PLAN.phases["survey"]
    assert progress.elapsed(survey, dt.date(2016, 6, 30)) == 0
    assert progress.elapsed(survey, dt.date(2016, 7, 8)) == pytest.approx(6 / 14)
    assert progress.elapsed(survey, dt.date(2016, 7, 10)) == pytest.approx(6 / 14)  # a weekend adds nothing
    assert progress.elapsed(survey, dt.date(2016, 12, 1)) == 1
    assert progress.current(dt.date(2016, 1, 1)).phase == "scheme"
    assert [progress.half_month_before(dt.date(2016, 11, day)) for day in (15, 16)] == [
        dt.date(2016, 10, 31), dt.date(2016, 11, 15),
    ]  # fmt: skip


def test_a_filter_narrows_and_says_how():
    assert filters.Filters("652301", None, "高").words() == "县市（园区）=昌吉市、风险程度=高"
    assert Filters().words() == ""


def test_figures_are_said_in_the_unit_a_leader_reads():
    assert [words.amount(x) for x in (812.6, 9999.4, 10_000, 429_287)] == [
        "813 万元",
        "9,999 万元",
        "1.00 亿元",
        "42.93 亿元",
    ]
    assert words.share(1, 0) == "—"
    assert words.base(1, 0) == ""
    assert words.listed(["甲", "乙", "丙", "丁"]) == "甲、乙、丙等 4 个"
