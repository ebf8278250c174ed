"""What a person typed, shown as typed."""

import re

ADDRESS = re.compile(r"(?i)(?<=://)|(?<=www)(?=\.)|(?<=@)")  # where the screen would make a link of it
MARKUP = re.compile(r"([!-/:-@\[-`{-~])")


def plain(value: object) -> str:
    """Words of others: nothing in them is markup, and no address in them is a link."""
    words = ADDRESS.sub("\u2060", str(value).replace("\n", " "))
    return MARKUP.sub(r"\\\1", words)
