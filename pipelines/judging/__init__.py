"""A whole workbook → a judgement: whose it is, what it answers, and everything that is wrong with it.

In: addressed cells of every sheet, the day of arrival, what the sender says. Out: a `Judgement`.
"""
