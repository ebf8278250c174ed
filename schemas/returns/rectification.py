"""How the institutions under 整改 get on, month by month."""

import pandas as pd
import pandera.pandas as pa

from schemas.columns import choice, choices, day, money, text, yes_no
from schemas.declare import OR_NOTHING_FOUND, equals, has_happened, is_in, required_when, rule
from schemas.plan import PLAN
from schemas.plan_words import OWN
from schemas.problems import VERIFY
from schemas.said import CAMPAIGN, phase_cited, said
from schemas.subjects import in_campaign, once_in_its_field, platform_address, subject, well_named
from schemas.survey import RISK_LEVELS, RISK_WORDS

FOUND_WHEN = ("摸底排查阶段确定", "摸底排查阶段结束后新纳入")
FOUND_BEFORE = {  # the words of the national form, whose phase is another
    "状态分类阶段确定": "摸底排查阶段确定",
    "状态分类阶段结束后新纳入": "摸底排查阶段结束后新纳入",
}
PROGRESS = ("未检查", "正在检查", "完成现场检查", "出具整改意见", "提交整改计划", "整改计划已获批准")
MEASURES = (
    "约谈",
    "责令停止",
    "限期整改",
    "关停网站",
    "APP下架",
    "责令停止发布广告",
    "行政处罚",
    "列入经营异常名录",
    "吊销营业执照",
    "移送公安",
    "转入处非机制",
    "其他",
)
LEADS = [PLAN.units[u].title for u in PLAN.units_as("lead")]
LEAD_WORDS = {alias: PLAN.units[u].title for u in PLAN.units_as("lead") for alias in PLAN.units[u].aliases}

MENDED_IN = PLAN.phase_owing("rectification")  # the phase in which the work is done
ENDS_ON = pd.Timestamp((MENDED_IN or PLAN.campaign).ends_on)
NUMBERED = said("notice_numbered")
ENDING = f"{MENDED_IN.title}阶段" if MENDED_IN else CAMPAIGN
ENDS_BEFORE = f"{phase_cited('rectification')}于{ENDS_ON.month}月{ENDS_ON.day}日前结束" if MENDED_IN else OWN


def notice_given(rows: pd.DataFrame) -> pd.Series:
    return is_in(rows, "progress", *PROGRESS[PROGRESS.index("出具整改意见") :])


def change_since_start(change: str, end: str, start: str) -> pa.Check:
    return rule(
        "X10",
        on=change,
        needs=[end, start],
        basis=said("since_start"),
        test=lambda rows: equals(rows[change], rows[end] - rows[start]),
        wrong="不等于月末规模减初始规模",
        mend="请核对三个数(允许相差0.01万元)",
    )


def not_rising(change: str) -> pa.Check:
    return rule(
        "X11",
        on=change,
        level=VERIFY,
        test=lambda rows: ~(rows[change] > 0),
        basis="双降：反弹须说明",
        wrong="当月规模上升(反弹)",
        mend="请核实；确属上升的不用改，受理后说明原因",
    )


def finished_is_clean(rows: pd.DataFrame) -> pd.Series:
    return ~is_in(rows, "rectify_status", "已完成整改") | (rows["nc_end"] == 0)


def done(rows: pd.DataFrame) -> pd.Series:
    return ~is_in(rows, "rectify_status", "已完成整改")


CARRIED = (
    "entity_code",
    "field",
    "territory",
    "entity_name",
    "url_or_app",
    "found_when",
    "lead_unit",
    "supervise_unit",
    "notice_no",
    "notice_date",
    "rectify_due",
    "exit_plan_date",
    "progress",
    "scale_init",
    "nc_init",
)

