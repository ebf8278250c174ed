"""What things are: the plan, the returns, the rules. Declarations only; nothing here reads a workbook."""
