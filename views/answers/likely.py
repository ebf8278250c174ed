"""Which records may be one institution, to be decided on by the office: the same code, the same name by its
normal form, or likely the same by what they have in common (`schemas/likeness.py`).

Nothing is merged here: what is said is only told until somebody decides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from schemas import likeness
from schemas.likeness import ALIKE, KINDS, LIKELY, SAME_CODE, SAME_NAME, WEIGHTS
from schemas.said import TERRITORY
from views import Scope, as_promised, of_scope, query
from views.answers import ledger_cache

Pair = tuple[int, int]  # positions of two records, the first before the other
CROWD = 30  # records with one code or name of which all pairs are told; of more, each and the next
COMMON, SHARED = 0.01, 0.5  # from which share of names an ending or a beginning tells nobody apart
LONG = 3  # characters of what tells names apart, from which on one that differs is near
BASES = ("likely",)
PERSONAL = ("person", "phone")
CODES = {"代码": "id_no", "编号": "entity_code"}

RECORD = pa.DataFrameSchema(
    {
        "entity": pa.Column("uint64"),
        "entity_code": pa.Column(str, nullable=True, title="编号"),
        "entity_name": pa.Column(str, title="机构名称"),
        "territory": pa.Column(str, title=TERRITORY),
        "field": pa.Column(str, title="所属领域"),
        "territory_code": pa.Column(str),
        "field_code": pa.Column(str),
        "id_no": pa.Column(str, nullable=True, title="证照号"),
        "former_name": pa.Column(str, nullable=True, title="曾用名"),
        "person": pa.Column(str, nullable=True, title="法定代表人"),
        "reg_address": pa.Column(str, nullable=True, title="注册地址"),
        "biz_address": pa.Column(str, nullable=True, title="实际经营地址"),
        "phone": pa.Column(str, nullable=True, title="联系电话"),
        "url_or_app": pa.Column(str, nullable=True, title="网址 / APP"),
        "disp_class": pa.Column(str, title="分类"),
        "risk_level": pa.Column(str, title="风险程度"),
        "stock_scale": pa.Column(float, nullable=True, title="存量规模（万元）"),
        "nc_scale": pa.Column(float, nullable=True, title="不合规规模（万元）"),
        "people_cnt": pa.Column("Int64", nullable=True, title="涉及人数"),
        "submission": pa.Column(str, nullable=True, title="报送出处"),
        "sheet_row": pa.Column("Int64", nullable=True, title="行"),
        "arrived": pa.Column("datetime64[us]", nullable=True, title="报送时间"),
        "told_by": pa.Column(str),
    },
    coerce=True,
    strict=True,
)
CALLED = {"name": "机构名称", "territory": TERRITORY, "field": "领域"}
ANSWER = pa.DataFrameSchema(
    {
        "subject": pa.Column(str),
        "one": pa.Column("uint64"),
        "other": pa.Column("uint64"),
        "kind": pa.Column(str, pa.Check.isin(KINDS), title="类型"),
        "clue": pa.Column(str, title="线索"),
        "weight": pa.Column(int),
        "firms": pa.Column("uint64"),  # the same for pairs of which each has a record in common with another
        "is_pending": pa.Column(bool, title="待查"),
        **{
            f"{which}_{name}": pa.Column(str, title=f"{title}{told}")
            for which, told in (("one", ""), ("other", "（另一条）"))
            for name, title in CALLED.items()
        },
    },
    coerce=True,
    strict=True,
)
DECIDED = pa.DataFrameSchema(
    {
        "subject": pa.Column(str),
        "one": pa.Column("uint64"),
        "other": pa.Column("uint64"),
        "state": pa.Column(str, title="结论"),
        "seq": pa.Column(int),
        "person": pa.Column(str, title="经办"),
        "reason": pa.Column(str, title="依据"),
        "done_at": pa.Column("datetime64[us]", title="时间"),
        "kept": pa.Column("uint64"),
        "one_called": pa.Column(str),
        "other_called": pa.Column(str),
        "one_name": pa.Column(str, title="机构名称"),
        "other_name": pa.Column(str, title="另一条的机构名称"),
    },
    coerce=True,
    strict=True,
)


def fetch(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each pair that nobody has decided on, both of which are reached: what is surest first."""
    told = decided(con, replace(scope, reach=None))
    with ledger_cache.reached(con, replace(scope, reach=None), ledger_cache.LIKELY) as (held, given):
        asked = f"FROM {held} SELECT *, is_reached(territory_code, field_code, ?) AS is_mine ORDER BY entity"
        every = con.execute(asked, [*given, scope.reached]).df()
    firm = _joined(_pairs(told[told["state"] == "same"]))
    apart = {_firms(firm, *pair) for pair in _pairs(told[told["state"] == "different"])}
    pending = set(told.loc[told["state"] == "pending", "subject"])
    keys, mine = every["entity"].tolist(), every["is_mine"].tolist()
    names = list(every[["entity_name", "territory", "field"]].itertuples(index=False, name=None))
    rows = []
    for (a, b), (kind, clue, weight) in pairs(every).items():
        firms = _firms(firm, keys[a], keys[b])
        if firms not in apart and len(firms) > 1:
            subject = f"{min(keys[a], keys[b])}|{max(keys[a], keys[b])}"
            said = (subject, keys[a], keys[b], kind, clue, weight, firms)
            rows.append((*said, subject in pending, *names[a], *names[b], mine[a] and mine[b]))
    order = _grouped(pd.DataFrame(rows, columns=[*ANSWER.columns, "is_mine"]))
    return as_promised(ANSWER, order[order["is_mine"].astype(bool)].drop(columns="is_mine"))


