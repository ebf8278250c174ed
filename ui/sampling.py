"""抽查 on the screen: the drafts of samples, by what each was drawn, the draw compared, and how far it is."""

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from pipelines.subjects import next_sample
from schemas.access import Reach
from schemas.acts import ACTS
from ui import acting, address, data, fields
from ui.plain import plain
from views import Scope, records
from views.answers import ledger
from views.figures import drawing
from views.figures.drawing import DrawingPlan

DRAWN = ("seed", "size", "day", "strata", "must", "weights")  # what is asked of whoever draws


def chosen(drafts: pd.DataFrame) -> Any:
    """The draft in the address, or the last one that was drawn; None where there is none."""
    if drafts.empty:
        st.info("尚未抽样。", title="没有抽样稿")
        return None
    titles = {row.draft: f"{row.draft}　{_state(row)}" for row in reversed(records(drafts))}
    now = address.chosen("draft", titles)
    st.selectbox(
        "抽样稿", list(titles), format_func=titles.__getitem__, **address.bound("draft", now, str, titles)
    )
    return drafts[drafts["draft"] == now].iloc[0]


def _state(row: Any) -> str:
    return f"✓ 已定稿 {row.final_at:%m-%d}" if row.final_by else "草稿，待另一人定稿"


def plan_of(draft: Any) -> DrawingPlan:
    """By what a draft was drawn."""
    must = tuple(word for word in draft["must"].split("、") if word)
    weights = tuple(int(each) for each in draft["weights"].split("·"))
    return DrawingPlan(draft["seed"], int(draft["size"]), draft["strata"], must, weights)


def said_of(draft: Any) -> dict[str, str]:
    """The same in words, under their titles."""
    return {
        "种子": str(draft["seed"]),
        "总数": f"{draft['size']} 家",
        "快照": f"{draft['snapshot']:%Y-%m-%d}",
        "分层": str(draft["strata"]),
        "权重（高·中·低）": str(draft["weights"]),
        "必查": str(draft["must"] or "无"),
    }


def panel(draft: Any, listed: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """By what it was drawn, and drawn again now; returns its strata, with the progress of each."""
    with st.container(border=True, gap="xsmall"):
        by = f"{plain(draft['drawn_by'])}，{draft['drawn_at']:%m-%d %H:%M}"
        st.markdown(f"**抽样方案 {draft['draft']}**　:gray[{by}]")
        st.markdown("　".join(f":gray[{title}] {plain(value)}" for title, value in said_of(draft).items()))
        st.caption("键＝u^(1/权)，u＝SHA-256(种子|编号) 折成 0–1；层内键大者先抽。必查不占抽取。")
        rows = population(draft, scope)
        if rows is None:
            st.caption("抽样范围大于您的核查范围，不能在这里重抽核对。")
            return pd.DataFrame()
        again = drawing.draw(rows, plan_of(draft))
        if set(again.rows["code"]) == set(listed.loc[listed["way"] != "swapped", "code"]):
            st.markdown(f":green[✓ 重抽核对，{len(again.rows)} 家全同]")
            acting.form("finalised", draft["draft"], "sample")
        else:
            st.markdown(":red[✕ 重抽核对不同：快照当天的数据在抽样之后又有变化，请另抽一稿]")
    return _progress(again.strata, listed)


def population(draft: Any, scope: Scope) -> pd.DataFrame | None:
    """The ledger from which a draft was drawn; None where whoever looks does not reach all of it."""
    units, fields = (tuple(draft[name].split(",")) if draft[name] else () for name in ("units", "fields"))
    whose = Reach(units, fields) if units or fields else None
    if scope.reach is not None and whose != scope.reach:
        return None
    return data.answer(ledger.fetch, Scope(None, draft["snapshot"].date(), whose))


def _progress(strata: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """The strata with how many are to be checked and how many have been."""
    stands = listed[~listed["is_out"]]
    due = stands.groupby("stratum").size()
    seen = stands[stands["checks"] > 0].groupby("stratum").size()
    told = strata.assign(
        due=strata["stratum"].map(due).fillna(0).astype(int),
        seen=strata["stratum"].map(seen).fillna(0).astype(int),
    )
    whole = told.select_dtypes("number").sum().to_dict() | {"stratum": "合计"}
    return pd.concat([told, pd.DataFrame([whole])], ignore_index=True)


def strata(rows: pd.DataFrame, draft: Any, listed: pd.DataFrame, scope: Scope) -> None:
    """The strata as a table, and one sentence of how far the checks have come."""
    if rows.empty:
        return
    titles = {
        "stratum": f"分层（{draft['strata']}）",
        "found": "全部（记录）",
        "must": "必查",
        "rest": "其余",
        "weights": "权重和",
        "quota": "抽取",
        "due": "应查",
        "seen": "已查",
    }
    told = rows.assign(share=(rows["seen"] / rows["due"].clip(lower=1)).astype(float))
    bar = st.column_config.ProgressColumn("已查 / 应查", min_value=0, max_value=1, format="percent")
    st.dataframe(
        told[[*titles, "share"]].rename(columns=titles),
        column_config={"share": bar},
        hide_index=True,
        height="content",
    )
    stands = listed[~listed["is_out"]]
    seen, faults = int((stands["checks"] > 0).sum()), int(stands["faults"].sum())
    pace = drawing.pace(len(stands) - seen, scope.as_of)
    st.markdown(f"**已查 {seen} / {len(stands)} 家**　发现问题 {faults} 个　{pace}")
    st.markdown(f"按核查人　{plain(' · '.join(drawing.by_inspector(stands, scope.as_of)))}")
    st.caption("这是抽样的进度，不是重点对象的督察覆盖率。")


def new(scope: Scope) -> None:
    """另抽一稿: what to draw by; the list is drawn and kept at one press, whatever comes out."""
    no = next_sample(data.store())
    if not acting.may("drawn", no):
        return
    columns = ACTS["drawn"].content.columns
    usual = {"size": 60, "strata": "领域", "weights": "4·2·1"}
    shown = {**usual, "seed": f"{scope.as_of:%Y%m%d}", "day": scope.as_of - dt.timedelta(1)}
    with st.expander(f"抽一稿（{no}）"), st.form(f"draw_{no}", border=False):
        said = fields.asked_for({name: columns[name] for name in DRAWN}, shown, f"draw_{no}")
        st.caption("每一稿都编号留存；定稿须由另一人办理。")
        if st.form_submit_button("抽样", type="primary"):
            fault = _draw(no, said, scope)
            acting.finish("抽样", [fault] if fault else [])


def _draw(no: str, said: dict[str, Any], scope: Scope) -> str:
    """Draw and keep a draft; '' or why not, in Chinese."""
    own = scope.reach
    more = {"units": ",".join(own.units) if own else "", "fields": ",".join(own.fields) if own else ""}
    try:
        plan = plan_of({**said, "must": said["must"] or ""})
        rows = data.answer(ledger.fetch, Scope(None, said["day"], own))
        if rows.empty:
            return f"快照 {said['day']:%Y-%m-%d} 那天还没有机构可抽，请改选有机构的一天"
        listed = drawing.kept(drawing.draw(rows, plan).rows)
    except (ValueError, TypeError, KeyError, AttributeError):
        listed = None  # the rules of the act say what is wrong
    return acting.press("drawn", no, "", {**said, **more, "listed": listed}, 0)
