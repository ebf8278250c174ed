"""A row of a plan folder, whichever file it stands in; and what is said of words that no file declares.

A model is a file (`FILE`.csv); its fields in their order are the columns; its instances are what the product
works with, and what the warehouse holds (`as_table`). A cell that is wrong is told in Chinese by its type.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Column

Codes = Mapping[str, set[str]]  # what may be referred to, by the kind of row that declares it
Saying = Iterator[tuple[str, str]]  # column, what is wrong with it


class PlanRow(BaseModel):
    """A row of a plan file; `line` is where it stands in the file, from 1 (the heading)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    FILE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]  # columns that no two rows share
    MAY_BE_EMPTY: ClassVar[bool] = False
    MAY_BE_ABSENT: ClassVar[bool] = False
    BINDS: ClassVar[bool] = True  # else what it says is offered, and may come without being adopted
    MAY_LACK: ClassVar[tuple[str, ...]] = ()  # columns that a file may be without

    line: int = Column(default=0, exclude=True)

    @classmethod
    def columns(cls) -> list[str]:
        """The heading of the file."""
        return [field.alias or name for name, field in cls.model_fields.items() if name != "line"]

    @classmethod
    def as_table(cls, rows: Sequence[Self]) -> pd.DataFrame:
        """The rows as the warehouse holds them: lists joined by ; and `position` for their order."""
        plain = [{**row.model_dump(), "position": n} for n, row in enumerate(rows)]
        return pd.DataFrame(
            [{k: ";".join(v) if isinstance(v, tuple) else v for k, v in row.items()} for row in plain]
        )

    def faults(self, _codes: Codes, /) -> Saying:
        """What the row says that cannot be: a span turned round, a word that no file declares."""
        span = vars(self)
        if "starts_on" in span and span["ends_on"] < span["starts_on"]:
            yield "ends_on", "早于 starts_on"


def unknown(words: Sequence[str], known: set[str], column: str, what: str) -> Saying:
    """The words that are not known, told at their column."""
    yield from ((column, f"{what}“{word}”不存在") for word in words if word not in known)
