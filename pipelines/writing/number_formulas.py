"""Whether a number of an institution holds, as formulas: its signs and its check digit."""

from pipelines.writing.formulas import all_of, any_of, holds_one_of, listed, literal
from schemas.identifiers import CREDIT_SIGNS, CREDIT_WEIGHTS, ORGANISATION_WEIGHTS

DIGITS = "0123456789"
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
ALL_DIGITS = [*DIGITS, *DIGITS.translate(WIDE)]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NEVER = "IOZSV"  # in a credit code
NONE = '""'
MOST_SIGNS = 18  # of a number


CODE = 'SUBSTITUTE(UPPER({0})," ","")'  # of a cell: a code as it is read, in capitals and without spaces


def bare(cell: str) -> str:
    """A code as its number is checked: as it is read, without the hyphens that group it."""
    return f'SUBSTITUTE({CODE.format(cell)},"-","")'


def is_of(words: str, signs: str, length: str) -> str:
    """Whether the first 18 letters of words are some signs, as many of them as the length says."""
    each = f"MID({words},{listed(range(1, MOST_SIGNS + 1))},1)"
    known = f"SUMPRODUCT(({each}<>{NONE})*ISNUMBER(FIND({each},{literal(signs)})))"
    return all_of([f"LEN({words})<={MOST_SIGNS}", f"{known}={length}"])


def all_digits(words: str) -> str:
    return f'IFERROR(TEXT(VALUE({words}),REPT("0",LEN({words})))={words},FALSE)'


def credit_differs(bare: str) -> str:
    places, weights = listed(range(1, 19)), listed(CREDIT_WEIGHTS.tolist())
    sums = f"MOD(SUMPRODUCT((FIND(MID({bare},{places},1),{literal(CREDIT_SIGNS)})-1)*{weights}),31)=0"
    is_area = all_digits(f"LEFT({bare},8)")
    foreign = all_of([f"NOT({is_area})", f"ISNUMBER(FIND(LEFT({bare},1),{literal(LETTERS)}))"])
    return f"IF({any_of([holds_one_of(bare, NEVER), foreign])},FALSE,IF({is_area},NOT({sums}),TRUE))"


def organisation_differs(bare: str) -> str:
    places, weights = listed(range(1, 9)), listed(ORGANISATION_WEIGHTS)
    total = f"SUMPRODUCT((FIND(MID({bare},{places},1),{literal(DIGITS + LETTERS)})-1)*{weights})"
    return f'NOT(EXACT(RIGHT({bare},1),MID("0X987654321",MOD({total},11)+1,1)))'


def register_differs(bare: str) -> str:
    """ISO 7064 mod 11,10 over fifteen digits."""
    rest = "10"
    for n in range(1, 15):
        rest = f"MOD((MOD({rest}+MID({bare},{n},1)-1,10)+1)*2,11)"
    return f"IF({all_digits(bare)},MOD({rest}+RIGHT({bare},1),10)<>1,TRUE)"
