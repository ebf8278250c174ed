"""Ten workbooks as clerks make them, written from descriptions alone: read rightly, or refused with the right
words.

Each is for a known unit and return with known rows; what is asked for is the rows that a person reads off the
sheet.
"""

import datetime as dt
from io import BytesIO

import pandas as pd
import pytest
import xlwt
from openpyxl import Workbook

from pipelines.judging.judge import judge
from schemas.reasons import REASONS
from schemas.returns import RETURNS
from tests.build import GOOD, IDS, good
from tests.specimens import saved

SIGNED = ("填报单位(盖章)：昌吉市", "填报人：示例甲", "联系电话：13900000000")
WHO = ["示例甲网络科技有限公司", "示例乙投资咨询有限公司", "示例丙信息服务有限公司", "示例丁商务有限公司"]
LOANS = ("loan_bal_np", "loan_bal_le", "loan_bal_tot")
SPACED = {
    "机构名称": "机　构　名　称",
    "发现的问题": "发现的\n问题",
    "备注": "备   注",
    "核查日期": "核查_x000D_\n日期",
}
PARENTS = {"借款余额": 3, "借款人数": 3, "出借人数": 3}


def sheet(title="Sheet1"):
    book = Workbook()
    book.active.title = title
    return book, book.active


def put(at, row, values, first=1):
    for c, value in enumerate(values, first):
        if value is not None:
            at.cell(row, c, value)


def columns(code, *but):
    return [name for name in RETURNS[code].columns if name not in but]


def titles(code, *but):
    return [str(RETURNS[code].columns[name].title) for name in columns(code, *but)]


def values(code, row, *but):
    return [f"{v:%Y.%m.%d}" if isinstance(v := row.get(name), dt.date) else v for name in columns(code, *but)]


def survey_rows(code, **each):
    """Rows of a survey that differ in name, id and whatever `each` lists."""
    n = len(next(iter(each.values())))
    return [
        good(code, seq_no=i + 1, entity_name=WHO[i], id_no=IDS[i],
             id_type="统一代码" if len(IDS[i]) == 18 else "注册号", **{k: v[i] for k, v in each.items()})
        for i in range(n)
    ]  # fmt: skip


def three_row_heading():
    """摸底 of P2P in the manner of a provincial form: merged title, signature line in pieces, three rows of
    heading.
    """
    book, at = sheet("附件1")
    code = "survey_p2p"
    names = columns(code)
    at["A1"] = "昌吉州P2P网络借贷摸底排查情况表"
    at.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(names))
    for c, words in zip(
        (1, 6, 9, 12, 16), (*SIGNED, "填报时间：2016年7月8日", "数据截止日期：2016年7月7日"), strict=True
    ):
        at.cell(2, c, words)
        at.merge_cells(start_row=2, start_column=c, end_row=2, end_column=c + 2)
    for c, name in enumerate(names, 1):
        column = RETURNS[code].columns[name]
        unit = column.metadata.get("unit")
        title = f"{column.title}({unit})" if unit else str(column.title)
        parent, _, child = title.partition("-")
        if not child:
            at.cell(3, c, title)
            at.merge_cells(start_row=3, start_column=c, end_row=5, end_column=c)
        else:
            at.cell(5, c, child)
    first = names.index("loan_bal_np") + 1
    put(at, 3, ["借贷情况"], first)
    at.merge_cells(start_row=3, start_column=first, end_row=3, end_column=first + 8)
    for n, parent in enumerate(PARENTS):
        put(at, 4, [parent], first + 3 * n)
        at.merge_cells(start_row=4, start_column=first + 3 * n, end_row=4, end_column=first + 3 * n + 2)
    rows = survey_rows(code, stock_scale=[500, 1200.5], loan_bal_np=["300", "1,000.5"],
                       loan_bal_le=["200", "200"],
                       loan_bal_tot=["500", "1,200.5"], avg_rate=["12.5%", "18"])  # fmt: skip
    for r, row in enumerate(rows, 6):
        put(at, r, values(code, row))
    return saved(book)


