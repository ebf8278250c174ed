"""What things are: the plan, the returns, the rules, the sentences. Nothing here reads a workbook.

In: the plan folder. Out: declarations from which template, reading, rules, tables, labels and docs derive.
"""
