"""Where a campaign's data live: one setting, read here and nowhere else; and whether an app serves them."""

import os
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

SERVED = "app.lock"


def home() -> Path:
    """The folder of the running campaign: `CAMPAIGN_HOME`, or data/live below the working folder."""
    return Path(os.environ.get("CAMPAIGN_HOME", "data/live"))


@cache
def serve(folder: Path) -> FileLock:
    """Mark a home as served by an app as long as this process lives; it is known by a lock, not a file."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / SERVED)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return lock  # another app has it: the warehouse will say so
    return lock


def is_served(folder: Path) -> bool:
    """Whether an app has the home now."""
    if not (folder / SERVED).exists():
        return False
    try:
        with FileLock(folder / SERVED).acquire(timeout=0):
            return False
    except Timeout:
        return True
