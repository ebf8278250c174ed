"""What is said of receipts: the list, when each came, which version stands, whether a clock is slow."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.judging.judgement import ACCEPTABLE, Judgement
from pipelines.keeping.acted_rows import done_by
from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.receipt import Receipt
from pipelines.keeping.store import Store
from schemas.access import Reach
from schemas.clock import FAR, SHANGHAI
from schemas.plan import PLAN
from schemas.returns import RETURNS, key_of

WITHDRAWN = "withdrawn"  # of an accepted sending that was taken back
SLOW = dt.timedelta(minutes=1)  # by which a clock may be set back without a word


@dataclass(frozen=True)
class Listed:
    """A receipt with what was decided on it; `verdict` is '' while that is under way, and
    WITHDRAWN once it was taken back."""

    receipt: Receipt
    verdict: str
    unit: str | None
    obligation: str | None
    reason: str | None


def listed(archive: Archive, unit: str | None = None, day: dt.date = FAR) -> list[Listed]:
    """What came, newest first, with verdicts as of a day: read from the archive alone."""
    every = [
        _listed(r, archive.verdict(r.no) or {}, done_by(day, archive.done("withdrawal", r.no)))
        for r in archive.receipts()
    ]
    return sorted(
        (x for x in every if unit in {None, x.unit}),
        key=lambda x: (x.receipt.received_at, x.receipt.no),
        reverse=True,
    )


def reached(every: Sequence[Listed], reach: Reach | None, account: str) -> list[Listed]:
    """Those of the units that somebody reaches, and those that they handed in themselves."""
    return [x for x in every if reach is None or x.unit in reach.units or x.receipt.by == account]


def _listed(receipt: Receipt, verdict: Mapping[str, Any], acts: Sequence[JournalEntry]) -> Listed:
    taken_back = acts and acts[-1].facts["state"] == WITHDRAWN
    return Listed(
        receipt,
        WITHDRAWN if taken_back else verdict.get("verdict", ""),
        verdict.get("unit") or receipt.unit,
        verdict.get("obligation") or receipt.obligation,
        verdict.get("reason"),
    )


def shown(moment: dt.datetime) -> str:
    """A moment as people read it, in Shanghai."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def came(receipt: Receipt) -> str:
    """When something came; where it was placed by hand, also what the clock said, and why."""
    if not receipt.is_moved:
        return shown(receipt.received_at)
    return f"{shown(receipt.received_at)}（登记{shown(receipt.stamped_at)}，理由：{receipt.reason}）"


def slow_clock(archive: Archive, receipt: Receipt) -> list[str]:
    """A sentence where the clock says an earlier time than at the ordinary arrival before."""
    last = archive.latest_before(receipt)
    if receipt.reason is not None or last - receipt.received_at <= SLOW:
        return []
    return [f"本机时钟比此前一份报送的收到时间（{shown(last)}）还早，请系统管理员校准时钟"]


def standing(store: Store, receipt: Receipt, judgement: Judgement) -> list[str]:
    """A sentence where another version stands for the matter of an accepted workbook; registers add up."""
    owed = PLAN.obligations.get(judgement.obligation or "")
    if judgement.verdict != ACCEPTABLE or owed is None:
        return []
    if owed.counts == "row":
        return list(_others_under_a_number(store, receipt, judgement))
    asked = "SELECT DISTINCT submission FROM current_answer(?) WHERE unit = ? AND obligation = ? ORDER BY ALL"
    given = [store.at(receipt.stamped_at).day, judgement.unit, judgement.obligation]
    rows = store.con.cursor().execute(asked, given).fetchall()
    numbers = [no for (no,) in rows]
    if receipt.no in numbers:
        return _back(store, receipt, given)
    return [f"现行版本仍是回执 {'、'.join(numbers)}，这一份没有替代它"] if numbers else []


BETWEEN = """
SELECT arg_max(old.id, old.entry), arg_max(s.id, s.entry)
FROM came($1) old
JOIN came($1) s ON s.unit = old.unit AND s.obligation = old.obligation
  AND s.entry > old.entry AND s.entry < $4
WHERE old.unit = $2 AND old.obligation = $3 AND old.sha256 = $5
  AND old.verdict = 'acceptable' AND s.verdict = 'acceptable' AND s.sha256 <> $5"""


def _back(store: Store, receipt: Receipt, given: Sequence[object]) -> list[str]:
    """A sentence where the same file had been replaced by another, and stands again."""
    asked = [*given, receipt.entry, receipt.sha256]
    old, other = store.con.cursor().execute(BETWEEN, asked).fetchall()[0]
    if old is None:
        return []
    return [
        f"这份文件与回执 {old} 完全相同，其后已受理过回执 {other}；现改以这一份为准。"
        f"不是要改回的，请重报回执 {other} 的文件"
    ]


def _others_under_a_number(store: Store, receipt: Receipt, judgement: Judgement) -> Iterator[str]:
    """A sentence for each entry of a register that took the place of one with which it has only the key in
    common: every clerk's file may begin at 1.
    """
    given = [store.at(receipt.stamped_at).day, judgement.unit, judgement.obligation, receipt.no]
    for code in dict.fromkeys(a.return_ for a in judgement.answers if a.answer == "rows"):
        keys, columns = key_of(code), RETURNS[code].columns
        others = [name for name, column in columns.items() if not column.nullable and name not in keys]
        if not keys or len(others) < FEWEST:
            continue
        parts = {
            "code": code,
            "key": keys[0],
            "apart": " AND ".join(f'n."{name}" IS DISTINCT FROM o."{name}"' for name in others),
        }
        rows = store.con.cursor().execute(OTHERS.format(**parts), given)
        title = str(columns[keys[0]].title)
        for number, old in rows.fetchall():
            yield (
                f"{title} {number} 在回执 {old} 报的是另一条，其余各项都不相同，现按更正代替了它；"
                f"不是更正的，请换一个{title}重报"
            )


FEWEST = 2  # columns besides the key that must differ
OTHERS = """
WITH keyed AS (
    SELECT t.*, k.row_key
    FROM "{code}" t
    JOIN keyed_row() k ON k.return_ = '{code}' AND k.submission = t.submission AND k.sheet = t.sheet
                      AND k.sheet_row = t.sheet_row
),
last AS (
    SELECT t.*
    FROM keyed t
    JOIN came($1) s ON s.id = t.submission
    WHERE s.unit = $2 AND s.obligation = $3 AND s.verdict = 'acceptable' AND s.id <> $4
    QUALIFY row_number() OVER (PARTITION BY row_key ORDER BY s.ranked_at DESC, s.entry DESC) = 1
)
SELECT DISTINCT n."{key}"::VARCHAR, o.submission
FROM keyed n
JOIN last o ON n.row_key = o.row_key AND {apart}
WHERE n.submission = $4
ORDER BY ALL"""
