"""Every rule of every return: a workbook that keeps it, and one that breaks it, told once at its cell."""

import datetime as dt
from collections import defaultdict

import pytest
from openpyxl.utils import get_column_letter

from pipelines.judging.judge import judge
from schemas.characters import clean
from schemas.columns import may_be_unknown
from schemas.identifiers import id_fault, id_swapped
from schemas.plan import PLAN
from schemas.returns import RETURNS
from schemas.subjects import LETTERS
from schemas.survey_rules import core_rules
from tests.build import DAY, GOOD, IDS, good, judged, told
from tests.specimens import plain

SURVEYS = [code for code in RETURNS if code.startswith("survey_")]
CORE_IN = "survey_p2p"  # the survey in which the rules that all surveys share are tried
CORE = {
    ("X01", "noncompliant_scale"): {"noncompliant_scale": 600},
    ("X02", "noncompliant_scale"): {"disp_class": "合规类"},
    ("X02", "violations"): {"disp_class": "合规类", "noncompliant_scale": 0, "violations": "FIRST"},
    ("X06", "disp_class"): {"disp_class": "合规类", "noncompliant_scale": 0, "suspect_illegal_fund": "是"},
    ("X07", "risk_desc"): {"risk_level": "高", "is_key": "重点对象", "risk_desc": "规模大"},
    ("X07", "is_key"): {"risk_level": "高", "risk_desc": "规模较大且不配合整改工作"},
    ("R33", "violations"): {"disp_class": "整改类", "severity": "一般"},
    ("R34", "severity"): {"disp_class": "整改类", "violations": "FIRST"},
    ("X21", "people_local"): {"people_local": 31},
    ("X22", "overdue_amt"): {"overdue_amt": 501},
    ("X23", "paid_capital"): {"paid_capital": 1001},
    ("X24", "biz_start"): {"biz_start": DAY(2014, 4, 30)},
    ("X25", "est_date"): {"est_date": DAY(2017, 1, 1)},
    ("X25", "biz_start"): {"biz_start": DAY(2017, 1, 1)},
    ("R08", "id_no"): {"id_no": None},
    ("R21", "icp_no"): {"url_or_app": "www.example.cn"},
    ("R23", "license_no"): {"has_license": "是", "license_no": None},
    ("R09", "id_type"): {"id_type": "注册号"},
    ("X18", "id_no"): {"id_no": "110108000000016", "id_type": "注册号"},
}
NAMED = {("X26", "entity_name"): {"entity_name": "XX公司"}, ("X27", "entity_code"): {"entity_code": "F001"}}
CORE |= NAMED
ALONE = {
    "survey_p2p": {
        ("X17", "loan_bal_tot"): {"loan_bal_np": 300, "loan_bal_le": 100, "loan_bal_tot": 500},
        ("X17", "borrowers_tot"): {"borrowers_np": 3, "borrowers_le": 1, "borrowers_tot": 5},
        ("X17", "lenders_tot"): {"lenders_np": 30, "lenders_le": 1, "lenders_tot": 30},
        ("A01", "stock_scale"): {"loan_bal_tot": 400},
        ("A02", "lenders_tot"): {"lenders_tot": 31},
        ("A03", "avg_rate"): {"avg_rate": 37},
        ("A04", "max_single"): {"max_single": 120},
    },
    "survey_crowdfunding": {("B01", "max_investors"): {"max_investors": 201}},
    "survey_asset": {("D01", "expected_yield"): {"expected_yield": 15.5}},
    "survey_payment": {
        ("E01", "channel_provider"): {"is_licensed": "否"},
        ("E02", "disp_class"): {"is_licensed": "否", "channel_provider": "某机构", "disp_class": "合规类",
                                "noncompliant_scale": 0},
    },
    "survey_advert": {("F01", "illegal_cnt"): {"monitored_cnt": 3, "illegal_cnt": 4}},
    "rectification": {
        **NAMED,
        ("X04", "exit_plan_date"): {"exit_plan_date": None},
        ("R45", "notice_no"): {"notice_no": None},
        ("R45", "notice_date"): {"notice_date": None},
        ("R46", "rectify_due"): {"rectify_due": DAY(2016, 7, 22)},
        ("X05", "exit_plan_date"): {"exit_plan_date": DAY(2016, 11, 11)},
        ("X09", "nc_end"): {"rectify_status": "已完成整改", "progress": "整改计划已获批准"},
        ("X09", "progress"): {"rectify_status": "已完成整改", "nc_end": 0, "nc_ytd": -100},
        ("X01", "nc_end"): {"nc_end": 451, "nc_ytd": 351},
        ("X01", "nc_init"): {"nc_init": 501, "nc_ytd": -421},
        ("X10", "scale_ytd"): {"scale_ytd": -49},
        ("X10", "nc_ytd"): {"nc_ytd": -21},
        ("X11", "scale_mom"): {"scale_mom": 1},
        ("X11", "nc_mom"): {"nc_mom": 1},
        ("X12", "remark"): {"new_noncompliant": "是"},
        ("X19", "measures"): {"op_status": "失联"},
        ("X20", "notice_date"): {"notice_date": DAY(2016, 6, 22)},
        ("X25", "notice_date"): {"notice_date": DAY(2017, 1, 1), "rectify_due": DAY(2017, 2, 1)},
        ("X20", "exit_plan_date"): {"exit_plan_date": DAY(2016, 6, 22)},
    },
    "ban": {
        **NAMED,
        ("X03", "ban_dest"): {"ban_dest": None},
        ("X03", "measures"): {"measures": None},
        ("X08", "handover_date", "必填"): {"handover_date": None},
        ("X08", "handover_date"): {"handover_date": DAY(2016, 8, 28)},
        ("X08", "handover_date", "未交接"): {"handed_over": "否"},
        ("X20", "handover_date"): {"handover_date": DAY(2016, 6, 22)},
    },
    "work_record": {
        ("W01", "url_or_app"): {"kind": "网站处置"},
        ("W02", "recovered"): {"kind": "追赃挽损"},
        ("W03", "result"): {"state": "已办结"},
        ("W04", "next_due"): {"next_step": "移送起诉"},
        ("W05", "next_due"): {"next_step": "移送起诉", "next_due": DAY(2016, 7, 4)},
        ("X20", "happened_on"): {"happened_on": DAY(2016, 6, 22)},
        ("X25", "happened_on"): {"happened_on": DAY(2017, 1, 1)},
    },
    "inspection": {
        **NAMED,
        ("I01", "finding"): {"finding": None},
        ("I01", "finding_level"): {"finding_level": None},
        ("I01", "mend_due"): {"mend_due": None},
        ("I01", "result"): {"result": None},
        ("I02", "mend_due"): {"mend_due": DAY(2016, 11, 14)},
        ("I03", "mended_on"): {"result": "已整改"},
        ("I04", "inspected_on"): {"inspected_on": DAY(2016, 11, 28), "mend_due": DAY(2016, 11, 28)},
    },
    "acceptance": {
        **NAMED,
        ("V01", "reason"): {"result": "转入取缔处置", "is_closed": "否", "closed_on": None},
        ("V02", "applied_by"): {"applied_by": None},
        ("V02", "reviewed_by"): {"reviewed_by": None},
        ("V02", "closed_on"): {"closed_on": None},
        ("V03", "is_closed"): {"result": "转入取缔处置", "reason": "仍在违规"},
        ("V04", "reviewed_by"): {"reviewed_by": "昌吉市"},
        ("V05", "closed_on"): {"closed_on": DAY(2016, 12, 9)},
        ("X20", "accepted_on"): {"accepted_on": DAY(2016, 6, 22)},
        ("X25", "accepted_on"): {"accepted_on": DAY(2017, 1, 1), "is_closed": "否", "closed_on": None},
        ("X25", "closed_on"): {"closed_on": DAY(2017, 1, 1)},
    },
    "brief": {
        ("X20", "sent_on"): {"sent_on": DAY(2015, 7, 5)},
        ("X25", "sent_on"): {"sent_on": DAY(2017, 1, 1)},
    },
    "bulletin": {
        ("X20", "issued_on"): {"issued_on": DAY(2015, 7, 6)},
        ("X25", "issued_on"): {"issued_on": DAY(2017, 1, 1)},
    },
    "meeting": {
        ("X20", "held_on"): {"held_on": DAY(2015, 7, 12)},
        ("X25", "held_on"): {"held_on": DAY(2017, 1, 1)},
    },
    "filing": {("X25", "doc_date"): {"doc_date": DAY(2106, 6, 28)}},
    "roster": {("X25", "named_on"): {"named_on": DAY(2106, 6, 27)}},
}  # fmt: skip
COVERS = {
    "A04": {"data_as_of": DAY(2016, 8, 31), "fill_date": DAY(2016, 9, 1)}
}  # rules that bind from a day on
TWICE = [  # rules that need two rows: what the second row says otherwise
    (CORE_IN, "id_no", {"entity_name": "示例乙公司"}),
    (CORE_IN, "entity_name", {"id_no": IDS[1], "url_or_app": "示例平台"}),
    (CORE_IN, "entity_name", {"id_no": None, "id_type": "无证未登记", "url_or_app": None}),
    ("rectification", "entity_name", {}),
    ("ban", "entity_name", {}),
    ("acceptance", "entity_name", {}),
    (CORE_IN, "entity_code", {"entity_name": "示例乙公司", "id_no": IDS[1]}),
    *(
        (code, "entity_code", {"entity_name": "示例乙公司"})
        for code in ("rectification", "ban", "inspection", "acceptance")
    ),
    ("brief", "serial", {}),
    ("bulletin", "serial", {}),
    ("meeting", "held_on", {}),
    ("roster", "person_name", {}),
    ("work_record", "serial", {}),
    ("filing", "doc_title", {}),
]


