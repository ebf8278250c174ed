"""One file that holds a whole archive, and the way back: checked before it is believed.

The file is the same whichever store it was made from, so a campaign moves between stores by it, both ways.
"""

import shutil
import tempfile
import zipfile
from pathlib import Path

from pipelines.keeping import lake, opening
from pipelines.keeping.archive import Archive
from pipelines.keeping.place import Location, Shared
from pipelines.reading.guard import BAD_ZIP

ROOT = "archive"
JOURNAL = f"{ROOT}/journal.jsonl"
NOT_KEPT = {"lock", "journal.jsonl"}  # the journal is written from its lines, wherever they stand


class CannotRestore(Exception):
    """The copy is not put back; its text says why, in Chinese."""


def backup(place: Location, destination: Path) -> int:
    """Write the archive into one file, whole or not at all; returns how many files it holds."""
    made = destination.with_name(f"{destination.name}.new")
    archive = opening.archive(place)
    count = 1
    try:
        with archive.held(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            copy.writestr(JOURNAL, archive.journal())
            for path in sorted(archive.root.rglob("*")):
                if path.is_file() and path.name not in NOT_KEPT and path.suffix != ".new":
                    copy.write(path, f"{ROOT}/{path.relative_to(archive.root).as_posix()}")
                    count += 1
    except OSError:
        made.unlink(missing_ok=True)  # half a copy is none
        raise
    finally:
        archive.close()
    made.replace(destination)
    return count


def restore(source: Path, place: Location) -> None:
    """Put a copy back where nothing is; raises CannotRestore when it is not whole or something is there."""
    if _is_used(place):
        where = "共享的数据库或文件夹" if place.shared else place.home
        raise CannotRestore(f"{where} 中已有数据，请先移走或换一个目录")
    place.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.home) as folder:
        unpacked = Path(folder)
        try:
            with zipfile.ZipFile(source) as copy:
                copy.extractall(unpacked)
        except BAD_ZIP as why:
            raise CannotRestore(f"{source} 不是完整的备份文件") from why
        if not (unpacked / JOURNAL).is_file():
            raise CannotRestore(f"{source} 中没有报送流水，不是完整的备份文件")
        faults = Archive(unpacked / ROOT).verify()
        if faults:
            raise CannotRestore("备份文件校验不通过:" + ";".join(faults[:5]))
        if place.shared:
            _share(unpacked / ROOT, place.shared)
        else:
            shutil.rmtree(place.home / ROOT, ignore_errors=True)
            shutil.move(unpacked / ROOT, place.home / ROOT)


def _is_used(place: Location) -> bool:
    if place.shared:
        return lake.is_used(place.shared)
    return any(path.exists() and path.stat().st_size for path in (place.home / JOURNAL, place.file))


def _share(unpacked: Path, shared: Shared) -> None:
    """Files first: an entry never names bytes that are not there."""
    shutil.copytree(unpacked, shared.files, ignore=shutil.ignore_patterns(*NOT_KEPT), dirs_exist_ok=True)
    lake.fill(shared, (unpacked / "journal.jsonl").read_bytes())
