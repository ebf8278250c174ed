"""A judgement as plain data: the answer of `check --json`, and what is signed with a verdict."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipelines.judging.judgement import Judgement, SheetAnswer
from schemas.problems import REPAIRS, Problem, Repair, Unchecked

HOW = {words: how for how, words in REPAIRS.items()}


def as_json(judgement: Judgement, filename: str) -> dict[str, Any]:
    return {
        "file": filename,
        "sha256": judgement.sha256,
        "verdict": judgement.verdict,
        "unit": judgement.unit,
        "reason": judgement.reason,
        "returns": [
            {"return": a.return_, "sheet": a.sheet, "answer": a.answer, "rows": a.rows}
            for a in judgement.answers
            if a.answer
        ],
        "problems": [
            {"return" if k == "return_" else k: v for k, v in asdict(p).items()} for p in judgement.problems
        ],
        "repairs": [
            {"sheet": r.sheet, "cell": r.cell, "from": r.before, "to": r.after, "how": REPAIRS[r.how]}
            for r in judgement.repairs
        ],
        "unchecked": [asdict(u) for u in judgement.unchecked],
        **({"notes": dict(judgement.notes)} if judgement.notes else {}),
    }


def from_json(report: Mapping[str, Any], **signed: Any) -> Judgement:
    """The judgement that a signed report tells, without the rows; `signed` is what was signed beside it."""
    return Judgement(
        **{"sha256": report["sha256"], **signed, "answers": [SheetAnswer(**a) for a in signed["answers"]]},
        problems=[Problem(return_=p["return"], **_without(p, "return")) for p in report["problems"]],
        repairs=[
            Repair(r["sheet"], r["cell"], r["from"], r["to"], HOW.get(r["how"], r["how"]))
            for r in report["repairs"]
        ],
        unchecked=[Unchecked(**u) for u in report["unchecked"]],
        notes=report.get("notes", {}),
    )


def _without(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key != name}