def changes(code):
    """What breaks each rule of a return's own row: by rule and column the cells that say otherwise."""
    return {**(CORE if code == CORE_IN else {}), **ALONE.get(code, {})}


def first_violation(code, change):
    if "FIRST" not in change.values():
        return change
    options = RETURNS[code].columns["violations"].checks[0].statistics["allowed_values"]
    return {name: options[0] if value == "FIRST" else value for name, value in change.items()}


def cell(code, column, row=4):
    return f"{get_column_letter(list(RETURNS[code].columns).index(column) + 1)}{row}"


@pytest.mark.parametrize("code", GOOD)
def test_a_good_workbook_has_nothing_wrong(code):
    judgement = judged(code, good(code))
    assert told(judgement) == []
    assert judgement.verdict == "acceptable"


def groups():
    """The cases of a return whose rules have one level and bind from one day: each a row of one workbook."""
    for code in GOOD:
        levels = {(str(c.name), c.statistics["on"]): c.statistics["level"] for c in RETURNS[code].checks}
        together = defaultdict(list)
        for (rule, column, *_), change in changes(code).items():
            together[levels[rule, column], rule if rule in COVERS else ""].append((rule, column, change))
        for (level, bound), cases in together.items():
            yield pytest.param(code, level, COVERS.get(bound), cases, id=f"{code}-{level}{bound}")


