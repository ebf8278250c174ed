"""Where in a sheet the table stands, and what each row is: heading, data, totals, notes.

In: a sheet of addressed cells and a return. Out: a `Table` with its headings, rows of data, sums, unit of
money.
"""