def annex_with_letters():
    """附件3: 附件 above the title, unit at the right, letters glued to names, total far below, numbered
    notes.
    """
    book, at = sheet("整改")
    code = "rectification"
    names = columns(code, "measures", "risk_desc")
    at["A1"], at["A2"] = "附件3", "P2P网络借贷整改落实进展监测明细表"
    at.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(names))
    put(at, 3,
        ["填报单位：昌吉市", None, "填报人：示例甲", None, "电话：0994-2345678", None, "填报日期：2016.8.2",
         None,
                "数据截止日期：2016.7.31"])  # fmt: skip
    at.cell(3, len(names), "单位：万元")
    merged = {"F.整改进展": ("progress", "scale_init", "nc_init"),
              "G.存量规模": ("scale_end", "scale_mom", "scale_ytd"),
              "H.存量不合规业务规模": ("nc_end", "nc_mom", "nc_ytd")}  # fmt: skip
    child = {"progress": "F1工作进展", "scale_init": "F4整改初始机构存量规模",
             "nc_init": "F5整改初始机构存量不合规业务规模",
             "scale_end": "G1月末机构存量规模", "scale_mom": "G2当月存量规模变化",
             "scale_ytd": "G3整改以来存量规模变化",
             "nc_end": "H1月末存量不合规业务规模", "nc_mom": "H2当月存量不合规业务变化",
             "nc_ytd": "H3整改以来存量不合规业务变化"}  # fmt: skip
    for c, (name, title) in enumerate(zip(names, titles(code, "measures", "risk_desc"), strict=True), 1):
        if name in child:
            at.cell(5, c, child[name])
        else:
            at.cell(4, c, title)
            at.merge_cells(start_row=4, start_column=c, end_row=5, end_column=c)
    for words, under in merged.items():
        first = names.index(under[0]) + 1
        at.cell(4, first, words)
        at.merge_cells(start_row=4, start_column=first, end_row=4, end_column=first + 2)
    mine = good(code, exit_plan_date="2016.10.31", notice_date="2016.7.22", rectify_due="2016年10月31日")
    rows = [mine, {**mine, "entity_name": WHO[1], "scale_end": 400, "scale_ytd": -100, "scale_mom": -100}]
    for r, row in enumerate(rows, 6):
        put(at, r, values(code, row, "measures", "risk_desc"))
    put(at, 11, ["合计"])
    for name, total in {"scale_init": 1000, "scale_end": 850, "nc_end": 160}.items():
        at.cell(11, names.index(name) + 1, total)
    for r, words in enumerate(
        ("备注：", "1.本表由县市(园区)填写，每月末后5日内报送。", "2.规模为月末数。"), 12
    ):
        at.cell(r, 1, words)
    return saved(book)


def sections_with_subtotals():
    """Sections by kind of institution, the grand total first, a subtotal to each section, parents blank to
    the right.
    """
    book, at = sheet("支付")
    code = "survey_payment"
    names = columns(code)
    put(at, 1, ["第三方支付摸底排查表"])
    put(at, 2, [*SIGNED, "填报日期：2016-07-08", "数据截止日期：2016-07-07"])
    for c, (name, title) in enumerate(zip(names, titles(code), strict=True), 1):
        if name in {"stock_scale", "noncompliant_scale"}:
            put(
                at,
                4,
                [{"stock_scale": "存量业务规模", "noncompliant_scale": "其中：不合规业务规模"}[name]],
                c,
            )
        else:
            at.cell(3, c, title)
    at.cell(3, names.index("stock_scale") + 1, "规模(元)")
    rows = survey_rows(code, stock_scale=[5_000_000, 12_000_000, 800_000],
                       noncompliant_scale=[1_000_000, 0, 0],
                       entity_type=["支付机构", "支付机构", "无证支付机构"],
                       is_licensed=["是", "是", "是"])  # fmt: skip
    stock = names.index("stock_scale") + 1

    def total(r, words, amount):
        at.cell(r, names.index("entity_name") + 1, words)
        at.cell(r, stock, amount)

    total(5, "总   计", 17_800_000)
    at["A6"] = "一、支付机构"
    put(at, 7, values(code, rows[0]))
    put(at, 8, values(code, rows[1]))
    total(9, "小计", 17_000_000)
    at["A10"] = "二、无证支付机构"
    put(at, 11, values(code, rows[2]))
    total(12, "小计", 800_000)
    return saved(book)


