"""Every chart on every kind of day through every filter: drawn, said in two sentences, told as rows."""

import datetime as dt
import importlib
import inspect
import pkgutil
import re
from dataclasses import replace
from functools import cache
from urllib.parse import parse_qsl

import pytest

import views.charts
from pipelines import intake
from schemas.plan import PLAN
from tests.conftest import examples
from views import Scope
from views.answers import ledger, ledger_cache
from views.answers.ledger import Facets
from views.charts import bars, palette, risk
from views.charts.picture import Look
from views.figures import filters, headline, measures, others, owed, progress, scorecard, watch, words
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
    assert picture.title
    assert "？" not in picture.title
    assert picture.reading.count("。") >= 1
    assert all(not str(name).isascii() or str(name) == "状态" for name in picture.table.columns)
    marks = [
        mark for trace in picture.figure.data if trace.customdata is not None for mark in trace.customdata
    ]
    assert {words for (words,) in marks if words} == set(picture.choices())
    assert all(picture.choices().values())
    return [dict(parse_qsl(words)) for (words,) in marks]


# through every filter today, on every other day through one of them, and today in the dark
LOOKS = [
    *((TODAY, through, False) for through in FILTERS),
    *((day, FILTERS[n % len(FILTERS)], False) for n, day in enumerate(DAYS) if day != TODAY),
    (TODAY, FILTERS[0], True),
]


@pytest.mark.parametrize("name", EACH)
def test_a_chart_is_drawn_on_any_day_and_through_any_filter(answer, name):
    for day, through, dark in LOOKS:
        picture = PICTURES[name](answer, Look(Scope(None, day, None), through, dark))
        chosen = sound(picture)
        assert all(set(target) <= KNOWN for target in chosen)
    assert len(picture.table)


@pytest.mark.parametrize("name", EACH)
def test_a_chart_of_nothing_says_so(nothing, name):
    picture = PICTURES[name](nothing, Look(Scope(None, dt.date(2016, 6, 23), None), Filters()))
    sound(picture)
    assert "nan" not in picture.reading


def test_every_institution_has_its_line_of_life(answer):
    some = answer(ledger.fetch, Scope(None, TODAY, None))["entity"][::40]
    assert len(some)
    for key in some:
        picture = PICTURES["lifeline"](answer, Look(Scope(None, TODAY, None), Filters()), int(key))
        assert "已经历：" in picture.reading
        assert len(picture.table)


def test_a_chart_says_whether_a_filter_touches_it(answer):
    look = Look(Scope(None, TODAY, None), Filters(territory="652301"))
    marks = {name: look.filters.mark(*PICTURES[name](answer, look).knows) for name in EACH}
    assert marks["risk_by_field"] == marks["pace"] == marks["descent"] == marks["bullets"] == "▽ "
    assert marks["tiles"] == "全州 · "  # where every territory is shown, the chosen one is framed
    assert marks["quota"] == "全州 · "
    assert Filters(territory="652301", risk_level="高").mark(*owed.KNOWS) == "▽ 不分风险程度 · "
    assert Filters().mark() == ""


DAYS = [dt.date(2016, m, d) for m, d in ((7, 20), (11, 18), (7, 8), (8, 31), (12, 31))]


