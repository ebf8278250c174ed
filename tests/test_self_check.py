"""The column 检查 says while the clerk types what `judge` says, and it never comes back as data."""

import datetime as dt
import random
from collections import defaultdict
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipelines.judging.judge import judge
from pipelines.reading.columns import coded
from pipelines.reading.reader import Sheet
from pipelines.tables.own_check import without_check
from pipelines.writing import narrowed, template
from pipelines.writing.checked import check_of
from pipelines.writing.pattern_formulas import fits_pattern
from schemas.clock import SHANGHAI
from schemas.columns import allowed
from schemas.declare import rule
from schemas.problems import MUST
from schemas.recorded import Term, columns_of, recorded
from schemas.returns import RETURNS
from schemas.self_check import ASK_TO_MEND, HEADING
from tests.build import GOOD, HOMES, filled, good, sheet_of
from tests.conftest import examples
from tests.office import through_office
from tests.self_check import FIRST, a_row, asked_names, letters, probed, reckoned, sheet_checked

TODAY = dt.datetime.now(tz=SHANGHAI).date()  # the column reckons with it
UNLAWFUL = ("整改类", "取缔类", "待定")
BATCH = 10  # workbooks that the office program opens at a time


def filled_at_random(count):
    for n in range(count):
        chance = random.Random(n)
        code = list(GOOD)[n % len(GOOD)]
        yield code, [a_row(code, chance) for _ in range(chance.randint(1, 8))]


def differences(code, rows, content, saved):
    """Where the column and `judge` do not say the same, of one workbook that an office program has saved."""
    _, sheet = sheet_checked(code)
    check = check_of(sheet)
    told = defaultdict(list)
    for problem in judge(content, arrived_on=TODAY).problems:
        if problem.sheet == sheet.title:
            told[problem.row, problem.cell.rstrip("0123456789")].append(problem)
    for row, (signs, words) in enumerate(reckoned(saved, code, len(rows)), FIRST):
        for n, sign in check.signs.items():
            ours = told[row, letters(n)]
            is_must = any(p.level == MUST for p in ours)
            lacking = any(p.rule == "not_nullable" for p in ours)
            if signs[f'{sign}="u"'] and is_must and words.startswith(ASK_TO_MEND):
                continue
            if bool(signs[f'{sign}="e"']) != lacking or signs[f'{sign}="u"']:
                yield code, row, n, words
            mine = [each for each in check.told if each.column == n and (each.level == MUST or not is_must)]
            broken = [each for each in mine if signs[each.test]]
            yield from _wrongly_told(broken, ours, (code, row, n))
            silent = [each for each in mine if each not in broken]
            said = {each.said[0] for each in silent if any(each.said[0] in p.message for p in ours)}
            yield from ((code, row, n, words) for words in said)


def _wrongly_told(broken, ours, at):
    """What is told of a cell and is not so; of several rules with one number we tell only the last."""
    said = [each for each in broken if any(each.said[0] in p.message for p in ours if p.level == each.level)]
    for each in broken:
        if each not in said and not (said and len(broken) > 1):
            yield *at, each.said[0]


@pytest.mark.slow
@pytest.mark.xdist_group("office")
def test_every_formula_says_of_a_row_what_we_say(tmp_path):
    made = [
        (code, rows, filled(code, *rows)) for code, rows in filled_at_random(examples("checked templates"))
    ]
    found = []
    for at in range(0, len(made), BATCH):
        batch = made[at : at + BATCH]
        (tmp_path / str(at)).mkdir()
        saved = through_office([probed(b, code, len(rows)) for code, rows, b in batch], tmp_path / str(at))
        for (code, rows, content), workbook in zip(batch, saved, strict=True):
            found += differences(code, rows, content, workbook)
    assert found == []


REPAIRED = {"reg_capital": "1,234", "est_date": "2016.7.8", "stock_scale": "５００万元", "people_cnt": "30人",
            "staff_cnt": "约20", "legal_rep": " 示例丙 ", "is_key": "重点", "has_license": "×",
            "biz_start": "2015年3月2日", "overdue_amt": "未掌握", "contact_phone": "手机：139 0000 0000",
            "former_name": "无", "violations": "1.自融2.期限拆分",
            "id_no": "91 652301 MA775X1A13"}  # fmt: skip
UNREADABLE = {"reg_capital": "很多", "est_date": "2016年2月30日", "biz_start": "2016.7"}


@pytest.mark.slow
@pytest.mark.xdist_group("office")
def test_what_reading_repairs_is_no_alarm_and_what_it_cannot_read_is_asked_for_first(tmp_path):
    rows = [
        good("survey_p2p", **REPAIRED),
        good("survey_p2p", entity_name="示例戊公司", id_no=None, **UNREADABLE),
    ]
    content = filled("survey_p2p", *rows)
    (saved,) = through_office([probed(content, "survey_p2p", 2)], tmp_path)
    (_, quiet), (_, asked) = reckoned(saved, "survey_p2p", 2)
    assert quiet == ""
    assert asked == f"{ASK_TO_MEND}O5、P5、AA5"
    before, after = (judge(book, arrived_on=TODAY).problems for book in (content, saved))
    assert {p.rule for p in after} - {"no_heading_above"} == {p.rule for p in before}  # above our probes


def test_a_rule_that_asks_python_for_a_decision_is_not_recorded():
    schema = RETURNS["ban"]
    told = {"wrong": "错", "mend": "改", "basis": "无"}
    kept = rule("T1", on="remark", test=lambda rows: rows["remark"].isna(), **told)
    asks = rule("T2", on="remark", test=lambda rows: rows["remark"] if rows["remark"] > 1 else True, **told)
    strange = rule("T3", on="remark", test=lambda rows: rows["remark"].str.swapcase().isna(), **told)
    assert columns_of(recorded(kept, schema)) == {"remark"}
    assert (recorded(asks, schema), recorded(strange, schema)) == (None, None)


