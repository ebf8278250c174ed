"""Words on how to fill in a form, left standing where an answer belongs."""

import re

from schemas.characters import clean

ABOUT_THE_COLUMN = re.compile(
    r"^[(\[【*※]?((本|此|该)(列|栏|项|格)"
    r"|(请|须|应)?(由|按).{1,30}(填写|填报|统一编制|统一填写|编制)[)\]】。]?$"
    r"|(必填|选填)[)\]】]?$)"
)
ASKING = re.compile(r"^[(\[【*※]?(请|须|应|此处|选填|必填).{0,20}(填写|填报|填列|选择|勾选)[^,;。]{0,16}$")
SIGNS = ("填", "列", "栏", "编制", "选")
LONGEST = 120


def is_guidance(cell: str, *, strictly: bool = False) -> bool:
    """Whether a cell tells how to fill it in, as 本列由各县市填写; `strictly` where answers are prose."""
    if len(cell) > LONGEST or not any(sign in cell for sign in SIGNS):
        return False
    words = clean(cell)
    return bool(ABOUT_THE_COLUMN.match(words) or (not strictly and ASKING.match(words)))
