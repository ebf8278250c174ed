"""What a person typed in a cell → the value they meant, or why it has none.

Whether it is allowed is asked later.

In: a cell and the manner of its column. Out: a value, how the text was changed to get it, and what to
confirm.
"""
