"""The faults planted in first versions, as clerks make them, and the habits that reading must bear."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from demo.filled import Filled, FilledRow
from demo.post import UNREADABLE, Letter
from pipelines.writing.template import CoverLine
from schemas.forms import Form

HOPELESS = "<html><body><table><tr><td>示例：网页另存，只改了后缀</td></tr></table></body></html>".encode()
MIDDLING = "较高"  # not an option: the scale is 高、中、低
HABITS: tuple[Callable[[Any], Any], ...] = (
    lambda day: day,
    lambda day: day,
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y%m%d}",
)
ABOUT, SHORTER, OTHERWISE = 0.02, 0.08, 0.5
COMPANY = "有限公司"


def _wrong_digit(row: FilledRow) -> FilledRow:
    last = str(row["id_no"])[-1]
    return {"id_no": f"{row['id_no'][:-1]}{'1' if last != '1' else '2'}"}


FaultMaker = tuple[Callable[[FilledRow], bool], Callable[[FilledRow], FilledRow]]  # which rows; what changes
OF_SURVEYS: tuple[FaultMaker, ...] = (
    (lambda row: bool(row.get("risk_level")), lambda _: {"risk_level": MIDDLING}),
    (lambda row: len(str(row.get("id_no") or "")) == 18, _wrong_digit),
    (lambda row: bool(row.get("stock_scale")), lambda row: {"noncompliant_scale": row["stock_scale"] + 50}),
    (lambda row: bool(row.get("legal_rep")), lambda _: {"legal_rep": None}),
    (lambda row: bool(row.get("est_date")), lambda _: {"est_date": "2015年2月30日"}),
)
OF_MONTHS: tuple[FaultMaker, ...] = (
    (lambda row: "nc_end" in row, lambda row: {"scale_ytd": row["scale_ytd"] + 100}),
    (lambda row: "nc_end" in row, lambda row: {"nc_end": row["scale_end"] + 10}),
    (lambda row: "risk_level" in row, lambda _: {"risk_level": MIDDLING}),
    (lambda row: "ban_dest" in row, lambda _: {"ban_dest": None}),
)
OF_PAPERS: tuple[FaultMaker, ...] = (
    (lambda row: "doc_date" in row, lambda row: {"doc_date": f"{row['doc_date']:%Y年%m月}"}),
    (lambda row: "doc_date" in row, lambda _: {"signer": None}),
    (lambda row: "named_on" in row, lambda row: {"named_on": f"{row['named_on']:%Y年%m月}"}),
    (lambda row: "inspected_on" in row, lambda _: {"conclusion": "基本合格"}),
    (lambda row: "accepted_on" in row, lambda _: {"result": "通过"}),
    (lambda row: "headline" in row, lambda _: {"headline": None}),
    (lambda row: "topics" in row, lambda _: {"topics": None}),
)


def spoiled(filled: Filled, rng: random.Random) -> Filled:
    """The same workbook with one or two faults that must be mended; without rows, a zero without work."""
    places = [(title, n) for title, rows in filled.rows.items() for n in range(len(rows))]
    if not places:
        return replace(filled, lines={t: (word, "", "") for t, (word, _, _) in filled.lines.items()})
    rows = {title: list(of_sheet) for title, of_sheet in filled.rows.items()}
    for title, n in rng.sample(places, min(len(places), rng.choice((1, 1, 2)))):
        rows[title][n] = _spoil(rows[title][n], rng)
    return replace(filled, rows=rows)


def moved_otherwise(filled: Filled) -> Filled:
    """The same month with a change that does not follow from the month before: that since the beginning."""
    rows = {title: list(of_sheet) for title, of_sheet in filled.rows.items()}
    for of_sheet in rows.values():
        for n, row in enumerate(of_sheet):
            if row.get("scale_mom") not in {row.get("scale_ytd"), None}:
                of_sheet[n] = {**row, "scale_mom": row["scale_ytd"]}
                return replace(filled, rows=rows)
    return filled


def _spoil(row: FilledRow, rng: random.Random) -> FilledRow:
    able = [change for fits, change in (*OF_SURVEYS, *OF_MONTHS, *OF_PAPERS) if fits(row)]
    return {**row, **rng.choice(able)(row)}


def as_typed(rows: Sequence[FilledRow], unit_habit: int, rng: random.Random) -> list[FilledRow]:
    """Survey rows as their clerk writes them: dates in the unit's manner, now and then an amount with 约."""
    write = HABITS[unit_habit % len(HABITS)]
    return [
        {**row, "seq_no": n, "est_date": write(row["est_date"]), **_about(row, rng)}
        for n, row in enumerate(rows, 1)
    ]


def as_another_has_it(row: FilledRow, rng: random.Random) -> FilledRow:
    """A survey row as another office tells it: by a shorter name, or with less that is not compliant."""
    luck, name = rng.random(), str(row["entity_name"])
    if luck < SHORTER and name.endswith(COMPANY):
        return {**row, "entity_name": name.removesuffix(COMPANY)}
    less = row["noncompliant_scale"] and luck < OTHERWISE
    return {**row, "noncompliant_scale": round(row["noncompliant_scale"] * 0.8, 2)} if less else row


def _about(row: FilledRow, rng: random.Random) -> FilledRow:
    sound = row["stock_scale"] and not row["noncompliant_scale"] and "loan_bal_tot" not in row
    return {"stock_scale": f"约{row['stock_scale']:.0f}万"} if sound and rng.random() < ABOUT else {}


def zero(form: Form, rng: random.Random) -> CoverLine:
    """The line of a sheet with nothing to report, with the work that shows it."""
    return "零报告", str(rng.randint(8, 160)), f"逐户排查并核对登记信息，未发现{form.title[:12]}所列机构"


def mishaps(letters: Sequence[Letter], unit: str) -> list[Letter]:
    """A web page renamed to a workbook, and the same workbook sent twice: both by one unit."""
    sound = sorted((x for x in letters if x.unit == unit and not x.remark), key=lambda x: x.arrives)
    if not sound:
        return []
    page, twice = sound[0], sound[len(sound) // 2]
    sooner = page.arrives - dt.timedelta(minutes=95)
    later = twice.arrives + dt.timedelta(hours=3)
    return [
        replace(page, arrives=sooner, content=HOPELESS, verdict=UNREADABLE),
        replace(twice, arrives=later, saved=twice.arrives),
    ]
