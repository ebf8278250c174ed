"""Journey: a whole invented campaign as workbooks, sent through intake as if it happened.

Everything in it is marked 示例: no company, person or figure is real. The same seed tells the same story.
"""

import csv
import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from demo.fates import today
from demo.post import UNREADABLE, Letter
from demo.story import Story
from pipelines.intake import DEMO, Store, open_store, receive
from schemas.plan import PLAN

END = PLAN.campaign.ends_on
ARRIVALS = "arrivals.csv"
LISTED = ("file", "received_at", "sent_by", "unit", "obligation", "verdict")


def run(
    home: Path,
    *,
    until: dt.date = END,
    seed: int = 2016,
    scale: int = 1,
    workbooks: Path | None = None,
    in_disguise: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Send the campaign as far as a day into the store at `home`; returns how many workbooks were sent.

    `workbooks` keeps a copy of each, with the list of arrivals and the verdict each was made to get. In disguise they
    are written as offices write; otherwise every one is our own template, and says the same.
    """
    letters = [
        letter for letter in Story(seed, scale, in_disguise=in_disguise).letters() if letter.day <= until
    ]
    mark(home, min(today(), until))
    store = open_store(home)
    kept: list[tuple[Letter, str]] = []
    try:
        for n, letter in enumerate(letters, 1):
            content = letter.written()
            name = _save(workbooks, letter, content, len(kept)) if workbooks else letter.filename
            kept.append((letter, name))
            send(store, letter, content)
            if progress:
                progress(n, len(letters))
    finally:
        store.con.close()
    if workbooks:
        list_arrivals(workbooks, kept)
    return len(letters)


def mark(home: Path, day: dt.date) -> None:
    """Say that this store is a demonstration, before anything invented is in it."""
    home.mkdir(parents=True, exist_ok=True)
    new = home / f"{DEMO}.new"
    new.write_text(json.dumps({"today": f"{day}"}), encoding="utf-8")
    new.replace(home / DEMO)


def send(store: Store, letter: Letter, content: bytes) -> None:
    """Hand a letter in; what is no workbook of ours may not say whose it is and for what, so its sender does."""
    said = letter.verdict == UNREADABLE or letter.is_plain
    receive(
        store,
        content,
        letter.filename,
        letter.sent_by,
        received_at=letter.arrives,
        unit=letter.unit if said else None,
        obligation=letter.obligation if said else None,
    )


def _save(folder: Path, letter: Letter, content: bytes, number: int) -> str:
    """Keep a copy under a readable name; a name that another file has gets a number."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / letter.filename
    if path.exists() and path.read_bytes() != content:
        path = folder / f"{path.stem}-{number}{path.suffix}"
    path.write_bytes(content)
    return path.name


def write_down(folder: Path, letters: Sequence[Letter]) -> None:
    """The workbooks of some letters with their list, without sending them."""
    list_arrivals(folder, [(x, _save(folder, x, x.written(), n)) for n, x in enumerate(letters)])


def list_arrivals(folder: Path, kept: Sequence[tuple[Letter, str]]) -> None:
    with (folder / ARRIVALS).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(LISTED)
        for letter, name in kept:
            table.writerow(
                (
                    name,
                    letter.arrives.isoformat(),
                    letter.sent_by,
                    letter.unit,
                    letter.obligation,
                    letter.verdict,
                )
            )
