"""Which columns of a return are of a kind, for those who know returns before any is declared."""

import pandera.pandas as pa


def day_columns(schema: pa.DataFrameSchema) -> list[str]:
    """The columns of a return that hold days."""
    return [name for name, column in schema.columns.items() if column.metadata["kind"] == "day"]
