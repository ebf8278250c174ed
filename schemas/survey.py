"""What the six fields' survey returns share: the core columns 1–42, and the rules that bind them."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pandera.pandas as pa

from schemas.columns import (
    CODE,
    ICP,
    YES_NO_WORDS,
    choice,
    choices,
    code,
    day,
    money,
    phone,
    text,
    whole,
    yes_no,
)
from schemas.declare import equals, is_in, required_when, rule, within
from schemas.identifiers import registrars
from schemas.plan import PLAN
from schemas.problems import VERIFY

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
    "融资租赁公司",
    "房地产企业",
    "中介",
    "广告主",
    "广告发布者",
    "其他",
)
ID_TYPES = ("统一代码", "注册号", "组织机构代码", "无证未登记")
RISK_LEVELS = ("高", "中", "低")
CLASSES = ("合规类", "整改类", "取缔类", "待定")
SOURCES = ("县市排查", "牵头部门排查", "群众举报", "上级交办", "部门移送", "舆情监测", "督察发现")
TERRITORIES = [PLAN.units[u].title for u in PLAN.units_as("territory")]
FIELDS = [f.title for f in PLAN.fields.values()]
TERRITORY_WORDS = {a: PLAN.units[u].title for u in PLAN.units_as("territory") for a in PLAN.units[u].aliases}
FIELD_WORDS = {w: f.title for f in PLAN.fields.values() for w in (f.field, *f.aliases)}


def entity_name() -> pa.Column:
    return text(
        "机构名称",
        "与营业执照一致；无证照的填对外使用的名称",
        min_length=2,
        max_length=60,
        also=("企业名称", "公司名称", "单位名称", "平台名称(运营机构)"),
    )


def entity_code() -> pa.Column:
    return text(
        "编号",
        "一企一号，由领导小组办公室统一编制；没有的留空",
        optional=True,
        pattern=CODE,
        also=("编号(一企一号)", "机构编号"),
    )


def field_column() -> pa.Column:
    return choice("所属领域", FIELDS, means=FIELD_WORDS, also=("领域", "业务领域"))


def territory_column() -> pa.Column:
    return choice(
        "所属县市(园区)", TERRITORIES, means=TERRITORY_WORDS, also=("所属县市", "属地", "所属地区", "县市")
    )


def subject() -> dict[str, pa.Column]:
    """The columns by which a return about institutions names each of them."""
    return {
        "entity_code": entity_code(),
        "field": field_column(),
        "territory": territory_column(),
        "entity_name": entity_name(),
    }


def once_in_its_field() -> pa.Check:
    """X13 for returns that list an institution once for each field."""
    return rule(
        "X13",
        on="entity_name",
        needs=["field"],
        basis="一企一号",
        test=lambda rows: ~seen_before(rows, "entity_name", "field"),
        wrong="与上面的行机构名称和领域都相同",
        mend="同一机构在同一领域只填一行，请合并或更正",
    )


def core(violations: Sequence[str], *, amounts_optional: bool = False) -> dict[str, pa.Column]:
    """Columns 1–42 of a survey return; `violations` are the field's own."""
    return {
        "seq_no": whole("序号", optional=True),
        "entity_code": entity_code(),
        "field": field_column(),
        "territory": territory_column(),
        "entity_name": entity_name(),
        "former_name": text("曾用名", optional=True, max_length=120),
        "entity_type": choice("机构类型", ENTITY_TYPES),
        "id_no": code(
            "统一社会信用代码/注册号",
            "18位、15位或9位；该列为文本格式",
            optional=True,
            also=("统一社会信用代码", "社会信用代码", "注册号", "营业执照注册号", "证照号码"),
        ),
        "id_type": choice(
            "证照类型",
            ID_TYPES,
            means={
                "无证": "无证未登记",
                "未登记": "无证未登记",
                "统一社会信用代码": "统一代码",
                "营业执照注册号": "注册号",
            },
        ),
        "reg_address": text("注册地址", max_length=200, also=("注册地", "住所")),
        "biz_address": text("实际经营地址", max_length=200, also=("经营地址", "实际经营地")),
        "legal_rep": text("法定代表人", min_length=2, max_length=30, also=("法人代表", "负责人")),
        "actual_controller": text("实际控制人", optional=True, max_length=60),
        "contact_phone": phone("联系电话", optional=True, also=("电话",)),
        "est_date": day("成立日期", also=("成立时间", "注册日期")),
        "reg_capital": money("注册资本"),
        "paid_capital": money("实缴资本", optional=True),
        "biz_scope": text("经营范围", max_length=2000),
        "platform_name": text("平台名称", "有线上平台的填写", optional=True, max_length=60),
        "url_or_app": text(
            "网址/APP/公众号", optional=True, max_length=200, also=("平台网址(或APP名称)", "平台网址", "网址")
        ),
        "icp_no": text(
            "ICP备案(许可)号",
            "如 新ICP备16000001号；没有的填 未备案",
            optional=True,
            pattern=ICP,
            also=("ICP备案号", "网站备案号"),
            example="新ICP备16000001号",
        ),
        "has_license": yes_no("是否持有金融业务许可"),
        "license_no": text("许可证名称及编号", optional=True, max_length=120),
        "staff_cnt": whole("从业人员数", unit="人", optional=True, at_most=100_000, also=("从业人数",)),
        "branch_cnt": whole("分支机构(门店)数", unit="家", optional=True, also=("分支机构数", "门店数")),
        "biz_model": text("主要业务模式", max_length=500, also=("业务模式",)),
        "biz_start": day("开展业务起始日期", optional=True),
        "stock_scale": money("存量业务规模", optional=amounts_optional),
        "noncompliant_scale": money(
            "其中:不合规业务规模", optional=amounts_optional, also=("不合规业务规模",)
        ),
        "people_cnt": whole(
            "涉及(投资)人数", unit="人", optional=amounts_optional, also=("涉及人数", "投资人数")
        ),
        "people_local": whole("其中:本州人数", unit="人", optional=True, also=("本州人数", "其中:本地人数")),
        "overdue_amt": money("逾期/未兑付金额", optional=amounts_optional, also=("逾期金额", "未兑付金额")),
        "violations": choices("违法违规情形", violations, optional=True, also=("违规情形",)),
        "severity": choice("情节轻重", ("轻微", "一般", "严重"), optional=True),
        "harm": choice("社会危害程度", ("低", "中", "高"), optional=True),
        "risk_level": choice("风险程度", RISK_LEVELS, also=("风险等级",)),
        "risk_desc": text("风险表现", "风险程度为高的，不少于10个字", optional=True, max_length=1000),
        "is_key": choice(
            "是否重点对象", ("重点对象", "非重点对象"), means={"是": "重点对象", "否": "非重点对象"}
        ),
        "disp_class": choice("分类", CLASSES, "7月20日起必填", optional=True, also=("分类处置", "分类情况")),
        "suspect_illegal_fund": choice("是否涉嫌非法集资", ("是", "否", "待查"), means=YES_NO_WORDS),
        "stability_flag": choice("是否涉稳(信访/群访)", ("无", "个访", "群访", "苗头"), also=("是否涉稳",)),
        "source": choice("来源", SOURCES, also=("线索来源",)),
        "remark": text("备注", optional=True),
    }


