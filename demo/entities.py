"""The invented institutions: how many in each territory and field, who they are, what is wrong with them."""

import random
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from demo.extras import extras
from demo.facts import CLOSE, FINE, MEND, OPEN, amounts, business, identity, place, verdict
from demo.names import Companies, chance
from schemas.plan import PLAN

ALTOGETHER = 600
TOWNS = {"市": 2.6, "高新": 4.0}  # where the title says so, there is more business
MIX = {
    "survey_p2p": 1.1,
    "survey_crowdfunding": 0.35,
    "survey_insurance": 0.7,
    "survey_asset": 1.5,
    "survey_payment": 0.6,
    "survey_advert": 1.3,
}
KINDS = {
    "survey_p2p": ("网络平台",),
    "survey_crowdfunding": ("网络平台", "私募基金"),
    "survey_insurance": ("保险机构", "保险中介"),
    "survey_payment": ("支付机构", "无证支付机构"),
    "survey_asset": ("投资理财公司", "交易场所", "担保公司", "小额贷款公司", "典当行", "租赁公司"),
    "survey_advert": ("广告主", "广告发布者", "房地产企业"),
}
SHARES = {FINE: 50, MEND: 38, CLOSE: 12}
FIRST, ADDED, LATER = "first", "added", "later"  # in the first survey, in its second version, after it
LED, BY_LEAD, ALONE = "led", "牵头部门排查", 0.5  # found by a lead alone, as half of those from this source


@dataclass(frozen=True)
class Entity:
    """One institution as it truly is; `row` is what a survey says of it once it has been classed."""

    field: str
    territory: str
    first_listed: str  # FIRST | ADDED | LATER | LED
    undecided: bool  # still 待定 in the first survey
    row: dict[str, Any]
    number: str | None = None  # 一企一号, as it was given; its first rows say it, but for what is added later
    cast_in: str = ""  # the field by which chance knows it, where that is another
    twin: int = 0  # number of a pair of `demo.twins`; negative of the second in it

    @property
    def name(self) -> str:
        return str(self.row["entity_name"])

    @property
    def cast(self) -> tuple[str, str, str]:
        """By what chance tells it from others, whatever becomes of it."""
        return self.cast_in or self.field, self.territory, self.name

    @property
    def class_(self) -> str:
        return str(self.row["disp_class"])

    def surveyed(self, version: int) -> dict[str, Any]:
        """Its row in the first or the second version of the survey."""
        return {**self.row, "disp_class": OPEN} if self.undecided and version == 1 else dict(self.row)


def weight(territory: str) -> float:
    """How much more business there is in a territory than in a usual one, by the words of its title."""
    title = PLAN.units[territory].title
    return max((w for word, w in TOWNS.items() if word in title), default=1.0)


@lru_cache(maxsize=10_000)
def expected(territory: str, field: str) -> float:
    """How many institutions one should find in a cell, before chance."""
    mix = {f: MIX.get(x.return_, 1.0) for f, x in PLAN.fields.items()}
    places = {u: weight(u) * (1.5 if n == 0 else 1) for n, u in enumerate(PLAN.units_as("territory"))}
    return ALTOGETHER * places[territory] * mix[field] / (sum(places.values()) * sum(mix.values()))


def population(seed: int, scale: int) -> list[Entity]:
    """Every institution of the campaign, numbered 一企一号 within its field."""
    companies = Companies()
    entities = []
    for field in PLAN.fields:
        number = 0
        for territory in PLAN.units_as("territory"):
            rng, luck = chance(seed, "cell", territory, field), chance(seed, "led", territory, field)
            for _ in range(_count(expected(territory, field), rng) * scale):
                number += 1
                entity = replace(
                    _found(_entity(field, territory, companies, rng), luck), number=_code(field, number)
                )
                said = None if entity.first_listed == ADDED else entity.number
                entities.append(replace(entity, row={**entity.row, "entity_code": said}))
    return entities


def _found(entity: Entity, luck: random.Random) -> Entity:
    """The institution, perhaps one that its territory has not found and the lead of its field has."""
    is_led = entity.row["source"] == BY_LEAD and entity.first_listed == FIRST and luck.random() < ALONE
    return replace(entity, first_listed=LED, undecided=False) if is_led else entity


def _count(mean: float, rng: random.Random) -> int:
    if mean < 5 and rng.random() < 0.4:
        return 0
    return round(mean * rng.uniform(0.75, 1.3))


def _code(field: str, number: int) -> str | None:
    return f"{field}{number:03d}" if number < 10**6 and len(field) == 1 and field.isupper() else None


def _entity(field: str, territory: str, companies: Companies, rng: random.Random) -> Entity:
    return_ = PLAN.fields[field].return_
    class_ = rng.choices(list(SHARES), list(SHARES.values()))[0]
    kind = rng.choice(KINDS.get(return_, ("其他",)))
    if kind == "无证支付机构" and class_ == FINE:
        kind = "支付机构"
    row = {
        "field": PLAN.fields[field].title,
        "territory": PLAN.units[territory].title,
        "entity_name": companies.name(return_, rng),
        "entity_type": kind,
        **identity(territory, rng),
        **place(territory, rng),
        **business(kind, rng),
        **amounts(return_, class_, rng),
        **verdict(class_, rng),
        "seq_no": None,
        "remark": None,
    }
    row["platform_name"] = f"{row['entity_name'][:4]}在线" if row["url_or_app"] else None
    row |= extras(return_, row, rng)
    when = rng.choices((FIRST, ADDED, LATER), (89, 6, 5 if class_ != FINE else 0))[0]
    return Entity(field, territory, when, when == FIRST and rng.random() < 0.22, row)
