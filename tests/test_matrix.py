"""The status matrix: what stands in a cell, where it stands, and what is said of the whole."""

from urllib.parse import parse_qsl

import pandas as pd
import pytest

from schemas.plan import PLAN
from views import Scope, records
from views.answers.matrix import ANSWER
from views.charts import matrix
from views.charts.grid import TILES, grid
from views.figures import cell
from views.figures.names import fitting

SCOPE = Scope(None, PLAN.campaign.ends_on, None)


def row(subject="652301", obligation="county_survey", status="on_time", days=None, **other):
    owed, unit = PLAN.obligations[obligation], PLAN.units[subject]
    return {
        "group_name": "territory", "subject": subject, "subject_title": unit.title,
        "subject_order": list(PLAN.units).index(subject), "obligation": obligation, "title": owed.title,
        "node": owed.node, "phase": owed.phase, "due": owed.due, "basis": owed.basis,
        "is_internal": owed.is_internal,
        "scored": owed.scored,
        "clause": owed.clause, "quote": owed.quote, "moved_words": "",
        "answered": int(status in {"on_time", "late"}),
        "expected": 1, "status": status, "days": days, **other,
    }  # fmt: skip


def answer(*rows):
    return ANSWER.validate(pd.DataFrame(list(rows)).astype({"days": "Int64"}))


def only(**other):
    return records(answer(row(**other)))[0]


@pytest.mark.parametrize(
    ("status", "days", "said"),
    [
        ("overdue", 49, "✕ 49天"), ("late", 2, "▲ 2天"), ("late", 0, "▲ 0天"), ("on_time", None, "✓"),
        ("soon", 3, "◷ 3天"), ("urgent", 0, "! 今日"), ("returned", 4, "← 退回"), ("pending", 9, "07-08"),
    ],
)  # fmt: skip
def test_a_cell_prints_its_glyph_and_its_number(status, days, said):
    assert cell.mark(only(status=status, days=days)) == said


def test_a_partly_answered_matter_says_how_far_it_is():
    assert cell.mark(only(status="overdue", days=49, answered=4, expected=6)) == "✕ 4/6"
    assert cell.mark(only(status="overdue", days=49, answered=0, expected=6)) == "✕ 49天"


def test_a_weekend_is_said_not_to_move_the_day():
    assert "2016-07-10 是星期日，不顺延" in cell.hover(only(obligation="field_survey"))
    assert "2016-07-08 星期五（内部时限）" in cell.hover(only())


def test_pointing_at_a_cell_quotes_its_clause():
    said = cell.hover(only(status="overdue", days=49, answered=1, expected=6, quote="<b>&" * 12))
    assert "逾期未报，已逾期 49 个工作日" in said
    assert "已答 1/6" in said
    assert "&lt;b&gt;&amp;" in said
    assert "今日截止" in cell.hover(only(status="urgent", days=0))


def test_a_long_name_is_shortened_to_an_alias_that_fits():
    assert fitting("木垒哈萨克自治县") == "木垒哈萨克自治县"
    assert fitting("准东经济技术开发区", ("新疆准东经济技术开发区", "准东", "准东经开区")) == "准东经开区"
    assert fitting("一个没有别名的很长很长的名字") == "一个没有别名的很长很长的名字"


def test_the_worst_stands_on_top():
    rows = answer(
        row("652301"), row("652302", status="late", days=1), row("652323", status="overdue", days=3),
        row("652324", status="overdue", days=30), row("652325", status="late", days=5),
    )  # fmt: skip
    assert grid(rows).down == ("玛纳斯县", "呼图壁县", "奇台县", "阜康市", "昌吉市")


def test_a_due_day_of_our_own_is_starred():
    places = answer(row(), row(obligation="breakdown"))
    assert grid(places).across == ("任务<br>分解*", "摸底<br>排查表*")
    scored = answer(row("CBRC", "cleanup_report", group_name="field", subject_title="P2P"))
    assert grid(scored).across == ("清理整顿<br>报告",)


def test_many_matters_become_named_tiles():
    meetings = [o for o in PLAN.obligations if o.startswith(("meeting", "party"))]
    rows = answer(*(row("LG", o, "pending", 3, group_name="office") for o in meetings))
    placed = grid(rows)
    assert placed.tiled
    assert placed.down == ("领导小组", "", "")
    assert (placed.x[TILES], placed.y[TILES]) == (0, 1)
    (cells,) = matrix.figure(rows).data
    assert "6月下例会<br>06-30" in cells.text


@pytest.mark.parametrize("dark", [False, True])
def test_a_click_gives_the_subject_and_the_matter(dark):
    rows = answer(row(), row("652302", status="late", days=1))
    figure = matrix.figure(rows, dark, chosen=("652302", "county_survey"))
    chosen = sorted(dict(parse_qsl(words))["cell"] for (words,) in figure.data[0].customdata)
    assert chosen == ["652301.county_survey", "652302.county_survey"]
    assert len(figure.layout.shapes) == 1
    assert figure.layout.height == grid(rows).size[1]
    assert matrix.needs(lambda fetch, scope: rows, SCOPE) == {"territory": grid(rows).size[0]}


def test_the_reading_names_the_worst():
    rows = answer(row(), row("652302", status="late", days=1), row("652323", status="overdue", days=30))
    assert matrix.reading(rows) == (
        "共 3 格（一格是一个单位的一个事项，分领域报的合为一格），已到期或已报 3 格："
        "按时 1 格，迟报 1 格，逾期未报 1 格。"
        "最需督促的是呼图壁县：逾期未报 1 格，迟报 0 格，最长 30 个工作日。"
    )
    assert matrix.reading(answer(row())).endswith("目前没有逾期，也没有迟报。")
