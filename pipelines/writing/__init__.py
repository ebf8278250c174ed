"""What leaves as a file: workbooks to fill in and marked up, tables of the screen, reference pages.

In: forms, prefilled rows, a judgement. Out: bytes of an .xlsx, or Markdown.
"""
