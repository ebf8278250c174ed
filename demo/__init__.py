"""Journey: a whole invented campaign as workbooks and acts, sent through intake as if it happened.

Everything in it bears the word 示例: no company, person, figure is real. The same seed tells the same story.
In: a seed, a size, the last day. Out: a home whose archive and warehouse hold the campaign.
"""

import csv
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from demo import deeds, doings, halves, merges
from demo.acts import StoryAct
from demo.acts import write_down as write_acts
from demo.drawing import StoryDraw, draws
from demo.fates import today
from demo.merges import StoryDecision
from demo.post import UNREADABLE, Letter
from demo.story import Story
from pipelines.intake import STORY, Outcome, begin_demo, open_store, receive
from pipelines.keeping.store import Store
from schemas.clock import SHANGHAI
from schemas.plan import PLAN

END = PLAN.campaign.ends_on
ARRIVALS = "arrivals.csv"
LISTED = ("file", "received_at", "sent_by", "unit", "obligation", "verdict")
CHANGES = "changes.csv"
ACTED = ("happened_at", "act", "unit", "obligation", "arrived_at", "new_due")
CHANGING = (  # the acts by which figures change
    "extension_granted",
    "withdrawn",
    "withdrawal_granted",
    "entry_withdrawn",
    "entry_withdrawal_granted",
)


def run(
    home: Path,
    story: Story | None = None,
    *,
    until: dt.date = END,
    workbooks: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Send a story's workbooks, up to and with a day, into the store at `home`; returns how many were sent.

    `workbooks` is a folder for a copy of each, with the list of arrivals and the verdict each was made to
    get; `progress` is called with (sent, of how many) after each. Where it is stopped midway the home says so
    (`halves`).
    """
    story = story or Story()
    letters = [letter for letter in story.letters() if letter.day <= until]
    with halves.marked(home):
        begin_demo(home, min(today(), until))
        store = open_store(home)
        try:
            copies = _happen(store, letters, _acts(story, until), until, workbooks, progress)
        finally:
            store.con.close()
    if workbooks:
        list_arrivals(workbooks, copies)
        merges.list_down(workbooks, story, until)
        write_acts(workbooks, story.acts())
        list_changes(workbooks, letters, until)
    return len(letters)


def _happen(
    store: Store,
    letters: Sequence[Letter],
    acts: list[StoryAct | StoryDraw | StoryDecision],
    until: dt.date,
    workbooks: Path | None,
    progress: Callable[[int, int], None] | None,
) -> list[tuple[Letter, str]]:
    """Send the letters, each after what was done before it came; returns the names of their copies."""
    copies: list[tuple[Letter, str]] = []
    undone, known = doings.told(letters), dict[str, str]()
    for n, letter in enumerate(letters, 1):
        while acts and acts[0].moment < letter.arrives:
            acts.pop(0).do(store)
        content = letter.written()
        name = _save(workbooks, letter, content, len(copies)) if workbooks else letter.filename
        copies.append((letter, name))
        undone = deeds.done(store, undone, known, letter.arrives)
        known[deeds.key(letter)] = _sent(store, letter, content)
        if progress:
            progress(n, len(letters))
    for act in acts:
        act.do(store)
    deeds.done(store, undone, known, deeds.at(until, 0) + deeds.DAY)
    return copies


def _acts(story: Story, until: dt.date) -> list[StoryAct | StoryDraw | StoryDecision]:
    """What inspectors do up to a day, and what is decided on records, in order."""
    done: list[StoryAct | StoryDraw | StoryDecision] = [
        *story.acts(),
        *draws(),
        *merges.decisions(story, until),
    ]
    done.sort(key=lambda act: act.moment)
    return [act for act in done if act.moment.astimezone(SHANGHAI).date() <= until]


def _sent(store: Store, letter: Letter, content: bytes) -> str:
    """Hand a letter in, and explain what is to be verified; returns its receipt."""
    outcome = send(store, letter, content)
    deeds.explain(store, letter, outcome)
    return outcome.receipt.no


def send(store: Store, letter: Letter, content: bytes) -> Outcome:
    """Hand a letter in; of what is no workbook of ours the sender says whose it is and for what."""
    stated = letter.verdict == UNREADABLE or letter.is_plain
    return receive(
        store,
        content,
        letter.filename,
        letter.sent_by,
        received_at=letter.arrives,
        reason=STORY,
        unit=letter.unit if stated else None,
        obligation=letter.obligation if stated else None,
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
    """Write the workbooks of some letters and their list into a folder, without sending them."""
    list_arrivals(folder, [(x, _save(folder, x, x.written(), n)) for n, x in enumerate(letters)])
    list_changes(folder, letters, END)


def list_arrivals(folder: Path, copies: Sequence[tuple[Letter, str]]) -> None:
    """Write arrivals.csv, its columns `LISTED`: a line for each letter and the name of its copy."""
    with (folder / ARRIVALS).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(LISTED)
        for x, name in copies:
            table.writerow((name, x.arrives.isoformat(), x.sent_by, x.unit, x.obligation, x.verdict))


def list_changes(folder: Path, letters: Sequence[Letter], until: dt.date) -> None:
    """Write changes.csv, its columns `ACTED`: the acts that change what counts, by the sending they concern.

    Of a register it is the last entry of that sending.
    """
    with (folder / CHANGES).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(ACTED)
        for deed in doings.told(letters):
            letter = deed.about
            if letter and deed.kind in CHANGING and deed.when < deeds.at(until, 0) + deeds.DAY:
                about = (letter.unit, letter.obligation, letter.arrives.isoformat())
                table.writerow((deed.when.isoformat(), deed.kind, *about, deed.content.get("new_due", "")))