def continued():
    """股权众筹, printed on two pages: the heading again under a line 续表, a blank row between."""
    book, at = sheet("Sheet1")
    code = "survey_crowdfunding"
    names = titles(code)
    put(at, 1, ["股权众筹摸底排查表"])
    put(
        at,
        2,
        [
            "填报单位：昌吉市",
            "填报人：示例甲",
            "电话：13900000000",
            "日期：2016.7.8",
            "数据截止日期：2016.7.7",
            "单位：万元",
        ],
    )
    rows = survey_rows(code, stock_scale=[1, 2, 3, 4], noncompliant_scale=[0] * 4)
    put(at, 3, names)
    put(at, 4, values(code, rows[0]))
    put(at, 5, values(code, rows[1]))
    put(at, 7, ["股权众筹摸底排查表(续表)"])
    put(at, 8, names)
    put(at, 9, values(code, rows[2]))
    put(at, 10, values(code, rows[3]))
    put(at, 11, ["合计"])
    at.cell(11, columns(code).index("stock_scale") + 1, 10)
    put(at, 13, ["单位负责人：示例乙", None, "填表人：示例甲"])
    return saved(book)


def side_by_side():
    """工作信息 in two blocks beside each other, the second one shorter."""
    book, at = sheet("工作信息")
    heads = ["篇号", "标题", "所属领域", "报送日期"]
    put(at, 1, ["工作信息登记表"])
    put(at, 2,
        ["填报单位：昌吉银监分局", "填报人：示例甲", "联系电话：13900000000", "填报日期：2016年7月18日",
                "数据截止日期：2016年7月17日"])  # fmt: skip
    put(at, 3, heads)
    put(at, 3, heads, 6)
    for n in range(5):
        row = [f"2016-{n + 1:02}", f"示例信息{n + 1}", "P2P网络借贷", f"2016.7.{n + 1}"]
        put(at, 4 + n % 3, row, 1 if n < 3 else 6)
    return saved(book)


