"""What can be wrong with a workbook, and what is said about it to the person who filled it in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.said import EXAMPLE_DAY, TERRITORY_PLAIN

MUST, VERIFY = "must", "verify"
LEVELS = {MUST: "须改正", VERIFY: "请核实"}

# rule: (what is wrong, how to mend it); the facts in braces come from the rule itself
SENTENCES: Mapping[str, tuple[str, str]] = {
    "not_nullable": ("必填，此处为空", "请补充“{title}”"),
    "word_for_none": ("必填，填的“{value}”按空白处理", "请补充“{title}”"),
    "not_a_day": ("不是能识别的日期", f"请按 {EXAMPLE_DAY} 的样式填写"),
    "month_only": ("只有年月，没有日", f"请补充到日，如 {EXAMPLE_DAY}"),
    "year_only": ("只有年份，没有月日", f"请补充到日，如 {EXAMPLE_DAY}"),
    "not_a_number": ("不是数字", "请只填数字，单位写在表头"),
    "not_whole": ("应为整数", "请填整数，不带小数"),
    "too_much": ("数值过大", "请核对数值和单位"),
    "digits_lost": ("数字超过15位，末尾几位已被表格软件改为0", "请将该列设为文本格式后重新录入"),
    "never_calculated": ("公式没有计算结果", "请在表格软件中打开，重新计算后保存"),
    "error_value": ("单元格是公式错误值", "请改正公式，或直接填写数值"),
    "isin": ("不在可选范围内", "请从下列选项中选一项：{allowed_values}"),
    "all_in": ("有不在可选范围内的项", "请从下列选项中选取，用顿号隔开：{allowed_values}"),
    "greater_than_or_equal_to": ("小于允许的最小值 {min_value}", "请填不小于 {min_value} 的值"),
    "less_than_or_equal_to": ("大于允许的最大值 {max_value}", "请填不大于 {max_value} 的值"),
    "str_length": ("字数不符合要求，应为{span}字", "请改为{span}字"),
    "str_matches": ("格式不符", "请按填写说明的样式填写{sample}"),
    "id_number": ("证照号码不正确：{detail}", "{mend}{offer}"),
    "id_letter": ("代码以字母开头，系统无法校验", "请与证照核对；核对无误的不用改"),
    "phone": ("不是电话号码", "请填11位手机号，或带区号的固定电话；几个号码用顿号隔开"),
    "nought_lost": ("区号前面的 0 已丢失，已补上", "请核实；该列请设为文本格式"),
    "missing_column": ("缺少“{title}”这一列", "请使用系统下发的模板，或在表头中补上这一列"),
    "column_needed": ("没有“{title}”这一列，第{line}行按规定须填", "请在表头中补上这一列并填写"),
    "extra_column": ("表头“{value}”与任何一列都对不上，这一列没有读取", "如属应报内容，请改用模板中的列名"),
    "twice_column": ("表头“{value}”重复，与前面的列都对应“{title}”", "请只保留一列"),
    "no_heading": ("没有找到表头", "请使用系统下发的模板；表头上方不要超过12行"),
    "missing_sheet": ("没有名为“{wanted}”的工作表", "请把工作表名改回“{wanted}”，或使用系统下发的模板"),
    "no_rows": ("封面填“有数”，但表中没有一行数据", "请补充数据，或在封面改选：{others}"),
    "zero_with_rows": ("封面填“{value}”，但表中有 {rows} 行数据", "请在封面改填“有数”，或删去这些行"),
    "zero_without_work": ("零报告须写明排查户数或排查方式", "请在封面该行的“排查户数”或“依据或说明”中填写"),
    "zero_without_signer": ("零报告须有审核人", "请在封面填写审核人"),
    "not_applicable_without_basis": ("填“不适用”须写明依据", "请在封面该行的“依据或说明”中填写"),
    "unanswered": ("没有填写回答，这张表按未报计", "请在封面选择：{allowed_values}"),
    "answer_not_offered": ("这张表不能以“{value}”回答", "请在封面改选：{allowed_values}"),
    "wrong_unit": ("填报单位与报送这份工作簿的单位不一致", "请填“{title}”，或使用该单位自己的模板"),
    "wrong_matter": (
        "这里写的是“{named}”，这份工作簿却是“{matter}”的",
        "请改用“{named}”的模板，或把报送事项改回“{matter}”",
    ),
    "matter_in_title": ("标题说的是“{named}”，这份工作簿按“{matter}”报送", "请核实；标题写错的请更正"),
    "renamed_sheet": ("工作表名应为“{wanted}”，已按这张表读取", "请核实，并把工作表名改回“{wanted}”"),
    "day_of_other": ("这一天属“{named}”，这里报的是“{matter}”", "请核实；日期由上期复制的请更正"),
    "unit_in_title": ("标题写的是“{named}”，填报单位是“{unit}”", "请核实填报单位；标题写错的请更正"),
    "wrong_field": ("所属领域与本表不一致", "请填“{title}”，或移到该领域的表中"),
    "wrong_territory": (f"所属{TERRITORY_PLAIN}不是填报单位", "请填“{title}”；不属本地的机构请由属地填报"),
    "unit_of_amount": ("封面的金额单位与表头的不一致", "请把封面的金额单位改为与表头相同"),
    "unit_unclear": ("看不出金额的单位：“{value}”", "请只写一个单位：元、万元或亿元；外币请折成人民币"),
    "unit_missing": (
        "表头没有写单位，已按{unit}读取；同表其他金额写的是{others}",
        "请核实，并在表头写明单位",
    ),
    "unit_nowhere": ("没有写明金额单位，已按{unit}读取", "请核实，并在表头或表的上方写明单位"),
    "unit_of_line": (
        "这里写的金额单位是{unit}，表头写的是{others}，已按表头读取",
        "请核实，并把两处改为一致",
    ),
    "unit_strange": ("看不出表头“{value}”的单位，“{title}”这一列没有读取", "请改用模板中的单位：{right}"),
    "unit_unfit": ("表头“{value}”写的单位“{unit}”不能用于“{title}”", "请核对这一列的数，单位改用：{right}"),
    "unit_of_count": (
        "表头写的单位是“{unit}”，这一列应以“{right}”计，已照数读取",
        "请核实，并更正表头的单位",
    ),
    "approximate": ("填的是约数", "请核实；有准确数的请填准确数"),
    "year_inferred": ("日期没有年份，已按填报年份读取", "请补上年份"),
    "strange_sheet": ("这张工作表不是本事项的报表，没有读取", "如属应报内容，请填入模板中相应的工作表"),
    "half_answered": (
        "“{left}”没有回答，同报的“{done}”因此也没有计入，仍按未报计",
        "请把“{left}”一并报来；确无内容的，在封面选择零报告",
    ),
    "no_cover": ("没有封面，也没有写明“{lacking}”", "请使用系统下发的模板，或在表头上方写明"),
    "side_by_side": ("同一张表左右并排了两栏，右边一栏没有读取", "请把右边一栏接到左边一栏的下面"),
    "second_table": (
        "下面另有一个表头，列或单位与上面的不同，从这一行起没有读取",
        "请把两部分合成一张表，每家机构只占一行；是另一张报表的，请放到它自己的工作表",
    ),
    "field_unclear": ("看不出这张表是哪个领域", "请每个领域一张表，并在标题或工作表名中写明领域"),
    "same_return_twice": (
        "与工作表“{other}”报的是同一张表",
        "同一期的请合并到一张工作表，重复的副本请删去；别的期次的，请作为那一期的事项另行报送",
    ),
    "table_before": ("这里另有一张表，没有读取", "请每张工作表只放一张表"),
    "not_words": (
        "这一格不是文字，是日期或逻辑值，已按显示的内容读取",
        "请核实；编号、文号请先把单元格设为文本再填",
    ),
    "below_one_percent": ("百分数小于1，可能把 12.5% 填成了 0.125", "请核实；单位已是%，12.5% 应填 12.5"),
    "guidance": ("格中是填写说明，不是填报内容，已按空白处理", "请删去后填报，没有的留空"),
    "guidance_row": ("这一行是填写说明，不是填报内容，没有读取", "请删去这一行"),
    "row_after_note": ("说明文字下面的这一行没有填全，没有读取", "如是填报内容，请填全，并移到说明文字上面"),
    "nil_row": ("表中只填了“{value}”，不能作为零报告", "请填报内容；确无内容的，请在封面该表选择：{others}"),
    "hidden_row": ("有 {rows} 行数据被隐藏，已照常读取：{which}", "请取消隐藏后核对；不应报的请删去"),
    "hidden_column": ("有 {rows} 列数据被隐藏，已照常读取：{which}", "请取消隐藏后核对；不应报的请删去"),
    "struck_row": (
        "有 {rows} 行数据带删除线，已照常读取：{which}",
        "请核对；作废的行请删去，有效的请取消删除线",
    ),
    "struck_cell": (
        "有 {rows} 个单元格带删除线，已照常读取：{which}",
        "请核对；作废的内容请删去，有效的请取消删除线",
    ),
    "shows_nothing": (
        "单元格的数字格式使内容不显示，格中实际有内容",
        "请把单元格格式改为常规后核对；不应报的请删去",
    ),
    "hidden_sheet": ("这张工作表是隐藏的，已照常读取", "请取消隐藏后核对；不应报的请删去"),
    "no_heading_above": ("这一列有数据，但没有表头，没有读取", "如属应报内容，请补上表头；否则请删去"),
    "odd_text": ("有乱码或看不见的控制字符", "请删去后重新录入"),
    "picture": ("单元格里是图片，读不到文字", "请在格中填写文字或数字；图片另行报送"),
    "negative_sign": ("用括号或三角号表示负数，已按负数读取", "请核实；负数请写减号，如 -50"),
    "has_macros": ("文件带有宏，宏没有运行，只读取了数值", "请核对数值；最好另存为不含宏的 .xlsx"),
    "has_links": ("文件引用了其他文件或数据连接，没有打开它们，只读取了已存的数值", "请核对数值是否为最新"),
    "has_embeddings": ("文件中嵌有其他文件，没有打开", "如属应报内容，请另行报送"),
    "total_differs": ("合计与各行之和不符，各行之和为 {sum}", "请核对各行与合计"),
}

BLANK = re.compile(r"\{[^}]*\}")  # in a sentence, to be filled with a fact

# rules whose breach may stand, once it is verified; every other must be mended
VERIFIED = frozenset(
    {
        *("unanswered", "half_answered"),
        "unit_missing",
        "unit_nowhere",
        "unit_of_line",
        "unit_of_count",
        "extra_column",
        "no_cover",
        "strange_sheet",
        "matter_in_title",
        "column_needed",
        "renamed_sheet",
        "day_of_other",
        "unit_in_title",
        "guidance_row",
        "row_after_note",
        "nil_row",
        *("hidden_row", "hidden_column", "hidden_sheet"),
        *("struck_row", "struck_cell"),
        "no_heading_above",
        *("has_macros", "has_links", "has_embeddings"),
    }
)

# how reading changed a cell
REPAIRS: Mapping[str, str] = {
    "half_width": "已统一全角字符和空格",
    "number_as_text": "已由数字转为文本",
    "synonym": "已按同义词读取",
    "separators": "已去掉千分位和空格",
    "currency": "已去掉货币名称",
    "unit_in_cell": "已按单元格中的单位换算",
    "heading_unit": "已按表头或表注的单位换算为万元",
    "date_written": "已统一日期写法",
    "apostrophe": "已去掉前面的撇号",
    "phone_words": "已统一电话号码的写法",
    "date_serial": "已由日期序号转为日期",
    "blank_word": "已按空白处理",
    "merged_down": "已按上方合并单元格的内容填入各行",
    "section_row": "已作为分段标题，不计入数据",
    "heading_synonym": "表头已按同义词对应到这一列",
    "percent": "已去掉百分号",
    "unknown": "已按“未掌握”记录，不计入合计，也不是0",
    "negative_sign": "已将括号或三角号读作负号",
    "as_shown": "已按单元格格式显示的内容读取",
    "unseen": "已去掉看不见的字符",
    "struck_words": "已去掉带删除线的文字",
    "inferred_rows": "封面没有填回答，表中有数据，按“有数”处理",
}

ID_DETAILS = {
    "length": "应为18位、15位或9位",
    "alphabet": "含有不使用的字母 I、O、Z、S、V",
    "check": "校验码不符",
    "signs": "号码之外还有别的字",
    "words": "不是号码",
}
# how to mend each of them
ID_MENDS = {
    "length": "请与营业执照核对后重填；前面的 0 不能省略，该列请设为文本格式",
    "alphabet": "请与营业执照核对后重填；字母 I、O 常与数字 1、0 混淆",
    "check": "请与营业执照核对后重填；字母 I、O 常与数字 1、0 混淆",
    "signs": "请只填一个号码，其余的写入“备注”一列；确有几个号码的，先填统一社会信用代码",
    "words": "请填证照号码；还没有证照的，此处留空，证照类型选“无证未登记”",
}


@dataclass(frozen=True)
class Problem:
    """One fault in one place: where it is, what stands there, what is wrong, and how to mend it."""

    level: str
    rule: str
    return_: str
    sheet: str
    cell: str
    row: int
    column: str
    title: str
    value: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Repair:
    """What reading changed in a cell's text to get its value; never silent."""

    sheet: str
    cell: str
    before: str
    after: str
    how: str


