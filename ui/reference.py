"""What the screens' figures, lights and matters mean, told from their declarations."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from schemas.plan import PLAN, Obligation
from schemas.said import GROUP, TERRITORY, clause_of, matter_clause, said
from ui import plan_changes, tables
from views.answers.score import SPREAD, WEIGHTS
from views.charts import palette
from views.charts.risk import PAINTS
from views.figures import owed, words
from views.figures.measures import MEASURES
from views.figures.own_measures import OWN

SCORE_FORMULA = "＋".join(f"{w.points}×{w.measure}" for w in WEIGHTS.values()) + f"；{SPREAD}"
COUNTED_OTHERWISE = (
    (
        "K1",
        "按时率",
        "按时受理 ÷ 已到期的应报事项，方案规定和内部时限都计，可只看其一；受理版本在截止日24时前收到为按时；"
        f"截止当日不计；{GROUP}自身事项另计；无到期事项时显示“—”",
        said("K1"),
    ),
    ("K2", "逾期未报、迟报", "截止日已过仍无受理的为逾期未报；受理版本晚于截止日的为迟报", said("K1")),
    ("K3", "平均逾期工作日", f"逾期、迟报事项的工作日之和 ÷ 项数；工作日按{said('holidays')}", said("K1")),
    ("K4", "摸底答复率", f"已答（有数、零报告、不适用）的格 ÷ {TERRITORY}×领域的格", clause_of("by_field")),
    ("K6", "工作信息", "每个牵头单位每阶段至少2篇，第2篇受理之日为完成日", matter_clause("brief")),
    ("K7", "工作例会", "每半个月至少召开一次，以会议日期归入半月", matter_clause("meeting")),
    ("K23", "序时进度差", "完成率 － 已过工作日 ÷ 阶段工作日；落后10个百分点起提示", "内部口径"),
    ("K24", "首次通过率", "第一次报送即受理的事项 ÷ 报过的事项；另计退回次数", "内部口径"),
    ("K25", "综合得分", SCORE_FORMULA, "内部口径"),
)


def measures() -> pd.DataFrame:
    """Every measure with its formula and its basis."""
    lines = [
        *COUNTED_OTHERWISE,
        *((m.code, m.title, m.formula, m.basis) for m in (*MEASURES.values(), *OWN.values())),
    ]
    return pd.DataFrame(lines, columns=["编号", "指标", "口径", "依据"])


def _kind(matter: Obligation) -> str:
    """Whose due day a matter has."""
    return "常设事项" if matter.is_standing else owed.DATES["internal" if matter.is_internal else "notice"]


def matters() -> pd.DataFrame:
    """Every matter owed, with the words of the notice."""
    return pd.DataFrame(
        [
            {
                "应报事项": o.title,
                "阶段": PLAN.phases[o.phase].title,
                "截止": "；".join(filter(None, [words.due_day(o.due), plan_changes.moves(o.obligation)])),
                "性质": "常设事项"
                if o.is_standing
                else owed.DATES["internal" if o.is_internal else "notice"],
                "计入正式通报": "是" if o.scored else "否",
                "条款": o.clause,
                "报": PLAN.receivers(o.obligation),
                "原文": o.quote,
                "内部说明": o.note,
            }
            for o in PLAN.obligations.values()
        ]
    )


def lights() -> None:
    """Each light and risk level as it is drawn, with its meaning in words."""
    colours, every = palette.theme(tables.is_dark()), PLAN.lights.values()
    signs = [f"{x.glyph or '日期'}　{x.title}" for x in every]
    told = pd.DataFrame({"灯": signs, "意思": [x.meaning for x in every]})
    _painted(told, [colours.lights[x.light] for x in every])
    warned = [f"{sign}色，按突发事件预警四级的次序" for sign in "红橙黄"]
    levels = pd.DataFrame({"风险程度": list(PAINTS), "颜色": warned})
    _painted(levels, [colours.risks[name] for name in PAINTS.values()])
    st.caption("颜色之外总印符号和文字：色觉不同、黑白复印都能辨认。绿色只表示按时，不用于风险。")


def _painted(rows: pd.DataFrame, paints: Sequence[palette.Paint]) -> None:
    """A table whose first column is drawn in the colours of which it tells."""
    styles = {
        (at, 0): f"background-color: {paint.fill}; color: {paint.ink}" for at, paint in enumerate(paints)
    }
    tables.whole(rows, styles=styles)
