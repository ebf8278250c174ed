"""How long each view takes to answer as the ledger grows, and as history deepens under one current state.

`python -m benchmarks.views [ROWS …]` fills a warehouse straight in its tables, in the demonstration's
proportions (two surveys, four months of 整改 and 取缔 sheets), asks each view five times cold of Python's
caches, and prints medians. What is asked of the ledger is asked of the one that
`views/answers/ledger_cache.py` keeps; working that out is a row of its own. Last, how long a filter takes
while one day is in use, and while many are.
"""

import datetime as dt
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import duckdb

import views
from benchmarks import report
from pipelines.keeping import opening, warehouse
from pipelines.keeping import rows as sent
from schemas.plan import PLAN
from views import Scope
from views.answers import (
    compliance,
    coverage,
    descent,
    finding,
    history,
    league,
    ledger,
    matrix,
    pace,
    quality,
    score,
    tally,
)

SCOPE = Scope(None, dt.date(2016, 11, 18), None)
MENDING, CLOSING, MONTHS, SURVEYS = 0.38, 0.12, ("07", "08", "09", "10"), 2
ANOTHER = itertools.count(1)
PER_ENTITY = SURVEYS + len(MONTHS) * (MENDING + CLOSING)
DANGEROUS = ledger.Facets(risk_level=("高",), alerts=("逾期整改", "未交接"))
WHO = """
CREATE TEMP TABLE who AS
SELECT i, u.unit, u.title AS territory, f.field AS letter, f.title AS field,
       '示例' || i || '有限公司' AS entity_name,
       CASE WHEN i % 100 < 8 THEN '高' WHEN i % 100 < 35 THEN '中' ELSE '低' END AS risk_level,
       i % 97 AS luck
FROM range(?) t(i)
JOIN (
    SELECT unit, title, row_number() OVER (ORDER BY position) - 1 AS n FROM unit WHERE block = 'territory'
) u ON u.n = t.i % 10
JOIN (
    SELECT field, title, row_number() OVER (ORDER BY position) - 1 AS n FROM field
) f ON f.n = t.i // 10 % 6"""
SUBMISSION = """
INSERT INTO warehouse.submission BY NAME
SELECT '{tag}-' || unit AS id, unit, '{obligation}' AS obligation, 'acceptable' AS verdict, 'x' AS sha256,
       '示例.xlsx' AS filename, '示例' AS sent_by, TIMESTAMP '{day} 04:00' AS received_at, 0 AS musts,
       0 AS verifies, (SELECT count(*) FROM submission) + row_number() OVER () AS entry
FROM unit WHERE block = 'territory'"""
EVENT = """
INSERT INTO warehouse.event
SELECT entry, entry, 'sending', received_at FROM submission WHERE id LIKE '{tag}-%'"""
SHEET_ANSWER = """
INSERT INTO warehouse.sheet_answer BY NAME
SELECT '{tag}-' || u.unit AS submission, 0 AS position, s.return_, s.field, s.sheet, 'rows' AS answer,
       1 AS row_count
FROM unit u, ({sheets}) s(return_, field, sheet) WHERE u.block = 'territory'"""
SURVEYED = """
SELECT '{tag}-' || unit AS submission, field AS sheet, i + 4 AS sheet_row,
       field, territory, entity_name, risk_level, '示例街' || i AS reg_address,
       CASE WHEN luck < 49 THEN '合规类' WHEN luck < 86 THEN '整改类' ELSE '取缔类' END AS disp_class,
       CASE WHEN luck < 49 THEN '非重点对象' ELSE '重点对象' END AS is_key,
       10 + luck AS stock_scale, luck AS noncompliant_scale, luck AS people_cnt, 0 AS overdue_amt,
       '否' AS suspect_illegal_fund, '无' AS stability_flag, '县市排查' AS source, '信息咨询' AS biz_scope
FROM who WHERE letter = '{letter}' ORDER BY unit"""
MONTHLY_SHEETS = "VALUES ('rectification', '', '整改落实进展监测明细表'), ('ban', '', '取缔类机构处置明细表')"
MENDED = """
SELECT '{tag}-' || unit AS submission, '整改落实进展监测明细表' AS sheet, i + 4 AS sheet_row,
       field, territory, entity_name, risk_level, '状态分类阶段确定' AS found_when,
       '整改计划已获批准' AS progress,
       CASE WHEN luck % 3 < {n} THEN '已完成整改' ELSE '正在整改' END AS rectify_status,
       DATE '2016-10-31' AS rectify_due, DATE '2016-10-31' AS exit_plan_date,
       10 + luck AS scale_init, 10 + luck - {n} AS scale_end, -1 AS scale_mom,
       luck AS nc_init, luck * (4 - {n}) / 4 AS nc_end, -1 AS nc_mom,
       '否' AS new_noncompliant, '正常运营' AS op_status
FROM who WHERE luck BETWEEN 49 AND 85 ORDER BY unit"""
BANNED = """
SELECT '{tag}-' || unit AS submission, '取缔类机构处置明细表' AS sheet, i + 4 AS sheet_row,
       field, territory, entity_name, '状态分类阶段确定' AS found_when, '公安部门' AS ban_dest,
       CASE WHEN luck % 4 < {n} THEN '是' ELSE '否' END AS handed_over
FROM who WHERE luck > 85 ORDER BY unit"""
WORKED_OUT = "a day's ledger, worked out (once for each state of the data)"
FACETED = "ledger (高; 逾期或未交接; 200 rows)"
HITS = "hits (the same facets)"
ASKED: dict[str, Callable[[duckdb.DuckDBPyConnection], Any]] = {
    "compliance": lambda con: compliance.fetch(con, SCOPE),
    "matrix": lambda con: matrix.fetch(con, SCOPE),
    "league": lambda con: league.fetch(con, SCOPE),
    "pace": lambda con: pace.fetch(con, SCOPE),
    "coverage": lambda con: coverage.fetch(con, SCOPE),
    "quality": lambda con: quality.fetch(con, SCOPE),
    "score": lambda con: score.fetch(con, SCOPE),
    WORKED_OUT: lambda con: ledger.hits(con, replace(SCOPE, as_of=_another_day())),
    "tally": lambda con: tally.fetch(con, SCOPE),
    "descent": lambda con: descent.fetch(con, SCOPE),
    "finding": lambda con: finding.fetch(con, SCOPE),
    FACETED: lambda con: ledger.fetch(con, SCOPE, DANGEROUS, 200),
    HITS: lambda con: ledger.hits(con, SCOPE, DANGEROUS),
    "history (one institution)": lambda con: history.fetch(con, SCOPE, _someone(con)),
}
CURRENT = ("coverage", WORKED_OUT, "tally", FACETED, HITS)
DEPTHS, DEEP_ENTITIES, TRIES = (2, 4, 8, 16), 100_000, 5
DAYS_IN_USE, USED, ROUNDS = (
    (1, 4, 25),
    5_000,
    4,
)  # institutions of a large prefecture; how often each day is asked


