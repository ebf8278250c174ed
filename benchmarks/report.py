"""docs/benchmarks.md: each benchmark keeps a section of its own and leaves the others as they are."""

import datetime as dt
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

PLACE = Path("docs/benchmarks.md")
TITLE = "# Benchmarks\n"


def write(section: str, command: str, table: Sequence[str], how: str) -> None:
    """Print a section and put it in the place of its older self."""
    words = (
        f"## {section}\n\n`{command}`, {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {machine()}. {how}\n\n"
        + "\n".join(table)
        + "\n"
    )
    kept = PLACE.read_text(encoding="utf-8") if PLACE.exists() else TITLE
    parts = [part for part in re.split(r"(?m)^(?=## )", kept) if part.strip()]
    others = [part.rstrip() + "\n" for part in parts if not part.startswith(f"## {section}\n")]
    PLACE.write_text("\n".join([*others, words]), encoding="utf-8")
    Console(width=200).print(words)


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
