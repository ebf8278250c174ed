"""The figures of a warehouse held against what was signed when they were recorded.

A verdict carries the digest of the rows recorded with it, for a warehouse of that fingerprint. Where one is
made anew, or holds rows from before digests were signed, one entry (`made`) names a kept file with all.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

import duckdb

from pipelines.keeping import acted_rows, ddl, rows, warehouse
from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import JournalEntry

MADE = "made"
Row = tuple[Any, ...]
SENDINGS = f"SELECT nth, seq, kind, happened_at FROM warehouse.event WHERE kind = '{warehouse.SENDING}'"
ACTS = """
SELECT coalesce(e.nth, t.nth), e.seq, e.kind, e.happened_at, t.* EXCLUDE (nth)
FROM (FROM warehouse.event WHERE kind = '{table}') e
FULL JOIN warehouse.{table} t ON t.nth = e.nth"""


def signed(archive: Archive) -> dict[str, str]:
    """The digest last signed of each receipt's rows in a warehouse of today's fingerprint."""
    found: dict[str, str] = {}
    for entry in sorted([*archive.entries("judged"), *archive.entries(MADE)], key=lambda entry: entry.seq):
        if entry.facts.get("made_of") != ddl.fingerprint():
            continue
        if entry.kind == MADE:
            found |= json.loads(archive.bytes_of(entry.facts["digests"]))
        else:
            found[entry.facts["no"]] = entry.facts["digest"]
    return found


def sign(archive: Archive, con: duckdb.DuckDBPyConnection, anew: Mapping[str, str]) -> None:
    """Sign the digests of what was recorded anew, and of rows that were never signed for: once, together."""
    with archive.held():
        before = signed(archive)
        known = {**before, **anew}
        unsigned = silent(con, archive) - set(anew)
        if unsigned or known != before:
            found = recorded(con) if unsigned else {}
            known |= {no: digest for no, digest in found.items() if no in unsigned}
            kept = archive.keep(json.dumps(known, sort_keys=True).encode())
            archive.write(MADE, {"made_of": ddl.fingerprint(), "digests": kept})


def silent(con: duckdb.DuckDBPyConnection, archive: Archive) -> set[str]:
    """The receipts whose rows stand in a warehouse without a digest that was ever signed."""
    known = signed(archive)
    return {no for no in warehouse.remembered(con) if no not in known and archive.verdict(no)}


def recorded(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The digest of each receipt's rows as a warehouse holds them now."""
    hashes: dict[str, list[str]] = {}
    for table in ddl.submitted():
        no = rows.receipt_in(table)
        asked = f'SELECT {no}, {rows.HASHED.format(table=table, row="t")} FROM warehouse."{table}" t'
        for found, hashed in con.execute(asked).fetchall():
            hashes.setdefault(found, []).append(hashed)
    return {no: rows.joined(each) for no, each in hashes.items()}


def differences(con: duckdb.DuckDBPyConnection, archive: Archive) -> list[str]:
    """Where the rows of a warehouse of today's fingerprint are not those that were signed, in Chinese.

    What a crash left recorded and not signed yet is no difference.
    """
    expected, found = signed(archive), recorded(con)
    waiting = {entry.facts["no"] for entry in archive.unsigned()}
    changed = [no for no, digest in expected.items() if found.get(no) != digest and no not in waiting]
    told = [f"流水被截短：缺少回执 {no}" for no in sorted(set(found) - set(archive.numbers()))]
    told += [f"数据库中回执 {no} 的数据与登记时不同" for no in sorted(changed)]
    return told + [f"数据库中第 {nth} 号事件与流水不同" for nth in _strange_events(con, archive, expected)]


def _strange_events(con: duckdb.DuckDBPyConnection, archive: Archive, expected: Collection[str]) -> list[int]:
    """The numbers of the events that do not stand as they were signed."""
    asked = [SENDINGS, *(ACTS.format(table=table) for table in acted_rows.ROWS)]
    stands = {row for question in asked for row in con.execute(question).fetchall()}
    acts = {act.seq: act for act in archive.acts()}
    numbers = {seq: nth for seq, act in acts.items() if (nth := archive.number_of(act)) is not None}
    kept = {_act(acts[seq], nth): True for seq, nth in numbers.items()}
    kept |= {_sending(archive, no, verdict["nth"]): no in expected for no, verdict in archive.verdicts()}
    seqs = {row[1] for row in kept}
    unsigned = {seq for seq in [*acts, *(e.seq for e in archive.unsigned())] if seq not in seqs}
    strange = {
        row for row in stands - set(kept) if row[1] not in unsigned and (row[1] or 0) <= archive.head.seq
    }
    gone = {row for row, is_due in kept.items() if is_due and row not in stands}
    return sorted({row[0] for row in strange | gone})


def _sending(archive: Archive, no: str, nth: int) -> Row:
    arrival = archive.arrival(no)
    return nth, arrival.entry, warehouse.SENDING, rows.utc(arrival.received_at)


def _act(act: JournalEntry, nth: int) -> Row:
    return nth, act.seq, act.kind, rows.utc(acted_rows.happened(act)), *acted_rows.row(act)