def old_with_vertical_merges():
    """督察核查 as .xls from WPS: 领域 and 县市 merged downwards, headings with spaces, line breaks and
    U+3000.
    """
    book = xlwt.Workbook(encoding="utf-8")
    at = book.add_sheet("督察核查表")
    code = "inspection"
    names = columns(code)
    at.write_merge(0, 0, 0, len(names) - 1, "督察核查表")
    at.write(1, 0, "填报单位：领导小组")
    at.write(1, 4, "填报人：示例甲")
    at.write(1, 6, "联系电话：13900000000")
    at.write(1, 8, "填报日期：2016.11.28")
    at.write(1, 10, "数据截止日期：2016.11.27")
    for c, title in enumerate(titles(code)):
        words = {
            "机构名称": "机　构　名　称",
            "发现的问题": "发现的\n问题",
            "备注": "备   注",
            "核查日期": "核查_x000D_\n日期",
        }.get(title, title)
        at.write(2, c, words)
    rows = [good(code, entity_name=WHO[i], entity_code=None) for i in range(3)]
    for r, row in enumerate(rows, 3):
        for c, value in enumerate(values(code, row)):
            if value is not None and names[c] not in {"field", "territory"}:
                at.write(r, c, value)
    for name in ("field", "territory"):
        c = names.index(name)
        at.write_merge(3, 5, c, c, rows[0][name])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def guidance_and_numbers():
    """取缔类: a row of column numbers and a row of guidance between heading and data; √ for yes; 无 for
    nothing.
    """
    book, at = sheet("附件4")
    code = "ban"
    names = columns(code)
    at["A1"], at["A3"] = "附件4", "股权众筹取缔类机构处置明细表"
    put(
        at,
        4,
        [
            "填报单位（盖章）：",
            "昌吉市",
            "填报人：",
            "示例甲",
            "电话：",
            "13900000000",
            "填报时间：",
            "2016/8/2",
            "数据截止日期：",
            "2016/7/31",
        ],
    )
    put(at, 5, titles(code))
    put(at, 6, ["甲", "乙", *range(1, len(names) - 1)])
    guidance = dict.fromkeys(names)
    guidance.update(
        entity_code="由州整治办统一编制", ban_dest="本列由各县(市、区)整治办填写(公安部门/工商部门等)"
    )
    put(at, 7, list(guidance.values()))
    row = good(code, field="股权众筹", handed_over="√", url_or_app="无", handover_date="20160728")
    put(at, 8, values(code, row))
    return saved(book)