@pytest.mark.parametrize(("code", "level", "cover", "cases"), list(groups()))
def test_a_broken_rule_is_told_once_at_its_cell(code, level, cover, cases):
    changed = [first_violation(code, change) for _, _, change in cases]
    rows = [{**good(code, **other(code, n)), **change} for n, change in enumerate(changed)]
    judgement = judged(code, *rows, cover=cover)
    assert told(judgement) == [(cell(code, column, 4 + n), rule) for n, (rule, column, _) in enumerate(cases)]
    assert all(problem.message and problem.remedy for problem in judgement.problems)
    assert {problem.level for problem in judgement.problems} == {level}
    assert judgement.verdict == ("refused" if level == "must" else "acceptable")


def other(code, n):
    """What tells the nth row of a workbook apart from the others."""
    apart = {"entity_name": f"示例{n}号公司", "person_name": f"示例{n}", "doc_title": f"示例方案{n}",
             "serial": f"2016-{n + 1:02}", "held_on": DAY(2016, 7, 1 + n), "id_no": number(n)}  # fmt: skip
    return {name: value for name, value in apart.items() if name in GOOD[code]}


def number(n):
    """The nth of our codes that hold."""
    stem = f"91652301MA775{n:03}1"
    return next(
        f"{stem}{last}" for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if id_fault(f"{stem}{last}") is None
    )


