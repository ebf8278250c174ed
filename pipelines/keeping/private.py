"""What is made for a campaign is its owner's alone, whatever the machine's habit: files 0600, folders 0700.

On Windows rights come from the folder in which the home stands (docs/运维手册.md).
"""

import os
from pathlib import Path


def keep() -> None:
    """From now on files of this process are its user's alone, those too that DuckDB makes."""
    os.umask(0o077)


def folder(path: Path) -> Path:
    """A folder of one's own, with those above it where they are missing."""
    if not path.is_dir():
        folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
    return path
