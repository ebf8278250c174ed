"""What leaves as a file: the workbook to fill in, the sender's own workbook marked up, a table of the screen, the reference pages.

In: forms, known rows, a judgement. Out: bytes of an .xlsx, or Markdown.
"""