@pytest.mark.parametrize(("code", "column", "change"), TWICE)
def test_a_second_row_for_the_same_thing_is_told_at_the_second(code, column, change):
    row = good(code, url_or_app="示例平台") if "url_or_app" in RETURNS[code].columns else good(code)
    if column == "entity_code":
        row["entity_code"] = f"{LETTERS[row['field']]}001"
    judgement = judged(code, row, {**row, **change})
    assert told(judgement) == [(cell(code, column, 5), "X13")]
    assert "（第4行）" in judgement.problems[0].message


def own_rules(code):
    """The declared rules of a return, but in a survey those that all surveys share, which are tried once."""
    shared = [] if code == CORE_IN or code not in SURVEYS else core_rules()
    return {(str(c.name), c.statistics["on"]) for c in RETURNS[code].checks if c not in shared}


@pytest.mark.parametrize("code", RETURNS)
def test_every_declared_rule_is_broken_by_some_case(code):
    broken = {(rule, column) for rule, column, *_ in changes(code)}
    assert own_rules(code) == broken | {("X13", column) for owner, column, _ in TWICE if owner == code}


@pytest.mark.parametrize("code", SURVEYS)
def test_every_survey_has_the_rules_that_all_share(code):
    declared = RETURNS[code].checks
    assert len(core_rules()) == len(CORE) + len([owner for owner, *_ in TWICE if owner == CORE_IN])
    assert [str(rule.name) for rule in core_rules() if rule not in declared] == []


def test_no_two_returns_share_a_title():
    titles = [str(schema.title) for schema in RETURNS.values()]
    assert len(titles) == len(set(titles))


def test_amounts_of_advertising_stay_empty_and_do_not_become_nought():
    empty = dict.fromkeys(("stock_scale", "noncompliant_scale", "people_cnt", "overdue_amt"))
    judgement = judged("survey_advert", good("survey_advert", **empty))
    assert judgement.verdict == "acceptable"
    (frame,) = judgement.frames.values()
    assert frame[list(empty)].isna().all(axis=None)


FAULTY = [
    ({"risk_level": "较高"}, "isin"),
    ({"legal_rep": None}, "not_nullable"),
    ({"legal_rep": "甲"}, "str_length"),
    ({"stock_scale": "很多"}, "not_a_number"),
    ({"stock_scale": -5}, "greater_than_or_equal_to"),
    ({"staff_cnt": 100001}, "less_than_or_equal_to"),
    ({"people_cnt": 2.5}, "not_whole"),
    ({"est_date": "七月"}, "not_a_day"),
    ({"est_date": "2016.7"}, "month_only"),
    ({"est_date": "2012"}, "year_only"),
    ({"est_date": 2012}, "year_only"),
    ({"est_date": "2012年"}, "year_only"),
    ({"id_no": "91652301MA775X1A14"}, "id_number"),
    ({"id_no": 916523013134567890}, "digits_lost"),
    ({"id_no": "N2652301MA775X1A13"}, "id_letter"),
    ({"contact_phone": "12"}, "phone"),
    ({"icp_no": "京备1号"}, "str_matches"),
    ({"violations": "自融、炒币"}, "all_in"),
    ({"field": "股权众筹"}, "wrong_field"),
    ({"territory": "阜康市"}, "wrong_territory"),
    ({"stock_scale": "约500"}, "approximate"),
    ({"biz_start": "7月1日"}, "year_inferred"),
]


