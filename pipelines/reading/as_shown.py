"""Cells that show something else than they keep, by their format or by strokes: its text is what it shows."""

from dataclasses import dataclass

from pipelines.reading import number_format


@dataclass(frozen=True)
class Broken:
    """A cell that shows something but holds no value: an error, or a formula that was never calculated."""

    words: str
    rule: str

    def __str__(self) -> str:
        return self.words


class ShownValue(float):
    """A number whose format counts; `str` of it is what the format makes of it."""

    def __new__(cls, number: float, code: str) -> "ShownValue":
        made = super().__new__(cls, number)
        made.code = code
        return made

    code: str

    def __str__(self) -> str:
        return number_format.shown(self.code, float(self))

    @property
    def spelled(self) -> str:
        """The number with all its digits, as the format scales it, with the unit that it names."""
        return number_format.spelled(self.code, float(self))


class ShownWords(str):
    """Words as a person sees them; `kept` is what the cell keeps, `how` the repair that made them of it."""

    __slots__ = ("how", "kept")
    kept: str
    how: str

    def __new__(cls, words: str, kept: str, how: str) -> "ShownWords":
        made = super().__new__(cls, words)
        made.kept, made.how = kept, how
        return made


def as_shown(cell: object, code: str) -> object:
    """A number or words under a format; unchanged where it does not count for them."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str) or cell == "":
        return cell
    section = number_format.in_effect(code, cell)
    if section is None or not section.counts:
        return cell
    if isinstance(cell, str):
        return ShownWords(number_format.shown(code, cell), cell, "as_shown")
    return ShownValue(cell, code)
