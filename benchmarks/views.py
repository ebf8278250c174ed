"""How long each view takes to answer as the ledger grows, and as history deepens under the same current state.

`python -m benchmarks.views [ROWS …]` fills a warehouse straight in its tables, in the demonstration's proportions (two
surveys, five months of 整改 and 取缔 sheets), asks each view five times cold of Python's caches, and prints medians. What is
asked of the ledger is asked of the kept one (`views/ledger_cache.py`); working that out is a row of its own.
"""

import datetime as dt
import itertools
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

import views
from benchmarks import report
from pipelines.keeping import warehouse
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
    ledger_cache,
    matrix,
    pace,
    quality,
    score,
    tally,
)

SCOPE = Scope(None, dt.date(2016, 11, 18))
MENDING, CLOSING, MONTHS, SURVEYS = 0.38, 0.12, ("07", "08", "09", "10"), 2
ANOTHER = itertools.count(1)
PER_ENTITY = SURVEYS + len(MONTHS) * (MENDING + CLOSING)
DANGEROUS = ledger.Facets(risk_level=("高",), alerts=("逾期整改", "未交接"))
WORKED_OUT = "a day's ledger, worked out (once for each state of the data)"
ASKED: dict[str, Callable[[duckdb.DuckDBPyConnection], Any]] = {
    "compliance": lambda con: compliance.fetch(con, SCOPE), "matrix": lambda con: matrix.fetch(con, SCOPE),
    "league": lambda con: league.fetch(con, SCOPE), "pace": lambda con: pace.fetch(con, SCOPE),
    "coverage": lambda con: coverage.fetch(con, SCOPE), "quality": lambda con: quality.fetch(con, SCOPE),
    "score": lambda con: score.fetch(con, SCOPE),
    WORKED_OUT: lambda con: ledger_cache.ledger(con, _another_day()),
    "tally": lambda con: tally.fetch(con, SCOPE),
    "descent": lambda con: descent.fetch(con, SCOPE), "finding": lambda con: finding.fetch(con, SCOPE),
    "ledger (高; 逾期或未交接; 200 rows)": lambda con: ledger.fetch(con, SCOPE, DANGEROUS, 200),
    "hits (the same facets)": lambda con: ledger.hits(con, SCOPE, DANGEROUS),
    "history (one institution)": lambda con: history.fetch(con, SCOPE, _someone(con)),
}  # fmt: skip
CURRENT = ("coverage", WORKED_OUT, "tally", "ledger (高; 逾期或未交接; 200 rows)", "hits (the same facets)")


def _another_day() -> dt.date:
    return SCOPE.as_of + dt.timedelta(next(ANOTHER))