def test_a_faulty_cell_is_told_by_its_rule():
    rows = [{**good(CORE_IN, **other(CORE_IN, n)), **change} for n, (change, _) in enumerate(FAULTY)]
    places = [(cell(CORE_IN, *change, 4 + n), rule) for n, (change, rule) in enumerate(FAULTY)]
    assert told(judged(CORE_IN, *rows)) == places


def test_the_remedy_of_an_id_with_a_letter_o_offers_the_right_one():
    (problem,) = judged("survey_p2p", good("survey_p2p", id_no="916523O1MA775X1A13")).problems
    assert problem.rule == "id_number"
    assert problem.remedy.endswith("是否应为 91652301MA775X1A13")


@pytest.mark.parametrize(
    ("words", "wrong", "mend"),
    [
        ("正在办理", "不是号码", "证照类型选“无证未登记”"),
        ("办理中", "不是号码", "证照类型选“无证未登记”"),
        ("14218800", "应为18位、15位或9位", "前面的 0 不能省略"),
    ],
)
def test_the_remedy_of_an_id_is_that_of_its_fault(words, wrong, mend):
    (problem,) = judged("survey_p2p", good("survey_p2p", id_no=words)).problems
    assert wrong in problem.message
    assert mend in problem.remedy
    assert "混淆" not in problem.remedy


def test_a_code_that_lost_its_first_nought_is_offered_with_it():
    whole = next(
        f"0123456{n:d}{c}" for n in range(10) for c in "0123456789X" if id_fault(f"0123456{n}{c}") is None
    )
    assert id_swapped(whole[1:]) == whole


def test_two_rules_broken_by_one_cell_are_one_problem_that_says_both():
    (problem,) = judged(
        "survey_p2p", good("survey_p2p", noncompliant_scale=600, disp_class="合规类")
    ).problems
    assert "大于存量业务规模" in problem.message
    assert "分类为合规类" in problem.message


@pytest.mark.parametrize("column", may_be_unknown(RETURNS[CORE_IN]))
def test_what_is_not_known_is_a_state_apart_from_blank_and_nought(column):
    said = ["未掌握", "不掌握", "不详", " 未掌握 "]
    rows = [good(CORE_IN, **other(CORE_IN, n), **{column: words}) for n, words in enumerate(said)]
    judgement = judged(CORE_IN, *rows, good(CORE_IN, **other(CORE_IN, len(said))))
    assert told(judgement) == []
    (frame,) = judgement.frames.values()
    assert frame[column].iloc[: len(said)].isna().all()
    assert frame["unknown"].tolist() == [*[column] * len(said), ""]
    assert [(r.cell, r.how) for r in judgement.repairs] == [
        (cell(CORE_IN, column, 4 + n), "unknown") for n in range(len(said))
    ]


def test_not_known_is_no_answer_where_the_form_does_not_let_it_be():
    assert told(judged(CORE_IN, good(CORE_IN, reg_capital="未掌握"))) == [
        (cell(CORE_IN, "reg_capital"), "not_a_number")
    ]


NAMING = sorted(o for o, owed in PLAN.obligations.items() if "联络员" in owed.title or "抽调" in owed.title)


@pytest.mark.parametrize("matter", NAMING)
def test_a_matter_that_asks_for_people_is_met_by_their_names_alone(matter):
    owed = PLAN.obligations[matter]
    unit = PLAN.submitters(matter)[0]
    assert (list(owed.returns), owed.counts) == (["roster"], "row")
    heads = {code: [str(c.title) for c in RETURNS[code].columns.values()] for code in ("roster", "filing")}
    slip = plain(heads["filing"], ["联络员名单", None, None, None, "2016-06-28", "示例丁"], title="报送单")
    assert judge(slip, unit=unit, obligation=matter).verdict == "refused"
    names = plain(heads["roster"], ["示例戊", "科员", None, "2016-06-27"], title="人员名单")
    judgement = judge(names, unit=unit, obligation=matter)
    assert [len(frame) for frame in judgement.frames.values()] == [1]
    assert {a.answer for a in judgement.answers} == {"rows"}


