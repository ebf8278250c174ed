"""Acts recorded: each takes the next number of an event, which is signed once it stands."""

from pipelines.keeping import warehouse
from pipelines.keeping.acted_rows import ACT, PLACED
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.store import Store


def record(store: Store, act: JournalEntry) -> int:
    """Record an act under the number that was signed, or the next, and sign that; returns the number.

    Recorded again, after a crash or a press twice, it changes nothing. Raises what the gate calls an error
    of DuckDB.
    """
    signed = store.archive.number_of(act)
    taken = warehouse.record_act(store.con, store.gate, act, signed)
    if signed is None:
        with store.archive.held():
            if store.archive.number_of(act) is None:
                store.archive.write("recorded", {"seq": act.seq, "nth": taken})
    return taken


__all__ = ["ACT", "PLACED", "record"]