RETURN = pa.DataFrameSchema(
    title="整改落实进展监测明细表",
    description="整改类机构每家填一行；规模为月末数，变化为与上月末、与整改初始相比。",
    columns={
        **subject(),
        "url_or_app": platform_address(),
        "found_when": choice("来源", FOUND_WHEN, means=FOUND_BEFORE),
        "lead_unit": choice("牵头处置单位", LEADS, means=LEAD_WORDS, also=("牵头单位",)),
        "supervise_unit": text("监督整改部门", max_length=60, also=("负责监督整改的部门",)),
        "notice_no": text("整改意见书文号", optional=True, max_length=60),
        "notice_date": day("整改意见书日期", optional=True),
        "rectify_due": day("整改期限", optional=True),
        "exit_plan_date": day("存量不合规业务计划退出时间", optional=True, also=("计划退出时间",)),
        "progress": choice("工作进展", PROGRESS),
        "scale_init": money("整改初始机构存量规模"),
        "nc_init": money("整改初始机构存量不合规业务规模"),
        "scale_end": money("月末机构存量规模"),
        "scale_mom": money("当月存量规模变化", at_least=None),
        "scale_ytd": money("整改以来存量规模变化", at_least=None),
        "nc_end": money("月末存量不合规业务规模"),
        "nc_mom": money("当月存量不合规业务变化", at_least=None, also=("当月不合规业务变化",)),
        "nc_ytd": money("整改以来存量不合规业务变化", at_least=None, also=("整改以来不合规业务变化",)),
        "new_noncompliant": yes_no("是否新增不合规业务"),
        "op_status": choice("机构经营状态", ("正常运营", "停业", "失联", "注销"), also=("经营状态",)),
        "rectify_status": choice("整改状态", ("正在整改", "已完成整改", "转入取缔类")),
        "measures": choices("处置措施", MEASURES, optional=True),
        "risk_level": choice("风险程度", RISK_LEVELS, means=RISK_WORDS, also=("风险程度(高/中/低)",)),
        "risk_desc": text("风险表现", optional=True, max_length=1000),
        "remark": text("备注", optional=True),
    },
    checks=[
        required_when(
            "X04",
            "exit_plan_date",
            lambda rows: rows["nc_init"] > 0,
            ["nc_init"],
            "整改初始有不合规业务",
            said("exit_planned"),
        ),
        required_when("R45", "notice_no", notice_given, ["progress"], "工作进展已到出具整改意见", NUMBERED),
        required_when("R45", "notice_date", notice_given, ["progress"], "工作进展已到出具整改意见", NUMBERED),
        rule(
            "R46",
            on="rectify_due",
            needs=["notice_date"],
            basis="整改期限晚于意见书日期",
            test=lambda rows: (
                rows[["rectify_due", "notice_date"]].isna().any(axis="columns")
                | (rows["rectify_due"] > rows["notice_date"])
            ),
            wrong="整改期限不晚于整改意见书日期",
            mend="请核对两个日期",
        ),
        rule(
            "X05",
            on="exit_plan_date",
            level=VERIFY,
            basis=ENDS_BEFORE,
            test=lambda rows: ~(rows["exit_plan_date"] > ENDS_ON),
            wrong=f"计划退出时间晚于{ENDING}结束日",
            mend="请核实能否提前",
        ),
        rule(
            "X09",
            on="nc_end",
            needs=["rectify_status"],
            basis=said("finished_is_clean"),
            test=finished_is_clean,
            wrong="已完成整改，但月末不合规业务规模不为0",
            mend="请改整改状态或核对规模",
        ),
        rule(
            "X09",
            on="progress",
            needs=["rectify_status"],
            basis=said("finished_is_approved"),
            test=lambda rows: done(rows) | is_in(rows, "progress", "整改计划已获批准"),
            wrong="已完成整改，但整改计划没有获批",
            mend="请改工作进展或整改状态",
        ),
        rule(
            "X01",
            on="nc_end",
            needs=["scale_end"],
            basis=said("part_at_end"),
            test=lambda rows: rows["nc_end"].isna() | ~(rows["nc_end"] > rows["scale_end"]),
            wrong="月末不合规业务规模大于月末存量规模",
            mend="请核对两个数",
        ),
        rule(
            "X01",
            on="nc_init",
            needs=["scale_init"],
            basis=said("part_at_start"),
            test=lambda rows: rows["nc_init"].isna() | ~(rows["nc_init"] > rows["scale_init"]),
            wrong="整改初始不合规业务规模大于整改初始存量规模",
            mend="请核对两个数",
        ),
        change_since_start("scale_ytd", "scale_end", "scale_init"),
        change_since_start("nc_ytd", "nc_end", "nc_init"),
        not_rising("scale_mom"),
        not_rising("nc_mom"),
        rule(
            "X12",
            on="remark",
            needs=["new_noncompliant"],
            basis=said("new_is_explained"),
            test=lambda rows: ~is_in(rows, "new_noncompliant", "是") | rows["remark"].notna(),
            level=VERIFY,
            wrong="新增了不合规业务，备注没有填写",
            mend="请在“备注”一列写明新增的业务和原因",
        ),
        once_in_its_field(),
        *well_named(),
        rule(
            "X19",
            on="measures",
            needs=["op_status"],
            level=VERIFY,
            basis="失联机构须有处置",
            test=lambda rows: ~is_in(rows, "op_status", "失联") | rows["measures"].notna(),
            wrong="机构已失联，没有填处置措施",
            mend="请补充已采取的处置措施",
        ),
        in_campaign("notice_date"),
        *has_happened("notice_date"),
        in_campaign("exit_plan_date"),
    ],
    metadata={
        "answers": OR_NOTHING_FOUND,
        "carries": CARRIED,
        "left_for": "ban",  # whoever that lists is brought here no more
        "begins": {"disp_class": "整改类", "scale_init": "stock_scale", "nc_init": "noncompliant_scale"},
    },
)
