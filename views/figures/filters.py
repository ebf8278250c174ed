"""What the reader has clicked on: a territory, a field, a risk level. It narrows what knows the column."""

from dataclasses import dataclass

import pandas as pd

from schemas.plan import PLAN
from schemas.said import TERRITORY, WHOLE
from views.answers import tally


@dataclass(frozen=True)
class Filters:
    """None stands for all."""

    territory: str | None = None
    field: str | None = None
    risk_level: str | None = None

    def narrow(self, rows: pd.DataFrame, *within: str) -> pd.DataFrame:
        """The rows that are looked at, named by code or title; a column that is not there narrows nothing.

        Of an institution that is told of in several fields one record counts, within each of `within`.
        """
        for name in ("territory", "field"):
            rows = self._where(rows, name)
        return self._where(tally.once(rows, *within), "risk_level")

    def _where(self, rows: pd.DataFrame, name: str) -> pd.DataFrame:
        value = self.chosen().get(name)
        if value is None or name not in rows:
            return rows
        return rows[rows[name].isin([value, title(name, value)])]

    def chosen(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value is not None}

    def mark(self, *known: str) -> str:
        """What stands before the title of a figure that obeys these filters and no others.

        ▽ where it obeys all that are chosen, WHOLE where it obeys none; '' where nothing is chosen.
        """
        ignored = [TITLES[name] for name in self.chosen() if name not in known]
        if len(ignored) == len(self.chosen()):
            return f"{WHOLE} · " if ignored else ""
        return f"▽ 不分{'、'.join(ignored)} · " if ignored else "▽ "

    def words(self) -> str:
        """In Chinese, for titles, files and the chips that clear it."""
        return "、".join(choice_words(name, value) for name, value in self.chosen().items())


TITLES = {"territory": TERRITORY, "field": "领域", "risk_level": "风险程度"}


def knows(rows: pd.DataFrame) -> tuple[str, ...]:
    """The filters that these rows can obey."""
    return tuple(name for name in TITLES if name in rows)


def title(name: str, value: str) -> str:
    """What the plan calls a choice; a risk level is called what it is."""
    thing = (
        PLAN.units.get(value) if name == "territory" else PLAN.fields.get(value) if name == "field" else None
    )
    return thing.title if thing else value


def choice_words(name: str, value: str) -> str:
    """One choice in words, as 领域=第三方支付."""
    return f"{TITLES[name]}={title(name, value)}"
