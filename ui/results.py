"""What came of a submission: its receipt, its verdict, and every problem with its place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pipelines import intake
from pipelines.judging.between import is_held_back
from pipelines.judging.judgement import ACCEPTABLE, Judgement
from pipelines.keeping import names
from pipelines.reading.a1 import spot
from pipelines.writing.marks import apart
from schemas.cover import SHEET_ANSWERS
from schemas.problems import LEVELS, MUST, REPAIRS, VERIFY, Problem
from ui import data, handed, tables, who, within
from ui.plain import plain
from ui.receipts import VERDICTS, moment, named
from views import records
from views.answers import explanation

GLYPHS = {MUST: "✕", VERIFY: "!"}
RIGHT = "核对无误的不用改，受理后说明原因"
MOST, MORE = 200, 4  # lines of the table; cells named in a line


@dataclass(frozen=True)
class Sent:
    """A workbook handed over in this session, and what came of it."""

    content: bytes
    outcome: intake.Outcome


def show(sent: Sent, place: str, then: Callable[[], None]) -> None:
    """One workbook's answer: its receipt, what is open of it, what came of it, and how it was read behind a
    click. `then` draws what can be done with it; `place` tells it apart where it stands twice on a page.
    """
    judgement, no = sent.outcome.judgement, sent.outcome.receipt.no
    with st.container(border=True, key=f"{place}_{no}", gap="xsmall"):
        _headline(sent.outcome)
        if judgement.verdict != ACCEPTABLE:
            _found(judgement, partial(_offer_marked_up, sent, place))
            then()
        else:
            then()
            if judgement.problems:
                with st.expander(f"请核实 {len(judgement.problems)} 处，逐格列出"):
                    _found(judgement, partial(_offer_marked_up, sent, place))
        with st.expander(f"怎样读的：{_counted(judgement)}"):
            _as_read(judgement)
            receipt = sent.outcome.receipt
            st.caption(f"SHA-256　{receipt.sha256}\n\n流水第 {receipt.entry} 条　{receipt.hash}")


def looked(filename: str, content: bytes, judgement: Judgement, n: int) -> None:
    """What would be said of one workbook, the n-th, if it were sent: nothing of it was kept."""
    glyph, word, colour = VERDICTS[judgement.verdict]
    word = "报送即可受理" if judgement.verdict == ACCEPTABLE else word
    unit, duty = named(judgement.unit, judgement.obligation)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"### 尚未报送　:{colour}[{glyph} {word}]　{plain(filename)}", anchors=False)
        if judgement.reason:
            st.markdown(f":{colour}[{plain(judgement.reason)}]")
        st.markdown(f"{unit}　{duty}\n\n这里只是先检查：没有存档，没有回执。点“报送”才算报送。")
        _found(judgement, partial(_offer_looked, filename, content, judgement, n))
        with st.expander(f"怎样读的：{_counted(judgement)}"):
            _as_read(judgement)


def _found(judgement: Judgement, offer: Callable[[], None]) -> None:
    """Every problem of a workbook; `offer` hands out its marked-up copy."""
    if judgement.problems:
        _problems(judgement.problems, offer)
    if is_held_back(judgement):
        st.caption("与上月、与其他报表的核对和“缺行”还没有查：须改正的改好以后，再检查一次才会列出。")


def _counted(judgement: Judgement) -> str:
    """What stands behind the click, in a line."""
    told = {"修正 {} 处": len(judgement.repairs), "暂未检查 {} 处（改好后再查）": len(judgement.unchecked)}
    counts = [words.format(count) for words, count in told.items() if count]
    return "，".join([f"{len(judgement.answers)} 张工作表", *counts])


def _as_read(judgement: Judgement) -> None:
    """How a workbook was read: the answer of each sheet, what was written otherwise, what was not asked."""
    if judgement.answers:
        _answers(judgement.answers)
    if judgement.repairs:
        st.markdown("**修正**　:gray[读取时改了写法，意思不变，请核对]")
        _table(
            [
                {
                    "工作表": r.sheet,
                    "单元格": r.cell,
                    "原写法": r.before,
                    "读作": r.after,
                    "怎么改的": REPAIRS.get(r.how, r.how),
                }
                for r in judgement.repairs
            ]
        )
    if judgement.unchecked:
        st.markdown("**暂未检查**　:gray[检查要用到的这一格还没有填对；不用另外办理，改好重报时自动检查]")
        _table([{"工作表": u.sheet, "行": u.row, "因为这一格": u.because} for u in judgement.unchecked])


def _headline(outcome: intake.Outcome) -> None:
    receipt, judgement = outcome.receipt, outcome.judgement
    glyph, word, colour = VERDICTS[judgement.verdict]
    unit, duty = named(judgement.unit, judgement.obligation)
    word += "，未受理" if colour == "red" else ""
    st.markdown(f"### :{colour}[{glyph} {word}]　{plain(receipt.filename)}", anchors=False)
    if judgement.reason:
        st.markdown(f":{colour}[{plain(judgement.reason)}]")
    again = "（同一份文件此前已收到，回执不变）" if outcome.repeated else ""
    st.markdown(
        f"{unit}　{duty}\n\n回执号 **{receipt.no}**{again}　收到 **{plain(moment(receipt))}**　"
        f"报送人 {plain(receipt.sent_by)}　{receipt.size / 1024:,.1f} KB"
    )
    for words in outcome.remarks:
        st.markdown(f":orange[{plain(words)}]")


def _problems(problems: Sequence[Problem], offer: Callable[[], None]) -> None:
    must = sum(p.level == "must" for p in problems)
    verify = len(problems) - must
    words = [f"须改正 {must} 处"] * (must > 0) + [f"请核实 {verify} 处（{RIGHT}）"] * (verify > 0)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**发现 {len(problems)} 处问题**　{'；'.join(words)}", width="content")
        offer()
    groups = together(problems)
    rows = [
        {
            "位置": where(same),
            "列": same[0].title,
            "现值": same[0].value,
            "问题": same[0].message,
            "怎么改": same[0].remedy,
            "级别": f"{GLYPHS[same[0].level]} {LEVELS[same[0].level]}",
        }
        for same in groups[:MOST]
    ]
    tables.whole(pd.DataFrame(rows), 420)
    if len(groups) > MOST:
        st.caption(f"此处列出前 {MOST} 条，其余见标注版工作簿。")


def together(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems that say the same of a column told once with all their cells; wrong values before blanks."""
    groups: dict[tuple[str, ...], list[Problem]] = {}
    for p in problems:
        groups.setdefault((p.sheet, p.column, p.rule, p.value, p.message, p.level), []).append(p)
    return sorted(groups.values(), key=lambda same: (same[0].level != MUST, same[0].value == ""))