def _another_day() -> dt.date:
    return SCOPE.as_of + dt.timedelta(next(ANOTHER))


def _someone(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT entity FROM survey_p2p LIMIT 1").fetchone()
    return int(row[0]) if row else 0


def fill(path: Path, entities: int, surveys: int) -> duckdb.DuckDBPyConnection:
    """A warehouse of that many institutions, `surveys` accepted versions deep."""
    con = opening.of_file(warehouse.connect(path)).con
    views.install(con)
    con.execute(WHO, [entities])
    for version in range(surveys):
        _surveyed(con, version)
    for n, month in enumerate(MONTHS):
        _monthly(con, month, n)
    return con


def _send(con: duckdb.DuckDBPyConnection, tag: str, obligation: str, day: dt.date, sheets: str) -> None:
    """One accepted submission of each territory; `sheets` gives return, field and title of what it holds."""
    con.execute(SUBMISSION.format(tag=tag, obligation=obligation, day=day))
    con.execute(EVENT.format(tag=tag))
    con.execute(SHEET_ANSWER.format(tag=tag, sheets=sheets))


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    con.execute(f'INSERT INTO warehouse."{table}" BY NAME {sent.KEYED.format(rows=f"({rows})")}')


def _surveyed(con: duckdb.DuckDBPyConnection, version: int) -> None:
    sheets = "VALUES " + ", ".join(f"('{f.return_}', '{f.field}', '{f.title}')" for f in PLAN.fields.values())
    tag = f"a{version:02d}"
    _send(con, tag, "county_survey", dt.date(2016, 7, 1) + dt.timedelta(version), sheets)
    for field in PLAN.fields.values():
        _insert(con, field.return_, SURVEYED.format(tag=tag, letter=field.field))


def _monthly(con: duckdb.DuckDBPyConnection, month: str, n: int) -> None:
    tag = f"m{month}"
    _send(con, tag, f"monthly_{month}", dt.date(2016, 8 + n, 3), MONTHLY_SHEETS)
    _insert(con, "rectification", MENDED.format(tag=tag, n=n))
    _insert(con, "ban", BANNED.format(tag=tag, n=n))


def timed(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> dict[str, float]:
    """Milliseconds of each view named, the median of its tries."""
    return {name: median(_once(con.cursor(), ASKED[name]) for _ in range(TRIES)) for name in names}


def _once(cursor: duckdb.DuckDBPyConnection, ask: Callable[[duckdb.DuckDBPyConnection], Any]) -> float:
    start = time.perf_counter()
    ask(cursor)
    return 1000 * (time.perf_counter() - start)


def measured(path: Path, entities: int, surveys: int, names: Iterable[str]) -> dict[str, float]:
    """Milliseconds of each view named on a warehouse made for it at `path`."""
    con = fill(path, entities, surveys)
    times = timed(con, names)
    con.close()
    return times


def line(name: str, times: Sequence[float], growth: str) -> str:
    return f"| {name} | {' | '.join(f'{ms:.0f}' for ms in times)} | {growth} |"


def by_size(sizes: dict[int, dict[str, float]]) -> Iterator[str]:
    """The table of all views: a column for each number of rows, and the growth from each to the next."""
    yield f"| view | {' | '.join(f'{n:,} rows, ms' for n in sizes)} | growth |"
    yield "|---|" + "---|" * (len(sizes) + 1)
    for name in ASKED:
        times = [of_size[name] for of_size in sizes.values()]
        yield line(name, times, " · ".join(f"{b / a:.1f}" for a, b in itertools.pairwise(times)))


def by_depth(depths: dict[int, dict[str, float]]) -> Iterator[str]:
    """The table of the current state: a column for each number of versions, and the growth over all."""
    heads = " | ".join(f"{d} versions, ms" for d in depths)
    yield f"| view | {heads} | growth, {max(depths) // min(depths)} × the depth |"
    yield "|---|" + "---|" * (len(depths) + 1)
    for name in CURRENT:
        times = [of_depth[name] for of_depth in depths.values()]
        yield line(name, times, f"{times[-1] / times[0]:.1f}")


def in_use(con: duckdb.DuckDBPyConnection, days: int) -> list[float]:
    """Milliseconds of a filter that is asked of so many days in turn, each worked out before."""
    asked = [replace(SCOPE, as_of=SCOPE.as_of - dt.timedelta(n)) for n in range(days)]

    def filter_of(scope: Scope) -> float:
        return _once(
            con.cursor(), lambda cursor: (ledger.hits(cursor, scope, DANGEROUS), tally.fetch(cursor, scope))
        )

    for scope in asked:
        filter_of(scope)
    return [filter_of(scope) for _ in range(ROUNDS * max(DAYS_IN_USE) // days) for scope in asked]


def by_days(path: Path) -> Iterator[str]:
    """The table of filters: how long one takes as more days are in use at once."""
    con = fill(path, USED, SURVEYS)
    yield "| days in use | p50, ms | p95, ms |"
    yield "|---|---|---|"
    for days in DAYS_IN_USE:
        times = quantiles(in_use(con, days), n=20)
        yield f"| {days} | {times[9]:.0f} | {times[18]:.0f} |"
    con.close()


def main(rows: list[int]) -> None:
    with tempfile.TemporaryDirectory() as named:
        place = Path(named)
        sizes = {
            count: measured(
                place / f"{count}.duckdb", max(60, round(count / PER_ENTITY)), SURVEYS, tuple(ASKED)
            )
            for count in rows
        }
        depths = {
            depth: measured(place / f"deep{depth}.duckdb", DEEP_ENTITIES, depth, CURRENT) for depth in DEPTHS
        }
        used = list(by_days(place / "used.duckdb"))
    between = (
        f"The same {DEEP_ENTITIES:,} institutions, more accepted versions of their surveys: history grows, "
        "the current state does not."
    )
    how = (
        f"Entity rows in the tables: {PER_ENTITY:.1f} for each institution (surveys, 整改 and 取缔 months). "
        "Median of five."
    )
    days = f"A filter (hits and tally) asked of the days in use in turn, {USED:,} institutions."
    lines = [*by_size(sizes), "", between, "", *by_depth(depths), "", days, "", *used]
    report.write("Views as the ledger grows", "python -m benchmarks.views", lines, how)


if __name__ == "__main__":
    main([int(n) for n in sys.argv[1:]] or [1_000, 100_000, 5_000_000])
