"""Looking through the ledger: the facets, what they hit, the table, and one institution beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pipelines.keeping.archive import Receipt
from schemas.plan import PLAN
from ui import address, charts, frame, receipts
from views import Ask, Scope
from views.answers import finding, history, ledger
from views.answers.ledger import EVERYTHING, OPTIONS, TITLES, Facets
from views.figures.names import short_title
from views.figures.words import amount

PREFIX = "q_"
MOST = 2_000  # rows on the screen; the export holds all
DOSSIER, FRAME = 372, 30  # pixels: the whole of the right side, and of that its border and padding
HITS = "hits"  # the table of what the facets hit
IN_FORCE = ""  # the version that is all current ones
TABLE = (
    "entity_code",
    "entity_name",
    "territory",
    "field",
    "risk_level",
    "stage",
    "stock_scale",
    "people_cnt",
)
EXPORT = tuple(name for name, column in ledger.ANSWER.columns.items() if column.title)
PILLS = ("risk_level", "disp_class", "marks")
SHOWN: Mapping[str, str] = {
    "rectify_due": "整改期限",
    "exit_plan_date": "计划退出",
    "ban_dest": "处置去向",
    "progress": "工作进展",
}


def facets() -> Facets:
    """The facets as the address says them; a word that is no option says nothing."""
    chosen = {
        name: tuple(v for v in address.many(PREFIX + name) if v in options)
        for name, options in OPTIONS.items()
    }
    least = address.get(f"{PREFIX}least")
    return Facets(
        **chosen,
        least=float(least) if least.replace(".", "", 1).isdigit() else 0.0,
        words=address.get(f"{PREFIX}words"),
    )


def bar(now: Facets) -> None:
    """The facets, each writing itself into the address."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="facets"):
        for name in ("territory", "field", "stage"):
            st.multiselect(TITLES[name], OPTIONS[name], placeholder="全部", width=230, **_bound(name, now))
        st.number_input(
            "存量规模≥（万元）",
            min_value=0.0,
            step=100.0,
            format="%.0f",
            width=160,
            **address.bound(f"{PREFIX}least", now.least, lambda least: f"{least:g}" if least else None),
        )
        st.text_input(
            "名称、编号或证照号",
            placeholder="输入即查找",
            live=True,
            width=250,
            **address.bound(f"{PREFIX}words", now.words, str),
        )
    with st.container(horizontal=True, gap="medium", key="pills"):
        for name in PILLS:
            st.pills(f"{TITLES[name]}（任一）", OPTIONS[name], selection_mode="multi", **_bound(name, now))


def _bound(name: str, now: Facets) -> dict[str, Any]:
    return address.bound(PREFIX + name, list(getattr(now, name)), lambda chosen: ",".join(chosen or ()))


def count(now: Facets, scope: Scope) -> int:
    """How many the facets hit, what they amount to, and the whole of them as a workbook."""
    found: ledger.Hits = frame.answer(ledger.hits, scope, now)
    opened = frame.later()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(
            f"**命中 {found.count:,} 家**　共 {found.of:,} 家 · 金额 {amount(found.stock)} · 涉及 {found.people:,} 人次"
            + ("　:gray[筛选已写入网址，可直接转发]" if now.set() else ""),
            width="content",
        )
        with st.container(horizontal=True, width="content", gap="small"):
            if now.set():
                st.button("清除筛选", type="tertiary", on_click=clear)
            if found.count:
                frame.download(
                    lambda: frame.titled(ledger.fetch(opened(), scope, now), ledger.ANSWER, EXPORT),
                    "命中清单",
                    scope,
                    now.said(),
                )
    return found.count


def clear() -> None:
    address.put(**dict.fromkeys(PREFIX + name for name in vars(EVERYTHING)))


def nothing(now: Facets, scope: Scope) -> None:
    """No result: which filters hide most, each with a way out."""
    st.warning("没有符合全部条件的机构。去掉下面任一条件，就会出现：")
    for name, hidden in frame.answer(ledger.hiding, scope, now)[:3]:
        value = getattr(now, name)
        words = "、".join(value) if isinstance(value, tuple) else f"{value}"
        st.button(
            f"去掉“{TITLES[name]} {words}” → {hidden} 家",
            key=f"drop_{name}",
            on_click=address.put,
            kwargs={PREFIX + name: None},
        )