def where(same: Sequence[Problem]) -> str:
    """Where the problems of a group stand: one cell, or the first few and how many there are."""
    first = spot(same[0].sheet, same[0].cell)
    if len(same) == 1:
        return first
    listed = "、".join(p.cell for p in same[1:MORE])
    return f"{first}、{listed}等 {len(same)} 格" if len(same) > MORE else f"{first}、{listed}"


def _offer_marked_up(sent: Sent, place: str) -> None:
    no = sent.outcome.receipt.no
    made = partial(apart.marked_up, sent.content, list(sent.outcome.judgement.problems), _explained(no))
    _offer(made, no, f"{place}_{no}", f"回执 {no}", len(sent.content))


def _offer_looked(filename: str, content: bytes, judgement: Judgement, n: int) -> None:
    made = partial(apart.marked_up, content, list(judgement.problems))
    _offer(made, Path(names.filename(filename)).stem, f"looked_{n}", "先检查", len(content))


def _offer(make: Callable[[], bytes], name: str, key: str, what: str, weight: int) -> None:
    """A marked-up copy, made on the click in its bounded child."""
    handed.offer(
        "下载标注版工作簿",
        make,
        f"标注_{name}.xlsx",
        f"marked_{key}",
        place="submit",
        is_main=True,
        weight=weight,
        what=what,
        help="原表照旧，有问题的格子标红并附批注，“问题清单”一页列出全部问题。",
    )


def _explained(no: str) -> dict[str, str]:
    """What was explained of the cells of a sending, by their places: 说明 in the list of problems."""
    if not who.may("answer"):
        return {}
    rows = data.answer(explanation.fetch, within.today("answer"))
    mine = rows[(rows["submission"] == no) & (rows["explained"] == "explained")]
    return {f"{row.sheet}!{row.cell}": row.reason for row in records(mine)}


def _answers(answers: Sequence[Any]) -> None:
    rows = [
        {"工作表": a.sheet, "回答": SHEET_ANSWERS[a.answer], "行数": a.rows if a.answer == "rows" else "—"}
        for a in answers
    ]
    st.markdown("**各表回答**")
    tables.whole(pd.DataFrame(rows))


def _table(rows: list[dict[str, Any]]) -> None:
    tables.whole(pd.DataFrame(rows[:MOST]).drop_duplicates())
