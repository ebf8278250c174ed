"""Figures drawn: one chart a file, in the house's colours, each with its words and the rows behind it.

In: `Ask` and a `Look`. Out: a `Picture`.
"""
