"""The column by which a template checks itself: how it is headed, and how its words are known again.

It is no column of a return: what comes back in it is left aside. A column of that name with other words is a
clerk's own.
"""

import re

from schemas.problems import LEVELS

HEADING = "检查"
CHECKS_SHEET = "_checks"  # hidden, where it is worked out: it says nothing and is not read
HELP = (
    "本列随填随查，自动提示本行的问题，不用填写；报送时不读取。红色格必须修改，橙色格请核实，黄色格还没有填。"
)
ASK_TO_MEND = "请先改 "  # before the cells that are no value of their column
NAME = "check"  # the name that each cell of the column asks, with the number of its sheet
OURS = re.compile(rf"(?:{ASK_TO_MEND}[A-Z]{{1,3}}\d|【(?:{'|'.join(LEVELS.values())})】)")
ASKS = re.compile(rf"=\s*(?:.*!)?_{NAME}\.\d+\s*")  # a cell that was never reckoned


def heading_of(level: str) -> str:
    """How a sentence of the column begins."""
    return f"【{LEVELS[level]}】"
