"""What the six fields' survey returns share: the core columns 1–42, and how a field adds its own."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pandera.pandas as pa

from schemas.columns import ICP, YES_NO_WORDS, choice, choices, code, day, money, phone, text, whole, yes_no
from schemas.declare import OR_NOT_APPLICABLE, equals, rule
from schemas.plan import PLAN
from schemas.said import COUNTY, HERE, said
from schemas.subjects import subject
from schemas.survey_rules import core_rules

ENTITY_TYPES = (
    "网络平台",
    "投资理财公司",
    "保险机构",
    "保险中介",
    "支付机构",
    "无证支付机构",
    "私募基金",
    "交易场所",
    "担保公司",
    "小额贷款公司",
    "典当行",
    "租赁公司",
    "房地产企业",
    "中介",
    "广告主",
    "广告发布者",
    "其他",
)
ID_TYPES = ("统一代码", "注册号", "组织机构代码", "无证未登记")
RISK_LEVELS = ("高", "中", "低")
RISK_WORDS = {
    words: level
    for level in RISK_LEVELS
    for words in (f"{level}风险", f"{level}等", f"{level}度", f"{level}级", f"{level}风险等级")
}
CLASSES = ("合规类", "整改类", "取缔类", "待定")
CLASS_WORDS = {
    **{word: f"{word[:2]}类" for name in ("合规", "整改", "取缔") for word in (name, f"{name}类机构")},
    **dict.fromkeys(("未分类", "尚未分类", "暂未分类", "待分类"), "待定"),
}
KEY_WORDS = {
    **dict.fromkeys(("是", "重点", "√", "✓", "✔"), "重点对象"),
    **dict.fromkeys(("否", "非重点", "×"), "非重点对象"),
}
SUSPECT_WORDS = {**YES_NO_WORDS, **dict.fromkeys(("待核查", "待核实", "待查证", "待定"), "待查")}
STABILITY_WORDS = dict.fromkeys(("否", "不涉稳", "未涉稳", "没有", "×"), "无")
TYPE_WORDS = {
    "融资租赁公司": "租赁公司",
    "小贷公司": "小额贷款公司",
    "融资担保公司": "担保公司",
    "典当公司": "典当行",
    "房地产公司": "房地产企业",
    "中介机构": "中介",
    **dict.fromkeys(("网贷平台", "P2P平台", "P2P网贷平台", "众筹平台", "互联网平台"), "网络平台"),
}
SOURCES = (f"{COUNTY}排查", "牵头部门排查", "群众举报", "上级交办", "部门移送", "舆情监测", "督察发现")
SURVEYED_IN = PLAN.phase_owing("by_field")
CLASSED_SINCE = (
    f"{SURVEYED_IN.ends_on.month}月{SURVEYED_IN.ends_on.day}日起必填" if SURVEYED_IN else "排查结束后必填"
)
ID_WORDS = {
    "无证": "无证未登记",
    "未登记": "无证未登记",
    "统一社会信用代码": "统一代码",
    "营业执照注册号": "注册号",
}


def survey(
    title: str,
    description: str,
    *,
    extras: Mapping[str, pa.Column],
    violations: Sequence[str],
    checks: Sequence[pa.Check] = (),
    amounts_optional: bool = False,
) -> pa.DataFrameSchema:
    """A survey return: the core columns, then what the field asks for besides, 备注 last."""
    columns = core(violations, amounts_optional=amounts_optional)
    remark = columns.pop("remark")
    names = (*columns, *extras, "remark")
    return pa.DataFrameSchema(
        title=title,
        description=description,
        columns={**columns, **extras, "remark": remark},
        checks=[*core_rules(), *checks],
        metadata={"survey": True, "answers": OR_NOT_APPLICABLE, "carries": names},
    )


def core(violations: Sequence[str], *, amounts_optional: bool = False) -> dict[str, pa.Column]:
    """Columns 1–42 of a survey return; `violations` are the field's own."""
    return {
        "seq_no": whole("序号", optional=True),
        **subject(),
        **_who(),
        **_business(),
        **_amounts(optional=amounts_optional),
        **_danger(violations),
        "remark": text("备注", optional=True),
    }


