"""The column 检查: formulas that say of each row, while the clerk types, what `check` would say of it.

A row is worked out in a few cells of a hidden sheet: what each of its cells is, one sign each; then which
rules across it are broken, one sign each; the column turns these signs into sentences. All of them ask names
whose formulas speak of the row in which they are asked: rows may be put in, sorted and pasted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandera.pandas as pa

from pipelines.reading.a1 import letters
from pipelines.tables.table import READY
from pipelines.writing.cell_formulas import CellFormulas, of_cell
from pipelines.writing.day_formulas import DAY_WORDS
from pipelines.writing.formulas import Formulas, Places, Uncompiled, all_of, any_of, literal
from schemas.problems import MUST, VERIFY, sentence
from schemas.recorded import columns_of, recorded
from schemas.self_check import ASK_TO_MEND, CHECKS_SHEET, NAME, heading_of

PIECE = 200  # letters of a piece of words in a formula
ROOM = 90  # letters of a list of cells
MOST = 8000  # letters of a formula
TOKENS = 4000  # of a cell with all that its names hold: LibreOffice puts them in, and bears some 8,000
TOKEN = re.compile(r'"[^"]*"|{[^}]*}|[\w$!\'.]+|[^\s]')
BLANK, LACKING, UNREADABLE, SOUND, UNSURE = (
    "beus?"  # signs of a cell; of one that breaks a rule of its column
)
BROKEN = "23456789"  # which of them; no letters, for B equals b
FIXED = "f"  # it is not the only value that this sheet can have, and a value all the same
YES = "1"  # the sign of a rule across the row that is broken


@dataclass(frozen=True)
class SheetPlaces:
    """Where a sheet has what its formulas ask."""

    number: int  # of the sheet among those that check themselves: its names begin with it
    title: str
    heading_row: int
    first_column: int  # in the hidden sheet
    days: Mapping[str, str]  # column of the cover → the cell of its value
    must_be: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # column → rule, its only right value

    def name(self, key: str) -> str:
        return f"_{key}.{self.number}"

    def cell(self, n: int, row: str = "1") -> str:
        """The cell of the nth column; row 1 stands for the row in which a name is asked."""
        return f"{quoted(self.title)}!${letters(n)}{row}"

    def this(self) -> str:
        """The number of the row in which a name is asked."""
        return f"ROWS({self.cell(1, '$1')}:$A1)"

    def address(self, n: int) -> str:
        return f"ADDRESS({self.this()},COLUMNS({self.cell(1)}:${letters(n)}1),4)"

    def above(self, n: int) -> str:
        """The cells of the nth column from the heading to the row above."""
        column = f"{quoted(self.title)}!${letters(n)}:${letters(n)}"
        return f"{self.cell(n, f'${self.heading_row}')}:INDEX({column},{self.this()}-1)"

    def hidden(self, n: int) -> str:
        """The nth cell in which the row is worked out."""
        return f"{CHECKS_SHEET}!${letters(self.first_column + n)}1"


@dataclass(frozen=True)
class Told:
    """What is told of a cell where a test is true."""

    column: int
    level: str
    test: str
    said: tuple[str, str]


@dataclass(frozen=True)
class SelfCheck:
    """The names of a sheet with their formulas, and what of a return became formulas."""

    names: Mapping[str, str]
    cells: Sequence[str]  # the names that the hidden cells of a row ask
    asked: str  # the name that the column asks
    colours: Mapping[int, Mapping[str, str]]  # column → what may be said of it → the name of the test
    signs: Mapping[int, str]  # column → the sign of its cell
    told: Sequence[Told]
    compiled: Sequence[pa.Check]
    left: Sequence[pa.Check]

    @property
    def width(self) -> int:
        return len(self.signs)


def quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def self_check(schema: pa.DataFrameSchema, at: SheetPlaces) -> SelfCheck:
    """The names by which a sheet of a return checks its rows."""
    numbers = {name: n for n, name in enumerate(schema.columns, 1)}
    cells = {
        name: of_cell(at.cell(numbers[name]), column, at.must_be.get(name))
        for name, column in schema.columns.items()
    }
    made = _Made({}, [])
    made.names[at.name("row")] = _is_begun(numbers, at)
    states = [_state(column, cells[name], at, made, numbers[name]) for name, column in schema.columns.items()]
    signs = dict(enumerate(_packed(states, at, made), 1))
    fixed = {rule for rule, _ in at.must_be.values()}
    told = [
        Told(n, fault.level, f"{signs[n]}={literal(sign)}", fault.said)
        for name, n in numbers.items()
        for fault, sign in zip(cells[name].faults, _signs_of(cells[name], fixed), strict=True)
    ]
    formulas = Formulas(_places(schema, cells, at, signs))
    tests = {check: _of_rule(check, schema, formulas, signs) for check in schema.checks}
    compiled = [check for check, test in tests.items() if test]
    flags = _packed([f'IF({tests[check]},"{YES}","0")' for check in compiled], at, made)
    told += [_told_of_rule(check, flag, numbers) for check, flag in zip(compiled, flags, strict=True)]
    asked = _sentences(told, signs, at, made)
    colours = {n: _colours(n, told, signs, at, made) for n in signs}
    left = [check for check, test in tests.items() if not test]
    return SelfCheck(made.names, made.cells, asked, colours, signs, told, compiled, left)


@dataclass(frozen=True)
class _Made:
    """The names that were made so far, and those of them that hidden cells ask."""

    names: dict[str, str]
    cells: list[str]


def _signs_of(cell: CellFormulas, fixed: set[str]) -> list[str]:
    """The sign by which each fault of a cell is known."""
    free = iter(BROKEN)
    return [FIXED if fault.rule in fixed else next(free) for fault in cell.faults]


def _state(column: pa.Column, cell: CellFormulas, at: SheetPlaces, made: _Made, n: int) -> str:
    """The name that gives the sign of a cell."""
    days = at.name(f"d{n}")
    if cell.day_words:
        made.names[days] = cell.day_words
    fixed = {rule for rule, _ in at.must_be.values()}
    formula = f'IF({cell.sound},"{SOUND}","{UNSURE}")'
    for fault, sign in reversed(list(zip(cell.faults, _signs_of(cell, fixed), strict=True))):
        formula = f'IF({fault.formula},"{sign}",{formula})'
    formula = f'IF({cell.unreadable.replace(DAY_WORDS, days)},"{UNREADABLE}",{formula})'
    nothing = f'"{BLANK}"' if column.nullable else f'IF({cell.unknown},"{BLANK}","{LACKING}")'
    made.names[at.name(f"s{n}")] = f"IF({cell.blank},{nothing},{formula})"
    return at.name(f"s{n}")


def _packed(signs: Sequence[str], at: SheetPlaces, made: _Made) -> list[str]:
    """Hidden cells that hold signs, as many in each as it bears; where each of them is found again."""
    packs: list[list[str]] = []
    places = []
    room = 0
    for sign in signs:
        size = _size(sign, made.names)
        if not packs or room < size or sum(map(len, packs[-1])) + len(sign) > MOST:
            packs.append([])
            room = TOKENS
        room -= size
        packs[-1].append(sign)
        places.append(f"MID({at.hidden(len(made.cells) + len(packs) - 1)},{len(packs[-1])},1)")
    for pack in packs:
        name = at.name(f"p{len(made.cells)}")
        made.names[name] = f'IF({at.name("row")},{"&".join(pack)},"")'
        made.cells.append(name)
    return places


def _size(formula: str, names: Mapping[str, str]) -> int:
    """How many tokens a formula has, with the formulas of the names that it asks."""
    return sum(_size(names[t], names) if t in names else 1 for t in TOKEN.findall(formula))


def _places(
    schema: pa.DataFrameSchema, cells: Mapping[str, CellFormulas], at: SheetPlaces, signs: Mapping[int, str]
) -> Places:
    """Where rules find the values of a row, of those above it, and the days around it."""
    numbers = {name: n for n, name in enumerate(schema.columns, 1)}
    values = {name: cell.value for name, cell in cells.items()}
    blanks = {name: f'{signs[n]}="{BLANK}"' for name, n in numbers.items()}
    above = {name: cells[name].over(at.above(n)) for name, n in numbers.items()}
    for name, cell in at.days.items():
        values[name], blanks[name] = cell, f'{cell}=""'
    values["arrived_on"], blanks["arrived_on"] = "TODAY()", "FALSE"
    return Places(values, blanks, above, at.days)


def _of_rule(
    check: pa.Check, schema: pa.DataFrameSchema, formulas: Formulas, signs: Mapping[int, str]
) -> str:
    """Where a rule across the row is broken, and all that it asks is sound; '' where no formula is made."""
    term, numbers = recorded(check, schema), {name: n for n, name in enumerate(schema.columns, 1)}
    if term is None:
        return ""
    needs = dict.fromkeys([*(check.statistics or {})["needs"], *sorted(columns_of(term))])
    good = f'"{SOUND}{BLANK}{FIXED}"'
    sound = [f"ISNUMBER(FIND({signs[numbers[name]]},{good}))" for name in needs if name in numbers]
    days = [
        any_of([f'{cell}=""', f"ISNUMBER({cell})"])
        for name, cell in formulas.places.days.items()
        if name in needs
    ]
    try:
        formula = all_of([*sound, *days, formulas.false(term)])
    except Uncompiled:
        return ""
    return formula if len(formula) < MOST else ""


def _told_of_rule(check: pa.Check, flag: str, numbers: Mapping[str, int]) -> Told:
    facts = check.statistics or {}
    return Told(numbers[facts["on"]], facts["level"], f'{flag}="{YES}"', (facts["wrong"], facts["mend"]))


def _sentences(told: Sequence[Told], signs: Mapping[int, str], at: SheetPlaces, made: _Made) -> str:
    """The name that says all of the row."""
    spoken: dict[str, list[str]] = {MUST: [], VERIFY: []}
    for k, each in enumerate(told, 1):
        made.names[at.name(f"t{k}")] = f'IF({each.test},{_words(each, at)},"")'
        spoken[each.level].append(at.name(f"t{k}"))
    lists = {}
    for sign in (UNREADABLE, LACKING):
        lists[sign] = at.hidden(len(made.cells))
        cells = (f'IF({place}="{sign}","、"&{at.address(n)},"")' for n, place in signs.items())
        made.names[at.name(f"l{sign}")] = f'IF({at.name("row")},{"&".join(cells)},"")'
        made.cells.append(at.name(f"l{sign}"))
    wrong, _ = sentence("not_nullable", title="")
    lacking = f"{literal(heading_of(MUST))}&MID({lists[LACKING]},2,{ROOM})&{literal(f'：{wrong}。')}"
    said = "&".join([*spoken[MUST], f'IF({lists[LACKING]}="","",{lacking})', *spoken[VERIFY]])
    first = f"{literal(ASK_TO_MEND)}&MID({lists[UNREADABLE]},2,{ROOM})"
    formula = f'IFERROR(IF({at.name("row")},IF({lists[UNREADABLE]}="",{said},{first}),""),"")'
    made.names[at.name(NAME)] = formula
    return at.name(NAME)


def _is_begun(numbers: Mapping[str, int], at: SheetPlaces) -> str:
    """Whether anything stands in the row but what an office fills in beforehand."""
    ready = [f"COUNTA({at.cell(n)})" for name, n in numbers.items() if name in READY]
    return "-".join([f"COUNTA({at.cell(1)}:${letters(len(numbers))}1)", *ready]) + ">0"


def _colours(
    n: int, told: Sequence[Told], signs: Mapping[int, str], at: SheetPlaces, made: _Made
) -> dict[str, str]:
    """What may be said of the cells of a column, the gravest first, and the name of the test of each."""
    broken = {
        level: [each.test for each in told if (each.column, each.level) == (n, level)]
        for level in (MUST, VERIFY)
    }
    tests = {
        MUST: [f'{signs[n]}="{UNREADABLE}"', *broken[MUST]],
        VERIFY: broken[VERIFY],
        LACKING: [f'{signs[n]}="{LACKING}"'],
    }
    names = {what: at.name(f"{what}{n}") for what, test in tests.items() if test}
    made.names.update({name: any_of(tests[what]) for what, name in names.items()})
    return names


def _words(each: Told, at: SheetPlaces) -> str:
    """The sentence of what is told, as a formula: its level, its cell, what is wrong, how to mend it."""
    words = f"：{'，'.join(each.said)}。"
    pieces = [words[k : k + PIECE] for k in range(0, min(len(words), 2 * PIECE), PIECE)]
    return "&".join([literal(heading_of(each.level)), at.address(each.column), *map(literal, pieces)])
