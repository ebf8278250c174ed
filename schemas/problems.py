"""What can be wrong with a workbook, and what is said about it to the person who filled it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MUST, VERIFY = "must", "verify"
LEVELS = {MUST: "强制", VERIFY: "核实"}

# rule: (what is wrong, how to mend it); the facts in braces come from the rule itself
SENTENCES: Mapping[str, tuple[str, str]] = {
    "not_nullable": ("必填,此处为空", "请补充“{title}”"),
    "not_a_day": ("不是能识别的日期", "请按 2016-07-08 的样式填写"),
    "month_only": ("只有年月,没有日", "请补充到日,如 2016-07-08"),
    "not_a_number": ("不是数字", "请只填数字,单位写在表头"),
    "not_whole": ("应为整数", "请填整数,不带小数"),
    "digits_lost": ("数字超过15位,末尾几位已被表格软件改为0", "请将该列设为文本格式后重新录入"),
    "never_calculated": ("公式没有计算结果", "请在表格软件中打开,重新计算后保存"),
    "error_value": ("单元格是公式错误值", "请改正公式,或直接填写数值"),
    "isin": ("不在可选范围内", "请从下列选项中选一项:{allowed_values}"),
    "all_in": ("有不在可选范围内的项", "请从下列选项中选取,用顿号隔开:{allowed_values}"),
    "greater_than_or_equal_to": ("小于允许的最小值 {min_value}", "请填不小于 {min_value} 的值"),
    "less_than_or_equal_to": ("大于允许的最大值 {max_value}", "请填不大于 {max_value} 的值"),
    "str_length": ("字数不符合要求({span}字)", "请改为 {span}字"),
    "str_matches": ("格式不符", "请按填写说明的样式填写"),
    "id_number": ("证照号码不正确:{detail}", "请与营业执照核对后重填;字母 I、O 常与数字 1、0 混淆"),
    "id_letter": ("代码以字母开头,系统无法校验", "请与证照核对;无误的可照报"),
    "phone": ("不是电话号码", "请填11位手机号,或带区号的固定电话"),
    "missing_column": ("缺少“{title}”这一列", "请使用系统下发的模板,或在表头中补上这一列"),
    "extra_column": ("表头“{value}”与任何一列都对不上,这一列没有读取", "如属应报内容,请改用模板中的列名"),
    "twice_column": ("表头“{value}”重复,与前面的列都对应“{title}”", "请只保留一列"),
    "no_heading": ("没有找到表头", "请使用系统下发的模板;表头应在前12行之内"),
    "no_rows": ("封面填“有数”,但表中没有一行数据", "请补充数据;确无情况的,在封面改填“零报告”"),
    "zero_with_rows": ("封面填“{value}”,但表中有 {rows} 行数据", "请在封面改填“有数”,或删去这些行"),
    "zero_without_work": ("零报告须写明排查户数或排查方式", "请在封面该行的“排查户数”或“依据或说明”中填写"),
    "zero_without_signer": ("零报告须有审核人", "请在封面填写审核人"),
    "not_applicable_without_basis": ("填“不适用”须写明依据", "请在封面该行的“依据或说明”中填写"),
    "unanswered": ("没有填写回答,这张表按未报计", "请在封面选择:有数、零报告、不适用、未完成"),
    "nothing_filled": ("工作簿没有填写任何内容,不能作为零报告", "确无情况的,请在封面逐表选择“零报告”并填写排查户数"),
    "wrong_unit": ("封面填报单位与本工作簿的单位不一致", "请填“{title}”,或使用该单位自己的模板"),
    "unknown_unit": ("没有这个单位", "请从下拉列表中选择填报单位"),
    "wrong_field": ("所属领域与本表不一致", "请填“{title}”,或移到该领域的表中"),
    "wrong_territory": ("所属县市(园区)不是填报单位", "请填“{title}”;不属本地的机构请由属地填报"),
    "unit_of_amount": ("封面的金额单位与表头的不一致", "请把封面的金额单位改为与表头相同"),
    "too_early": ("早于专项整治开始日 {day}", "请核对日期"),
    "after_fill_date": ("晚于填报日期", "数据截止日期不得晚于填报日期"),
    "after_arrival": ("晚于报送当天", "请核对填报日期"),
    "total_differs": ("合计与各行之和不符,各行之和为 {sum}", "请核对各行与合计"),
}  # fmt: skip

ID_DETAILS = {
    "length": "应为18位、15位或9位",
    "alphabet": "含有不使用的字母 I、O、Z、S、V",
    "check": "校验码不符",
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


def sentence(rule: str, **facts: Any) -> tuple[str, str]:
    """What is wrong and how to mend it, with the facts of the case."""
    words = {k: "、".join(map(str, v)) if isinstance(v, list) else v for k, v in facts.items()}
    wrong, mend = SENTENCES[rule]
    return wrong.format(**words), mend.format(**words)
