"""What a single cell says of its row: a total, a note, a signature, a label, prose."""

import re
from typing import Any, NamedTuple

from pipelines.tables.heading import PAIR, normal
from pipelines.values.meaning import BLANKS
from schemas.characters import clean, closed

TOTAL = re.compile(
    r"^(.{0,8}?)(合计|总计|小计|共计|总数|总额|累计|汇总)(?:数|金额)?(\d{1,5}[家户个笔]?)?$"
    r"|^(?:共\d{1,5}[家户个笔]|计)()()$"
)
SUMMING = frozenset("计总共")
NOTES = re.compile(
    r"^(注|备注|附注|说明|填表说明|填报说明|填写说明|填表要求|填报要求|填报须知|数据来源|资料来源|"
    r"填表人|填报人|制表人|制表|填表|经办人|签字|"
    r"(?:主要|分管|主管|单位|科室|部门|填报)?(?:负责人|领导|责任人)(?:签字|签名|签章|盖章)?|"
    r"审核人|审核|复核人?|批准人?|签发人|填表日期|填报日期|填报单位|联系电话)"
    r"(\([^)]*\))?\s*(\d{0,2}\s*[::.、]|$)"
)
NIL = BLANKS | {"零", "0", "零报告", "无数据", "0.0", "不适用", "NIL", "nil", "没有", "空表"}
NOTHING = re.compile(
    r"(?:截至\S{0,12}|经\S{0,6}(?:排查|摸排|核查|核实)|目前|现)?[,，、]?"
    r"(?:[本该我当上](?:月|期|季度?|半月|辖区|县市?|市|地区?|园区|单位|局)|全[县市州区]|辖区内?){0,2}[,，、]?"
    r"(?:暂时?|尚|均|确|仍)?(?:无|没有|未(?:发现|发生|排查出|新增)|不存在)(?!.*(?:公司|中心|银行|合作社)$)\S{0,16}"
)  # 本月无新增; a name as 无锡示例公司 is none
RULE = r"[-—–─_=*·.。…()\s]*"  # what is drawn beside words
END = re.compile(rf"{RULE}(?:此|本)?[页表]?(?:以?下)(?:均?为?空白|无正文|无内容|无数据|无)(?:页|栏)?{RULE}")
LABELS = ("单位", "单位盖章", "人", "日期", "时间", "电话")
DATED = re.compile(r"^\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?$")  # alone at the end: the day of a signature
PROSE = 3  # Chinese letters; a day in words has as many


class TotalWords(NamedTuple):
    """What a row of totals is called: whose it is, as 东城区, and the word for it, as 小计."""

    whose: str
    word: str


def half_width(cell: Any) -> str:
    """A cell's text in half-width and without outer spaces."""
    return clean(str(cell))


def total_words(cell: Any) -> TotalWords | None:
    """How a cell says that its row sums others up; None where it does not."""
    if not isinstance(cell, str) or SUMMING.isdisjoint(cell):
        return None
    words = TOTAL.match(normal(cell))
    return TotalWords(words[1] or "", words[2] or "") if words else None


def is_total(cell: Any) -> bool:
    """Whether a cell says that its row sums others up."""
    return total_words(cell) is not None


def is_note(cell: Any, *, is_alone: bool) -> bool:
    """Whether a cell begins a note or a signature: a label for one, with a colon or alone in its row."""
    if not isinstance(cell, str):
        return False
    label = NOTES.match(half_width(cell))
    return (label is not None and (bool(label[3]) or is_alone)) or (is_alone and ends_a_table(cell))


def ends_a_table(cell: str) -> bool:
    """Whether a cell says that nothing more comes, as ——以下空白——."""
    return END.fullmatch(closed(cell)) is not None


def is_signature(cell: Any) -> bool:
    """Whether a cell is one of those that stand below a table: a label, a name behind it, a day."""
    words = half_width(cell)
    return bool(NOTES.match(words) or PAIR.match(words) or DATED.match(words))


def says_nothing_found(words: str) -> bool:
    """Whether words say that there is nothing to report, as 无, 零报告 or 本月无新增机构。"""
    return words in NIL or NOTHING.fullmatch(words.rstrip("。.;!")) is not None


def is_label_of_sender(cell: Any) -> bool:
    """Whether a cell is a label with its value that says who reports, or when, as 填报单位:东城区."""
    label = PAIR.match(half_width(cell)) if isinstance(cell, str) else None
    return label is not None and normal(label[1]).endswith(LABELS)


def is_prose(words: str) -> bool:
    """Words that cannot be an amount or a day: without a digit, or with several others."""
    return not any(c.isdigit() for c in words) or sum("\u4e00" <= c <= "\u9fff" for c in words) > PROSE
