"""Words on how to fill in a form, left standing where an answer belongs."""

import re
import unicodedata

GUIDANCE = re.compile(
    r"^[(\[【*※]?((本|此|该)(列|栏|项|格)|(请|须|应)?(由|按).{1,30}(填写|填报|统一编制|统一填写|编制)$|"
    r"(请|须|应|此处|选填|必填).{0,20}(填写|填报|填列|选择|勾选))"
)
SIGNS = ("填", "列", "栏", "编制", "选")


def is_guidance(cell: str) -> bool:
    """Whether a cell tells how to fill it in, as 本列由各县市填写, and is no answer."""
    return any(w in cell for w in SIGNS) and GUIDANCE.match(unicodedata.normalize("NFKC", cell).strip()) is not None
