"""The write side: journeys made of steps, from a workbook's bytes to rows in force. Nothing here knows a screen or a view.

A journey reads from top to bottom: intake → keeping, writing → judging → tables → values → reading.
"""
