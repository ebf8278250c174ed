"""Every night, on Linux and Windows: a copy of the archive, checked; then copies that are too old go.

In: BACKUP_DIR, where copies stand; BACKUP_DAYS, how long they are kept (30). Out: campaign-TIME.zip there, a
sentence on stdout; ends with 1, and removes nothing, where the copy or the check of the archive failed.
"""

import datetime as dt
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPIES = "campaign-*.zip"


def main() -> int:
    """Make tonight's copy; returns the exit code."""
    folder, days = Path(os.environ["BACKUP_DIR"]), int(os.environ.get("BACKUP_DAYS", "30"))
    folder.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(tz=dt.UTC)
    copy = folder / f"campaign-{now.astimezone():%Y%m%d-%H%M%S}.zip"
    if not (_asked("backup", str(copy.resolve())) and _is_whole(copy) and _asked("verify")):
        _say(f"备份失败，旧的备份都保留：{copy}")
        return 1
    for old in folder.glob(COPIES):
        if old != copy and old.stat().st_mtime < (now - dt.timedelta(days=days)).timestamp():
            old.unlink()
            _say(f"已删除 {days} 天以前的备份：{old.name}")
    _say(f"备份完成：{copy}，{copy.stat().st_size:,} 字节")
    return 0


def _asked(*command: str) -> bool:
    """Whether a command of ours ended well."""
    asked = [sys.executable, "-m", "pipelines", *command]
    return subprocess.run(asked, cwd=ROOT, check=False).returncode == 0


def _is_whole(copy: Path) -> bool:
    """Whether every file in a copy can be read back."""
    with zipfile.ZipFile(copy) as held:
        return held.testzip() is None


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
