"""When records of institutions are alike: the forms in which names, sites and addresses are compared, and
what each likeness weighs.
"""

import re
from collections.abc import Mapping

from schemas.characters import closed
from schemas.plan import PLAN

PROVINCES = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 "
    "海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆"
)
LEGAL_FORM = re.compile(r"(?:股份有限|有限责任|责任有限|有限|股份)?公司$|(?:有限|普通)合伙(?:企业)?$")
SIGNS = re.compile(r"[^\w]|_")
BRACKETS = re.compile(r"\(([^()]*)\)")
PLACE_WORDS = sorted(
    {
        *PROVINCES.split(),
        *(w for u in PLAN.units_as("territory") for w in (PLAN.units[u].title, *PLAN.units[u].aliases)),
    },
    key=len,
    reverse=True,
)
PLACE = re.compile(
    rf"^(?:(?:{'|'.join(map(re.escape, PLACE_WORDS))})(?:\w{{0,3}}自治[区州县]|[省市县州])?"
    r"|[^省市县州区]{2,4}(?:自治[区州县]|[省市县州]))"
)
WIDER = re.compile(rf"^(?:(?:{'|'.join(PROVINCES.split())})(?:\w{{0,3}}自治区|[省市])?)?(?:\w{{2,6}}?州)?")
SHORTEST = 2  # characters of a name that stay, whatever is taken away
SITE = re.compile(r"^(?:https?://)?(?:www\.)?([^/:?#]+)")
DOOR = re.compile(r"^.*?\d+号")

# 疑似: what two records have in common → what it weighs; from LIKELY on they are shown to be decided on
LIKELY = 4
WEIGHTS: Mapping[str, int] = {
    "同网址或APP": 4,
    "同电话": 3,
    "同法定代表人": 2,
    "同地址": 2,
    "名称相近": 2,
    "字号相同": 1,
}
SAME_CODE, SAME_NAME, ALIKE = "同一代码", "同名", "疑似"
KINDS = (SAME_CODE, SAME_NAME, ALIKE)  # in the order in which they are decided on


def name_form(name: str) -> str:
    """A name without place, legal form, brackets, signs and what nobody sees: 同名 where two agree."""
    bare = BRACKETS.sub(lambda found: _unless_place(found[1]), closed(name).upper())
    bare = SIGNS.sub("", bare)
    bare = _shorter(bare, LEGAL_FORM)
    while (less := _shorter(bare, PLACE)) != bare:
        bare = less
    return bare


def _unless_place(words: str) -> str:
    """What stands in brackets; nothing where that is a place."""
    place = PLACE.match(words)
    return "" if words in PLACE_WORDS or (place and place.end() == len(words)) else words


def _shorter(name: str, part: re.Pattern[str]) -> str:
    less = part.sub("", name)
    return less if len(less) >= SHORTEST else name


def site_form(words: str) -> str:
    """The host of a site, or an app or account by its name."""
    found = SITE.match(closed(words).lower())
    return found[1].rstrip(".") if found else ""


def door_form(address: str) -> str:
    """An address up to the number of the house, without province and prefecture; '' where it has none."""
    found = DOOR.match(closed(address))
    return WIDER.sub("", found[0]) if found else ""


def code_form(code: str) -> str:
    """A code or a telephone without dashes and spaces."""
    return SIGNS.sub("", closed(code).upper())