def _someone(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT entity FROM survey_p2p LIMIT 1").fetchone()
    return int(row[0]) if row else 0


def fill(path: Path, entities: int, surveys: int = SURVEYS) -> duckdb.DuckDBPyConnection:
    """A warehouse of that many institutions, `surveys` accepted versions deep."""
    con = warehouse.connect(path)
    warehouse.create(con)
    views.install(con)
    con.execute(
        """
        CREATE TEMP TABLE who AS
        SELECT i, u.unit, u.title AS territory, f.field AS letter, f.title AS field, '示例' || i || '有限公司' AS entity_name,
               CASE WHEN i % 100 < 8 THEN '高' WHEN i % 100 < 35 THEN '中' ELSE '低' END AS risk_level, i % 97 AS luck
        FROM range(?) t(i)
        JOIN (SELECT unit, title, row_number() OVER (ORDER BY position) - 1 AS n FROM unit WHERE block = 'territory') u
          ON u.n = t.i % 10
        JOIN (SELECT field, title, row_number() OVER (ORDER BY position) - 1 AS n FROM field) f ON f.n = t.i // 10 % 6""",
        [entities],
    )
    for version in range(surveys):
        _surveyed(con, version)
    for n, month in enumerate(MONTHS):
        _told(con, month, n)
    return con


def _send(con: duckdb.DuckDBPyConnection, tag: str, obligation: str, day: dt.date, sheets: str) -> None:
    """One accepted submission of each territory; `sheets` gives return, field and title of what it holds."""
    con.execute(
        f"""
        INSERT INTO submission BY NAME
        SELECT '{tag}-' || unit AS id, unit, '{obligation}' AS obligation, 'acceptable' AS verdict, 'x' AS sha256,
               '示例.xlsx' AS filename, '示例' AS sent_by, TIMESTAMP '{day} 04:00' AS received_at, 0 AS musts, 0 AS verifies,
               {len(tag)} + row_number() OVER () AS entry
        FROM unit WHERE block = 'territory'"""
    )
    con.execute(
        f"""
        INSERT INTO answer BY NAME
        SELECT '{tag}-' || u.unit AS submission, 0 AS position, s.return_, s.field, s.sheet, 'rows' AS answer, 1 AS row_count
        FROM unit u, ({sheets}) s(return_, field, sheet) WHERE u.block = 'territory'"""
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    con.execute(f'INSERT INTO "{table}" BY NAME {warehouse.KEYED.format(rows=f"({rows})")}')


def _surveyed(con: duckdb.DuckDBPyConnection, version: int) -> None:
    sheets = "VALUES " + ", ".join(f"('{f.return_}', '{f.field}', '{f.title}')" for f in PLAN.fields.values())
    tag = f"a{version:02d}"
    _send(con, tag, "county_survey", dt.date(2016, 7, 1) + dt.timedelta(version), sheets)
    for field in PLAN.fields.values():
        _insert(
            con,
            field.return_,
            f"""
            SELECT '{tag}-' || unit AS submission, field AS sheet, i + 4 AS sheet_row,
                   field, territory, entity_name, risk_level, '示例街' || i AS reg_address,
                   CASE WHEN luck < 49 THEN '合规类' WHEN luck < 86 THEN '整改类' ELSE '取缔类' END AS disp_class,
                   CASE WHEN luck < 49 THEN '非重点对象' ELSE '重点对象' END AS is_key, 10 + luck AS stock_scale,
                   luck AS noncompliant_scale, luck AS people_cnt, 0 AS overdue_amt, '否' AS suspect_illegal_fund,
                   '无' AS stability_flag, '县市排查' AS source, '信息咨询' AS biz_scope
            FROM who WHERE letter = '{field.field}' ORDER BY unit""",
        )


def _told(con: duckdb.DuckDBPyConnection, month: str, n: int) -> None:
    tag = f"m{month}"
    sheets = "VALUES ('rectification', '', '整改落实进展监测明细表'), ('ban', '', '取缔类机构处置明细表')"
    _send(con, tag, f"monthly_{month}", dt.date(2016, 8 + n, 3), sheets)
    _insert(
        con,
        "rectification",
        f"""
        SELECT '{tag}-' || unit AS submission, '整改落实进展监测明细表' AS sheet, i + 4 AS sheet_row,
               field, territory, entity_name, risk_level, '状态分类阶段确定' AS found_when,
               '整改计划已获批准' AS progress, CASE WHEN luck % 3 < {n} THEN '已完成整改' ELSE '正在整改' END AS rectify_status,
               DATE '2016-10-31' AS rectify_due, DATE '2016-10-31' AS exit_plan_date, 10 + luck AS scale_init,
               10 + luck - {n} AS scale_end, -1 AS scale_mom, luck AS nc_init, luck * (4 - {n}) / 4 AS nc_end, -1 AS nc_mom,
               '否' AS new_noncompliant, '正常运营' AS op_status
        FROM who WHERE luck BETWEEN 49 AND 85 ORDER BY unit""",
    )
    _insert(
        con,
        "ban",
        f"""
        SELECT '{tag}-' || unit AS submission, '取缔类机构处置明细表' AS sheet, i + 4 AS sheet_row,
               field, territory, entity_name, '状态分类阶段确定' AS found_when,
               '公安部门' AS ban_dest, CASE WHEN luck % 4 < {n} THEN '是' ELSE '否' END AS handed_over
        FROM who WHERE luck > 85 ORDER BY unit""",
    )


def timed(con: duckdb.DuckDBPyConnection, names: tuple[str, ...] | None = None) -> dict[str, float]:
    """Milliseconds of each view, the median of five."""
    found = {}
    for name in names or tuple(ASKED):
        tries = []
        for _ in range(5):
            cursor = con.cursor()
            start = time.perf_counter()
            ASKED[name](cursor)
            tries.append(1000 * (time.perf_counter() - start))
        found[name] = median(tries)
    return found


def main(rows: list[int]) -> None:
    columns, deep = {}, {}
    with tempfile.TemporaryDirectory() as place:
        for count in rows:
            con = fill(Path(place) / f"{count}.duckdb", max(60, round(count / PER_ENTITY)))
            columns[count] = timed(con)
            con.close()
        for depth in (2, 4, 8, 16):
            con = fill(Path(place) / f"deep{depth}.duckdb", 100_000, depth)
            deep[depth] = timed(con, CURRENT)
            con.close()
    lines = [
        f"| view | {' | '.join(f'{n:,} rows, ms' for n in rows)} | growth |",
        "|---|" + "---|" * (len(rows) + 1),
    ]
    for name in ASKED:
        told = [columns[n][name] for n in rows]
        grown = " · ".join(f"{b / a:.1f}" for a, b in itertools.pairwise(told))
        lines.append(f"| {name} | {' | '.join(f'{ms:.0f}' for ms in told)} | {grown} |")
    told = "The same 100,000 institutions, more accepted versions of their surveys: history grows, the current state does not."
    heads = " | ".join(f"{d} versions, ms" for d in deep)
    lines += [
        "",
        told,
        "",
        f"| view | {heads} | growth, {max(deep) // min(deep)} × the depth |",
        "|---|" + "---|" * (len(deep) + 1),
    ]
    for name in CURRENT:
        each = [deep[d][name] for d in deep]
        lines.append(f"| {name} | {' | '.join(f'{ms:.0f}' for ms in each)} | {each[-1] / each[0]:.1f} |")
    how = f"Entity rows in the tables: {PER_ENTITY:.1f} for each institution (surveys, 整改 and 取缔 months). Median of five."
    report.write("Views as the ledger grows", "python -m benchmarks.views", lines, how)


if __name__ == "__main__":
    main([int(n) for n in sys.argv[1:]] or [1_000, 100_000, 5_000_000])