@pytest.mark.parametrize("code", GOOD)
def test_no_formula_is_longer_than_a_spreadsheet_bears(code):
    check = check_of(sheet_checked(code)[1])
    assert all(len(formula) < 8192 for formula in check.names.values())
    assert [c.name for c in check.left] in ([], ["X26"])


def test_the_template_of_six_sheets_is_smaller_than_a_megabyte(whole_template):
    content = template.template("652301", "county_survey")
    assert len(content) < 2**20
    book = load_workbook(BytesIO(content))
    sheet = book["P2P网络借贷"]
    assert [sheet.cell(row, 61).value for row in (3, 4, 2000)] == [HEADING, "=_check.2", "=_check.2"]
    assert not sheet.column_dimensions["BI"].protection.locked


def sheet_with(heading, *said):
    columns = [coded(["编号", *["甲"] * len(said), ""]), coded([heading, *said, ""])]
    return Sheet("表", columns, (), False)


@pytest.mark.parametrize(
    ("heading", "said", "is_ours"),
    [
        (HEADING, ("", "【须改正】B3：必填，此处为空。", "请先改 F7"), True),
        (HEADING, ("", ""), True),
        (HEADING, ("已核对", "【须改正】B3：必填"), False),
        ("检查人", ("", "请先改 F7"), False),
    ],
)
def test_our_column_is_known_by_heading_and_words_and_a_clerks_own_stays(heading, said, is_ours):
    sheet = sheet_with(heading, *said)
    kept = without_check(sheet)
    assert any(cell for cell in kept.columns[1]) != is_ours
    assert list(kept.columns[0])[: len(said) + 1] == list(sheet.columns[0])[: len(said) + 1]


def test_a_clerks_own_column_of_that_name_is_told_as_a_strange_one():
    code = "roster"
    book = load_workbook(BytesIO(filled(code, good(code))))
    book[sheet_of(code)].cell(FIRST, 6).value = "已核对"
    out = BytesIO()
    book.save(out)
    assert [p.rule for p in judge(out.getvalue(), arrived_on=TODAY).problems] == ["extra_column"]


def test_every_sheet_has_names_of_its_own():
    for code in ("survey_p2p", "ban"):
        checks = [check_of(sheet) for sheet in template.sheets_checked(*HOMES[code])]
        names = [name for check in checks for name in check.names]
        assert len(set(names)) == len(names)
        assert all(asked_names(check) for check in checks)


@pytest.mark.parametrize(
    ("code", "column", "beside", "left"),
    [
        ("acceptance", "is_closed", {"result": "继续整改"}, ("否",)),
        ("acceptance", "is_closed", {"result": "验收合格"}, None),
        ("rectification", "progress", {"rectify_status": "已完成整改"}, ("整改计划已获批准",)),
        ("survey_p2p", "disp_class", {"suspect_illegal_fund": "是"}, UNLAWFUL),
        (
            "survey_payment",
            "disp_class",
            {"is_licensed": "否", "has_license": "否"},
            ("整改类", "取缔类", "待定"),
        ),
        ("survey_p2p", "risk_level", {}, None),  # what is only to be verified narrows nothing
    ],
)
def test_a_list_offers_what_the_rules_leave_as_the_choices_beside_it_are(code, column, beside, left):
    cases = narrowed.narrowed(RETURNS[code], column)
    holding = [case.left for case in cases if tuple(beside.get(name) for name in case.beside) in case.held]
    assert holding == ([] if left is None else [left])


def test_the_list_of_a_cell_is_the_one_that_its_row_asks():
    book = load_workbook(BytesIO(template.template("652301", "monthly_07")))
    sheet = next(each for each in book if "整改落实" in each.title)
    place = {sheet.cell(3, n).value: letters(n) for n in range(1, sheet.max_column + 1)}
    (told,) = [
        rule.formula1
        for rule in sheet.data_validations.dataValidation
        if str(rule.sqref).startswith(f"{place['工作进展']}4")
    ]
    asked = f'IF(${place["整改状态"]}4="已完成整改",'
    fewer, every = told.removeprefix(asked).removesuffix(")").split(",")
    words = [
        [row[0].value for row in book["_lists"][area.removeprefix("_lists!")]] for area in (fewer, every)
    ]
    assert words == [["整改计划已获批准"], list(allowed(RETURNS["rectification"].columns["progress"]))]


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [(r"^[A-Z]\d{3,6}$", True), (r"^\d{2}$", True), (r"^\d{1,2}[A-Z]$", False), (r"^(甲|乙)$", False)],
)
def test_a_pattern_of_places_becomes_a_formula_though_its_last_part_may_vary(pattern, fits):
    assert bool(fits_pattern("A1", pattern)) == fits


@pytest.mark.parametrize("code", GOOD)
def test_no_formula_waits_for_a_value_that_it_can_never_trust(code):
    schema, check = RETURNS[code], check_of(sheet_checked(code)[1])
    never = {
        name
        for name, column in schema.columns.items()
        for each in column.checks
        if each.name == "str_matches" and not fits_pattern("A1", each.statistics["pattern"])
    }
    assert never & set().union(*(valued(recorded(rule, schema)) for rule in check.compiled)) == set()


def valued(term):
    """The columns whose value a term asks, and not only whether there is one."""
    if not isinstance(term, Term) or term.done == "blank":
        return set()
    own = {term.name} if term.done == "column" else set()
    return own.union(*map(valued, term.to))
