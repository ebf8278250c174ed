"""One file that holds a whole archive, and the way back: checked before it is believed.

The file is the same whichever store it was made from, so a campaign moves between stores by it, both ways.
"""

import json
import shutil
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

from pipelines.keeping import anchors, lake, opening, private, sealing, signing
from pipelines.keeping.anchors import JOURNAL, MANIFEST
from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.place import Location, Shared
from pipelines.reading.guard import BAD_ZIP

ROOT = "archive"
NOT_KEPT = {"lock", "journal.jsonl"}  # the journal is written from its lines, wherever they stand


class CannotRestore(Exception):
    """The copy is not put back; its text says why, in Chinese."""


def backup(place: Location, destination: Path) -> int:
    """Write the archive into one file, whole or not at all; returns how many of its files it holds.

    What it says of itself (`manifest.json`) names the state of the data; no private key is in it.
    """
    made = destination.with_name(f"{destination.name}.new")
    archive = opening.archive(place)
    count = 1
    try:
        with archive.held(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            with suppress(ArchiveDamaged):  # a damaged journal is copied as it is, and names nothing
                copy.writestr(MANIFEST, json.dumps(anchors.of_event(archive)))
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


def restore(source: Path, place: Location, by: str = "") -> None:
    """Put a copy back where nothing is; an entry says so where this machine wrote lines that it lacks.

    Raises CannotRestore where it is not whole, not of the key of this place, or something is there, and
    WrongSetting where that entry has to be signed and the key is not here.
    """
    private.keep()
    if _is_used(place):
        where = "共享的数据库或文件夹" if place.shared else place.home
        raise CannotRestore(f"{where} 中已有数据，请先移走或换一个目录")
    private.folder(place.home)
    with tempfile.TemporaryDirectory(dir=place.home) as folder:
        unpacked = Path(folder)
        try:
            with zipfile.ZipFile(source) as copy:
                copy.extractall(unpacked)
        except BAD_ZIP as why:
            raise CannotRestore(f"{source} 不是完整的备份文件") from why
        if not (unpacked / JOURNAL).is_file():
            raise CannotRestore(f"{source} 中没有报送流水，不是完整的备份文件")
        faults = _faults(Archive(unpacked / ROOT, keys=signing.of(place)), by)
        if faults:
            raise CannotRestore("备份文件校验不通过:" + ";".join(faults[:5]))
        if place.shared:
            _share(unpacked / ROOT, place.shared)
        else:
            shutil.rmtree(place.home / ROOT, ignore_errors=True)
            shutil.move(unpacked / ROOT, place.home / ROOT)


def _faults(kept: Archive, by: str) -> list[str]:
    """Where an unpacked archive is not whole, or not that of the key of its place; else what it lacks of the
    lines that this machine wrote is entered in it.
    """
    if (faults := kept.verify()) or kept.keys is None:
        return faults
    entries, public = kept.entries(), kept.head.key
    if (key := kept.keys.read(public)) and (wrong := sealing.faults(kept.keys, key, public, entries)):
        lost = kept.keys.last()
        if lost is None or lost.seq <= len(entries) or len(wrong) > 1:
            return wrong
        kept.write("restored", {"lost": lost._asdict()}, by)
    return []


def _is_used(place: Location) -> bool:
    if place.shared:
        return lake.is_used(place.shared)
    return any(path.exists() and path.stat().st_size for path in (place.home / JOURNAL, place.file))


def _share(unpacked: Path, shared: Shared) -> None:
    """Files first: an entry never names bytes that are not there."""
    shutil.copytree(unpacked, shared.files, ignore=shutil.ignore_patterns(*NOT_KEPT), dirs_exist_ok=True)
    lake.fill(shared, (unpacked / "journal.jsonl").read_bytes())
