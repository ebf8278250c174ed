"""Other guises of a clean cell: it keeps or shows something else, and means the same."""

import random
from collections.abc import Iterator
from typing import Any

from schemas.returns import RETURNS
from tests.planted import Shown, Struck

UNSEEN = ("\u200e", "\u200b", "\ufe0f", "\u2060", "\ufeff", "\u202e", "\u00ad")
OF_YUAN = ('0!.0,"万元"', '0"."0,"万元"', "0!.0,万元", '#,##0.00"元"', '0"元"', '[>=10000]0!.0,"万元";0"元"')
OF_YI = ('0.00"亿元"', '0.0000"亿"')
GONE = ("旧", "500", "2015-01-01", "示例")


def guise(code: str, name: str, value: Any, rng: random.Random) -> Any:
    """One of the guises of a value, amounts in 万元, of a column of a return; None where it has none."""
    column = RETURNS[code].columns[name]
    able = list(_guises(column.metadata["kind"], column.metadata.get("unit", ""), value, rng))
    return rng.choice(able) if able else None


def _guises(kind: str, unit: str, value: Any, rng: random.Random) -> Iterator[Any]:
    if isinstance(value, str) and value:
        at = rng.randrange(len(value) + 1)
        yield value[:at] + rng.choice(UNSEEN) + value[at:]
        yield Struck(rng.choice(GONE), value)
        yield Struck(rng.choice(UNSEEN), value)
    elif kind == "day" and value:
        yield Struck(rng.choice(GONE), f"{value:%Y-%m-%d}")
    elif kind == "money" and value:
        yield from (Shown(round(value * 10_000, 4), code) for code in OF_YUAN)
        yield from (Shown(round(value / 10_000, 12), code) for code in OF_YI)
    elif kind == "number" and unit == "%" and value:
        yield Shown(round(value / 100, 12), "0.0%")
    elif kind == "whole" and unit and value:
        yield Shown(value, f'0"{unit}"')
