"""Numbers and sentences made of answers: each figure is defined once, for every card, chart, table and paper.

In: `Ask`, a `Scope`, what the reader filters by. Out: values, cards, clauses.
"""
