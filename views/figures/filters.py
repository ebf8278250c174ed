"""What the reader has clicked on: a territory, a field, a risk level. It narrows what knows the column."""

from dataclasses import dataclass

import pandas as pd

from schemas.plan import PLAN


@dataclass(frozen=True)
class Filters:
    """None stands for all."""

    territory: str | None = None
    field: str | None = None
    risk_level: str | None = None

    def narrow(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows that are looked at, named by code or title; a column that is not there narrows nothing."""
        for name, value in self.chosen().items():
            if name in rows:
                rows = rows[rows[name].isin([value, title(name, value)])]
        return rows

    def chosen(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value is not None}

    def touches(self, rows: pd.DataFrame) -> bool:
        """Whether it narrows these rows at all: a chart it touches says so."""
        return any(name in rows for name in self.chosen())

    def words(self) -> str:
        """In Chinese, for titles, files and the chips that clear it."""
        return "、".join(choice_words(name, value) for name, value in self.chosen().items())


TITLES = {"territory": "县市（园区）", "field": "领域", "risk_level": "风险程度"}


def title(name: str, value: str) -> str:
    """What the plan calls a choice; a risk level is called what it is."""
    thing = (
        PLAN.units.get(value) if name == "territory" else PLAN.fields.get(value) if name == "field" else None
    )
    return thing.title if thing else value


def choice_words(name: str, value: str) -> str:
    """One choice in words, as 领域=第三方支付."""
    return f"{TITLES[name]}={title(name, value)}"
