"""What things are: the plan, the returns, the rules, the sentences. Nothing here reads a workbook.

In: the plan folder. Out: declarations from which template, reading, rules, tables, labels and docs derive.
"""

import sys

# pandera looks for geopandas at each column that it checks, through all of sys.path where it is not there
sys.modules.setdefault("geopandas", None)  # type: ignore[arg-type]  # so Python says that it is not there
