"""Why a duty is not met: nothing came, the last sending was not accepted, or a sheet is not finished."""

from collections.abc import Sequence

from pipelines import kept
from pipelines.keeping.receipts import Listed
from pipelines.reading.a1 import spot
from schemas.plan import PLAN
from schemas.problems import MUST
from ui import data, receipts
from views import Scope


def listed(subject: str, obligation: str, scope: Scope) -> list[Listed]:
    """What came in for the duty of a unit or a field, the newest first."""
    senders = PLAN.submitters(obligation, subject) if subject in PLAN.fields else [subject]
    return [r for unit in senders for r in receipts.of(unit, scope) if r.obligation == obligation]


def reason(came: Sequence[Listed]) -> str:
    """The reason in a sentence, by what came in; words as they were sent, not yet escaped."""
    if not came:
        return "尚未收到报送。"
    last = max(came, key=lambda each: each.receipt.received_at)
    judgement = kept.decided(data.store(), last.receipt)
    musts = [p for p in judgement.problems if p.level == MUST]
    named = f"最近一份（回执 {last.receipt.no}）"
    if last.verdict == "withdrawn":
        return f"{named}已撤回。"
    if musts:
        first = musts[0]
        where = spot(first.sheet, first.cell)
        return f"{named}退回修改，须改正 {len(musts)} 处，第一处 {where}：{first.message}。"
    if last.verdict != "acceptable":
        return f"{named}未受理：{judgement.reason or '正在检查'}"
    open_ = "、".join(answer.sheet for answer in judgement.answers if answer.answer == "unfinished")
    return f"{named}已受理，其中未完成的工作表：{open_}。" if open_ else f"{named}已受理，另有应报内容未报。"