@pytest.mark.parametrize("day", DAYS[: examples("days of figures")])
def test_every_figure_is_the_number_of_the_rows_it_leads_to(answer, day):
    lenses = (Filters(), Filters(territory="652328"), Filters(field="A"), Filters("652301", "D", "高"))
    asked = [(lens, Scope(None, day, None)) for lens in lenses]
    asked += [(lenses[1], Scope(phase, day, None)) for phase in PLAN.phases]
    asked += [(lenses[0], Scope(None, day, None, dates)) for dates in owed.DATES]
    for lens, scope in asked:
        duties = owed.duties(answer, scope, lens)
        due, filed, on_time, high, done = (c for c in headline.cards(answer, scope, lens))
        assert due.value == f"{len(owed.part(duties, 'due'))} 项"
        assert pair(filed.base) == lengths(duties, "filed", "due")
        assert pair(on_time.base) == lengths(duties, "on_time", "due")
        late, overdue = headline.rates(answer, scope, lens)[3:]
        assert numbers(late.value) == lengths(duties, "late")[: len(numbers(late.value))]
        assert numbers(overdue.value) == lengths(duties, "unfiled")[: len(numbers(overdue.value))]
        everywhere = replace(lens, risk_level=None).narrow(answer(firms_of, scope))
        assert high.value == f"{(everywhere['risk_level'] == '高').sum()} 家"
        told = [len(everywhere), (everywhere["suspect"] == "是").sum(), (everywhere["unrest"] != "无").sum()]
        assert numbers(high.base) == told
        sought = Facets(alerts=("整改处置台账",), **titles(lens))
        assert numbers(done.base)[1:] == [n for n in [answer(ledger.hits, scope, sought).count] if n]
        bars = PICTURES["risk_by_field"](answer, Look(scope, lens)).table
        firms = lens.narrow(answer(firms_of, scope), "field")  # merged records count in each field
        assert bars["存量规模（万元）"].sum() == pytest.approx(firms["stock_scale"].sum(), abs=0.1)
        assert bars["涉嫌非法集资（家）"].sum() == (firms["suspect"] == "是").sum()


def firms_of(con, scope):
    """The ledger, and beside each record its place among those that are one institution with it."""
    with ledger_cache.reached(con, scope) as (rows, given):
        places = con.execute(f"SELECT entity, coalesce(firm_place, 0) AS firm_place FROM {rows}", given).df()
    return ledger.fetch(con, scope).merge(places, on="entity", validate="1:1")


def numbers(words):
    """The whole numbers in words, without those of a date."""
    return [int(n) for n in re.findall(r"\d+", words)]


def pair(base):
    """Part and whole of a base that may be split by 方案 and 内部; what was extended is told beside it."""
    told = numbers(base.partition("，含延期")[0])
    return [sum(told[::2]), sum(told[1::2])] if told else []


def lengths(duties, *parts):
    """How many duties each part has; nothing where nothing is due."""
    return [len(owed.part(duties, name)) for name in parts] if len(owed.part(duties, "due")) else []


def titles(lens):
    """The filters as the facets of the ledger say them."""
    return {name: (filters.title(name, value),) for name, value in lens.chosen().items()}


@pytest.mark.parametrize("rank", risk.RANKS)
def test_kinds_are_ranked_by_what_is_chosen(answer, rank):
    table = PICTURES["risk_by_field"](answer, Look(Scope(None, TODAY, None), Filters(), rank=rank)).table
    column = {"high": "高风险存量（万元）", "stock": "存量规模（万元）", "people": "涉及人次",
              "suspect": "涉嫌非法集资（家）", "unrest": "涉稳（家）"}.get(rank)  # fmt: skip
    figures = table[column] if column else table.filter(regex="^[高中低未].*（家）").sum(axis=1)
    assert figures.is_monotonic_decreasing


def test_the_tiles_count_what_the_bars_count(answer):
    look = Look(Scope(None, TODAY, None), Filters())
    tiles, bars = PICTURES["tiles"](answer, look), PICTURES["risk_by_territory"](answer, look)
    high = dict(zip(bars.table["县市（园区）"], bars.table["高（家）"], strict=True))
    assert dict(zip(tiles.table.iloc[:, 0], tiles.table.iloc[:, 1], strict=True)) == high


def test_what_to_watch_is_said_by_rules(answer, nothing):
    said = watch.clauses(answer, Scope(None, TODAY, None))
    assert [c.is_grave for c in said] == [True, False, True]
    assert said[0].words == "15 项逾期未报"
    assert said[0].rest == "（含领导小组自身 2 项；方案规定 5 项；木垒哈萨克自治县 4 项最多）"
    assert said[2].words == "整改处置落后序时进度 29 个百分点"
    assert watch.clauses(nothing, Scope("acceptance", dt.date(2016, 6, 23), None)) == []
    near = watch.clauses(answer, Scope(None, dt.date(2016, 6, 24), None))
    assert len(near) == 1
    assert "临近截止" in near[0].words