@dataclass(frozen=True)
class Unchecked:
    """A rule that could not be held against a row, because a cell it needs could not be read."""

    sheet: str
    rule: str
    row: int
    because: str


def length_said(facts: Mapping[str, Any]) -> str:
    """How long a text may be by the bounds of its rule, in words: 2–30, or 不超过500."""
    least, most = facts.get("min_value"), facts.get("max_value")
    return f"不超过{most}" if least is None else f"不少于{least}" if most is None else f"{least}–{most}"


def level_of(rule: str) -> str:
    """MUST or VERIFY: how grave it is to break a rule of `SENTENCES`."""
    return VERIFY if rule in VERIFIED else MUST


def rule_name(rule: str) -> str:
    """What a rule is called in a list: a numbered one by its number, any other by what it says is wrong."""
    if rule not in SENTENCES:
        return rule
    return re.split("[，：；(]", BLANK.sub("…", SENTENCES[rule][0]))[0]


def sentence(rule: str, **facts: Any) -> tuple[str, str]:
    """What is wrong and how to mend it, with the facts of the case in the blanks of the rule's sentence.

    Raises KeyError for a rule without a sentence, and where a blank has no fact.
    """
    words = {k: "、".join(map(str, v)) if isinstance(v, list) else v for k, v in facts.items()}
    wrong, mend = SENTENCES[rule]
    return wrong.format(**words), mend.format(**words)
