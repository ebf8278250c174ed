"""Asking the rules of a return of rows whose cells were read, and which rows broke one."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrorReason

from schemas.declare import once_each


def errors_of(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> list[SchemaError]:
    """What pandera has against the rows, beside which stand the days that rules ask of.

    The frame may be changed. Raises the SchemaError of a rule that itself failed.
    """
    try:
        _to_be_asked(schema, frame).validate(frame, lazy=True, inplace=True)
    except pa.errors.SchemaErrors as failed:
        for error in failed.schema_errors:
            if error.reason_code is SchemaErrorReason.CHECK_ERROR:
                raise error from None
        return list(failed.schema_errors)
    return []


def _to_be_asked(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pa.DataFrameSchema:
    """The rules of a return but those of optional columns that hold nothing: nothing breaks none of them."""
    columns = {
        name: column
        for name, column in _columns_alone(schema).items()
        if not column.nullable or frame[name].notna().any()
    }
    return pa.DataFrameSchema(columns, checks=schema.checks, name=schema.name)


@once_each
def _columns_alone(schema: pa.DataFrameSchema) -> Mapping[str, pa.Column]:
    """The columns of a return with their rules and without their kinds: each was read as its kind.

    To ask for that again looks at each word of each cell, and takes most of the time.
    """
    return {name: pa.Column(checks=c.checks, nullable=c.nullable) for name, c in schema.columns.items()}


def is_across(error: SchemaError) -> bool:
    """Whether a rule across the row was broken, declared by `schemas.declare.rule`."""
    return isinstance(error.check, pa.Check) and "on" in (error.check.statistics or {})


def failing(error: SchemaError) -> list[int]:
    """The rows, by index, that broke a rule."""
    if isinstance(error.check_output, pd.Series):
        output = error.check_output
        return [int(row) for row in output.index[~output.astype("boolean").fillna(False).to_numpy(bool)]]
    cases = error.failure_cases
    return [int(row) for row in np.unique(cases["index"].dropna())] if isinstance(cases, pd.DataFrame) else []
