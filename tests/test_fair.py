"""While many send, every sender has a turn, and a check that never ends costs one child and one sender."""

import datetime as dt
import pickle
import threading
import time
from hashlib import sha256
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines.judging import turns
from pipelines.judging.ahead import Asked
from pipelines.judging.judge import judge
from pipelines.judging.turns import Turns
from pipelines.reading.worker import ChildDied, Worker
from pipelines.writing.marks import apart
from tests.build import filled, good, sheet_of

DAY = dt.date(2016, 7, 20)


def asked(content):
    return Asked(content, "652301", "county_survey", DAY, sha256(content).hexdigest())


@pytest.fixture
def two():
    made = Turns()
    yield made
    made.close()


def test_a_workbook_is_told_the_same_in_a_child_as_here(two):
    content = filled("survey_p2p", good("survey_p2p", risk_level="很高"))
    here = judge(content, unit="652301", obligation="county_survey", arrived_on=DAY)
    there = two.judged(asked(content), "示例甲", 0)
    assert (there.verdict, there.problems, there.answers) == (here.verdict, here.problems, here.answers)


class Slow:
    """A child that takes as long as its file says, and writes down whose it was."""

    def __init__(self, done):
        self.done = done

    def ask(self, question, seconds):
        question, _ = pickle.loads(question)  # noqa: S301  our own
        time.sleep(float(question.content))
        self.done.append(question.unit)
        return "unreadable"

    def close(self):
        """Nothing was opened."""


def test_a_sender_of_many_slow_files_keeps_nobody_waiting(two, monkeypatch):
    done = []
    monkeypatch.setattr(two, "_free", [Slow(done), Slow(done)])

    def send(who, seconds):
        with pytest.raises(ChildDied):
            two.judged(asked(b"x")._replace(content=seconds, unit=who), who, 0)

    slow = [threading.Thread(target=send, args=("slow", b"0.4")) for _ in range(4)]
    for thread in slow:
        thread.start()
        time.sleep(0.02)
    honest = [threading.Thread(target=send, args=(who, b"0.01")) for who in ("甲", "乙", "丙")]
    for thread in honest:
        thread.start()
    for thread in [*slow, *honest]:
        thread.join()
    assert set(done[:3]) == {"甲", "乙", "丙"}
    assert done[3:] == ["slow"] * 4


def never(content):
    time.sleep(60)


def test_a_check_that_never_ends_is_no_verdict_until_the_third_time(two, monkeypatch):
    monkeypatch.setattr(turns, "SECONDS", 0.5)
    monkeypatch.setattr(two, "_free", [Worker(never, 1 << 30)])
    question = asked(b"x")
    for deaths in range(2):
        with pytest.raises(ChildDied):
            two.judged(question, "示例甲", deaths)
    assert two.judged(question, "示例甲", 2).verdict == "unreadable"


def test_a_copy_is_marked_in_a_child_and_where_that_dies_the_faults_are_listed(monkeypatch):
    content = filled("survey_p2p", good("survey_p2p", risk_level="很高"))
    problems = judge(content, unit="652301", obligation="county_survey", arrived_on=DAY).problems
    copy = judge(apart.marked_up(content, problems), unit="652301", arrived_on=DAY)
    assert [p.value for p in copy.problems] == ["很高"]

    def dies(*_given):
        raise ChildDied("too_slow")

    monkeypatch.setattr(apart.MARKER, "ask", dies)
    sheet = load_workbook(BytesIO(apart.marked_up(content, problems))).worksheets[0]
    place, _, value = (cell.value for cell in sheet[sheet.max_row][:3])
    assert (place.partition("!")[0], value) == (sheet_of("survey_p2p"), "很高")
