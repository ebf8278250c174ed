"""Institutions that are told of twice as two clerks write them, and others that only look alike.

Some of the demonstration's are such twins; a labelled set of any size shows how well likenesses are found.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from demo.entities import BY_LEAD, FIRST, Entity
from demo.filled import FilledRow
from demo.names import STEMS, SYLLABLES, chance, credit_code, phone, registrar_of, registration_no
from schemas.plan import PLAN

FORM, LONGER = "有限公司", "有限责任公司"
UNSEEN = "\u200b"


def _place(row: Mapping[str, Any]) -> str:
    """A short name of the territory in which a row stands."""
    unit = next(u for u in PLAN.units.values() if u.title == row["territory"])
    return min((unit.title, *unit.aliases), key=len)


def _bare(row: Mapping[str, Any]) -> str:
    return str(row["entity_name"]).removesuffix(FORM)


def _otherwise(row: Mapping[str, Any], rng: random.Random) -> str:
    """The same name as another clerk writes it: place, legal form, brackets, widths."""
    bare, place = _bare(row), _place(row)
    return rng.choice(
        (
            f"{bare}（{place}）{FORM}",
            f"{place}{bare}{FORM}",
            f"{bare}{LONGER}",
            bare,
            f"{bare}({place}){FORM}",
        )
    )


def _by_code(row: FilledRow, _: FilledRow, rng: random.Random) -> FilledRow:
    """The code is the same, the name written otherwise, the house without its floor."""
    same = ("id_no", "id_type", "legal_rep", "actual_controller", "url_or_app", "icp_no")
    return {
        **{name: row[name] for name in same},
        "entity_name": _otherwise(row, rng),
        "reg_address": f"{row['reg_address']}3层",
    }


def _by_name(row: FilledRow, other: FilledRow, rng: random.Random) -> FilledRow:
    """The name is the same by its normal form; the number is of an older kind, the rest the other clerk's."""
    area = registrar_of(next(u for u, unit in PLAN.units.items() if unit.title == other["territory"]))
    return {
        "entity_name": _otherwise(row, rng),
        "id_no": registration_no(area, rng),
        "id_type": "注册号",
        "legal_rep": row["legal_rep"],
    }


def _by_site(row: FilledRow, *_: object) -> FilledRow:
    """The site is the same; the name is that of the platform."""
    return {
        "entity_name": f"{_bare(row)[:4]}在线平台",
        "url_or_app": row["url_or_app"],
        "icp_no": row["icp_no"],
    }


def _by_person(row: FilledRow, _: FilledRow, rng: random.Random) -> FilledRow:
    """One character of the name is another; person and house are the same."""
    return {
        "entity_name": _misspelt(str(row["entity_name"]), rng),
        "legal_rep": row["legal_rep"],
        "reg_address": row["reg_address"],
    }


def _misspelt(name: str, rng: random.Random) -> str:
    at = 2 if len(name) > 3 else 0
    return f"{name[:at]}{rng.choice([c for c in SYLLABLES if c != name[at]])}{name[at + 1 :]}"


def _of_one_person(row: FilledRow, *_: object) -> FilledRow:
    """Another institution of the same person in the same house."""
    return {
        "legal_rep": row["legal_rep"],
        "reg_address": row["reg_address"],
        "url_or_app": None,
        "icp_no": None,
    }


WAYS: Mapping[str, Callable[[FilledRow, FilledRow, random.Random], FilledRow]] = {
    "代码": _by_code,
    "名称": _by_name,
    "网址": _by_site,
    "法人和地址": _by_person,
    "一人两家": _of_one_person,
}


@dataclass(frozen=True)
class Twin:
    """A pair of the demonstration: in which way the second is told, and whether in another field."""

    way: str
    crosses: bool


TWINS = (
    Twin("代码", crosses=True),
    Twin("代码", crosses=False),
    Twin("代码", crosses=True),
    Twin("代码", crosses=True),
    Twin("名称", crosses=True),
    Twin("名称", crosses=False),
    Twin("网址", crosses=False),
    Twin("法人和地址", crosses=True),
    Twin("一人两家", crosses=True),
    Twin("网址", crosses=True),
)


def twinned(entities: Sequence[Entity], seed: int) -> list[Entity]:
    """The same institutions, some of them told as twins of others: the second of each pair as the first is.

    There are no more of them than before; where too few could be twins there are fewer pairs.
    """
    rng, told = chance(seed, "twins"), list(entities)
    for number, twin in enumerate(TWINS, 1):
        able = [n for n, e in enumerate(told) if _may_be(e)]
        first = next((n for n in rng.sample(able, len(able)) if told[n].row["url_or_app"]), None)
        fits = [n for n in able if first is not None and _fits(told[first], told[n], twin)]
        if first is None or not fits:
            continue
        second = rng.choice(fits)
        changed = WAYS[twin.way](told[first].row, told[second].row, rng)
        told[first] = replace(told[first], twin=number)
        told[second] = replace(told[second], twin=-number, row={**told[second].row, **changed})
    return told


