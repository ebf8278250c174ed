"""A sample drawn from the ledger, so that anybody can draw it again: the same rows and plan, the same list.

Each institution has the key u^(1/weight), where u is SHA-256(seed|code) as a fraction of one; in each stratum
the largest keys are drawn. How many of a stratum follows from its sum of weights, by largest remainders. What
must be checked is taken beside the draw.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from schemas.acts.sample import STRATA, WEIGHTED
from schemas.plan import PLAN
from views import records
from views.figures.progress import elapsed, working_days

CONDITIONS: Mapping[str, Callable[[Any], bool]] = {  # of a row of the ledger, for each of MUST
    "高风险且逾期整改": lambda row: row.risk_level == "高" and row.is_overdue,
    "高风险且未交接": lambda row: row.risk_level == "高" and row.is_unhanded,
    "涉嫌非法集资": lambda row: row.suspect == "是",
    "涉稳": lambda row: row.unrest != "无",
    "有未结督察问题": lambda row: row.open_faults > 0,
}
WAYS = {"must": "必查", "drawn": "抽中", "swapped": "替补"}
NAMED = ("entity", "code", "entity_name", "territory", "field", "risk_level")
DENOMINATOR = 2**256


@dataclass(frozen=True)
class DrawingPlan:
    """By what a sample is drawn."""

    seed: str
    size: int
    strata: str  # of STRATA
    must: tuple[str, ...] = ()  # of MUST
    weights: tuple[int, ...] = (1,) * len(WEIGHTED)  # of WEIGHTED

    def weight(self, risk_level: str) -> int:
        return dict(zip(WEIGHTED, self.weights, strict=True)).get(risk_level, self.weights[-1])


@dataclass(frozen=True)
class Drawn:
    """What was drawn: an institution a row, and of each stratum how many there are and how many are drawn."""

    rows: pd.DataFrame  # NAMED, and stratum, way, why, weight, key, place
    strata: pd.DataFrame  # stratum, found, must, rest, weights, quota


def draw(ledger: pd.DataFrame, plan: DrawingPlan) -> Drawn:
    """A sample of the rows of the ledger."""
    every = ranked(ledger, plan)
    rest = every[every["way"] != "must"]
    quotas = _quotas(rest, plan.size - int((every["way"] == "must").sum()))
    strata = _strata(every, quotas)
    chosen = every[(every["way"] == "must") | (every["place"] <= every["stratum"].map(quotas).fillna(0))]
    return Drawn(chosen.reset_index(drop=True), strata)


def ranked(ledger: pd.DataFrame, plan: DrawingPlan) -> pd.DataFrame:
    """Every institution with its key and its place by it in its stratum; what must be checked first."""
    code = ledger["entity_code"].where(ledger["entity_code"].notna(), ledger["entity"].astype(str))
    rows = ledger.assign(code=code, stratum=ledger[STRATA[plan.strata]])
    why = ["、".join(words for words in plan.must if CONDITIONS[words](row)) for row in records(ledger)]
    weights = [plan.weight(level) for level in rows["risk_level"]]
    keys = [key(plan.seed, code, weight) for code, weight in zip(rows["code"], weights, strict=True)]
    rows = rows.assign(why=why, weight=weights, key=keys)
    rows = rows.assign(way=["must" if each else "drawn" for each in why])
    rows = rows.sort_values(["way", "stratum", "key", "code"], ascending=[False, True, False, True])
    rows = rows.assign(place=rows.groupby(["way", "stratum"]).cumcount() + 1)
    return rows[[*NAMED, "stratum", "way", "why", "weight", "key", "place"]].reset_index(drop=True)


def key(seed: str, code: str, weight: int) -> float:
    """The key of an institution: the larger, the sooner it is drawn."""
    fraction = int(hashlib.sha256(f"{seed}|{code}".encode()).hexdigest(), 16) / DENOMINATOR
    return float(fraction ** (1 / weight))


def _quotas(rest: pd.DataFrame, wanted: int) -> dict[str, int]:
    """How many of each stratum are drawn: by its share of the weights, the rest by largest remainders; of one
    that has fewer all, and what is left over goes to the others.
    """
    sums, sizes = rest.groupby("stratum")["weight"].sum(), rest.groupby("stratum").size()
    quotas: dict[str, int] = dict.fromkeys(sums.index, 0)
    left, open_ = min(max(wanted, 0), len(rest)), list(sums.index)
    while left and open_:
        shares = {name: left * sums[name] / sums[open_].sum() for name in open_}
        full = [name for name in open_ if shares[name] >= sizes[name]]
        if not full:
            return quotas | _rounded(shares, left)
        for name in full:
            quotas[name] = int(sizes[name])
            left -= quotas[name]
        open_ = [name for name in open_ if name not in full]
    return quotas


def _rounded(shares: Mapping[str, float], whole: int) -> dict[str, int]:
    """Shares as whole numbers that add up: the largest remainders are rounded up."""
    down = {name: int(share) for name, share in shares.items()}
    order = sorted(shares, key=lambda name: (-(shares[name] - down[name]), name))
    return {name: down[name] + (name in order[: whole - sum(down.values())]) for name in shares}


def _strata(every: pd.DataFrame, quotas: Mapping[str, int]) -> pd.DataFrame:
    told = []
    for name, rows in every.groupby("stratum", sort=False):
        must = int((rows["way"] == "must").sum())
        rest = rows[rows["way"] != "must"]
        told.append(
            {
                "stratum": name,
                "found": len(rows),
                "must": must,
                "rest": len(rest),
                "weights": int(rest["weight"].sum()),
                "quota": quotas.get(str(name), 0),
            }
        )
    return pd.DataFrame(told, columns=["stratum", "found", "must", "rest", "weights", "quota"])


def pace(left: int, as_of: dt.date) -> str:
    """How far the phase of inspections is, and how many are to be checked on each working day left."""
    phase = PLAN.phase_owing("inspection")
    if phase is None:
        return ""
    days = working_days(as_of + dt.timedelta(1), phase.ends_on)
    told = f"序时进度 {100 * elapsed(phase, as_of):.0f}%"
    if not left or not days:
        return told
    each = f"每个工作日要查 {left / days:.1f} 家" if left >= days else f"每 {days // left} 个工作日要查 1 家"
    return f"{told}；往后{each}"


def by_inspector(stands: pd.DataFrame, as_of: dt.date) -> list[str]:
    """Of each inspector, and of what nobody is given, how many of how many are checked, and how many are not
    though their day has passed; whoever was given most first.
    """
    told = []
    is_seen = stands["checks"] > 0
    is_late = ~is_seen & (stands["visit_on"] < pd.Timestamp(as_of))
    for whom, count in stands["whom"].value_counts(sort=False).sort_index().items():
        of_them = stands["whom"] == whom
        late = int((of_them & is_late).sum())
        seen, words = int((of_them & is_seen).sum()), f"（{late} 家过了约定日期）" if late else ""
        told.append((not whom, -int(count), f"{whom or '未分派'} {seen}/{count}{words}"))
    return [words for *_, words in sorted(told)]


def next_of(ledger: pd.DataFrame, plan: DrawingPlan, stratum: str, taken: Sequence[str]) -> Any | None:
    """The next institution of a stratum by its key that is in no list yet; None where there is none."""
    rows = ranked(ledger, plan)
    left = rows[(rows["stratum"] == stratum) & (rows["way"] != "must") & ~rows["code"].isin(taken)]
    return None if left.empty else left.sort_values("place").iloc[0]


def kept(rows: pd.DataFrame) -> str:
    """The rows as they are signed: whatever becomes of the ledger, what was drawn stands."""
    plain = rows.assign(entity=rows["entity"].astype(str))
    return json.dumps(plain.to_dict("records"), ensure_ascii=False)


def swapped(row: Any) -> str:
    """One row that is taken for another, as it is signed."""
    (one,) = json.loads(kept(pd.DataFrame([row])))
    return json.dumps({**one, "way": "swapped"}, ensure_ascii=False)


def basis(row: Any) -> str:
    """Why an institution is in a sample, so that anybody can work it out again."""
    if row.way == "must":
        return str(row.why)
    told = f"层 {row.stratum}，权 {row.weight}，键 {row.draw_key:.4f}，第 {row.place}"
    return f"{told}（替补）" if row.way == "swapped" else told
