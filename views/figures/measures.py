"""Every measure of progress and risk, declared once: its formula in words, its basis, and its parts.

The parts are columns of the tally, summed; a share of nothing is none (domain: K8–K22).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from schemas.said import clause_of, said
from views.figures import words


@dataclass(frozen=True)
class Value:
    """A measure taken: a count or an amount, or a share with its base."""

    part: float
    whole: float | None  # None where the measure is no share
    unit: str
    falls: bool = False  # the share is how far the part has fallen below the whole
    among: float | None = None  # of how many, where the measure is no share
    unknown: float = 0  # institutions whose figure is 未掌握: they add nothing to a sum
    doubted: float = 0  # institutions of the part that inspectors found otherwise: they count all the same

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where there is nothing to measure. A fall below zero is a rise."""
        if not self.whole:
            return None
        return 1 - self.part / self.whole if self.falls else self.part / self.whole

    def __str__(self) -> str:
        if self.whole is None:
            return words.amount(self.part) if self.unit == "万元" else f"{self.part:,.0f} {self.unit}"
        return "—" if self.share is None else f"{100 * self.share:.1f}%".replace("-", "−")

    @property
    def doubt(self) -> str:
        """What inspectors found against it, in words; '' where nothing that is grave and open."""
        return words.doubted(self.doubted)

    @property
    def base(self) -> str:
        """What it was taken of."""
        if self.whole is None:
            among = words.base(self.part, self.among, self.unit) if self.among else ""
            return among or words.apart(self.unknown)
        if not self.whole:
            return "本阶段没有可计的机构"
        if self.falls:
            return f"{self._in_unit(self.whole)} → {self._in_unit(self.part)}"
        return words.base(self.part, self.whole, self.unit)

    def _in_unit(self, figure: float) -> str:
        return words.amount(figure) if self.unit == "万元" else f"{figure:,.0f} {self.unit}"


@dataclass(frozen=True)
class Measure:
    """How a measure is made of the tally."""

    code: str
    title: str
    formula: str
    basis: str
    part: Sequence[str]
    whole: Sequence[str] = ()
    unit: str = "家"
    falls: bool = False
    among: Sequence[str] = ()  # of which the part is told, where the measure is no share
    unknown: Sequence[str] = ()  # counts of institutions whose figure is 未掌握
    doubted: Sequence[str] = ()  # counts of those of the part against which a grave finding is open
    source: str = "tally"  # the answer whose columns it sums: a name in `others.SOURCES`

    def of(self, rows: pd.DataFrame) -> Value:
        part, whole, among, unknown, doubted = (
            float(rows[list(names)].to_numpy().sum())
            for names in (self.part, self.whole, self.among, self.unknown, self.doubted)
        )
        return Value(
            part,
            whole if self.whole else None,
            self.unit,
            self.falls,
            among if self.among else None,
            unknown,
            doubted,
        )


def _all(*measures: Measure) -> Mapping[str, Measure]:
    return {measure.code: measure for measure in measures}


def _of_work(code: str, title: str, formula: str, *part: str, **more: Any) -> Measure:
    """A measure of what units told of their own parts, counted in 件 unless said otherwise."""
    return Measure(code, title, formula, said("work"), part, **{"unit": "件", "source": "work", **more})


def _sent_to(code: str, title: str, part: str) -> Measure:
    formula = f"取缔明细表处置去向为“{title}”的机构"
    return Measure(code, f"去向：{title}", formula, said("K32"), [part], among=["closing"])


def _standing(code: str, title: str, part: str) -> Measure:
    formula = f"整改明细表经营状态为“{title}”的机构"
    return Measure(code, title, formula, said("K33"), [part], among=["mending_all"])


def _of_adverts(code: str, title: str, formula: str, part: str, **more: Any) -> Measure:
    return Measure(code, title, formula, said("K31"), [part], **{"source": "particular", **more})


