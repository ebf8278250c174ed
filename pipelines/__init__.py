"""The write side: journeys made of steps, from a workbook's bytes to rows in force, without a screen.

A journey reads from top to bottom: intake → keeping, writing → judging → tables → values → reading.
In: uploads, and the archive. Out: receipts, judgements, tables and what is in force in them, workbooks.
"""
