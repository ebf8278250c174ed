"""What a check of the record finds: where it was changed, what could not be checked. Nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.keeping import adopted, ddl, digests, opening, sealing, trail
from pipelines.keeping.archive import Archive
from pipelines.keeping.journal import REPLACED
from pipelines.keeping.place import Location, WrongSetting
from pipelines.keeping.signing import Anchor
from pipelines.keeping.warehouse import Busy

NO_KEY = "本机没有签名私钥：签名是按流水自己写明的公钥核对的，请把公钥 {key} 与另存的（key show）比对"
UNSIGNED = "流水还没有签名：整份重写无从发现，请用 --against 与备份、回执比对"
LOST = "第{seq}条起换用新的签名私钥（原私钥丢失，理由：{reason}）：此前的各条由原私钥签名"
BUSY = "应用正在运行，数据库由它使用：数据库中的数字没有核对，停止应用后再核验可以补上"
NO_WAREHOUSE = "没有数据库，或不能打开：数据库中的数字没有核对，下次启动时由原件重新生成"
OTHER = "数据库由另一版本的程序或方案生成：其中的数字没有核对"
SILENT = "数据库中有 {count} 份报送的数字当时没有签名，没有核对：下次启动时补签"


@dataclass
class Verified:
    """Every place where the record is not as it was written, and what could not be checked, in Chinese."""

    faults: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


def of(place: Location, archive: Archive, plan: Path, against: Sequence[tuple[str, Anchor]]) -> Verified:
    """What is found of the archive, its key, its warehouse and the plan folder; `against`: entries that left
    the house, each with the name of what it stands in.
    """
    found = Verified(archive.verify())
    if not found.faults:
        _of_key(archive, found)
    if found.faults:
        return found
    entries = archive.entries()
    for name, anchor in against:
        if not sealing.holds(entries, anchor):
            found.faults.append(sealing.differs(entries, anchor, f"{name}所载"))
    found.faults += trail.faults(place, archive)
    found.faults += [f"方案与登记的不同：{words}" for words in adopted.differences(archive, plan)]
    try:
        found.unchecked += _of_warehouse(place, archive, found)
    except Busy:
        found.unchecked.append(BUSY)
    return found


def _of_key(archive: Archive, found: Verified) -> None:
    """Hold the journal against the key of this machine, where there is one."""
    entries, public, keys = archive.entries(), archive.head.key, archive.keys
    try:
        key = keys.read(public) if keys else None
    except WrongSetting as why:
        found.unchecked.append(str(why))
        key = None
    if keys and key:
        found.faults += sealing.faults(keys, key, public, entries)
    if keys and not key and (cut := sealing.cut(keys, entries)):
        found.faults.append(cut)
    if not public:
        found.unchecked.append(UNSIGNED)
    elif not key:
        found.unchecked.append(NO_KEY.format(key=public))
    for entry in archive.entries(REPLACED):
        if entry.facts["is_lost"]:
            found.unchecked.append(LOST.format(seq=entry.seq, reason=entry.facts["reason"]))


def _of_warehouse(place: Location, archive: Archive, found: Verified) -> Iterator[str]:
    """Hold the figures against what was signed; gives what could not be checked. Raises Busy."""
    with opening.to_read(place) as con:
        if con is None or not ddl.tables(con):
            yield NO_WAREHOUSE
        elif ddl.made_of(con) != ddl.fingerprint():
            yield OTHER
        else:
            found.faults += digests.differences(con, archive)
            if silent := digests.silent(con, archive):
                yield SILENT.format(count=len(silent))
