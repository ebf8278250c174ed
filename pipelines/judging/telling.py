"""Rules broken by cells, and what of them is told: of each cell one problem, that says all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.problems import MUST, VERIFY


@dataclass(frozen=True)
class Breach:
    """A rule broken by one cell, with its sentence."""

    name: str
    row: int
    rule: str
    level: str
    said: tuple[str, str]


def most_telling(breaches: Sequence[Breach]) -> list[Breach]:
    """Of the breaches of one cell one that says all that must be mended, else all to verify."""
    level = MUST if any(b.level == MUST for b in breaches) else VERIFY
    telling = sorted({b.rule: b for b in breaches if b.level == level}.values(), key=lambda b: b.rule)
    wrong, mend = ("；".join(dict.fromkeys(words)) for words in zip(*(b.said for b in telling), strict=True))
    return [replace(telling[0], said=(wrong, mend))]
