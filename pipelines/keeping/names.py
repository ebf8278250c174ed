"""The one cleaning at the door: a file's name and a sender's as they may be shown, stored and exported.

What a name may carry to deceive or to break whoever reads it is taken away: signs that steer a terminal or
turn the direction of writing, unseen signs, the folders before a file's name.
"""

import unicodedata

LONGEST = 200  # characters of a file's name
LONGEST_PERSON = 30
UNNAMED, NOBODY = "未命名", "未署名"
BREAKS, UNSEEN = "\t\n\v\f\r\u2028\u2029", {"Cc", "Cf", "Cs", "Co", "Cn"}


def filename(words: str) -> str:
    """A file's name without its folders; one that begins with dots or is empty gets words of ours."""
    last = line(_decoded(words).replace("\\", "/").rstrip("/ ").rpartition("/")[2])
    stem, dot, ending = last.lstrip(". ").rpartition(".")
    if not stem:
        return f"{UNNAMED}.{ending}" if last.startswith(".") and ending else ending or UNNAMED
    return f"{stem[: LONGEST - len(ending) - 1]}{dot}{ending}"[:LONGEST]


def person(words: str) -> str:
    """Who sends, on one line."""
    return line(_decoded(words))[:LONGEST_PERSON] or NOBODY


def _decoded(words: str) -> str:
    """The bytes of a name that the system could not read are those of a Chinese Windows, or unknown."""
    if words.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in words):
        return words
    told = words.encode("utf-8", "surrogatepass" if not _is_escaped(words) else "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return told.decode(encoding)
        except UnicodeDecodeError:
            continue
    return told.decode("utf-8", "replace")


def _is_escaped(words: str) -> bool:
    """Whether each odd sign stands for a byte that could not be read."""
    return all("\udc80" <= sign <= "\udcff" for sign in words if "\ud800" <= sign <= "\udfff")


def line(words: str) -> str:
    """The signs of a text that can be seen, with single spaces between words."""
    spaced = "".join(" " if sign in BREAKS else sign for sign in words)
    return " ".join("".join(sign for sign in spaced if unicodedata.category(sign) not in UNSEEN).split())
