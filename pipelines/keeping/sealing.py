"""A journal is sealed once: from then on each line is signed, and who has no key can write none.

The seal is itself an entry and holds head and number of the lines before it. The key's file notes where
signing began, so a journal without its seal, or another one, is refused.
"""

from collections.abc import Sequence

from pipelines.keeping.journal import REPLACED, SEAL, ArchiveDamaged, Journal, JournalEntry, missing, unsealed
from pipelines.keeping.place import WrongSetting
from pipelines.keeping.signing import Anchor, Key, KeyFile, new


def hold(journal: Journal, entries: Sequence[JournalEntry]) -> list[str]:
    """Hold a journal, of which these are all entries, against its key; the first time, seal it.

    Returns what whoever opened it should be told. Raises WrongSetting where it is signed and the key is
    not here, ArchiveDamaged where it is not the journal of the key; the archive's lock is held.
    """
    keys, head = journal.keys, journal.head
    if keys is None:
        return []
    keys.settle(head.key)
    key = keys.read(head.key)
    if head.key and key is None:
        raise WrongSetting(missing(keys))
    if key and (wrong := faults(keys, key, head.key, entries)):
        raise ArchiveDamaged("；".join(wrong))
    if not head.key:
        return _seal(journal, keys, key)
    if key and keys.name not in key.began:
        keys.begin(key, next(Anchor(e.seq, e.hash) for e in entries if e.kind == SEAL))
    return []


def _seal(journal: Journal, keys: KeyFile, found: Key | None) -> list[str]:
    """Seal a journal by the key that was found, else by a new one."""
    key, head = found or new(), journal.head
    if found is None:
        keys.make(key)
        keys.take()
    facts = {"count": head.seq, "head": head.hash, "key": key.public}
    keys.begin(key, journal.append(SEAL, facts, signer=key))
    told = f"已生成签名私钥 {keys.path}：请另存一份到别处，不要放进数据目录或备份"
    return [] if found else [told]


def faults(keys: KeyFile, key: Key, public: str, entries: Sequence[JournalEntry]) -> list[str]:
    """Where a journal, signed by `public`, is not the one that the key and its machine know; in Chinese."""
    began = key.began.get(keys.name)
    if not public:
        return [unsealed(keys, key)] if began else []
    if key.public != public:
        return [f"签名私钥 {keys.path} 与流水不是一对：私钥或流水被换过"]
    if began and (not holds(entries, began) or entries[began.seq - 1].kind != SEAL):
        return [unsealed(keys, key)]
    told = cut(keys, entries)
    return [told] if told else []


def cut(keys: KeyFile, entries: Sequence[JournalEntry]) -> str:
    """What is said where a journal does not hold the line that this machine wrote last; '' where it does."""
    last = keys.last()
    return "" if last is None or holds(entries, last) else differs(entries, last, "本机最后写下的")


def holds(entries: Sequence[JournalEntry], anchor: Anchor) -> bool:
    """Whether an entry of that number has that hash."""
    return 0 < anchor.seq <= len(entries) and entries[anchor.seq - 1].hash == anchor.hash


def differs(entries: Sequence[JournalEntry], anchor: Anchor, whose: str) -> str:
    """What is said where no entry of that number has that hash."""
    how = f"流水只有{len(entries)}条，被截短" if anchor.seq > len(entries) else "流水中那一条不同，被重写"
    return f"{whose}第{anchor.seq}条（{anchor.hash[:12]}…）：{how}"


def replace(journal: Journal, reason: str, by: str) -> bool:
    """Go on with a new key, named in the journal with the reason: signed by the old one, or where that is
    lost by the new one; whether it was lost. All lines have been read, the archive's lock is held.

    Raises WrongSetting where the journal is not sealed, or the key here is another's.
    """
    keys, public = journal.keys, journal.head.key
    if keys is None or not public:
        raise WrongSetting("流水还没有签名，没有可换的私钥")
    keys.settle(public)
    old, key = keys.read(public), new()
    if old and old.public != public:
        raise WrongSetting(f"{keys.path} 不是这份流水的私钥：请放回原来的，确已丢失的请先移走这个文件")
    began = old.began if old else {}
    keys.make(Key(key.private, began))
    facts = {"key": key.public, "was": public, "reason": reason, "is_lost": old is None}
    journal.append(REPLACED, facts, by, signer=old or key)
    keys.take()
    return old is None
