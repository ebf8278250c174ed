"""Generated survey workbooks of any length: invented rows that keep every rule."""

import datetime as dt
import random
from pathlib import Path

from xlsxwriter import Workbook

from pipelines.writing.template import heading
from schemas.problems import VERIFY
from schemas.returns import RETURNS
from schemas.self_check import HEADING as CHECK
from schemas.self_check import NAME, heading_of
from schemas.survey import ENTITY_TYPES

RETURN = "survey_p2p"
COLUMNS = (
    *("seq_no", "field", "territory", "entity_name", "entity_type", "id_no", "id_type", "reg_address"),
    *("biz_address", "legal_rep", "est_date", "reg_capital", "biz_scope", "has_license", "biz_model"),
    *("stock_scale", "noncompliant_scale", "people_cnt", "overdue_amt", "risk_level", "is_key"),
    *("suspect_illegal_fund", "stability_flag", "source", "contact_phone", "staff_cnt", "biz_start"),
)
ALIKE = {
    "field": "P2P网络借贷",
    "territory": "昌吉市",
    "id_type": "统一代码",
    "has_license": "否",
    "biz_scope": "网络信息服务、投资咨询",
    "biz_model": "线上撮合",
    "is_key": "非重点对象",
    "stability_flag": "无",
}
COVER = (
    "填报单位：昌吉市",
    "填报人：示例甲",
    "电话：13900000000",
    "填报日期：2016-07-08",
    "数据截止日期：2016-07-07",
)
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(n: int) -> str:
    """A synthetic 统一社会信用代码 of 昌吉 with a right check digit (GB 32100-2015)."""
    body = f"91652301MA{n:07d}"
    total = sum(w * ALPHABET.index(c) for w, c in zip(WEIGHTS, body, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]


def row(n: int, chance: random.Random) -> dict[str, object]:
    """The nth institution of a workbook: a value for each of `COLUMNS`."""
    stock = round(chance.uniform(10, 50_000), 2)
    opened = dt.date(2013, 1, 1) + dt.timedelta(days=chance.randrange(1000))
    return {
        **ALIKE,
        "seq_no": n,
        "entity_name": f"示例{n}网络科技有限公司",
        "entity_type": chance.choice(ENTITY_TYPES),
        "id_no": credit_code(n),
        "reg_address": f"昌吉市示例路{n}号",
        "biz_address": f"昌吉市示例街{n}号",
        "legal_rep": f"示例{n % 997}",
        "est_date": opened,
        "reg_capital": chance.randrange(100, 10_000),
        "stock_scale": stock,
        "noncompliant_scale": round(stock * chance.random() / 2, 2),
        "people_cnt": chance.randrange(5, 5000),
        "overdue_amt": round(stock * chance.random() / 10, 2),
        "risk_level": chance.choice("中低"),
        "suspect_illegal_fund": chance.choice(("否", "待查")),
        "source": chance.choice(("县市排查", "群众举报")),
        "contact_phone": f"139{n:08d}",
        "staff_cnt": chance.randrange(1, 300),
        "biz_start": opened + dt.timedelta(days=90),
    }


def write(path: Path, rows: int, *, is_checked: bool = False) -> None:
    """A plain survey table of `rows` rows with the lines of a county's cover above it.

    Where it `is_checked`, the column 检查 stands at its right, as an office program saves it.

    Written as spreadsheet programs write: words once, in UTF-8, in a part of their own. openpyxl spells each
    word as numbers in its cell: a hundred thousand rows are then a part of 174 MB, which the guard rightly
    refuses.
    """
    chance = random.Random(rows)
    with Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("P2P网络借贷")
        sheet.write_row(0, 0, COVER)
        sheet.write_row(1, 0, [heading(RETURNS[RETURN].columns[name]) for name in COLUMNS])
        if is_checked:
            sheet.write(1, len(COLUMNS), CHECK)
        for n in range(1, rows + 1):
            cells = row(n, chance)
            sheet.write_row(n + 1, 0, [cells[name] for name in COLUMNS])
            if is_checked:
                sheet.write_formula(
                    n + 1, len(COLUMNS), f"=_{NAME}.2", None, f"{heading_of(VERIFY)}B{n + 2}：请核实。"
                )
