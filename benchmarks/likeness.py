"""How well and how fast records that may be one institution are found, on the demonstration's labelled set.

`python -m benchmarks.likeness [SCALE …]` makes institutions as the demonstration does, tells one in twenty a
second time as another clerk would write it, and plants as many that only look alike. Precision: of the pairs
that a list tells, how many are one institution. Recall: of the pairs that are one, how many any list tells.
"""

import sys
import time
from collections import Counter

import pandas as pd

from benchmarks import report
from demo.entities import population
from demo.story import SEED
from demo.twins import labelled
from schemas.likeness import KINDS
from views.answers import likely

SCALES = (1, 33)  # times the demonstration: of its size, and of some 20,000 institutions
BOUND = 30  # seconds in which 20,000 are to be compared


def measured(scale: int) -> list[str]:
    """The lines of one size: each list, and all of them together."""
    rows, same = labelled(population(SEED, scale), SEED)
    records = pd.DataFrame(rows).rename(columns={"legal_rep": "person", "contact_phone": "phone"})
    start = time.perf_counter()
    found = likely.pairs(records)
    took = time.perf_counter() - start
    right = set(found) & set(same)
    told = Counter(kind for kind, _, _ in found.values())
    held = Counter(found[pair][0] for pair in right)
    size = f"{len(rows):,}"
    lists = [
        f"| {size} | {kind} | {told[kind]} | {held[kind] / max(1, told[kind]):.2f} | — | — |"
        for kind in KINDS
    ]
    whole = f"{len(right) / len(found):.2f} | {len(right) / len(same):.2f} | {took:.1f} ({took / BOUND:.0%})"
    return [*lists, f"| {size} | all three, of {len(same)} pairs that are one | {len(found)} | {whole} |"]


def main(scales: list[int]) -> None:
    lines = [
        f"| records | list | pairs told | precision | recall | s (of {BOUND}) |",
        "|---|---|---|---|---|---|",
        *(line for scale in scales for line in measured(scale)),
    ]
    how = "Pairs that look alike and are two are planted as often as pairs that are one."
    report.write("Records that may be one institution", "python -m benchmarks.likeness", lines, how)


if __name__ == "__main__":
    main([int(n) for n in sys.argv[1:]] or list(SCALES))
