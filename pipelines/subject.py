"""What is known of that to which an act is done, whatever it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from schemas.access import NOTHING, Reach
from schemas.plan import PLAN

LATEST = pd.Timestamp(PLAN.until)  # the last day that a plan or a promise may name


@dataclass(frozen=True)
class Subject:
    """A subject of acts: the unit whose it is, all that may act on it as their own, and facts about it.

    `about` is where it is to be inspected; `opener` the account that opened it, where that is known.
    """

    unit: str
    units: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    about: Reach = NOTHING
    opener: str = ""
