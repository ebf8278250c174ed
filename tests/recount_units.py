"""How each unit does, once more by other means: league, pace, coverage, quality and score from the raw
workbooks.

Who owed what and whether it came is the compliance answer as recompute.py works it out.
"""

import datetime as dt
from collections import defaultdict
from functools import cache

import pandas as pd

from tests import raw
from tests.raw import FOR_GOOD, Raw
from tests.recompute import table

COUNTED = (
    "due_count", "on_time", "late", "overdue",
    "internal_due", "internal_on_time", "internal_late", "internal_overdue",
)  # fmt: skip
RANKED = {"unit": str, **dict.fromkeys(COUNTED, int), "rate": float, "mean_days": float, "worst_days": int}
WEIGHTS = {"on_time": 40, "answered": 20, "mended": 20, "first_passed": 20}
Cell = tuple[str, str]


def in_words(value: object, kind: type) -> str:
    """A value as printed in a golden answer; nothing where there is none."""
    if pd.isna(value):
        return ""
    return str(value) if kind is str else str(int(value)) if kind is int else f"{float(value):.4f}"


def owing(duty: dict) -> list[str]:
    """The units that answer for a duty: every lead of the field where leads owe it jointly."""
    owed = raw.owed()[duty["obligation"]]
    if owed["owed_for"] == "field" and "lead" in owed["owed_by"].split(";"):
        return [row["unit"] for row in table("lead") if row["field"] == duty["field"]]
    return [duty["unit"]]


@cache
def league(sent: Raw, phase: str | None, day: dt.date, dates: str = "") -> pd.DataFrame:
    """K1–K3 of each unit that owes anything; `dates` as in Scope: all, those of the notice, or ours."""
    theirs = defaultdict(list)
    for duty in sent.judged(day):
        if phase in (None, duty["phase"]) and dates in {"", "internal" if is_internal(duty) else "notice"}:
            for unit in owing(duty):
                theirs[unit].append(duty)
    return pd.DataFrame([{"unit": unit} | ranked(duties, day) for unit, duties in theirs.items()])


def ranked(duties: list[dict], day: dt.date) -> dict[str, float | None]:
    due = [d for d in duties if dt.date.fromisoformat(d["due"]) < day]
    count, ours = (
        {status: sum(d["status"] == status for d in some) for status in ("on_time", "late", "overdue")}
        for some in (due, [d for d in due if is_internal(d)])
    )
    behind = days_behind(due)
    return {
        "due_count": len(due), **count, "internal_due": sum(map(is_internal, due)),
        **{f"internal_{status}": n for status, n in ours.items()},
        "rate": count["on_time"] / len(due) if due else None,
        "mean_days": sum(behind) / len(behind) if behind else None,
        "worst_days": max(behind, default=None),
    }  # fmt: skip


def is_internal(duty: dict) -> bool:
    return raw.owed()[duty["obligation"]]["basis"] != "plan"


def days_behind(duties: list[dict]) -> list[int]:
    return [int(d["days"]) for d in duties if d["status"] in {"late", "overdue"}]


def pace(sent: Raw, day: dt.date, territory: str | None = None, field: str | None = None) -> pd.DataFrame:
    """Day by day how many duties of units had fallen due and had been met; nothing is known after the day."""
    apart = {u["unit"] for u in table("unit") if "group" in u["roles"].split(";")}
    every = (d for d in sent.judged(day) if d["unit"] not in apart)
    mine = [d for d in every if territory in (None, d["unit"]) and field in (None, d["field"])]
    (campaign,) = table("campaign")
    days = pd.date_range(campaign["starts_on"], campaign["ends_on"]).date
    return pd.DataFrame({
        "day": pd.to_datetime(days),
        "planned": [sum(d["due"] < f"{one}" for d in mine) for one in days],
        "actual": [sum("" < d["arrived"] <= f"{one}" for d in mine) if one <= day else None for one in days],
        "altogether": len(mine),
    })  # fmt: skip


@cache
def coverage(sent: Raw, day: dt.date) -> dict[Cell, tuple[str, int, dt.datetime | None]]:
    """The last answer of each territory for each field of the survey, how many institutions, and when it
    came.
    """
    cells = {(unit, row["field"]): ("", 0, None) for unit in raw.territories() for row in table("field")}
    said = (
        s
        for s in sent.sheets
        if s.return_ == "survey" and s.unit in raw.territories() and s.when.date() <= day
    )
    return cells | {(s.unit, s.field): (s.answer, len(s.rows), s.when) for s in said}


@cache
def quality(sent: Raw, day: dt.date) -> dict[str, dict[str, int]]:
    """How often each unit sent, how many matters, how many passed at once, how often it was sent back."""
    by_matter = defaultdict(list)
    for letter in sent.letters:
        if letter.when.date() <= day:
            by_matter[letter.unit, letter.obligation].append(letter.accepted)
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (unit, _), passed in by_matter.items():
        told = {
            "uploads": len(passed),
            "returns": 1,
            "first_passed": passed[0],
            "sent_back": passed.count(False),
        }
        for name, count in told.items():
            found[unit][name] += count
    return found


def score(sent: Raw, tallied: pd.DataFrame, phase: str | None, day: dt.date) -> dict[str, tuple[float, int]]:
    """K25 of each territory of which anything can be measured, and the weight of what can."""
    ranks = league(sent, phase, day).set_index("unit").to_dict("index")
    cells, letters = coverage(sent, day), quality(sent, day)
    is_due = raw.owed()["county_survey"]["due"] < f"{day}"
    found = {}
    for unit in raw.territories():
        rank = ranks.get(unit, {"on_time": 0, "due_count": 0})
        answers = [answer for (who, _), (answer, _, _) in cells.items() if who == unit and is_due]
        parts = measured(rank, answers, tallied[tallied["territory"] == unit], letters[unit])
        weight = sum(WEIGHTS[name] for name in parts)
        if weight:
            found[unit] = (100 * sum(WEIGHTS[name] * share for name, share in parts.items()) / weight, weight)
    return found


def measured(rank: dict, answers: list[str], rows: pd.DataFrame, letters: dict[str, int]) -> dict[str, float]:
    """The shares that make a territory's score; one out of nothing is left out."""
    mended, mending = (int(rows[name].sum()) for name in ("mended", "mending"))
    pairs = {
        "on_time": (rank["on_time"], rank["due_count"]),
        "answered": (sum(answer in FOR_GOOD for answer in answers), len(answers)),
        "mended": (mended, mending + mended),
        "first_passed": (letters["first_passed"], letters["returns"]),
    }
    return {name: part / whole for name, (part, whole) in pairs.items() if whole}
