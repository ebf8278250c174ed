"""撤回: an accepted sending, or one entry of a register, is taken back: by its unit within two hours, later
with the office's consent.

The original, its receipt and the verdict stay. From then on the version accepted before the sending stands;
an entry counts no more, from whichever sending, until one that comes later holds it again.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pa

from schemas.acting import ENTRY, SUBMISSION, UNTOUCHED, ActKind
from schemas.declare import rule
from schemas.said import OFFICE

AT_ONCE = pd.Timedelta(hours=2)  # in which a unit takes back what it sent without asking
MATTER, OF_ENTRY = "withdrawal", "entry_withdrawal"


def _accepted() -> pa.Check:
    return rule(
        "A91",
        on="verdict",
        test=lambda rows: rows["verdict"] == "acceptable",
        wrong="没有受理，或已不计入任何数字",
        mend="不必撤回，改好后重新报送即可",
        basis="撤回的是已受理的报送",
    )


def _soon() -> pa.Check:
    return rule(
        "A92",
        on="came_at",
        test=lambda rows: rows["now"] - rows["came_at"] <= AT_ONCE,
        wrong="收到已超过 2 小时，不能自行撤回",
        mend=f"请申请撤回，由{OFFICE}决定",
        basis="报送后 2 小时内可自行撤回",
    )


def _kinds(matter: str, about: str, since: str, again: tuple[str, ...] = ()) -> dict[str, ActKind]:
    """The four acts of taking something back; `since` says what stands from then on."""
    code, what = matter.removesuffix("withdrawal"), "一条" if about == ENTRY else ""

    def kind(title: str, words: str, checks: Sequence[pa.Check], *how: Any, **asks: Any) -> ActKind:
        content = pa.DataFrameSchema(title=f"{title}{what}", description=words, checks=list(checks))
        return ActKind(content, matter, about, *how, **asks)

    free, asked = (UNTOUCHED, "refused", *again), ("asked",)
    own = f"受理后 2 小时内由本单位撤回；{since}，原件和回执都留存。"
    late = f"超过 2 小时的，写明理由，由{OFFICE}决定。"
    after, refused = f"从这时起，{since}。", "写明理由；所报的继续有效，可以再次申请。"
    first, last = [_accepted(), _soon()], [_accepted()]
    whys, other = {"asks_reason": True}, {"by_another": True}
    return {
        f"{code}withdrawn": kind("撤回", own, first, "answer", (*free, *asked), "withdrawn", **whys),
        f"{code}withdrawal_asked": kind("申请撤回", late, last, "answer", free, "asked", **whys),
        f"{code}withdrawal_granted": kind("同意撤回", after, [], "decide", asked, "withdrawn", **other),
        f"{code}withdrawal_refused": kind(
            "不同意撤回", refused, [], "decide", asked, "refused", **whys, **other
        ),
    }


ACTS = {
    **_kinds(MATTER, SUBMISSION, "此前受理的一份重新有效"),
    **_kinds(OF_ENTRY, ENTRY, "这一条不再计入，其余各条照旧", ("withdrawn",)),
}
