"""The demonstration in disguise: written as offices write, read as if every workbook were our template."""

from collections import Counter
from dataclasses import replace

import pytest

from demo import disguise
from demo.story import Story
from pipelines.judging.cover import read_cover
from pipelines.judging.judge import judge
from pipelines.reading import reader
from schemas.plan import PLAN
from tests.conftest import examples

PARTS = 3


@pytest.fixture(scope="module")
def letters():
    return Story(2016, 1).letters()


def judged(letter):
    stated = {"unit": letter.unit, "obligation": letter.obligation} if letter.is_plain else {}
    return judge(letter.written(), arrived_on=letter.day, **stated)


def rows_of(judgement):
    """The rows of each return and field, without their places."""
    answers = {n: (a.return_, a.field) for n, a in enumerate(judgement.answers)}
    return {
        answers[n]: frame.reset_index(drop=True).astype(str).to_dict("records")
        for n, frame in judgement.frames.items()
    }


def said_of(judgement):
    answers = sorted((a.return_, a.field, a.answer, a.rows) for a in judgement.answers if a.answer)
    return answers, Counter((p.return_, p.rule, p.column) for p in judgement.problems if p.return_ != "cover")


def test_every_manner_is_used_and_the_template_most(letters):
    manners = Counter(letter.manner for letter in letters)
    assert manners.keys() == {disguise.OURS, disguise.TYPED, disguise.PLAIN, disguise.OLDER}
    assert manners.most_common(1)[0][0] == disguise.OURS
    assert min(manners.values()) >= 15


def test_without_disguise_every_workbook_is_our_template():
    assert {letter.manner for letter in Story(2016, 1, in_disguise=False).letters()} == {disguise.OURS}


@pytest.mark.no_cover  # each letter is one more example of what other tests go through
@pytest.mark.parametrize("part", range(PARTS))
def test_a_disguised_workbook_says_what_the_clean_one_says(letters, part):
    hidden = [letter for letter in letters if letter.manner != disguise.OURS]
    every = max(len(hidden) // examples("disguises"), 1)
    for letter in hidden[::every][part::PARTS]:
        seen, clean = judged(letter), judged(replace(letter, wanted=disguise.OURS))
        assert (letter.filename, seen.verdict) == (letter.filename, letter.verdict)
        assert said_of(seen) == said_of(clean), letter.filename
        assert rows_of(seen) == rows_of(clean), letter.filename


def test_older_workbooks_are_older_and_say_so_by_their_name(letters):
    for letter in [x for x in letters if x.manner == disguise.OLDER][:5]:
        assert letter.filename.endswith(".xls")
        assert letter.written().startswith(b"\xd0\xcf\x11\xe0")


def test_the_disguise_holds_the_ways_of_offices(letters):
    """Titles, merges, totals, other units, dates as words, ticks, full-width digits: each somewhere."""
    words = []
    for letter in [x for x in letters if x.is_plain][1::3]:
        for sheet in reader.read(letter.written()):
            assert sheet.merges
            words += [str(cell) for cells in sheet.rows for cell in cells if cell != ""]
    whole = "\n".join(words)
    for way in ("附件", "填报单位", "合计", "注：", "(元)", "(亿元)", "√", "×", "０", ",", "年"):
        assert way in whole, way


def test_a_table_with_six_labels_on_top_is_not_taken_for_a_cover(letters):
    """Labels with their values in the next cells look like a cover; the table below says they are none."""
    plain = [x for x in letters if x.is_plain and len(PLAN.obligations[x.obligation].returns) == 1]
    assert {read_cover(reader.read(x.written())).sheet for x in plain} == {""}
