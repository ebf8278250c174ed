"""The notice beside the plan: its clauses, and whether what the plan quotes stands in the clause it names."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

FILE = "notice.txt"
ADDRESSEES = "印发对象"  # what stands before the first chapter is cited so
CHAPTER = re.compile(r"([一二三四五六七八九十]+)、")
SECTION = re.compile(r"\(([一二三四五六七八九十]+)\)")
Clauses = Mapping[str, str]


def clauses(home: Path) -> Clauses | None:
    """The words of each clause, by chapter and section; None where no notice lies in the folder.

    Raises UnicodeDecodeError where the file is not UTF-8.
    """
    path = home / FILE
    return _clauses(path.read_bytes().decode("utf-8-sig")) if path.is_file() else None


def _clauses(text: str) -> Clauses:
    found: dict[str, str] = {}
    chapter, section = ADDRESSEES, ""
    for line in map(plain, text.splitlines()):
        if begins := CHAPTER.match(line):
            chapter, section = begins[1], ""
        elif (begins := SECTION.match(line)) and chapter != ADDRESSEES:
            section = f"{chapter}({begins[1]})"
        for name in filter(None, (chapter, section)):
            found[name] = found.get(name, "") + line
    return found


def plain(words: str) -> str:
    """Words as they are compared: half-width signs, no spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words))


def misquoted(words: Mapping[str, str], notice: Clauses) -> Iterator[tuple[str, str]]:
    """Column and sentence of a clause that the notice lacks, and of a quotation that is not in it."""
    cited = [plain(clause) for clause in words.get("clause", "").split(";") if clause]
    for clause in cited:
        if clause not in notice:
            yield "clause", f"通知原文（{FILE}）没有“{clause}”"
    quote = plain(words.get("quote", ""))
    if quote and not any(quote in notice.get(clause, "") for clause in cited):
        yield "quote", f"通知原文的{'、'.join(cited)}里没有这句话；自己的说明请写在 note（内部说明）"
