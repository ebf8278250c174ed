"""Acts recorded: each takes the next number of an event, which is signed once it stands."""

from pipelines.keeping import warehouse
from pipelines.keeping.acted_rows import ACT, PLACED
from pipelines.keeping.journal import JournalEntry
from pipelines.keeping.store import Store

TOGETHER = 100  # acts in a transaction, where their numbers were signed


def record(store: Store, act: JournalEntry) -> int:
    """Record an act under the number that was signed, or the next, and sign that; returns the number.

    Recorded again, after a crash or a press twice, it changes nothing. Raises what the gate calls an error
    of DuckDB.
    """
    signed = store.archive.number_of(act)
    known = {} if signed is None else {act.seq: signed}
    taken = warehouse.record_acts(store.con, store.gate, [act], known)[act.seq]
    if signed is None:
        with store.archive.held():
            if store.archive.number_of(act) is None:
                store.archive.write("recorded", {"seq": act.seq, "nth": taken})
    return taken


def record_signed(store: Store) -> None:
    """Record every act whose number was signed and that the warehouse does not hold. Raises as `record`."""
    stand = warehouse.numbered(store.con)
    numbers = {act.seq: store.archive.number_of(act) for act in store.archive.acts()}
    signed = {seq: nth for seq, nth in numbers.items() if nth is not None and seq not in stand}
    missing = [act for act in store.archive.acts() if act.seq in signed]
    for n in range(0, len(missing), TOGETHER):
        warehouse.record_acts(store.con, store.gate, missing[n : n + TOGETHER], signed)


__all__ = ["ACT", "PLACED", "record", "record_signed"]