def card():
    """One institution to a sheet, labels left and values right: a form, no table."""
    book, at = sheet("P2P网络借贷摸底排查表")
    at["A1"] = "机构基本情况登记卡"
    pairs = [(str(c.title), GOOD["survey_p2p"].get(n)) for n, c in RETURNS["survey_p2p"].columns.items()]
    for n, (label, value) in enumerate(pairs):
        at.cell(2 + n // 2, 1 + 2 * (n % 2), label)
        at.cell(2 + n // 2, 2 + 2 * (n % 2), value)
    return saved(book)


def headless():
    """Rows of data with a title and no heading at all."""
    book, at = sheet("P2P网络借贷摸底排查表")
    at["A1"] = "P2P网络借贷摸底排查表"
    for r, row in enumerate(survey_rows("survey_p2p", stock_scale=[500, 600, 700]), 2):
        put(at, r, values("survey_p2p", row))
    return saved(book)


def deep_with_hidden():
    """简报登记 under ten lines of labels, one row and one column hidden, source and signatures at the end."""
    book, at = sheet("简报")
    lines = ["附件：", "昌吉州互联网金融风险专项整治", "办公室简报登记表", "", "填报单位：领导小组办公室",
             "填报人：示例甲",
             "联系电话：13900000000", "填报日期：2016年7月18日", "数据截止日期：2016年7月17日",
             "制表：示例甲"]  # fmt: skip
    for r, words in enumerate(lines, 1):
        at.cell(r, 1, words or None)
    put(at, 11, ["期数", "简报标题", "印发日期", "签发人", "发送范围", "印数(份)"])
    for n in range(4):
        put(at, 12 + n, [f"第{n + 1}期", f"简报{n + 1}", dt.date(2016, 7, 2 + n), "示例乙", "各县市", 50])
    at.row_dimensions[13].hidden = True
    at.column_dimensions["F"].hidden = True
    put(at, 17, ["数据来源：州整治办", None, None, None, None, None])
    put(at, 18, ["单位负责人：示例乙", None, "审核人：示例乙", None, "制表人：示例甲"])
    return saved(book)


READ = {
    "three rows of heading": (three_row_heading, "652301", "county_survey", "survey_p2p",
                              {"entity_name": WHO[:2], "loan_bal_tot": [500, 1200.5], "avg_rate": [12.5, 18],
                               "loan_bal_np": [300, 1000.5]}, set()),
    "annex with letters": (annex_with_letters, "652301", "monthly_07", "rectification",
                           {"entity_name": WHO[:2], "scale_end": [450, 400], "nc_ytd": [-20, -20],
                            "exit_plan_date": [dt.date(2016, 10, 31)] * 2}, {"half_answered"}),
    "sections": (sections_with_subtotals, "652301", "county_survey", "survey_payment",
                 {"entity_name": WHO[:3], "stock_scale": [500, 1200, 80], "noncompliant_scale": [100, 0, 0]},
                 {"unit_missing"}),
    "continued": (continued, "652301", "county_survey", "survey_crowdfunding",
                  {"entity_name": WHO, "stock_scale": [1, 2, 3, 4]}, set()),
    "old with vertical merges": (old_with_vertical_merges, "LG", "inspection_record", "inspection",
                                 {"entity_name": WHO[:3], "territory": ["昌吉市"] * 3,
                                  "field": ["P2P网络借贷"] * 3}, set()),
    "guidance and numbers": (guidance_and_numbers, "652301", "monthly_07", "ban",
                             {"entity_name": WHO[:1], "ban_dest": ["公安部门"], "handed_over": ["是"]},
                             {"guidance_row", "half_answered"}),
    "deep with hidden": (deep_with_hidden, "OF", "bulletin_survey", "bulletin",
                         {"serial": [f"第{n}期" for n in range(1, 5)], "copies": [50] * 4},
                         {"hidden_row", "hidden_column"}),
}  # fmt: skip
REFUSED = {"card": (card, "form_like"), "headless": (headless, "headless")}


@pytest.mark.parametrize(("make", "unit", "matter", "code", "wanted", "told"), READ.values(), ids=READ)
def test_a_clerks_sheet_is_read_as_a_person_reads_it(make, unit, matter, code, wanted, told):
    judgement = judge(make(), obligation=matter, arrived_on=dt.date(2016, 12, 31))
    assert judgement.reason is None
    assert judgement.unit == unit
    (mine,) = [n for n, a in enumerate(judgement.answers) if a.return_ == code and a.answer == "rows"]
    frame = judgement.frames[mine]
    for name, cells in wanted.items():
        found = [v.date() if isinstance(v, pd.Timestamp) else v for v in frame[name]]
        assert found == cells, name
    kept = [p for p in judgement.problems if p.rule != "unanswered"]
    assert {p.rule for p in kept} == told, [(p.cell, p.rule, p.value) for p in kept]


def test_blocks_side_by_side_are_refused_once_and_say_how_to_mend_them():
    judgement = judge(side_by_side(), arrived_on=dt.date(2016, 7, 18))
    assert [(p.cell, p.rule, p.level) for p in judgement.problems] == [("F3", "side_by_side", "must")]
    assert judgement.verdict == "refused"


@pytest.mark.parametrize(("make", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_sheet_that_is_no_table_is_refused_in_words_that_say_so(make, reason):
    judgement = judge(make(), unit="652301", obligation="county_survey", arrived_on=dt.date(2016, 7, 8))
    assert (judgement.verdict, judgement.reason) == ("refused", REASONS.get(reason))


@pytest.mark.parametrize(
    ("title", "as_of", "matter"),
    [
        ("取缔类机构处置明细表", "2016.7.31", "monthly_07"),
        ("取缔类机构处置明细表", "2016.8.31", "monthly_08"),
        ("7月清理整顿进展表", "2016.8.31", "monthly_07"),
        ("昌吉市8月清理整顿进展表(取缔类)", None, "monthly_08"),
    ],
)
def test_the_matter_is_told_by_the_title_or_by_the_day_of_the_figures(title, as_of, matter):
    book, at = sheet("附件4")
    put(at, 1, [title])
    put(at, 2, ["填报单位：昌吉市", f"数据截止日期：{as_of}" if as_of else None])
    put(at, 3, titles("ban"))
    put(at, 4, values("ban", good("ban")))
    assert judge(saved(book), arrived_on=dt.date(2016, 10, 20)).obligation == matter
