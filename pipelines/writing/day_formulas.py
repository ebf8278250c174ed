"""Whether a cell can be a day, as formulas: one may be written in many ways, and most are read."""

from pipelines.values.days import EIGHT_DIGITS, SERIALS
from pipelines.values.guidance import SIGNS
from pipelines.writing.formulas import all_of, any_of, holds_one_of
from pipelines.writing.number_formulas import ALL_DIGITS, all_digits

DAY_WORDS = "_day"  # the name by which the words of a day are asked
LAST_DAY = 2_958_465  # that Excel counts


def no_day(cell: str) -> str:
    """No day, only a month, or a day that no calendar has."""
    between = all_of([f"{cell}>{LAST_DAY}", f"{cell}<{EIGHT_DIGITS[0]}"])
    far = any_of([f"{cell}<{SERIALS[0]}", between, f"{cell}>{EIGHT_DIGITS[-1]}"])
    plain = f"NOT({holds_one_of(cell, [*ALL_DIGITS, *SIGNS, *'年〇零'])})"
    return f"IF(IF(ISNUMBER({cell}),{far},{plain}),TRUE,{_impossible(DAY_WORDS)})"


def day_words(cell: str) -> str:
    """What stands in a cell of days, as 2001-02-30 where it can be written so."""
    first = EIGHT_DIGITS[0]
    digits = f'TEXT({cell},"0000-00-00")'
    words = cell
    for sign in "./年月。、—–":
        words = f'SUBSTITUTE({words},"{sign}","-")'
    for sign in "日号":
        words = f'SUBSTITUTE({words},"{sign}","")'
    parted = f'REPLACE(REPLACE({cell},7,0,"-"),5,0,"-")'
    together = all_of([f"LEN({cell})=8", f'ISERROR(FIND("-",{words}))'])
    written = f"IF({together},{parted},{words})"
    return f'IF(ISNUMBER({cell}),IF({cell}>={first},{digits},""),{written})'


def _impossible(words: str) -> str:
    """Of words as 2001-02-30 whether there is no such day; of 2001-02 and 2001-02- that it is lacking."""
    dashes = f'LEN({words})-LEN(SUBSTITUTE({words},"-",""))'
    bare, second = f'SUBSTITUTE({words},"-","")', f'FIND("-",{words},6)'
    month, day = f"VALUE(MID({words},6,{second}-6))", f"VALUE(MID({words},{second}+1,9))"
    is_plain = all_of([all_digits(bare), f'MID({words},5,1)="-"', f"VALUE(LEFT({words},4))>=1900"])
    only_month = any_of([f"{dashes}=1", all_of([f"{dashes}=2", f'RIGHT({words},1)="-"'])])
    days = f"DAY(DATE(VALUE(LEFT({words},4)),{month}+1,0))"
    wrong = any_of([f"{month}>12", f"{month}<1", f"{day}<1", f"{day}>{days}"])
    fits = all_of([f"{dashes}=2", f"{second}<=8", f"LEN({words})-{second}<=2"])
    return f"IFERROR({all_of([is_plain, any_of([only_month, all_of([fits, wrong])])])},FALSE)"
