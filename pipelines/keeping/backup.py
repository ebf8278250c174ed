"""One file that holds a whole archive, and the way back: checked before it is believed."""

import shutil
import tempfile
import zipfile
from pathlib import Path

from pipelines.keeping.archive import Archive
from pipelines.reading.guard import BAD_ZIP

MEMBERS = ("archive",)
IN_USE = ("archive/journal.jsonl", "warehouse.duckdb")


class CannotRestore(Exception):
    """The copy is not put back; its text says why, in Chinese."""


def backup(home: Path, destination: Path) -> int:
    """Write the archive into one file, whole or not at all; returns how many files it holds."""
    made = destination.with_name(f"{destination.name}.new")
    count = 0
    try:
        with Archive(home / "archive").held(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            for path in sorted(p for name in MEMBERS for p in _files(home / name)):
                copy.write(path, path.relative_to(home).as_posix())
                count += 1
    except OSError:
        made.unlink(missing_ok=True)  # half a copy is none
        raise
    made.replace(destination)
    return count


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [p for p in path.rglob("*") if p.is_file() and p.name != "lock" and p.suffix != ".new"]


def restore(source: Path, home: Path) -> None:
    """Put a copy back into an empty home; raises CannotRestore when it is not whole or the home is in use."""
    if any(path.exists() and path.stat().st_size for path in (home / name for name in IN_USE)):
        raise CannotRestore(f"{home} 中已有数据，请先移走或换一个目录")
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as place:
        unpacked = Path(place)
        try:
            with zipfile.ZipFile(source) as copy:
                copy.extractall(unpacked)
        except BAD_ZIP as why:
            raise CannotRestore(f"{source} 不是完整的备份文件") from why
        if not (unpacked / "archive" / "journal.jsonl").is_file():
            raise CannotRestore(f"{source} 中没有报送流水，不是完整的备份文件")
        faults = Archive(unpacked / "archive").verify()
        if faults:
            raise CannotRestore("备份文件校验不通过:" + ";".join(faults[:5]))
        for name in MEMBERS:
            if (unpacked / name).exists():
                shutil.rmtree(home / name, ignore_errors=True)
                shutil.move(unpacked / name, home / name)
