"""The returns. Each module here declares one; its name is the name of its table and its code in the plan.

In: columns and rules of `schemas`, words of the plan. Out: `RETURNS`, by their codes.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

import pandera.pandas as pa

from schemas.declare import FILLED_IN
from schemas.plan import PLAN, PlanError
from schemas.plan_rules import Line, registered


def declared() -> dict[str, pa.DataFrameSchema]:
    returns = {}
    for module in pkgutil.iter_modules(__path__):
        schema: pa.DataFrameSchema = importlib.import_module(f"{__name__}.{module.name}").RETURN
        schema.name, schema.coerce = module.name, True
        returns[module.name] = schema
    return returns


RETURNS: Mapping[str, pa.DataFrameSchema] = MappingProxyType(declared())


def agree() -> None:
    """Hold the plan against the returns it asks for; raises PlanError with every fault."""
    faults = [
        Line("obligation", owed.line, {}).fault(column, what)
        for owed in PLAN.obligations.values()
        for column, what in registered(owed, RETURNS)
    ]
    if faults:
        raise PlanError("\n".join(faults))


agree()


def lists_entities(code: str) -> bool:
    """Whether each row of a return is about one institution."""
    return {"field", "territory", "entity_name"} <= set(RETURNS[code].columns)


def is_survey(code: str) -> bool:
    """Whether a return lists the institutions of one field."""
    return bool((RETURNS[code].metadata or {}).get("survey"))


def answers_of(code: str) -> tuple[str, ...]:
    """The answers that a sheet of a return may be given on the cover, by their codes."""
    return tuple((RETURNS[code].metadata or {}).get("answers", FILLED_IN))


def key_of(code: str) -> tuple[str, ...]:
    """The columns that tell the entries of a register apart; none where a return is no register."""
    return tuple((RETURNS[code].metadata or {}).get("key", ()))
