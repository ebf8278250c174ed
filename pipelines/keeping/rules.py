"""By which rules and which plan a workbook is judged, told by one number."""

import hashlib
from functools import cache
from pathlib import Path

from schemas.plan import PLAN, frames

ROOT = Path(__file__).parents[2]
JUDGED_BY = ("schemas", "pipelines/reading", "pipelines/values", "pipelines/tables", "pipelines/judging")


@cache
def fingerprint() -> str:
    """The SHA-256 of everything that a judgement follows from beside the bytes: our own rooms, and the plan.

    The rooms by their source: whatever is mended in one may judge the same bytes otherwise.
    """
    seen = hashlib.sha256()
    for room in JUDGED_BY:
        for path in sorted((ROOT / room).rglob("*.py")):
            seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    for name, rows in sorted(frames(PLAN).items()):
        seen.update(f"{name}\0{rows.to_csv()}".encode())
    return seen.hexdigest()
