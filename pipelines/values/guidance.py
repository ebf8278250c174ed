"""Words on how to fill in a form, left standing where an answer belongs."""

import re
import unicodedata

from schemas.characters import clean

ABOUT_THE_COLUMN = re.compile(
    r"^[(\[【*※]?((本|此|该)(列|栏|项|格)"
    r"|(请|须|应)?(由|按).{1,30}(填写|填报|统一编制|统一填写|编制)[)\]】。]?$"
    r"|(必填|选填)[)\]】]?$)"
)
ASKING = re.compile(r"^[(\[【*※]?(请|须|应|此处|选填|必填).{0,20}(填写|填报|填列|选择|勾选)[^,;。]{0,16}$")
KEEP = re.compile(
    r"(勿|不得|不要|不能|严禁|禁止)[^,;。]{0,6}(删|改|移动|插入|合并)"
    r"|保留[^,;。]{0,4}(格式|公式|表头|表样|此行|本行|空行)"
)
POINT = r"(?:\(?\d{1,2}[.、)](?!\d))"
POINTS = re.compile(rf"^{POINT}.+?[;。,\s]\s*{POINT}", re.DOTALL)  # 1.…;2.…
SIGNS = ("填", "列", "栏", "编制", "选")
LONGEST = 120


def is_instruction(cell: object) -> bool:
    """Whether a cell that stands alone in its row speaks to whoever fills in: 勿删, or points 1.…；2.…"""
    if not isinstance(cell, str):
        return False
    words = re.sub("[①-⑳]", lambda mark: f"({unicodedata.normalize('NFKC', mark[0])})", cell)
    words = unicodedata.normalize("NFKC", words).strip()
    return bool(KEEP.search(words) or POINTS.match(words))


def is_guidance(cell: str, *, strictly: bool = False) -> bool:
    """Whether a cell tells how to fill it in, as 本列由各单位填写; `strictly` where answers are prose."""
    if len(cell) > LONGEST or not any(sign in cell for sign in SIGNS):
        return False
    words = clean(cell)
    return bool(ABOUT_THE_COLUMN.match(words) or (not strictly and ASKING.match(words)))