def id_is_given(rows: pd.DataFrame) -> pd.Series:
    return rows["id_no"].notna() | is_in(rows, "id_type", "无证未登记") | rows["id_type"].isna()


def serious(rows: pd.DataFrame) -> pd.Series:
    return is_in(rows, "disp_class", "整改类", "取缔类")


def seen_before(rows: pd.DataFrame, *columns: str) -> pd.Series:
    """True for a row that repeats one above it in all of `columns`, however spaced; blanks repeat nothing."""
    bare = rows[list(columns)].apply(_bare)
    return bare.duplicated(keep="first") & bare.notna().all(axis="columns")


def _bare(cells: pd.Series) -> pd.Series:
    """Words without spaces, and numbers of licences without dashes."""
    if not pd.api.types.is_string_dtype(cells.dtype):
        return cells
    aside = r"[\s-]" if cells.name == "id_no" else r"\s"
    return cells.str.replace(aside, "", regex=True) if cells.str.contains(aside).any() else cells


def registered_here(rows: pd.DataFrame) -> pd.Series:
    area = registrars(rows["id_no"])
    return area.eq("") | area.str.startswith(PLAN.campaign.code_prefix).eq(True)


def core_rules() -> list[pa.Check]:
    return [
        *core_checks_of_identity(),
        rule(
            "X01",
            on="noncompliant_scale",
            needs=["stock_scale"],
            basis="报表列28、29",
            test=lambda rows: within(rows, "noncompliant_scale", "stock_scale"),
            wrong="不合规业务规模大于存量业务规模",
            mend="请核对两个数，不合规业务规模应包含在存量业务规模之内",
        ),
        rule(
            "X02",
            on="noncompliant_scale",
            needs=["disp_class"],
            basis="银监发〔2016〕11号三类划分",
            test=lambda rows: ~is_in(rows, "disp_class", "合规类") | ~(rows["noncompliant_scale"] > 0),
            wrong="分类为合规类，但不合规业务规模不为0",
            mend="请改分类，或核实后将不合规业务规模填0",
        ),
        rule(
            "X02",
            on="violations",
            needs=["disp_class"],
            basis="银监发〔2016〕11号三类划分",
            test=lambda rows: ~is_in(rows, "disp_class", "合规类") | rows["violations"].isna(),
            wrong="分类为合规类，但填了违法违规情形",
            mend="请改分类，或删去违法违规情形",
        ),
        rule(
            "X06",
            on="disp_class",
            needs=["suspect_illegal_fund"],
            basis="二：认定为非法集资的按现行工作机制处置",
            test=lambda rows: (
                ~is_in(rows, "suspect_illegal_fund", "是") | ~is_in(rows, "disp_class", "合规类")
            ),
            wrong="涉嫌非法集资的机构不能分为合规类",
            mend="请改分类；移交处非机制的在处置明细表中登记",
        ),
        rule(
            "X07",
            on="risk_desc",
            needs=["risk_level"],
            basis="一(二):区别对待须有依据",
            test=lambda rows: (
                ~is_in(rows, "risk_level", "高") | (rows["risk_desc"].str.len() >= 10).fillna(False)
            ),
            wrong="风险程度为高的，风险表现不少于10个字",
            mend="请写明规模、违规情况和配合程度",
        ),
        rule(
            "X07",
            on="is_key",
            needs=["risk_level"],
            level=VERIFY,
            basis="一(二):区别对待须有依据",
            test=lambda rows: ~is_in(rows, "risk_level", "高") | ~is_in(rows, "is_key", "非重点对象"),
            wrong="风险程度为高，但不是重点对象",
            mend="请核实是否应列为重点对象",
        ),
        required_when("R33", "violations", serious, ["disp_class"], "分类为整改类或取缔类", "报表列33"),
        required_when("R34", "severity", serious, ["disp_class"], "分类为整改类或取缔类", "报表列34"),
        rule(
            "X21",
            on="people_local",
            needs=["people_cnt"],
            basis="报表列30、31",
            test=lambda rows: within(rows, "people_local", "people_cnt"),
            wrong="本州人数大于涉及人数",
            mend="请核对两个数",
        ),
        rule(
            "X22",
            on="overdue_amt",
            needs=["stock_scale"],
            level=VERIFY,
            basis="报表列28、32",
            test=lambda rows: within(rows, "overdue_amt", "stock_scale"),
            wrong="逾期/未兑付金额大于存量业务规模",
            mend="请核实",
        ),
        rule(
            "X23",
            on="paid_capital",
            needs=["reg_capital"],
            level=VERIFY,
            basis="报表列16、17",
            test=lambda rows: within(rows, "paid_capital", "reg_capital"),
            wrong="实缴资本大于注册资本",
            mend="请核实",
        ),
        rule(
            "X24",
            on="biz_start",
            needs=["est_date"],
            level=VERIFY,
            basis="报表列15、27",
            test=lambda rows: within(rows, "est_date", "biz_start"),
            wrong="开展业务起始日期早于成立日期",
            mend="请核实",
        ),
    ]


