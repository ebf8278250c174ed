"""The words that a campaign may say otherwise, and what is said where its folder is silent.

Places, clauses and examples of one campaign stand in its folder (`word.csv`) and nowhere in the product. What
other files of the folder say already, as days, phases and units, is no word here: it is derived from them.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from schemas.plan_cells import Words, one_of
from schemas.plan_row import PlanRow

OWN = "内部口径"  # on what a figure or a rule rests for which the folder cites nothing
CALLED: Mapping[str, str] = {
    "whole": "全部",  # all territories together
    "here": "本地",  # where the campaign is
    "territory": "地区",  # what its territories are
    "county": "地区",  # the same, said shortly
    "holidays": "法定节假日和调休安排",
    "example_code": "91110000100000000R",
    "example_icp": "京ICP备00000001号",
}
RESTING: Mapping[str, str] = {  # why a rule asks what it asks
    "since_start": "整改以来变化=月末规模-初始规模",
    "since_month": "当月变化=月末规模-上月末规模",
    "start_stays": "整改初始规模各期不变",
    "work_goes_on": "工作进展逐步推进",
    "exit_planned": "有不合规业务的须有退出计划",
    "notice_numbered": "整改意见书须有文号和日期",
    "finished_is_clean": "完成整改即不合规业务清零",
    "finished_is_approved": "整改计划获批在先，完成整改在后",
    "part_at_end": "不合规业务是存量业务的一部分",
    "part_at_start": "不合规业务是存量业务的一部分",
    "new_is_explained": "新增不合规业务须说明",
    "handed_over": "是否完成交接",
    "ban_measured": "取缔类机构须有处置措施",
    "three_classes": "三类划分",
    "payment_channel": "清查提供通道或接口的机构",
    "payment_licence": "无证经营支付业务",
    "advert_watched": "广告监测",
    "registered_here": "属地管理",
    "danger_shown": "区别对待须有依据",
    "fund_mechanism": "认定为非法集资的按现行工作机制处置",
    "stays_with_mechanism": "转入处非机制的按现行工作机制处置",
    "sites_closed": "网站、APP处置",
    "money_recovered": "追赃挽损",
}
CITED = ("K1", "K9", "K11", "K13", "K15", "K16", "K17a", "K17b", "K17c", "K31", "K32", "K33", "K34", "K35a",
         "K35b", "work")  # measures, and those of what has no due day, by what they rest on  # fmt: skip
WORDS: Mapping[str, str] = {**CALLED, **RESTING, **dict.fromkeys(CITED, OWN)}


class Word(PlanRow):
    """What the campaign says in the place of a neutral word."""

    FILE: ClassVar[str] = "word"
    KEY: ClassVar[tuple[str, ...]] = ("word",)
    MAY_BE_EMPTY: ClassVar[bool] = True
    MAY_BE_ABSENT: ClassVar[bool] = True
    BINDS: ClassVar[bool] = False

    word: Annotated[str, AfterValidator(one_of(*WORDS))]
    text: Words
