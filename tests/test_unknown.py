"""未掌握 adds nothing to a sum, is told beside every one, and stays what it is in the next workbook."""

import datetime as dt
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines import intake
from pipelines.judging.judge import judge
from pipelines.writing import template
from schemas.forms import forms
from schemas.problems import MUST
from tests.build import COVER, IDS, filled, good
from views import Scope
from views.answers import ledger, prefill, tally
from views.answers.ledger import Facets
from views.charts import risk
from views.charts.picture import Look
from views.figures import headline
from views.figures.filters import Filters

LATER = dt.date(2016, 8, 20)
SURVEYED = [
    {"people_cnt": "未掌握", "people_local": None},
    {"stock_scale": "不掌握", "noncompliant_scale": "未掌握", "overdue_amt": "不详"},
    {"people_cnt": 0, "people_local": None, "id_type": "注册号"},
    {"people_cnt": 30, "stock_scale": 400, "risk_level": "低", "id_type": "注册号"},
]


def send(store, content, month, day):
    at = dt.datetime(2016, month, day, 2, tzinfo=dt.UTC)
    judgement = intake.receive(store, content, "报送.xlsx", "示例甲", received_at=at).judgement
    assert (judgement.verdict, [p for p in judgement.problems if p.level == MUST]) == ("acceptable", [])


@pytest.fixture
def store_of_unknown(store):
    rows = [
        good("survey_p2p", **{"entity_name": f"示例{n}公司", "id_no": IDS[n], **given})
        for n, given in enumerate(SURVEYED)
    ]
    send(store, filled("survey_p2p", *rows), 7, 8)
    return store


@pytest.fixture
def ask(store_of_unknown):
    return lambda fetch, *args: fetch(store_of_unknown.con, *args)


def counted(ask):
    rows = ask(tally.fetch, Scope(None, LATER, None))
    return [int(rows[name].sum()) for name in tally.UNKNOWN]


def test_the_tally_counts_by_figure_whose_is_not_known(ask):
    rows = ask(tally.fetch, Scope(None, LATER, None))
    assert counted(ask) == [1, 1, 1]
    whole = good("survey_p2p")
    assert rows["people"].sum() == whole["people_cnt"] + 0 + 30
    assert rows["stock"].sum() == 2 * whole["stock_scale"] + 400
    assert rows["unpaid"].sum() == 3 * whole["overdue_amt"]


def test_it_is_told_beside_every_sum_of_people_and_amounts(ask):
    scope = Scope(None, LATER, None)
    for lens, told in ((Filters(), "另有 1 家未掌握"), (Filters(risk_level="低"), "")):
        cards = headline.measures(ask, scope, lens, ["K19a", "K19b", "K8"])
        assert [card.base for card in cards[:2]] == [told, told]
        assert "未掌握" not in cards[2].base
    picture = risk.by_field(ask, Look(scope, Filters()))
    assert picture.reading.count("（另有 1 家未掌握）") == 3
    assert [picture.table[title].sum() for title in risk.UNKNOWN_SAID.values()] == [1, 1, 1]
    hits = ask(ledger.hits, scope)
    assert (hits.unknown_stock, hits.unknown_people) == (1, 1)
    hits = ask(ledger.hits, scope, Facets(risk_level=("低",)))
    assert (hits.count, hits.unknown_stock, hits.unknown_people) == (1, 0, 0)


def test_a_figure_that_a_later_return_gives_is_known(store_of_unknown, ask):
    later = {**COVER, "fill_date": dt.date(2016, 8, 4), "data_as_of": dt.date(2016, 7, 31)}
    row = good("rectification", entity_name="示例1公司", id_no=IDS[1])
    send(store_of_unknown, filled("rectification", row, cover=later), 8, 5)
    assert counted(ask) == [1, 0, 1]


def test_the_next_template_says_it_again_and_takes_it(store_of_unknown, ask):
    rows = {
        form.title: ask(prefill.fetch, Scope(None, LATER, None), "652301", form.return_, form.field)
        for form in forms("county_survey", "652301")
    }
    content = template.template("652301", "county_survey", rows=rows)
    sheet = load_workbook(BytesIO(content))["P2P网络借贷"]
    headings = [str(cell.value) for cell in sheet[3]]
    kept = {heading: [sheet.cell(r, n).value for r in (4, 5, 6)] for n, heading in enumerate(headings, 1)}
    assert kept["涉及(投资)人数(人)"][::2] == ["未掌握", 0]
    assert [kept[h][1] for h in ("存量业务规模(万元)", "逾期/未兑付金额(万元)")] == ["未掌握"] * 2
    assert not [p for p in judge(content).problems if p.rule in {"not_a_number", "required"}]