def records(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """The records that are reached; what is personal is told only of `scope.people`."""
    with ledger_cache.reached(con, scope, ledger_cache.LIKELY) as (rows, whose):
        told = ", ".join(
            f"CASE WHEN is_reached(territory_code, field_code, ?) THEN {name} END AS {name}"
            for name in PERSONAL
        )
        asked = f"FROM {rows} SELECT * REPLACE ({told}) ORDER BY entity"
        return query(con, RECORD, asked, [*whose, *[of_scope(scope.people)] * len(PERSONAL)])


def decided(con: duckdb.DuckDBPyConnection, scope: Scope) -> pd.DataFrame:
    """One row for each pair on which anybody acted: its last act, the latest first."""
    return query(con, DECIDED, "FROM decided(?, ?)", [scope.as_of, scope.reached])


def _pairs(rows: pd.DataFrame) -> list[Pair]:
    return list(zip(rows["one"].tolist(), rows["other"].tolist(), strict=True))


def _joined(same: Iterable[Pair]) -> dict[int, int]:
    """The institution of each record that is one with another: the least of its records."""
    firm: dict[int, int] = {}
    for one, other in same:
        both = {firm.get(one, one), firm.get(other, other)}
        firm |= {r: min(both) for r in (one, other, *(r for r, f in firm.items() if f in both))}
    return firm


def _firms(firm: Mapping[int, int], one: int, other: int) -> frozenset[int]:
    return frozenset((firm.get(one, one), firm.get(other, other)))


def _grouped(rows: pd.DataFrame) -> pd.DataFrame:
    """Pairs with a record in common under the least of their keys, groups with the surest pair first."""
    links = [(min(firms), max(firms)) for firms in rows["firms"]]
    group = _joined(links)
    named = rows.assign(firms=[group[one] for one, _ in links], rank=rows["kind"].map(KINDS.index))
    best = named.groupby("firms")["rank"].transform("min") if len(named) else named["rank"]
    order = ["best", "firms", "rank", "weight", "one_name"]
    sorted_ = named.assign(best=best).sort_values(order, ascending=[True, True, True, False, True])
    return sorted_.drop(columns=["rank", "best"])


def pairs(every: pd.DataFrame) -> dict[Pair, tuple[str, str, int]]:
    """The pairs of records that may be one, by their positions: of which kind, by which clue, how likely."""
    forms = {title: _formed(every[column], likeness.code_form) for title, column in CODES.items()}
    names, called = _formed(every["entity_name"], likeness.name_form), every["entity_name"].tolist()
    found: dict[Pair, tuple[str, str, int]] = {}
    for pair, (clue, weight) in _alike(every, names).items():
        if weight >= LIKELY:
            found[pair] = ALIKE, clue, weight
    for pair in _within(_blocks(names)):
        found[pair] = SAME_NAME, called[pair[0]], found.get(pair, ("", "", 0))[2]
    for title, codes in reversed(forms.items()):
        for pair in _within(_blocks(codes)):
            found[pair] = SAME_CODE, f"{title} {codes[pair[0]]}", found.get(pair, ("", "", 0))[2]
    return found


def _formed(cells: "pd.Series[Any]", form: Callable[[str], str]) -> list[str]:
    """The normal form of each cell; '' of a blank."""
    known = {words: form(words) for words in cells.dropna().unique()}
    return [known.get(words, "") for words in cells]


def _blocks(forms: Sequence[str]) -> list[list[int]]:
    """The positions of what is the same, where it is more than one."""
    places: dict[str, list[int]] = defaultdict(list)
    for n, form in enumerate(forms):
        if form:
            places[form].append(n)
    return [block for block in places.values() if len(block) > 1]


def _within(blocks: Iterable[list[int]]) -> Iterator[Pair]:
    for block in blocks:
        yield from combinations(block, 2) if len(block) <= CROWD else pairwise(block)


def _alike(every: pd.DataFrame, names: Sequence[str]) -> dict[Pair, tuple[str, int]]:
    """What pairs of records have in common: as words, and how much it weighs."""
    person = _formed(every["person"], likeness.code_form)
    doors = [_formed(every[name], likeness.door_form) for name in ("reg_address", "biz_address")]
    brands = _brands(names)
    common: dict[Pair, dict[str, int]] = defaultdict(dict)

    def said(clue: str, found: Iterable[Pair]) -> None:
        for pair in found:
            common[pair][clue] = WEIGHTS[clue]

    said("同网址或APP", _within(_blocks(_formed(every["url_or_app"], likeness.site_form))))
    said("同电话", _within(_blocks(_formed(every["phone"], likeness.code_form))))
    at = [block for door in doors for block in _blocks(door)]
    for block in [*_blocks(person), *at]:
        said("名称相近", _near(block, brands, ends=True))
        said("字号相同", _near(block, brands, ends=False))
    said("同地址", (p for p in _within(at) if p in common or person[p[0]] == person[p[1]] != ""))
    for pair in common:
        if person[pair[0]] == person[pair[1]] != "":
            common[pair]["同法定代表人"] = WEIGHTS["同法定代表人"]
        if any(door[pair[0]] == door[pair[1]] != "" for door in doors):
            common[pair]["同地址"] = WEIGHTS["同地址"]
    return {p: ("、".join(w for w in WEIGHTS if w in c), sum(c.values())) for p, c in common.items()}


def _near(block: Sequence[int], brands: Sequence[tuple[str, str]], *, ends: bool) -> Iterator[Pair]:
    """Pairs of a block whose names are near: one character differs in what tells them apart, and they end
    alike; or, where `ends` is not asked for, the same in that and ending otherwise.
    """
    told = [n for n in block if len(brands[n][0]) >= (LONG if ends else 1)]
    words = [brands[n][0] for n in told]
    for row, near in enumerate(process.cdist(words, words, scorer=Levenshtein.distance, score_cutoff=1)):
        for column in (near <= (1 if ends else 0)).nonzero()[0]:
            one, other = told[row], told[int(column)]
            if one < other and (brands[one][1] == brands[other][1]) == ends:
                yield one, other


def _brands(names: Sequence[str]) -> list[tuple[str, str]]:
    """Each name as what tells it apart (字号) and a common ending (行业), by how many names share them."""
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        for cut in range(1, len(name) - 1):
            counts[name[-cut:]] += 1
            counts[f"^{name[:cut]}"] += 1
    least = max(3, COMMON * len(names))
    return [_brand(name, counts, least, SHARED * len(names)) for name in names]


def _brand(name: str, counts: Mapping[str, int], least: float, most: float) -> tuple[str, str]:
    begins = max((c for c in range(1, len(name) - 1) if counts[f"^{name[:c]}"] > most), default=0)
    ends = max((c for c in range(2, len(name) - begins - 1) if counts[name[-c:]] >= least), default=0)
    return name[begins : len(name) - ends], name[len(name) - ends :]