def test_the_five_figures_name_what_they_are_made_of(answer):
    told = {c.title: c for c in headline.cards(answer, Scope(None, TODAY, None), Filters())}
    assert (told["已报率"].value, told["已报率"].base) == ("94.0%", "方案 40/44＋内部 164/173 项")
    assert told["整改处置完成率"].base == "217 / 307 家"
    assert told["按时率"].change == "较11月15日持平"
    first = {c.title: c for c in headline.cards(answer, Scope(None, dt.date(2016, 6, 24), None), Filters())}
    assert first["按时率"].value == "—"
    assert first["应报"].change == ""


def test_a_grave_part_too_short_for_its_figure_is_told_behind_the_bar():
    red, rest = palette.LIGHT.risks["高"], palette.LIGHT.risks["一般"]
    parts = [bars.Part("高风险", [2, 90], red, is_grave=True), bars.Part("低风险", [900, 900], rest)]
    drawn = bars.stacked(["甲", "乙"], parts, dark=False, ends=["115家", "20家"])
    assert {"高风险2　115家", "20家"} <= {each.text for each in drawn.layout.annotations}
    assert list(drawn.data[0].text) == ["", "90"]


@pytest.mark.parametrize(
    ("clause", "said"),
    [("四(三)", "第四部分（三）"), ("一(二);三", "第一部分（二）、第三部分"), ("第3条", "第3条")],
)
def test_the_notice_is_cited_as_offices_cite_it(clause, said):
    assert words.clause(clause) == f"《工作方案》{said}"


def test_a_measure_of_nothing_is_none_and_a_fall_is_told_from_where_to_where(answer):
    rows = headline.measured(answer, Scope(None, TODAY, None), Filters())
    assert str(measures.MEASURES["K11"].of(rows[:0])) == "—"
    assert measures.MEASURES["K11"].of(rows[:0]).base == "本阶段没有可计的机构"
    fall = measures.MEASURES["K16"].of(rows)
    assert str(fall) == "93.7%"
    assert fall.base == "10.80 亿元 → 6,840 万元"
    assert measures.MEASURES["K14"].of(rows).base.startswith("291 家 → ")
    assert measures.Value(12, 10, "家", falls=True).share == pytest.approx(-0.2)
    assert str(measures.Value(12, 10, "家", falls=True)) == "−20.0%"


def test_every_measure_is_made_of_columns_of_the_answer_it_names(answer):
    scope = Scope(None, TODAY, None)
    known = {name: set(made(answer, scope)) for name, (made, _) in others.SOURCES.items()}
    known["tally"] |= {"settled", "active_0"}
    for measure in measures.MEASURES.values():
        assert {*measure.part, *measure.whole, *measure.among} <= known[measure.source], measure.code
        assert measure.formula
        assert measure.basis


def test_the_other_figures_are_the_rows_they_count_and_obey_the_filters_they_know(answer):
    scope, codes = Scope(None, TODAY, None), [m.code for m in measures.OTHERS]
    for lens in (Filters(), Filters(territory="652301"), Filters("652301", "F", "高")):
        told = dict(zip(codes, others.others(answer, scope, lens, codes).itertuples(), strict=True))
        firms = lens.narrow(answer(firms_of, scope))
        assert numbers(told["K35a"].数) == [(firms["suspect"] == "是").sum()]
        assert numbers(told["K35b"].数) == [(firms["unrest"] != "无").sum()]
        assert numbers(told["K32c"].数) == [(firms["ban_dest"] == "公安部门").sum()]
        assert told["K35a"].指标.startswith("▽ " if lens.chosen() else "涉嫌")
        assert "不分风险程度" in told["K28a"].指标 or not lens.risk_level


def test_a_unit_is_told_its_own_figures_and_the_median_of_its_like(answer, nothing):
    mine = {s.title: s for s in scorecard.scorecard(answer, Scope(None, TODAY, None), "652328")}
    assert list(mine) == ["按时率", "首次通过率", "摸底答复率", "整改处置完成率", "综合得分"]
    assert (mine["按时率"].own, mine["按时率"].base) == (0, "0 / 11 项")
    assert mine["摸底答复率"].own == pytest.approx(500 / 6)
    assert mine["摸底答复率"].median == 100
    assert [s.title for s in scorecard.scorecard(answer, Scope(None, TODAY, None), "CBRC")] == [
        "按时率",
        "首次通过率",
    ]
    assert all(
        s.own is None
        for s in scorecard.scorecard(nothing, Scope(None, dt.date(2016, 6, 23), None), "652301")[:2]
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
