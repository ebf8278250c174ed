"""Bytes → addressed cells, read in bounded children; or the reason why a file cannot be opened.

In: the bytes of an upload. Out: an `OpenedBook` of `Sheet`s: cells from A1, merges, what is hidden, broken
cells. Raises `Refused` when the bytes may not be opened or cannot be read.
"""
