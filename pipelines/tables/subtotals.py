"""Which rows a row of totals sums up: a part of the table, or all of it.

A clerk may write 小计 before or behind its part, and 合计 for a part or for the whole: the likeliest rows
come first.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

from pipelines.reading.reader import Sheet
from pipelines.tables.rows import Body
from pipelines.tables.signs import TotalWords, total_words

PART, ALL, RUNNING = "小计", "总计", "累计"  # the last counts more than the rows that are seen
WHOLE = frozenset({"", "总", "本表", "全表", "全部", "各项", *(f"全{place}" for place in "州市县区")})
RowNumbers = Sequence[int]  # Excel row numbers, in their order


def sums_of(sheet: Sheet, body: Body) -> list[tuple[int, list[RowNumbers]]]:
    """For each row of totals, but those that run on, the rows that it may sum up, the likeliest first."""
    words = {row: _words(sheet, row) for row in body.totals}
    parts = _parts(body, {row for row, total in words.items() if total.word != ALL})
    return [
        (row, _choices(body, row, words, parts.get(row, [])))
        for row, total in words.items()
        if total.word != RUNNING
    ]


def _words(sheet: Sheet, row: int) -> TotalWords:
    """What a row of totals is called; a row of sums without a word for it is of the whole or of a part."""
    said = (words for cell in sheet.rows[row - 1] if (words := total_words(cell)))
    return next(said, TotalWords("", ""))


def _choices(body: Body, row: int, words: Mapping[int, TotalWords], part: RowNumbers) -> list[RowNumbers]:
    """The rows that a row of totals may sum up; `part` are those of its own part of the table."""
    whose, word = words[row]
    if word == ALL or len(words) == 1:
        return [body.rows]
    alike = {other for other, total in words.items() if total.word == word}
    near = [part, *_around(body, row, set(words)), *_around(body, row, alike)]
    if word == PART:
        return [*_filled(near), *([[]] if [] in near else [])]  # a part may be empty
    far = [body.rows, [r for r in body.rows if r < row], [r for r in body.rows if r > row]]
    return _filled([*far, *near] if whose in WHOLE else [*near, *far]) or [body.rows]


def _filled(choices: Iterable[RowNumbers]) -> list[RowNumbers]:
    """The choices that hold rows, each once."""
    return list({tuple(rows): rows for rows in choices if rows}.values())


def _around(body: Body, row: int, totals: Set[int]) -> list[RowNumbers]:
    """The rows of data before and behind a row of totals, up to the next of these totals or a section."""
    at = body.kinds.index((row, "total"))
    return [sorted(_up_to(way, totals)) for way in (body.kinds[:at][::-1], body.kinds[at + 1 :])]


def _up_to(kinds: Iterable[tuple[int, str]], totals: Set[int]) -> list[int]:
    """The first rows of data, up to one of some totals or to a section behind data."""
    rows: list[int] = []
    for row, kind in kinds:
        if row in totals or (kind == "section" and rows):
            break
        if kind == "data":
            rows.append(row)
    return rows


def _parts(body: Body, subtotals: Set[int]) -> dict[int, list[int]]:
    """The rows of data of each row of subtotals: those before it, or after it where it leads its part."""
    kinds = [(row, kind) for row, kind in body.kinds if kind != "total" or row in subtotals]
    leads = next((kind for _, kind in kinds if kind != "section"), "") == "total"
    parts: dict[int, list[int]] = {}
    rows: list[int] = []
    for row, kind in reversed(kinds) if leads else kinds:
        if kind == "data":
            rows.append(row)
            continue
        if kind == "total":
            parts[row] = sorted(rows)
        rows = []
    return parts
