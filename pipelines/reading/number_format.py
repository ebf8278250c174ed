"""What a format makes of the number or words that a cell keeps: the text that a person sees.

A format counts where it bears a unit, a percentage, words, digits or a scale of its own, or shows nothing.
Padding, colours, ¥, a dash for zero and the tokens of days do not count.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property, lru_cache

BUILT_IN: Mapping[int, str] = {9: "0%", 10: "0.00%"}  # those of the built-in formats that count
LONGEST = 255  # signs: no program writes more
PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*](?P<gap>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<power>E[+-])|(?P<day>AM/PM|A/P|上午/下午|[ymdhseg])"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>[%％])|(?P<words>@)|(?P<end>;)|(?P<bare>.)",
    re.DOTALL | re.IGNORECASE,
)
CONDITION = re.compile(r"^(<=|>=|<>|<|>|=)\s*([+-]?\d{1,15}(?:\.\d{1,15})?)$")
COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
NOUGHT = Decimal(0)
POSITIVE, NOT_NEGATIVE, NEGATIVE = (">", NOUGHT), (">=", NOUGHT), ("<", NOUGHT)
POINTS = frozenset(".．·")  # drawn amid the digits, each is a decimal point
GROUPING = frozenset(" ,，'\u00a0\u202f")  # drawn amid the digits, each parts groups of them
FOREIGN = frozenset("$＄€£₩₽")
SHARES = frozenset("%％‰")  # of a hundred or a thousand, drawn or counted
MOST = 4096  # formats kept taken apart
EXACT = Context(prec=400)
Condition = tuple[str, Decimal]
FormatPiece = tuple[str, str]  # digit, general, point, comma, percent, power, words, day, literal; its text


@dataclass(frozen=True)
class Section:
    """A part of a format: for which numbers it is (for any where None), of what it consists."""

    condition: Condition | None
    pieces: Sequence[FormatPiece]
    is_for_words: bool = False

    @cached_property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.pieces]

    @cached_property
    def places(self) -> list[int]:
        """Where digits are placed."""
        return [n for n, kind in enumerate(self.kinds) if kind in {"digit", "general"}]

    @cached_property
    def point(self) -> int:
        """Where the decimal point stands; behind all where there is none."""
        return self.kinds.index("point") if "point" in self.kinds else len(self.pieces)

    @cached_property
    def amid(self) -> Sequence[FormatPiece]:
        """What stands between the first place and the last."""
        return self.pieces[self.places[0] : self.places[-1]] if self.places else ()

    @cached_property
    def scale(self) -> Decimal:
        """By what a number is multiplied before it is drawn: % by 100, a comma behind by a thousandth."""
        ends = {self.point, len(self.pieces)}
        commas = sum(self._commas_before(end) for end in ends)
        return EXACT.divide(Decimal(100) ** self.kinds.count("percent"), Decimal(1000) ** commas)

    def _commas_before(self, end: int) -> int:
        """The commas right behind the last place before a point or an end."""
        last = max((n for n in self.places if n < end), default=end)
        behind = self.kinds[last + 1 : end]
        return next((n for n, kind in enumerate(behind) if kind != "comma"), len(behind))

    @cached_property
    def drawn(self) -> Decimal:
        """By what a point divides that is only drawn amid the digits: ten for each place behind it."""
        at = (n for n, (kind, text) in enumerate(self.pieces) if kind == "literal" and text in POINTS)
        first = next((n for n in at if self.places and self.places[0] < n < self.places[-1]), self.point)
        return Decimal(10) ** sum(first < n < self.point for n in self.places)

    @cached_property
    def is_exact(self) -> bool:
        """Whether a number stands in it with all its digits and no others, or else only as it is drawn."""
        words = [text for kind, text in self.pieces if kind == "literal"]
        amid = {text for kind, text in self.amid if kind == "literal"}
        return bool(self.places) and amid <= POINTS | GROUPING and not any(map(str.isdigit, words))

    @cached_property
    def counts(self) -> bool:
        if "day" in self.kinds or self.kinds in (["words"], ["general"]):
            return False
        speaks = any(kind == "literal" and _speaks(text) for kind, text in self.pieces)
        always = [n for n in self.places if n < self.point and self.pieces[n][1] == "0"]
        is_filled_up = bool(always) and sum(always[0] <= n < self.point for n in self.places) > 1
        is_odd = bool(self.places) and not self.is_exact
        return not self.pieces or speaks or self.scale * 1 != self.drawn or is_filled_up or is_odd

    def words(self, places: Sequence[FormatPiece]) -> str:
        """What some of its pieces say: letters, digits, foreign money and %."""
        told = (text for kind, text in places if kind in {"literal", "percent"})
        return "".join(filter(_speaks, told))


def _speaks(sign: str) -> bool:
    """Whether a sign beside a number changes what it says."""
    return sign.isalnum() or sign in FOREIGN or sign in SHARES


@lru_cache(maxsize=MOST)
def sections(code: str) -> Sequence[Section]:
    """The sections of a format, with the conditions that are understood where none is stated."""
    parts: list[list[FormatPiece]] = [[]]
    stated: list[Condition | None] = [None]
    for found in PIECE.finditer(code[:LONGEST]):
        kind = str(found.lastgroup)
        condition = CONDITION.match(found["bracket"].strip()) if kind == "bracket" else None
        if kind == "end":
            parts.append([])
            stated.append(None)
        elif condition:
            stated[-1] = (condition[1], Decimal(condition[2]))
        else:
            parts[-1] += _pieces(kind, found[kind])
    return _conditioned(parts, stated)


def _conditioned(
    parts: Sequence[Sequence[FormatPiece]], stated: Sequence[Condition | None]
) -> Sequence[Section]:
    """The parts with their conditions; the first that asks for words, or else the fourth, is theirs."""
    asking = [n for n, part in enumerate(parts) if ("words", "@") in part] + [3]
    numbers = [n for n in range(min(len(parts), 3)) if n not in asking] or [0]
    second = NEGATIVE if stated[0] is None else None
    understood = {1: (None,), 2: (NOT_NEGATIVE, second), 3: (POSITIVE, NEGATIVE, None)}[len(numbers)]
    of_numbers = [
        Section(
            stated[n] or condition,
            [("general", "") if kind == "words" else (kind, text) for kind, text in parts[n]],
        )
        for n, condition in zip(numbers, understood, strict=True)
    ]
    return (*of_numbers, *(Section(None, parts[n], is_for_words=True) for n in asking[:1] if n < len(parts)))


def _pieces(kind: str, text: str) -> Iterator[FormatPiece]:
    """The pieces that a sign of a format stands for: none for padding, a colour, a script."""
    if kind == "bracket":
        if text.startswith("$"):
            yield from _pieces("bare", text[1:].split("-")[0])
        elif text and set(text.lower()) <= set("hms"):
            yield "day", text
    elif kind == "bare" and text == "/":
        yield "power", text  # of a fraction
    elif kind in {"quoted", "escaped", "bare"}:
        yield from (("literal", sign) for sign in text)
    elif kind != "gap":
        yield kind, text


def in_effect(code: str, cell: float | str) -> Section | None:
    """The section by which a format shows a number or words; None where it has none for them."""
    is_words = isinstance(cell, str)
    for section in sections(code):
        if section.is_for_words == is_words and (is_words or _holds(section.condition, cell)):
            return section
    return None


def _holds(condition: Condition | None, number: float | str) -> bool:
    return condition is None or COMPARE[condition[0]](Decimal(repr(number)), condition[1])


@lru_cache(maxsize=MOST)
def counts(code: str) -> bool:
    """Whether a format counts for some cell."""
    return any(section.counts for section in sections(code))


def shown(code: str, cell: float | str) -> str:
    """The text that a format makes of a number or of words; without outer spaces."""
    section = in_effect(code, cell)
    if section is None:
        return cell if isinstance(cell, str) else _general(Decimal(repr(cell)))
    if isinstance(cell, str):
        return "".join(cell if kind == "words" else text for kind, text in section.pieces)
    number = EXACT.multiply(Decimal(repr(cell)), section.scale)
    sign = "-" if number < 0 and section.condition != NEGATIVE else ""
    return sign + "".join(_drawn(section, abs(number))).strip()


def spelled(code: str, number: float) -> str:
    """A number with all its digits in the scale of its format, between the words that the format adds.

    Where the format leaves no room for all digits, or brings some of its own: what it shows.
    """
    section = in_effect(code, number)
    if section is None or not section.is_exact:
        return shown(code, number)
    first, last = section.places[0], section.places[-1]
    exact = EXACT.divide(EXACT.multiply(Decimal(repr(number)), section.scale), section.drawn)
    before, behind = section.words(section.pieces[:first]), section.words(section.pieces[last:])
    return f"{before}{exact.normalize(EXACT):f}{behind}"


def _general(number: Decimal) -> str:
    return f"{number:.10g}" if number % 1 else f"{number:.0f}"


def _drawn(section: Section, number: Decimal) -> Iterator[str]:
    """The pieces of a section with the digits of a number in their places."""
    is_odd = "power" in section.kinds or "general" in section.kinds
    first, last = (section.places[0], section.places[-1]) if is_odd and section.places else (-1, -1)
    digits = {first: _general(number)} if is_odd else _placed(section, number)
    for n, (kind, text) in enumerate(section.pieces):
        if n in digits:
            yield digits[n]
        elif kind in {"literal", "percent", "point"} and not first < n < last:
            yield text


def _placed(section: Section, number: Decimal) -> dict[int, str]:
    """By place the digits that stand there; the first before the point holds all that are left."""
    whole = [n for n in section.places if n < section.point]
    parts = [n for n in section.places if n > section.point]
    rounded = number.quantize(Decimal(1).scaleb(-len(parts)), ROUND_HALF_UP, EXACT)
    left, _, right = f"{rounded:f}".partition(".")
    left = "" if left == "0" else left
    digits = dict(zip(parts, right, strict=True))
    for n in reversed(parts):
        if digits[n] != "0" or section.pieces[n][1] == "0":
            break
        digits[n] = ""
    is_grouped = any(kind == "comma" for kind, _ in section.amid)
    for count, n in enumerate(reversed(whole), 1):
        own = left if n == whole[0] else left[-1:]
        left = left.removesuffix(own)
        each = own or {"0": "0", "?": " "}.get(section.pieces[n][1], "")
        digits[n] = _grouped(each, count) if is_grouped else each
    return digits


def _grouped(digits: str, place: int) -> str:
    """Digits of which the last stands at a place from the right, parted into thousands."""
    commas = ("," if n % 3 == 0 and n else "" for n in range(place + len(digits) - 2, place - 2, -1))
    return "".join(digit + comma for digit, comma in zip(digits, commas, strict=True))
