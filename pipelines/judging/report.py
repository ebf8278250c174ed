"""A judgement as plain data: the answer of `check --json`, and what is signed with a verdict."""

from dataclasses import asdict
from typing import Any

from pipelines.judging.judgement import Judgement
from schemas.problems import REPAIRS


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
    }