def _may_be(entity: Entity) -> bool:
    is_plain = entity.first_listed == FIRST and not entity.undecided and entity.row["source"] != BY_LEAD
    return is_plain and not entity.twin and len(str(entity.row["id_no"] or "")) == 18


def _fits(first: Entity, other: Entity, twin: Twin) -> bool:
    is_online = (first.row["url_or_app"] is None) == (other.row["url_or_app"] is None)
    return other.territory != first.territory and (other.field != first.field) == twin.crosses and is_online


def paired(entities: Sequence[Entity]) -> dict[int, tuple[Entity, Entity]]:
    """The pairs by their numbers: as they are first told, and as they are told again."""
    by_number = {e.twin: e for e in entities if e.twin}
    return {n: (by_number[n], by_number[-n]) for n in sorted(by_number) if n > 0}


Label = tuple[int, int]  # positions of two rows
AGAIN, ALIKE, BLURRED = 0.05, 0.05, 0.15  # of all rows, how many are told again, and how many only look alike
PEOPLE, HOUSES = 5_000, 2_000  # of whom and which there are so many in a prefecture


def labelled(entities: Sequence[Entity], seed: int) -> tuple[list[FilledRow], dict[Label, str]]:
    """Rows of surveys, and the pairs of them that are one institution, with how the second is told.

    Every other pair is two institutions, those that look alike among them.
    """
    rng = chance(seed, "labelled")
    rows = [_spread(e.row, rng) for e in entities]
    pairs: dict[Label, str] = {}
    alike = [way for way in WAYS if way != "一人两家"]
    for at in rng.sample(range(len(rows)), round(AGAIN * len(rows))):
        way = rng.choice(alike if rows[at]["url_or_app"] else [w for w in alike if w != "网址"])
        row = {**rows[at], **_stranger(rng), **WAYS[way](rows[at], rows[at], rng)}
        pairs[at, len(rows)] = way
        rows.append(_blurred(row, rng))
    for at in rng.sample(range(len(rows)), round(ALIKE * len(rows))):
        rows.append(_only_alike(rows[at], rng))
    return rows, pairs


def _blurred(row: FilledRow, rng: random.Random) -> FilledRow:
    """As it is copied: with a character that nobody sees in its name; now and then without what it shares."""
    name = str(row["entity_name"])
    seen = {**row, "entity_name": rng.choice((name, f"{name[:3]}{UNSEEN}{name[3:]}"))}
    street = {"reg_address": "示例路", "biz_address": "示例路"}
    return (
        {**seen, **rng.choice((street, {"url_or_app": None}, {"id_no": None}))}
        if rng.random() < BLURRED
        else seen
    )


def _spread(row: FilledRow, rng: random.Random) -> FilledRow:
    """A row with a person and a house of as many as a prefecture has."""
    house = f"{row['territory']}示例路{rng.randrange(HOUSES)}号"
    return {**row, "legal_rep": _somebody(rng), "reg_address": house, "biz_address": house}


def _somebody(rng: random.Random) -> str:
    return f"示例{STEMS[rng.randrange(len(STEMS))]}{rng.randrange(PEOPLE // len(STEMS))}"


def _stranger(rng: random.Random) -> FilledRow:
    """What the other clerk has otherwise, but for what the way leaves the same."""
    house = f"示例大道{rng.randrange(HOUSES)}号"
    return {
        "entity_code": None,
        "id_no": None,
        "legal_rep": _somebody(rng),
        "reg_address": house,
        "biz_address": house,
        "contact_phone": phone(rng),
        "url_or_app": None,
    }


def _only_alike(row: FilledRow, rng: random.Random) -> FilledRow:
    """Another institution: of one person, in one house, or by nearly the same name, and nothing else."""
    area = registrar_of(next(u for u, unit in PLAN.units.items() if unit.title == row["territory"]))
    other = {**row, **_stranger(rng), "id_no": credit_code(area, rng), "id_type": "统一代码"}
    other["entity_name"] = f"示例{''.join(rng.choices(SYLLABLES, k=5))}{FORM}"
    same = rng.choice((("legal_rep",), ("reg_address",), ("reg_address", "legal_rep"), ()))
    name = {} if same else {"entity_name": _misspelt(str(row["entity_name"]), rng)}
    return {**other, **{column: row[column] for column in same}, **name}
