"""The write side: journeys made of steps, from a workbook's bytes to rows in force; it knows no screen.

A journey reads from top to bottom: intake → keeping, writing → judging → tables → values → reading.
"""
