"""Ways to bend a campaign's record, as somebody would who may write in its home and has no key; or has it."""

import hashlib
import json
import shutil

import duckdb

from pipelines.keeping import journal, signing
from pipelines.keeping.journal import START

NOT_SIGNED = ("hash", "sig", "prev")


def lines_of(home):
    return home / "archive" / "journal.jsonl"


def entries(home):
    """The lines of a journal as plain data."""
    return [json.loads(line) for line in lines_of(home).read_bytes().splitlines()]


def write(home, plain, key=None, since=0):
    """Write a journal whose chain is whole: each line with its signature as it was, or signed anew by a key
    from an index on.
    """
    prev, made = START, []
    for n, entry in enumerate(plain):
        kept = {name: value for name, value in entry.items() if name not in NOT_SIGNED}
        kept |= {"prev": prev, "seq": n + 1}
        if key is None and "sig" in entry:
            kept["sig"] = entry["sig"]
        line, prev = journal._line(kept, key if key and n >= since else None)
        made.append(line)
    lines_of(home).write_bytes(b"".join(made))


def at(plain, kind, nth=0):
    """Where the nth entry of a kind stands."""
    return [n for n, entry in enumerate(plain) if entry["kind"] == kind][nth]


def changing(kind, nth=0, **facts):
    """Change facts of an entry and make the chain whole again."""

    def bend(home):
        plain = entries(home)
        plain[at(plain, kind, nth)]["facts"] |= facts
        write(home, plain)

    return bend


def naming(kind, **more):
    """Change what stands beside the facts of an entry and make the chain whole again."""

    def bend(home):
        plain = entries(home)
        plain[at(plain, kind)] |= more
        write(home, plain)

    return bend


def cut(count):
    def bend(home):
        lines_of(home).write_bytes(b"".join(lines_of(home).read_bytes().splitlines(keepends=True)[:-count]))

    return bend


def arranging(change):
    """Arrange the lines otherwise and make the chain whole again."""

    def bend(home):
        plain = entries(home)
        change(plain)
        write(home, plain)

    return bend


def taken_out(kind):
    return arranging(lambda plain: plain.pop(at(plain, kind)))


def twice(home):
    last = lines_of(home).read_bytes().splitlines(keepends=True)[-1]
    with lines_of(home).open("ab") as file:
        file.write(last)


def exchanged(plain):
    plain[-1], plain[-2] = plain[-2], plain[-1]


def invented(*, copied):
    """A receipt that was never given, with the signature of another line or none."""

    def change(plain):
        first = plain[at(plain, "received")]
        made = {**first, "facts": {**first["facts"], "no": f"20160708-{len(plain) + 1:05d}"}}
        if not copied:
            del made["sig"]
        plain.append(made)

    return arranging(change)


def replaced_original(home):
    """Another workbook in the place of one, its fingerprint and every hash after it recomputed."""
    content, plain = b"another workbook", entries(home)
    sha256 = hashlib.sha256(content).hexdigest()
    (home / "archive" / "files" / sha256[:2]).mkdir(exist_ok=True)
    (home / "archive" / "files" / sha256[:2] / sha256).write_bytes(content)
    plain[at(plain, "received")]["facts"]["sha256"] = sha256
    write(home, plain)


def unsealed(home):
    """Without its seal and without any signature, as if nobody had ever signed."""
    plain = [entry for entry in entries(home) if entry["kind"] != "seal"]
    for entry in plain:
        entry.pop("sig", None)
    write(home, plain)


def sealed_by_another(home):
    """Signed anew from the seal on by a key of one's own."""
    plain, key = entries(home), signing.new()
    plain[at(plain, "seal")]["facts"]["key"] = key.public
    write(home, plain, key, at(plain, "seal"))


def lost_to_another(home):
    """A last line that says the key was lost, signed by a key of one's own."""
    plain, key = entries(home), signing.new()
    public = plain[at(plain, "seal")]["facts"]["key"]
    facts = {"key": key.public, "was": public, "reason": "丢失", "is_lost": True}
    head = {"by": "", "facts": facts, "kind": "key", "prev": plain[-1]["hash"], "seq": len(plain) + 1}
    line, _ = journal._line({**head, "v": journal.VERSION, "written_at": plain[-1]["written_at"]}, key)
    with lines_of(home).open("ab") as file:
        file.write(line)


def marked_as_demo(plain):
    first = {k: v for k, v in plain[0].items() if k != "sig"}
    plain.insert(0, {**first, "kind": "demo", "facts": {"today": "2016-11-18"}})


def appended(content):
    def bend(home):
        with lines_of(home).open("ab") as file:
            file.write(content)

    return bend


def kept(home, kind, fact):
    """The file that an entry names."""
    plain = entries(home)
    sha256 = plain[at(plain, kind)]["facts"][fact]
    return home / "archive" / "files" / sha256[:2] / sha256


def of_file(kind, fact, change):
    return lambda home: change(kept(home, kind, fact))


def same_size(path):
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def elsewhere(path):
    path.rename(path.parent.parent / path.name)


def in_warehouse(statement):
    def bend(home):
        con = duckdb.connect(home / "warehouse.duckdb")
        before = con.execute("SELECT count(*) FROM survey_p2p").fetchone()
        con.execute(statement)
        con.close()
        assert before == (1,)

    return bend


def without(path_of):
    return lambda home: path_of(home).unlink()


def without_warehouse(home):
    (home / "warehouse.duckdb").unlink()


def another_campaign(home):
    """The whole archive of another campaign, with its own seal."""
    shutil.rmtree(home / "archive")
    shutil.copytree(home.parent / "other" / "archive", home / "archive")