@st.fragment
def table(now: Facets, scope: Scope) -> None:
    """The institutions at the left, the chosen one at the right; choosing draws this part alone.

    The right side is sent first: it is soon drawn, and the reader need not wait for the long list.
    """
    rows, keys, listed = frame.made(_found, scope, now)
    at = keys.index(address.get("entity")) if address.get("entity") in keys else 0
    with st.container(horizontal=True, gap="small"):
        left, right = st.container(), st.container(border=True, gap="xsmall", width=DOSSIER)
    with right:
        dossier(rows.iloc[at], scope)
    with left:
        if _chosen() != [at]:
            st.session_state[HITS] = {"selection": {"rows": [at]}}
        frame.table(
            listed,
            ledger.ANSWER,
            TABLE,
            height=min(450, 36 * (len(rows) + 1)),
            row_height=34,
            key=HITS,
            on_select=lambda: _open(keys),
            selection_mode="single-row-required",
            alt=f"命中机构 {len(rows)} 家",
        )


def _open(keys: Sequence[str]) -> None:
    """The institution of the row that was clicked goes into the address."""
    chosen = _chosen()
    if chosen and chosen[0] < len(keys):
        address.put(entity=keys[chosen[0]])


def _chosen() -> list[int]:
    """The rows that are chosen in the table."""
    rows: list[int] = st.session_state[HITS]["selection"]["rows"] if HITS in st.session_state else []
    return rows


def dossier(row: Any, scope: Scope) -> None:
    """One institution beside the list, with the way to its whole history."""
    brief(row)
    st.page_link(
        frame.page("entity"),
        label="看全部历史和出处",
        icon=":material/history:",
        query_params=address.to(entity=str(row["entity"])),
    )
    charts.draw("lifeline", scope, int(row["entity"]), width=DOSSIER - FRAME)


def _found(ask: Ask, scope: Scope, now: Facets) -> tuple[pd.DataFrame, list[str], pd.DataFrame]:
    """What the facets hit, the keys of it, and the same as the table shows it."""
    rows = ask(ledger.fetch, scope, now, MOST)
    return rows, [str(key) for key in rows["entity"]], _narrow(rows)[list(TABLE)]


