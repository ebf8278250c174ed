"""A thread of the app that tries again what came and has no verdict: nobody needs to start anything anew."""

import logging
import threading
import time
from dataclasses import replace

import duckdb

from pipelines import intake
from pipelines.keeping.lake import Moved
from pipelines.keeping.store import Store

EVERY = 60  # seconds
LOG = logging.getLogger("campaign")


def start(store: Store) -> None:
    """Sweep every minute as long as the store is open."""
    threading.Thread(target=_sweep, args=(store,), daemon=True, name="sweeper").start()


def _sweep(store: Store) -> None:
    while True:
        time.sleep(EVERY)
        if not sweep(store):
            return


def sweep(store: Store) -> bool:
    """Sweep once on a connection of its own; False once the store is closed. What fails is logged."""
    try:
        con = store.con.cursor()
    except duckdb.ConnectionException:
        return False
    try:
        intake.sweep(replace(store, con=con))
        store.gate.tidy(con)
    except Moved:  # whoever opened the warehouse that is in force sweeps
        return False
    except Exception:
        LOG.exception("sweeper")
    finally:
        con.close()
    return True
