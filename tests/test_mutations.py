"""All faults, once: what is planted at random is told cell for cell; mending what was listed is enough."""

import random

import pytest

from pipelines.judging.check import MUST
from pipelines.judging.judge import judge
from schemas.returns import RETURNS
from tests.build import good
from tests.conftest import examples
from tests.messy import plain, put
from tests.mutate import ARRIVED, failures, planted
from tests.planted import faults
from tests.specimens import plain as sheet

SEEDS, PARTS = examples("planted faults"), 2
PLANTED = 32  # enough for every usual fault and every return
USUAL = {
    "isin", "not_nullable", "not_a_number", "greater_than_or_equal_to", "id_number", "not_a_day",
    "month_only",
    "str_length", "X13", "X01", "wrong_field", "wrong_territory", "digits_lost", "error_value",
    "never_calculated", "X17",
}  # fmt: skip


# what is repeated at random says nothing new of coverage, and being watched makes it twice as slow
@pytest.mark.no_cover
@pytest.mark.parametrize("first", range(0, SEEDS, SEEDS // PARTS))
def test_exactly_the_planted_faults_are_reported_and_mending_them_is_enough(first):
    assert list(failures(range(first, first + SEEDS // PARTS))) == []


@pytest.mark.no_cover
def test_the_seeds_plant_every_kind_of_fault_in_every_return():
    books = [planted(seed) for seed in range(PLANTED)]
    rules = {rule for book in books for _, rule in book.told}
    assert rules >= USUAL
    assert {table.code for book in books for table in book.book.tables} >= set(RETURNS) - {
        "survey_general",
        "filing",
    }
    assert any(not book.book.cover for book in books)


@pytest.mark.parametrize("code", RETURNS)
def test_every_return_has_faults_to_plant(code):
    assert len(faults(code)) >= 10


def test_a_total_over_a_cell_that_could_not_be_read_is_not_judged_but_listed():
    rows = [
        good("survey_p2p", entity_name=f"示例{n}号公司", id_no=None, id_type="无证未登记") for n in range(3)
    ]
    book = next(
        b for b in (plain("survey_p2p", rows, random.Random(n)) for n in range(100)) if b.tables[0].total
    )
    table = book.tables[0]
    cell = table.cell("people_cnt", 1)
    judgement = judge(
        put(book.content, {cell: "三十"}), unit=book.unit, obligation=book.obligation, arrived_on=ARRIVED
    )
    assert [(p.cell, p.rule) for p in judgement.problems if p.level == MUST] == [(cell[1], "not_a_number")]
    assert [(u.row, u.because) for u in judgement.unchecked if u.rule == "X17"] == [(table.total, cell[1])]


def test_what_is_wrong_with_the_lines_above_a_plain_table_is_told_to_be_verified():
    columns, row = RETURNS["ban"].columns, good("ban")
    above = ["填报单位：昌吉市", None, "填报日期：2017年1月1日", None, "电话：12", None, "单位：家"]
    content = sheet(above, ["数据截止日期：2016年7月", "填报人："], [str(c.title) for c in columns.values()],
                    [row.get(name) for name in columns])  # fmt: skip
    judgement = judge(content, unit="652301", obligation="monthly_07", arrived_on=ARRIVED)
    assert judgement.verdict == "acceptable"
    told = {
        (p.cell, p.rule, p.level) for p in judgement.problems if p.rule not in {"no_cover", "half_answered"}
    }
    assert told == {
        ("C1", "after_arrival", "verify"),
        ("E1", "phone", "verify"),
        ("A2", "month_only", "verify"),
    }
    assert any("填报人" in p.message for p in judgement.problems if p.rule == "no_cover")