def _who() -> dict[str, pa.Column]:
    """Who the institution is: names, numbers, addresses, people, capital."""
    return {
        "former_name": text("曾用名", optional=True, max_length=120),
        "entity_type": choice("机构类型", ENTITY_TYPES, means=TYPE_WORDS),
        "id_no": code(
            "统一社会信用代码/注册号",
            "18位、15位或9位；该列为文本格式",
            optional=True,
            also=("统一社会信用代码", "社会信用代码", "注册号", "营业执照注册号", "证照号码"),
        ),
        "id_type": choice("证照类型", ID_TYPES, means=ID_WORDS),
        "reg_address": text("注册地址", max_length=200, also=("注册地", "住所")),
        "biz_address": text("实际经营地址", max_length=200, also=("经营地址", "实际经营地")),
        "legal_rep": text(
            "法定代表人", min_length=2, max_length=30, also=("法人代表", "负责人"), personal=True
        ),
        "actual_controller": text("实际控制人", optional=True, max_length=60, personal=True),
        "contact_phone": phone("联系电话", optional=True, also=("电话",)),
        "est_date": day("成立日期", also=("成立时间", "注册日期")),
        "reg_capital": money("注册资本"),
        "paid_capital": money("实缴资本", optional=True),
        "biz_scope": text("经营范围", max_length=2000),
    }


def _business() -> dict[str, pa.Column]:
    """What it does, online and on the ground, and with which permits."""
    return {
        "platform_name": text("平台名称", "有线上平台的填写", optional=True, max_length=60),
        "url_or_app": text(
            "网址/APP/公众号", optional=True, max_length=200, also=("平台网址(或APP名称)", "平台网址", "网址")
        ),
        "icp_no": text(
            "ICP备案(许可)号",
            f"如 {said('example_icp')}；没有的填 未备案",
            optional=True,
            pattern=ICP,
            also=("ICP备案号", "网站备案号"),
            example=said("example_icp"),
        ),
        "has_license": yes_no("是否持有金融业务许可"),
        "license_no": text("许可证名称及编号", optional=True, max_length=120),
        "staff_cnt": whole("从业人员数", unit="人", optional=True, at_most=100_000, also=("从业人数",)),
        "branch_cnt": whole("分支机构(门店)数", unit="家", optional=True, also=("分支机构数", "门店数")),
        "biz_model": text("主要业务模式", max_length=500, also=("业务模式",)),
        "biz_start": day("开展业务起始日期", optional=True),
    }


def _amounts(*, optional: bool) -> dict[str, pa.Column]:
    """How much is at stake: amounts and people, perhaps 未掌握; blank only where a form lets them."""
    return {
        "stock_scale": money("存量业务规模", optional=optional, may_be_unknown=True),
        "noncompliant_scale": money(
            "其中:不合规业务规模", optional=optional, may_be_unknown=True, also=("不合规业务规模",)
        ),
        "people_cnt": whole(
            "涉及(投资)人数", unit="人", optional=optional, may_be_unknown=True, also=("涉及人数", "投资人数")
        ),
        "people_local": whole(
            f"其中:{HERE}人数",
            unit="人",
            optional=True,
            may_be_unknown=True,
            also=(f"{HERE}人数", "其中:本地人数"),
        ),
        "overdue_amt": money(
            "逾期/未兑付金额", optional=optional, may_be_unknown=True, also=("逾期金额", "未兑付金额")
        ),
    }


def _danger(violations: Sequence[str]) -> dict[str, pa.Column]:
    """What is wrong with it, how dangerous it is, and into which class it falls."""
    return {
        "violations": choices("违法违规情形", violations, optional=True, also=("违规情形",)),
        "severity": choice("情节轻重", ("轻微", "一般", "严重"), optional=True),
        "harm": choice("社会危害程度", ("低", "中", "高"), optional=True),
        "risk_level": choice("风险程度", RISK_LEVELS, means=RISK_WORDS, also=("风险等级",)),
        "risk_desc": text("风险表现", "风险程度为高的，不少于10个字", optional=True, max_length=1000),
        "is_key": choice("是否重点对象", ("重点对象", "非重点对象"), means=KEY_WORDS),
        "disp_class": choice(
            "分类", CLASSES, CLASSED_SINCE, means=CLASS_WORDS, optional=True, also=("分类处置", "分类情况")
        ),
        "suspect_illegal_fund": choice("是否涉嫌非法集资", ("是", "否", "待查"), means=SUSPECT_WORDS),
        "stability_flag": choice(
            "是否涉稳(信访/群访)", ("无", "个访", "群访", "苗头"), means=STABILITY_WORDS, also=("是否涉稳",)
        ),
        "source": choice("来源", SOURCES, also=("线索来源",)),
    }


def _sum(parts: pd.DataFrame) -> pd.Series:
    """The parts of each row together; blank where one of them is."""
    return parts.astype("Float64").sum(axis="columns", skipna=False)


def sums_to(total: str, *parts: str) -> pa.Check:
    """A total column equals its parts, to the rounding of one 元 a part."""
    return rule(
        "X17",
        on=total,
        needs=parts,
        basis="合计等于分项之和",
        test=lambda rows: equals(rows[total].astype("Float64"), _sum(rows[list(parts)])),
        wrong="不等于各分项之和",
        mend="请核对合计与分项",
    )