def core_checks_of_identity() -> list[pa.Check]:
    """Who the institution is: its id, its permit, its place online, and that it stands only once."""
    return [
        rule(
            "R08",
            on="id_no",
            needs=["id_type"],
            test=id_is_given,
            basis="报表列8、9",
            wrong="有证照的机构必填证照号码",
            mend="请补充；确无证照的，证照类型改为“无证未登记”",
        ),
        required_when("R21", "icp_no", has_domain, ["url_or_app"], "填了网址", "报表列20、21"),
        required_when(
            "R23",
            "license_no",
            lambda rows: is_in(rows, "has_license", "是"),
            ["has_license"],
            "持有金融业务许可",
            "报表列22、23",
        ),
        rule(
            "X13",
            on="id_no",
            test=lambda rows: ~seen_before(rows, "id_no"),
            basis="一企一号",
            wrong="与上面的行证照号码相同",
            mend="同一机构在一张表中只填一行，请合并或更正",
        ),
        rule(
            "X13",
            on="entity_name",
            needs=["url_or_app", "id_no"],
            basis="一企一号",
            test=lambda rows: ~seen_before(rows, "entity_name", "url_or_app") | seen_before(rows, "id_no"),
            wrong="与上面的行机构名称和网址都相同",
            mend="同一机构在一张表中只填一行，请合并或更正",
        ),
        rule(
            "X18",
            on="id_no",
            level=VERIFY,
            test=registered_here,
            basis="一(二):属地管理",
            wrong="证照号码中的登记机关不在本州",
            mend="请核实注册地；外地注册、在本地经营的可照报",
        ),
    ]


def has_domain(rows: pd.DataFrame) -> pd.Series:
    return rows["url_or_app"].str.contains(".", regex=False).fillna(False).astype(bool)


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
        metadata={"survey": True, "carries": names},
    )


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
