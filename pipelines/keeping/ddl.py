"""The tables of a warehouse, made from the declarations; and what stands in memory beside them.

The tables stand in an attached database, a file or a lake, called `warehouse`; whoever opens it has views of
them, the plan and the macros in memory, so that questions name no database.
"""

import hashlib
from collections.abc import Collection, Mapping
from functools import cache

import duckdb
import pandera.pandas as pa
import pyarrow

from pipelines.keeping import in_force
from schemas.columns import may_be_unknown
from schemas.plan import PLAN, frames
from schemas.returns import RETURNS, lists_entities

TYPES = {"money": "DECIMAL(18,4)", "number": "DOUBLE", "whole": "BIGINT", "day": "DATE"}
TABLES = {
    "submission": "id VARCHAR NOT NULL, unit VARCHAR, obligation VARCHAR, sha256 VARCHAR, filename VARCHAR, "
    "sent_by VARCHAR, received_at TIMESTAMP, verdict VARCHAR, reason VARCHAR, musts BIGINT, verifies BIGINT, "
    "entry BIGINT, is_placed BOOLEAN, stamped_at TIMESTAMP, placed_because VARCHAR",
    "sheet_answer": "submission VARCHAR NOT NULL, position BIGINT, return_ VARCHAR, field VARCHAR, "
    "sheet VARCHAR, answer VARCHAR, row_count BIGINT, checked BIGINT",
    "problem": "submission VARCHAR NOT NULL, level VARCHAR, rule VARCHAR, return_ VARCHAR, sheet VARCHAR, "
    "cell VARCHAR, row BIGINT, column_name VARCHAR, title VARCHAR, value VARCHAR, message VARCHAR, "
    "remedy VARCHAR",
    "heading": "submission VARCHAR NOT NULL, sheet VARCHAR, column_name VARCHAR, letters VARCHAR",
    # everything recorded, in the order in which it could be seen: `seq` is its entry in the journal
    "event": "nth BIGINT NOT NULL, seq BIGINT NOT NULL, kind VARCHAR, happened_at TIMESTAMP",
    # sendings that were placed at another time later, by hand
    "placed": "nth BIGINT NOT NULL, submission VARCHAR NOT NULL, received_at TIMESTAMP, reason VARCHAR",
    # what people did otherwise, as `schemas/acts` declares it: `unit` is whose it is, `actor` who did it
    "act": "nth BIGINT NOT NULL, seq BIGINT NOT NULL, kind VARCHAR NOT NULL, matter VARCHAR NOT NULL, "
    "state VARCHAR NOT NULL, subject VARCHAR NOT NULL, unit VARCHAR, actor VARCHAR, person VARCHAR, "
    "actor_unit VARCHAR, happened_at TIMESTAMP, content VARCHAR, reason VARCHAR, files VARCHAR",
    "made_of": "fingerprint VARCHAR",
}
# Before the declared columns: in every return where a row stands, in those that list institutions their keys.
PLACE = ("submission VARCHAR NOT NULL", "sheet VARCHAR NOT NULL", "sheet_row BIGINT NOT NULL")
KEYS = ("entity UBIGINT", "territory_code VARCHAR", "field_code VARCHAR")


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of the attached warehouse."""
    asked = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'warehouse' ORDER BY ALL"
    return [name for (name,) in con.execute(asked).fetchall()]


@cache
def fingerprint() -> str:
    """The SHA-256 of what the tables are made of today: their columns, and the plan."""
    plan = {name: rows.to_csv() for name, rows in frames(PLAN).items()}
    return hashlib.sha256(repr([sorted(plan.items()), ddl()]).encode()).hexdigest()


def made_of(con: duckdb.DuckDBPyConnection) -> str:
    """The fingerprint of the schemas and the plan of which the warehouse was made; '' of an empty one."""
    if "made_of" not in tables(con):
        return ""
    row = con.execute("SELECT fingerprint FROM warehouse.made_of").fetchone()
    return str(row[0]) if row else ""


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Make every table in an empty warehouse; the transaction is the caller's."""
    con.execute(";\n".join(ddl()))
    con.execute("INSERT INTO warehouse.made_of VALUES (?)", [fingerprint()])


def install(con: duckdb.DuckDBPyConnection, copied: Collection[str] = ()) -> None:
    """Make in memory what questions ask: the plan, a view of each table that is not there as a copy, what is
    in force.
    """
    for name, plan_rows in _plan().items():
        con.register("plan_rows", plan_rows)
        con.execute(f'CREATE TABLE "{name}" AS SELECT * FROM plan_rows')  # noqa: S608  names of our own
        con.unregister("plan_rows")
    con.execute("CREATE TABLE moved_day (obligation VARCHAR, words VARCHAR)")
    seen = [
        f'CREATE VIEW "{name}" AS FROM warehouse."{name}"'
        for name in (*TABLES, *RETURNS)
        if name not in copied
    ]
    con.execute(";\n".join(seen))
    in_force.install(con)


@cache
def _plan() -> Mapping[str, pyarrow.Table]:
    """The tables of the plan, made once: it never changes."""
    made = frames(PLAN).items()
    return {name: pyarrow.Table.from_pandas(rows, preserve_index=False) for name, rows in made}


def ddl() -> list[str]:
    """The statements that make the tables; those of the returns derive from their declarations."""
    return [f'CREATE TABLE warehouse."{name}" ({columns(name)})' for name in (*TABLES, *RETURNS)]


def columns(table: str) -> str:
    """The columns of a table with their types, as SQL declares them."""
    return TABLES[table] if table in TABLES else _of_return(RETURNS[table])


@cache
def typed(table: str) -> dict[str, str]:
    """The columns of a table with their types, by name."""
    declared = (column.split(" ", 2) for column in columns(table).split(", "))
    return {name.strip('"'): type_ for name, type_, *_ in declared}


def _of_return(schema: pa.DataFrameSchema) -> str:
    declared = [f'"{name}" {sql_type(column)}' for name, column in schema.columns.items()]
    keys = KEYS if lists_entities(str(schema.name)) else ()
    states = ["unknown VARCHAR"] if may_be_unknown(schema) else []  # names of columns that say 未掌握
    return ", ".join([*PLACE, *keys, *declared, *states])


def submitted() -> list[str]:
    """The tables in which the rows of a sending stand as it was judged."""
    return [*(name for name in TABLES if name not in {"event", "placed", "act", "made_of"}), *RETURNS]


def sql_type(column: pa.Column) -> str:
    """The type of a return's column in its table, by its kind."""
    return TYPES.get((column.metadata or {})["kind"], "VARCHAR")
