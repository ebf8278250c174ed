"""Bytes → addressed cells, read in bounded children; or the reason why a file cannot be opened.

In: the bytes of an upload. Out: `Sheet`s of cells from A1, with merges, hidden rows and columns, and broken cells.
"""