def test_what_cannot_be_checked_says_because_of_which_cell():
    judgement = judged("survey_p2p", good("survey_p2p", stock_scale="很多", noncompliant_scale=900))
    assert told(judgement) == [(cell("survey_p2p", "stock_scale"), "not_a_number")]
    because = {(u.rule, u.row, u.because) for u in judgement.unchecked}
    assert ("X01", 4, cell("survey_p2p", "stock_scale")) in because


def test_the_caps_on_single_loans_bind_from_their_day_on():
    row = good("survey_p2p", max_single=120)
    before = judged("survey_p2p", row, cover={"data_as_of": dt.date(2016, 7, 7)})
    after = judged(
        "survey_p2p", row, cover={"data_as_of": dt.date(2016, 8, 24), "fill_date": dt.date(2016, 8, 25)}
    )
    assert told(before) == []
    assert told(after) == [(cell("survey_p2p", "max_single"), "A04")]


def test_a_rule_that_asks_for_a_day_the_cover_does_not_tell_is_listed_as_unchecked():
    day = {"handed_over": "是", "handover_date": DAY(2016, 9, 30)}
    never = good("ban", entity_name="示例乙", handed_over="否", handover_date=None)
    unsaid = judged("ban", good("ban", **day), never, cover={"data_as_of": None})
    assert {(u.rule, u.row, u.because) for u in unsaid.unchecked if u.row} == {("X08", 4, "数据截止日期")}
    assert "X08" in [p.rule for p in judged("ban", good("ban", **day)).problems]


@pytest.mark.parametrize(
    ("code", "column", "word", "meant"),
    [
        ("rectification", "found_when", "状态分类阶段确定", "摸底排查阶段确定"),
        ("ban", "found_when", "状态分类阶段确定", "摸底排查阶段确定"),
        ("survey_asset", "entity_type", "融资租赁公司", "租赁公司"),
    ],
)
def test_words_of_another_campaign_are_read_as_ours_and_listed(code, column, word, meant):
    judgement = judged(code, good(code, **{column: word}))
    assert judgement.verdict == "acceptable"
    assert (word, meant) in {(r.before, r.after) for r in judgement.repairs}


@pytest.mark.parametrize("code", GOOD)
def test_rows_are_read_as_the_kinds_that_their_return_declares(code):
    (frame,) = [f for f in judged(code, good(code)).frames.values() if len(f)]
    schema = RETURNS[code]
    kinds = {name: column.dtype.coerce(frame[name]).dtype for name, column in schema.columns.items()}
    assert {name: frame[name].dtype for name in kinds} == kinds


@pytest.mark.parametrize("other", ["02", " 2", "第2篇", "２", "2 "])
def test_two_entries_that_the_store_takes_for_one_are_told(store, other):
    rows = [
        good("brief", serial=serial, headline=f"示例{n}") for n, serial in enumerate(("1", "2", "3", other))
    ]
    (problem,) = judged("brief", *rows).problems
    assert (problem.rule, "第5行" in problem.message) == ("X13", True)
    said = "SELECT key_form(?) = key_form(?)"
    assert store.con.execute(said, [clean(other), "2"]).fetchone() == (True,)


def test_two_entries_with_other_keys_are_two(store):
    rows = [
        good("brief", serial=serial, headline=f"示例{n}")
        for n, serial in enumerate(("2", "20", "A-2", "2号文"))
    ]
    assert told(judged("brief", *rows)) == []


def sentences(**cells):
    return {
        p.cell[0]: f"{p.message}；{p.remedy}"
        for p in judged("survey_p2p", good("survey_p2p", **cells)).problems
    }


def test_a_sentence_says_how_long_a_text_may_be_how_a_number_looks_and_what_was_taken_for_nothing():
    said = " ".join(sentences(entity_code="1", biz_scope="示" * 2001, legal_rep="—").values())
    assert "格式不符；请按填写说明的样式填写，如 A001" in said
    assert "应为不超过" in said
    assert "必填，填的“—”按空白处理" in said
