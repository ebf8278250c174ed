"""Names and numbers for the demonstration: every one invented, every number with a right check digit."""

import random
from functools import lru_cache

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from schemas.identifiers import ORGANISATION_WEIGHTS
from schemas.plan import PLAN

INVENTED = "示例"  # begins every invented name
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
SYLLABLES = (
    "安邦昌诚达德鼎丰福富冠广国海和恒弘华汇惠吉佳嘉金锦聚"
    "康乐联隆茂铭宁鹏启庆瑞润盛泰天通旺祥鑫信兴裕元泽正中众"
)
LINES = {
    "survey_p2p": ("网络科技", "金融信息服务", "网络借贷信息中介"),
    "survey_crowdfunding": ("众筹网络", "股权投资管理", "创业服务"),
    "survey_insurance": ("保险代理", "保险经纪", "网络科技"),
    "survey_asset": ("投资管理", "资产管理", "融资担保", "小额贷款", "典当", "商品交易中心"),
    "survey_payment": ("支付服务", "商务科技", "电子商务"),
    "survey_advert": ("文化传媒", "投资咨询", "广告", "房地产经纪"),
}
ANY_LINE = ("信息咨询", "商务服务", "网络科技")
ELSEWHERE = ("650104", "650105", "110108", "310115")  # registrars outside the campaign's own territory


def chance(*about: object) -> random.Random:
    """A source of chance seeded by what it is about, so that chance about one thing shifts nothing else."""
    return random.Random("|".join(map(str, about)))  # noqa: S311  a story, not a secret


def person(rng: random.Random) -> str:
    return f"{INVENTED}{rng.choice(STEMS)}{rng.choice(BRANCHES)}"


def phone(rng: random.Random) -> str:
    return f"0994-{rng.randint(2_000_000, 8_999_999)}"


class Companies:
    """Invented company names, none given twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, return_: str, rng: random.Random) -> str:
        for size in (2, 2, 2, 3, 4, 5):
            syllables = "".join(rng.choices(SYLLABLES, k=size))
            name = f"{INVENTED}{syllables}{rng.choice(LINES.get(return_, ANY_LINE))}有限公司"
            if name not in self._taken:
                break
        self._taken.add(name)
        return name


@lru_cache(maxsize=1_000)
def registrar_of(territory: str) -> str:
    """The area code in the ids of a territory's companies."""
    if territory.isdigit() and len(territory) == 6:
        return territory
    prefix = PLAN.campaign.code_prefix
    return f"{prefix}00000000"[:6] if prefix.isdigit() else "659000"


def credit_code(area: str, rng: random.Random) -> str:
    """统一社会信用代码: 18 characters, the last a check digit."""
    body = f"91{area}{organisation_code(rng)}"
    return body + str(uscc.calc_check_digit(body))


def registration_no(area: str, rng: random.Random) -> str:
    """注册号: 15 digits, the last a check digit."""
    body = f"{area}{rng.randint(0, 99_999_999):08d}"
    return body + str(mod_11_10.calc_check_digit(body))


def organisation_code(rng: random.Random) -> str:
    """组织机构代码: 8 digits and a check character."""
    body = f"{rng.randint(10_000_000, 99_999_999)}"
    check = 11 - sum(w * int(c) for w, c in zip(ORGANISATION_WEIGHTS, body, strict=True)) % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))