OTHERS = (
    Measure(
        "K26",
        "检查户数",
        "摸底排查表封面所填排查户数之和；没有填的按表中机构数计",
        clause_of("by_field"),
        ["checked"],
        unit="户",
        source="coverage",
    ),
    _of_work(
        "K27",
        "线索办结率",
        "已办结的线索 ÷ 受理的线索；每件按编号计一次",
        "线索受理已办结",
        whole=["线索受理"],
    ),
    _of_work("K28a", "立案", "事项类别为“立案查处”的件数", "立案查处"),
    _of_work("K28b", "移送", "事项类别为“案件移送”的件数", "案件移送"),
    _of_work("K29a", "追赃挽损", "各件追赃挽损金额之和", "recovered", unit="万元"),
    _of_work("K29b", "已兑付", "各件已兑付金额之和", "repaid", unit="万元"),
    _of_work("K30", "网站、APP处置", "事项类别为“网站处置”“APP处置”的件数", "网站处置", "APP处置"),
    _of_adverts("K31a", "广告监测", "广告摸底排查表监测条次之和", "monitored", unit="条次"),
    _of_adverts("K31b", "涉嫌违法广告", "涉嫌违法条次之和", "illegal", unit="条次", among=["monitored"]),
    _of_adverts("K31c", "广告约谈", "约谈人次之和", "talks", unit="人次"),
    _of_adverts("K31d", "广告罚没", "罚没金额之和", "fine", unit="万元"),
    _sent_to("K32a", "转入处非机制", "to_fund_office"),
    _sent_to("K32b", "列入打击非法证券活动机制", "to_securities"),
    _sent_to("K32c", "公安部门", "to_police"),
    _sent_to("K32d", "工商部门", "to_registry"),
    _sent_to("K32e", "其他", "to_others"),
    Measure(
        "K33a", "停业", "整改明细表经营状态为“停业”的机构", said("K33"), ["stopped"], among=["mending_all"]
    ),
    Measure("K33b", "失联", "整改明细表经营状态为“失联”的机构", said("K33"), ["lost"], among=["mending_all"]),
    Measure(
        "K34",
        "无证支付",
        "支付摸底排查表中是否持证为“否”，或机构类型为“无证支付机构”的机构",
        said("K34"),
        ["unlicensed"],
        among=["payers"],
        source="particular",
    ),
    Measure(
        "K35a",
        "涉嫌非法集资",
        "摸底排查表是否涉嫌非法集资为“是”的机构",
        said("K35a"),
        ["suspect"],
        among=["found"],
    ),
    Measure("K35b", "涉稳", "摸底排查表是否涉稳不为“无”的机构", said("K35b"), ["unrest"], among=["found"]),
)
CLASSED = ("compliant", "to_mend", "to_close")
MEASURES = _all(
    Measure(
        "K8",
        "排查机构",
        "摸底排查表、整改明细表、取缔明细表中的机构，一企一号，各计一次",
        clause_of("by_field"),
        ["found"],
    ),
    Measure("K9", "分类完成率", "已分为合规类、整改类、取缔类的 ÷ 排查机构", said("K9"), CLASSED, ["found"]),
    Measure("K10", "重点对象占比", "重点对象 ÷ 排查机构", "内部口径", ["keyed"], ["found"]),
    Measure(
        "K11",
        "整改完成率",
        "已完成整改 ÷（正在整改＋已完成整改）；转入取缔类的另列",
        said("K11"),
        ["mended"],
        ["mending", "mended"],
        doubted=["mended_doubted"],
    ),
    Measure("K13", "取缔交接率", "已完成交接 ÷ 取缔台账机构", said("K13"), ["handed"], ["closing"]),
    Measure(
        "K11+K13",
        "整改处置完成率",
        "（已完成整改＋已交接）÷（正在整改＋已完成整改＋取缔台账机构），每家计一次",
        clause_of("rectification"),
        ["done"],
        ["handling"],
        doubted=["done_doubted"],
    ),
    Measure(
        "K14",
        "机构数量下降率",
        "1－在营非合规机构 ÷ 摸底结束日冻结的基线；已完成整改、已交接、停业失联注销的不再计",
        "双降",
        ["active"],
        ["active_0"],
        falls=True,
    ),
    Measure(
        "K15",
        "存量规模下降率",
        "1－月末存量规模 ÷ 同一批机构整改初始存量规模",
        said("K15"),
        ["scale_end"],
        ["scale_init"],
        "万元",
        falls=True,
    ),
    Measure(
        "K16",
        "不合规压降率",
        "1－月末不合规规模 ÷ 同一批机构整改初始不合规规模；目标100%",
        said("K16"),
        ["nc_end"],
        ["nc_init"],
        "万元",
        falls=True,
    ),
    Measure(
        "K17a", "存量上升", "当月存量规模变化大于0的机构", said("K17a"), ["scale_rose"], among=["mending_all"]
    ),
    Measure(
        "K17b",
        "不合规上升",
        "当月不合规业务变化大于0的机构",
        said("K17b"),
        ["nc_rose"],
        among=["mending_all"],
    ),
    Measure(
        "K17c", "新增不合规", "是否新增不合规业务为“是”的机构", said("K17c"), ["newly"], among=["mending_all"]
    ),
    Measure(
        "K18",
        "逾期整改",
        "整改期限已过仍在整改，或计划退出时间已过仍有不合规业务的机构；每家计一次",
        clause_of("rectification"),
        ["is_overdue"],
    ),
    Measure(
        "K19a",
        "涉及人数（未去重）",
        "涉及(投资)人数之和；未掌握的另列家数",
        "内部口径",
        ["people"],
        unit="人次",
        unknown=["unknown_people"],
    ),
    Measure(
        "K19b",
        "逾期未兑付",
        "逾期/未兑付金额之和；未掌握的另列家数",
        "内部口径",
        ["unpaid"],
        unit="万元",
        unknown=["unknown_unpaid"],
    ),
    Measure(
        "K21a",
        "督察覆盖率",
        "已核查的重点对象 ÷ 重点对象",
        clause_of("inspection"),
        ["inspected_keyed"],
        ["keyed"],
        "家重点对象",
    ),
    Measure(
        "K21b",
        "问题整改率",
        "（发现的问题－未结的问题）÷ 发现的问题；销号以前都是未结",
        clause_of("inspection"),
        ["settled"],
        ["faults"],
        "个",
    ),
    Measure("K22a", "验收通过率", "验收合格 ÷ 已验收机构", clause_of("acceptance"), ["passed"], ["examined"]),
    Measure("K22b", "销号率", "已销号 ÷ 排查机构", clause_of("acceptance"), ["struck_off"], ["found"]),
    *OTHERS,
)


def prepared(tally: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """The tally as it is looked at, and what two measures need: settled findings, the baseline as rows."""
    told = tally.assign(settled=tally["faults"] - tally["open_faults"], active_0=0)
    frozen = baseline.rename(columns={"active": "active_0"})
    both = pd.concat([told, frozen], ignore_index=True).drop(columns=["firm", "firm_place"])
    numbers = [name for name in told.select_dtypes("number") if name in both]
    return both.assign(**both[numbers].fillna(0))