def _narrow(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the short names of places and fields, and a glyph before each risk level."""
    place = {u.title: short_title(u.unit) for u in PLAN.units.values()}
    field = {f.title: short_title(f.field) for f in PLAN.fields.values()}
    named = rows.assign(territory=rows["territory"].map(place), field=rows["field"].map(field))
    if "risk_level" not in rows:
        return named
    return named.assign(
        risk_level=[f"{RISK_GLYPHS.get(level, '')} {level}".strip() for level in rows["risk_level"]]
    )


RISK_GLYPHS = {"高": "●", "中": "◐", "低": "○"}


def brief(row: Any) -> None:
    """One institution: who it is, what threatens and where it stands."""
    people = "不掌握" if pd.isna(row["people_cnt"]) else f"{row['people_cnt']:,} 人"
    told = [f"{title} {_said(row[name])}" for name, title in SHOWN.items() if not pd.isna(row[name])]
    lines = [
        f"**{receipts.plain(row['entity_name'])}**　:gray[{row['entity_code'] or ''}]",
        " ".join(_badges(row)),
        f"{row['territory']}　{row['field']}　:gray[{row['source'] or ''}]",
        f"存量 **{_amount(row['stock_scale'])}**　不合规 **{_amount(row['nc_scale'])}**　涉及 **{people}**",
        "　".join(told),
        "" if pd.isna(row["risk_desc"]) else f":gray[:small[{receipts.plain(row['risk_desc'])}]]",
    ]
    st.markdown("\n\n".join(line for line in lines if line))


def _badges(row: Any) -> list[str]:
    grave = {"高": "red", "中": "orange", "低": "gray"}
    found = [
        f":{grave.get(row['risk_level'], 'gray')}-badge[{row['risk_level']}风险]",
        f":blue-badge[{row['stage']}]",
    ]
    told = {"is_overdue": "逾期整改", "is_unhanded": "未交接", "rose": "反弹"}
    found += [f":red-badge[{words}]" for name, words in told.items() if row[name]]
    found += [":gray-badge[重点对象]"] * bool(row["is_key"])
    found += [f":orange-badge[未结问题 {row['open_faults']}]"] * bool(row["open_faults"])
    found += [":red-badge[涉嫌非法集资]"] * (row["suspect"] == "是") + [":orange-badge[涉稳]"] * (
        row["unrest"] != "无"
    )
    return found


def _amount(wan: Any) -> str:
    return "不掌握" if pd.isna(wan) else amount(wan)


def _said(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else receipts.plain(value)


def findings(scope: Scope) -> None:
    """What the inspectors found and is not yet settled, the overdue first."""
    rows = frame.filters().narrow(frame.answer(finding.fetch, scope))
    open_ = rows[rows["is_open"].fillna(False).astype(bool)]
    columns = (
        "entity_name",
        "territory",
        "mend_due",
        "result",
        "finding",
        "finding_level",
        "field",
        "inspected_on",
        "mended_on",
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(
            f"**未结的督察问题**　:gray[:small[{len(open_)} 个，下载含全部 {len(rows)} 条核查记录]]",
            width="content",
        )
        frame.download(
            frame.titled(rows, finding.ANSWER, columns), "督察核查记录", scope, frame.filters().words()
        )
    if len(open_):
        days = open_["mend_due"].dt.strftime("%m\N{NON-BREAKING HYPHEN}%d")
        told = _narrow(open_).assign(mend_due=days).astype(object)
        shown = frame.titled(told.where(told.notna(), "—").map(_said), finding.ANSWER, columns[:6])
        st.table(
            shown, hide_index=True, height=320 if len(shown) > 5 else "content"
        )  # what was found is read whole
    else:
        st.caption("没有未结的问题。")


def values(entity: int, scope: Scope) -> None:
    """Every value ever accepted of an institution with its cell: those in force, or those of one version."""
    rows = frame.answer(history.fetch, scope, entity)
    versions = rows.drop_duplicates(["submission", "sheet", "sheet_row"], ignore_index=True)[::-1]
    titles = {
        f"{v.submission}{v.sheet}": f"{v.arrived:%m-%d} {v.return_title}{'（现行）' if v.is_current else '（已被后来的版本替代）'}"
        for v in versions.itertuples()
    }
    options = {IN_FORCE: "现行各表", **titles} if rows["is_current"].any() else titles
    chosen = st.selectbox("版本", list(options), format_func=options.__getitem__, key=f"version_{entity}")
    mine = rows[rows["is_current"] if chosen == IN_FORCE else (rows["submission"] + rows["sheet"]) == chosen]
    for v in mine.drop_duplicates(["submission", "sheet", "sheet_row"]).itertuples():
        st.markdown(
            f"回执 **{v.submission}**　收到 {v.arrived:%Y-%m-%d %H:%M}　{receipts.plain(v.matter)}  \n"
            f"出处　{receipts.plain(v.filename)} · {receipts.plain(v.sheet)} · 第 {v.sheet_row} 行"
        )
    came = {receipt.no: receipt for receipt in frame.store().archive.receipts()}
    with st.container(horizontal=True, gap="small"):
        for v in mine.drop_duplicates("submission").itertuples():
            offer_original(came[v.submission])
    shown = mine.assign(cell=[f"{r.sheet}!{r.cell}" for r in mine.itertuples()])
    frame.table(shown, history.ANSWER, ("title", "value", "cell"), height=400, key=f"values_{chosen}")
    columns = (
        "arrived",
        "submission",
        "filename",
        "matter",
        "return_title",
        "sheet",
        "title",
        "value",
        "cell",
    )
    frame.download(frame.titled(rows, history.ANSWER, columns), f"{first_name(rows)}档案", scope)


def first_name(rows: pd.DataFrame) -> str:
    """What the institution is called in the latest return that names it."""
    return str(rows[rows["column_name"] == "entity_name"]["value"].iloc[-1])


def offer_original(receipt: Receipt) -> None:
    """The workbook exactly as it came."""
    archive = frame.store().archive
    st.download_button(
        f"下载原件 {receipt.no}",
        lambda: archive.bytes_of(receipt.sha256),
        receipt.filename,
        on_click="ignore",
        icon=":material/download:",
        key=f"original_{receipt.no}",
    )
