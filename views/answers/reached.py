"""Whose rows leave an answer: what `of_scope` means, said once for every macro that takes it."""


def macro() -> str:
    """The statement that makes `is_reached(some_unit, some_field, of_scope)`.

    `of_scope` is a struct of units and fields, NULL for everything: then the condition is gone before any
    row is read. A row is reached if its unit or territory (`some_unit`) is among the units, or its field
    among the fields; what is NULL is reached by nobody in particular.
    """
    named = "CAST(of_scope AS STRUCT(units VARCHAR[], fields VARCHAR[]))"
    return f"""
CREATE OR REPLACE MACRO is_reached(some_unit, some_field, of_scope) AS
of_scope IS NULL
OR coalesce(list_contains(struct_extract({named}, 'units'), some_unit), false)
OR coalesce(list_contains(struct_extract({named}, 'fields'), some_field), false)"""
