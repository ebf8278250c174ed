"""The returns. Each module here declares one, and so does each in the plan folder's `returns/`; its name is
the name of its table and its code in the plan.

In: columns and rules of `schemas`, words of the plan. Out: `RETURNS`, by their codes.
"""

import importlib
import importlib.util
import pkgutil
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType

import pandera.pandas as pa

from schemas.declare import FILLED_IN
from schemas.plan import HOME, PLAN, PlanError
from schemas.plan_rows import ROWS
from schemas.plan_rules import RETURN_CODES, Line, against, own_returns

CODE = re.compile(r"[a-z][a-z0-9_]*")
TAKEN = (  # names of other tables
    *("duty", "day", "moved_day", "submission", "sheet_answer", "problem", "heading", "event", "placed"),
    *("act", "made_of", "warehouse", "worked"),
)


def declared() -> dict[str, pa.DataFrameSchema]:
    """Every return, those of the plan folder last; raises PlanError where one of them cannot be read."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    returns = {name: _named(name, importlib.import_module(f"{__name__}.{name}")) for name in names}
    return {**returns, **of_folder(HOME)}


def of_folder(home: Path) -> dict[str, pa.DataFrameSchema]:
    """The returns that a plan folder declares; raises PlanError for one that is none."""
    return {path.stem: _own(path) for path in own_returns(home)}


def _own(path: Path) -> pa.DataFrameSchema:
    """A return of a plan folder; raises PlanError where its name is taken, or it cannot be read."""
    if path.stem in {*RETURN_CODES, *ROWS, *TAKEN} or not CODE.fullmatch(path.stem):
        raise PlanError(f"returns/{path.name}：这个名字已被占用，或不是小写字母、数字和 _")
    spec = importlib.util.spec_from_file_location(f"campaign_returns.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise PlanError(f"returns/{path.name}：不能读取")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        schema = _named(path.stem, module)
    except Exception as why:
        raise PlanError(f"returns/{path.name}：{type(why).__name__} {why}") from why
    if twice := _called_twice(schema):
        raise PlanError(f"returns/{path.name}：有两列都叫“{'、'.join(twice)}”")
    return schema


def _called_twice(schema: pa.DataFrameSchema) -> list[str]:
    """Headings by which two columns of a return are called."""
    named = [{column.title, *column.metadata.get("also", ())} for column in schema.columns.values()]
    every = Counter(name for names in named for name in names)
    return [str(name) for name, times in every.items() if times > 1]


def _named(name: str, module: ModuleType) -> pa.DataFrameSchema:
    schema: pa.DataFrameSchema = module.RETURN
    schema.name, schema.coerce = name, True
    return schema


RETURNS: Mapping[str, pa.DataFrameSchema] = MappingProxyType(declared())


def agree() -> None:
    """Hold the plan against the returns it asks for; raises PlanError with every fault."""
    rows = (*PLAN.obligations.values(), *PLAN.measures, *PLAN.steps)
    faults = [
        Line(row.FILE, row.line, {}).fault(column, what)
        for row in rows
        for column, what in against(row, RETURNS)
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
