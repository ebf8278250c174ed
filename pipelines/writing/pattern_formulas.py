"""A formula that says whether words fit a pattern which says of each place what stands there: [A-Z], \\d."""

import re

from pipelines.writing.formulas import all_of, literal
from pipelines.writing.number_formulas import DIGITS, LETTERS

SIGNS_OF = {"[A-Z]": LETTERS, r"\d": DIGITS}
PART = re.compile(r"(\[A-Z\]|\\d)(?:\{(\d)(?:,(\d))?\})?")  # signs, how many, at most how many


def fits_pattern(cell: str, pattern: str) -> str:
    """Whether words are as a pattern of parts asks, of which only the last may vary in length.

    Empty for any other pattern. Words are filled up with what the last part may hold: LibreOffice does not
    find nothing, as MID gives past their end, in words.
    """
    parts = list(PART.finditer(pattern))
    if "".join(("^", *(part[0] for part in parts), "$")) != pattern or any(part[3] for part in parts[:-1]):
        return ""
    signs = [SIGNS_OF[part[1]] for part in parts for _ in range(int(part[3] or part[2] or 1))]
    least = sum(int(part[2] or 1) for part in parts)
    fill = literal(signs[-1][0] * (len(signs) - least))
    places = [f"ISNUMBER(FIND(MID({cell}&{fill},{n},1),{literal(some)}))" for n, some in enumerate(signs, 1)]
    return all_of([f"LEN({cell})>={least}", f"LEN({cell})<={len(signs)}", *places])
