"""The plan: what the notice says, counted; and every way to break a plan folder, told by file, row and
column.
"""

import csv
import datetime as dt
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import chinese_calendar
import pytest

from schemas import plan_notice
from schemas.plan import HOME, PLAN, read
from schemas.plan_rows import ROWS
from schemas.plan_tables import PlanError
from schemas.returns import RETURNS

COLUMNS = {name: row.columns() for name, row in ROWS.items() if not row.MAY_BE_ABSENT}

ROOT = Path(__file__).parent.parent
YEAR_2016 = [dt.date(2016, 6, 23) + dt.timedelta(n) for n in range(192)]
XINJIANG = {  # 古尔邦节, given by the region and unknown to the library
    dt.date(2016, 9, 10): "work",
    **{dt.date(2016, 9, day): "off" for day in (11, 12, 13, 14)},
}


def test_the_notice_is_counted_as_it_reads():
    territories = PLAN.units_as("territory")
    abroad = PLAN.units_as("external")
    scored_dated = [
        d for d in PLAN.duties
        if (o := PLAN.obligations[d.obligation]).scored
        and not {"brief", "bulletin", "meeting"} & set(o.returns)
    ]  # fmt: skip
    assert {
        "territories": len(territories),
        "other units": len(PLAN.units) - len(territories) - len(abroad),
        "fields": len(PLAN.fields),
        "lead pairs": len(PLAN.leads),
        "lead units": len(PLAN.units_as("lead")),
        "phases": len(PLAN.phases),
        "scored dated submissions": len(scored_dated),
        "meeting slots": sum(d.obligation.startswith("meeting_") for d in PLAN.duties),
        "survey cells": sum(d.obligation == "county_survey" for d in PLAN.duties),
        "liaison officers": sum(d.obligation == "liaison" for d in PLAN.duties),
        "bulletins and briefs": sum(PLAN.obligations[d.obligation].at_least for d in PLAN.duties
                                    if d.obligation.startswith(("brief", "bulletin"))),
    } == {
        "territories": 10, "other units": 17, "fields": 6, "lead pairs": 10, "lead units": 5, "phases": 5,
        "scored dated submissions": 33, "meeting slots": 13, "survey cells": 60, "liaison officers": 15,
        "bulletins and briefs": 60,
    }  # fmt: skip


def test_the_phases_follow_each_other_without_a_gap():
    phases = list(PLAN.phases.values())
    assert phases[0].starts_on == PLAN.campaign.starts_on
    assert phases[-1].ends_on == PLAN.campaign.ends_on
    assert [p.starts_on for p in phases[1:]] == [p.ends_on + dt.timedelta(1) for p in phases[:-1]]


def test_every_matter_is_due_in_the_phase_it_belongs_to_or_counts_as_monthly():
    for owed in PLAN.obligations.values():
        phase = PLAN.phases[owed.phase]
        assert owed.is_standing or phase.starts_on <= owed.due <= phase.ends_on, owed.obligation


@pytest.mark.parametrize("obligation", [o for o in PLAN.obligations if "monthly_" in o])
def test_a_monthly_return_is_due_five_working_days_after_the_month(obligation):
    month = int(obligation[-2:])
    day, worked = dt.date(2016, month + 1, 1) - dt.timedelta(1), 0
    while worked < 5:
        day += dt.timedelta(1)
        worked += PLAN.is_workday(day)
    assert PLAN.obligations[obligation].due == day


def test_the_meeting_slots_are_the_half_months_of_the_campaign():
    slots = [o for o in PLAN.obligations.values() if o.obligation.startswith("meeting_")]
    covered = [
        day for o in slots for day in (o.opens + dt.timedelta(n) for n in range((o.due - o.opens).days + 1))
    ]
    assert covered == YEAR_2016
    assert all(o.due.day == 15 or (o.due + dt.timedelta(1)).day == 1 for o in slots)


def test_national_working_days_are_those_of_the_library_but_for_xinjiang():
    differ = {
        day: PLAN.days.get(day)
        for day in YEAR_2016
        if PLAN.is_workday(day) != chinese_calendar.is_workday(day)
    }
    assert differ == {
        day: kind for day, kind in XINJIANG.items() if chinese_calendar.is_workday(day) != (kind == "work")
    }
    assert {day: PLAN.days[day] for day in XINJIANG} == XINJIANG
    assert len(differ) == 4  # 09-11 is a Sunday anyway


def test_the_days_that_fall_on_a_weekend_do_not_roll():
    weekend = {f"{o.due:%m-%d}" for o in PLAN.obligations.values() if o.scored and o.due.weekday() >= 5}
    assert weekend >= {"07-10", "12-10", "12-31"}


def test_for_a_jointly_led_field_any_lead_may_hand_in_and_the_first_owes():
    assert PLAN.leads_of("D") == ["FIN", "PBC", "CBRC", "INS"]
    assert set(PLAN.submitters("field_survey", "D")) == {"FIN", "PBC", "CBRC", "INS"}
    assert [d.unit for d in PLAN.duties if d.obligation == "field_survey"] == [
        "CBRC",
        "FIN",
        "FIN",
        "FIN",
        "PBC",
        "AIC",
    ]


@pytest.mark.parametrize(("kind", "words", "code"), [
    ("unit", "昌吉市", "652301"), ("unit", "昌吉", "652301"), ("unit", "农科园", "NY"), ("unit", "OF", "OF"),
    ("unit", "米泉市", None), ("field", "P2P网贷", "A"), ("field", "A", "A"), ("field", "期货", None),
])  # fmt: skip
def test_units_and_fields_are_called_by_code_title_or_alias(kind, words, code):
    assert PLAN.named(kind, words) == code


@pytest.fixture
def folder(tmp_path):
    """A copy of the plan folder, to be broken."""
    return Path(shutil.copytree(HOME, tmp_path / "plan"))


def rewritten(path, change):
    """Change the rows of a plan file, as lists of cells with the heading first."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def setting(column, value, line=2):
    def change(rows):
        rows[line - 1][rows[0].index(column)] = value

    return change


def by_row(return_, dated_by):
    """The first matter counts the rows of a register, each placed by the day in a column."""

    def change(rows):
        for column, value in (("return", return_), ("counts", "row"), ("dated_by", dated_by)):
            setting(column, value)(rows)

    return change


def faults_of(folder):
    with pytest.raises(PlanError) as broken:
        read(folder, RETURNS)
    return str(broken.value).splitlines()


BROKEN = [
    ("phase", setting("starts_on", "2016年6月23日"),
     ["phase.csv 第2行 starts_on：“2016年6月23日”不是日期，应写作 2000-01-31"]),
    ("phase", setting("starts_on", "20160623"),
     ["phase.csv 第2行 starts_on：“20160623”不是日期，应写作 2000-01-31"]),
    ("phase", setting("ends_on", "2016-06-01"), ["phase.csv 第2行 ends_on：早于 starts_on"]),
    ("campaign", setting("dates_until", "2016-12-30"), ["campaign.csv 第2行 dates_until：早于 ends_on"]),
    ("campaign", lambda rows: rows.append(rows[1]), ["campaign.csv 第3行 title：只能有一行"]),
    ("unit", setting("title", ""), ["unit.csv 第2行 title：不能为空"]),
    ("unit", setting("roles", "boss"), ["unit.csv 第2行 roles：角色“boss”不存在"]),
    ("unit", setting("roles", ""), ["unit.csv 第2行 roles：至少要有一个角色"]),
    ("unit", setting("tile_x", "-1"), ["unit.csv 第2行 tile_x：“-1”不是非负整数"]),
    ("unit", setting("unit", "652302"), ["unit.csv 第3行 unit：“652302”重复"]),
    ("unit", setting("aliases", "阜康"), ["unit.csv 第3行 aliases：“阜康”重复"]),
    ("unit", lambda rows: rows[3].append("多"), ["unit.csv 第4行 行尾：多出了列，请检查逗号和引号"]),
    ("unit", lambda rows: rows[3].pop(), ["unit.csv 第4行 clause：不能为空"]),
    ("lead", setting("unit", "XXX"), ["lead.csv 第2行 unit：单位“XXX”不存在"]),
    ("lead", setting("field", "Z", 11), ["field.csv 第7行 field：领域“F”在 lead.csv 中没有牵头单位",
                                           "lead.csv 第11行 field：领域“Z”不存在"]),
    ("lead", lambda rows: rows.append(rows[1]), ["lead.csv 第12行 unit：“A,CBRC”重复"]),
    ("field", setting("return", "survey_gold"), ["field.csv 第2行 return：“survey_gold”不在 "]),
    ("light", lambda rows: rows.pop(), ["light.csv 第8行 light：缺少“on_time”这一行"]),
    ("light", setting("within", "两天"), ["light.csv 第2行 within：“两天”不是非负整数"]),
    ("calendar", setting("kind", "holiday"), ["calendar.csv 第2行 kind：“holiday”不在 off、work 之中"]),
    ("calendar", lambda rows: rows.append(rows[1]), ["calendar.csv 第27行 day：“2016-06-09”重复"]),
    ("obligation", setting("phase", "autumn"), ["obligation.csv 第2行 phase：阶段“autumn”不存在"]),
    ("obligation", setting("return", "letter"), ["obligation.csv 第2行 return：报表“letter”不存在"]),
    ("obligation", setting("return", ""), ["obligation.csv 第2行 return：不能为空"]),
    ("obligation", setting("owed_by", "OF;nobody"),
     ["obligation.csv 第2行 owed_by：单位或角色“nobody”不存在"]),
    ("obligation", setting("owed_to", "XX"), ["obligation.csv 第2行 owed_to：单位或角色“XX”不存在"]),
    ("obligation", setting("owed_for", "all"), ["obligation.csv 第2行 owed_for：“all”不在 "]),
    ("obligation", setting("due", "2016-06-22"), ["obligation.csv 第2行 due：早于 opens"]),
    ("obligation", setting("due", "2016-06-31"),
     ["obligation.csv 第2行 due：“2016-06-31”不是日期，应写作 2000-01-31"]),
    ("obligation", setting("at_least", "一"), ["obligation.csv 第2行 at_least：“一”不是非负整数"]),
    ("obligation", setting("scored", "maybe"), ["obligation.csv 第2行 scored：“maybe”不在 yes、no 之中"]),
    ("obligation", setting("dated_by", "held_on"),
     ["obligation.csv 第2行 dated_by：只有按行计数(counts=row)的事项"]),
    ("obligation", setting("obligation", "liaison"), ["obligation.csv 第5行 obligation：“liaison”重复"]),
    ("obligation", by_row("inspection", ""),
     ["obligation.csv 第2行 counts："]),  # a finding has no key to tell rows by
    ("obligation", setting("due", ""), ["obligation.csv 第2行 due：常设事项(at_least=0)没有截止日"]),
    ("obligation", setting("quote", "于9月10日前报送"), ["obligation.csv 第2行 quote：通知原文的"]),
    ("obligation", setting("clause", "四(九)"), ["obligation.csv 第2行 clause：通知原文",
                                                  "obligation.csv 第2行 quote：通知原文"]),
    ("obligation", by_row("meeting", "topics"), ["obligation.csv 第2行 dated_by："]),
    ("obligation", by_row("meeting", "held_at"), ["obligation.csv 第2行 dated_by："]),
    ("obligation", setting("return", "by_field"), ["obligation.csv 第2行 owed_for：报表为 by_field"]),
    ("obligation", setting("title", "工作联络员名单"), ["obligation.csv 第5行 title：“工作联络员名单”重复"]),
    ("obligation", setting("dated_by", "no_such_day"), ["obligation.csv 第2行 dated_by："]),
    ("obligation", by_row("meeting", "no_such_day"), ["obligation.csv 第2行 dated_by："]),
    ("obligation", setting("owed_by", "OF；FIN"), ["obligation.csv 第2行 owed_by：分隔请用半角分号"]),
    ("field", setting("title", "网络/借贷"), ["field.csv 第2行 title：不能含"]),
    ("field", setting("title", "互" * 19), ["field.csv 第2行 title：有19字，最多18字"]),
    ("field", setting("aliases", "B"), ["field.csv 第2行 aliases：“B”是另一行的代码"]),
    ("unit", setting("title", "长" * 5000), ["unit.csv 第2行 title：有5000字，最多200字"]),
    ("unit", setting("title", "昌吉\0市"), ["unit.csv 第2行 title：含有看不见的字符"]),
    ("unit", setting("title", "昌吉\u200b市"), ["unit.csv 第2行 title：含有看不见的字符"]),
    ("unit", setting("aliases", "652302"), ["unit.csv 第2行 aliases：“652302”是另一行的代码"]),
    ("light", setting("within", "", 5), ["light.csv 第5行 within：须填"]),
    ("obligation", setting("obligation", "a.b|c"), ["obligation.csv 第2行 obligation：“a.b|c”不能作代码"]),
    ("obligation", setting("obligation", "x" * 29), ["obligation.csv 第2行 obligation：有29字，最多28字"]),
    ("lead", setting("unit", "NDRC"), ["lead.csv 第2行 unit：单位“NDRC”在 unit.csv 中没有角色 lead"]),
    ("phase", setting("starts_on", "2016-06-30", 3), ["phase.csv 第3行 starts_on：应为 2016-07-01"]),
    ("phase", setting("starts_on", "2016-07-03", 3), ["phase.csv 第3行 starts_on：应为 2016-07-01"]),
    ("phase", setting("ends_on", "2016-12-30", 6), ["phase.csv 第6行 ends_on：最后一个阶段应止于"]),
    ("campaign", setting("dates_until", "9999-12-31"), ["campaign.csv 第2行 dates_until：“9999-12-31”"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "change", "told"), BROKEN, ids=[f"{f}-{n}" for n, (f, *_) in enumerate(BROKEN)]
)
def test_a_broken_cell_is_told_by_file_row_and_column(folder, file, change, told):
    rewritten(folder / f"{file}.csv", change)
    faults = sorted(faults_of(folder))
    assert [fault.startswith(begin) for fault, begin in zip(faults, sorted(told), strict=True)] == [
        True
    ] * len(told)


def test_a_matter_counts_rows_only_where_a_key_tells_them_apart(folder):
    rewritten(folder / "obligation.csv", by_row("inspection", ""))
    (fault,) = faults_of(folder)
    assert "计数" in fault


@pytest.mark.parametrize("dated_by", ["", "held_on"])
def test_a_register_may_be_placed_by_arrival_or_by_a_day_of_its_own(folder, dated_by):
    rewritten(folder / "obligation.csv", by_row("meeting", dated_by))
    assert next(iter(read(folder, RETURNS).obligations.values())).dated_by == dated_by


@pytest.mark.parametrize("name", COLUMNS)
def test_a_missing_file_is_told_and_nothing_that_follows_from_it(folder, name):
    (folder / f"{name}.csv").unlink()
    assert faults_of(folder) == [f"{name}.csv：缺少这个文件（{folder}）"]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_wrong_heading_is_told_with_the_right_one(folder, name):
    rewritten(folder / f"{name}.csv", lambda rows: rows[0].reverse())
    assert faults_of(folder) == [f"{name}.csv 第1行：列应依次为 {','.join(COLUMNS[name])}"]


@pytest.mark.parametrize("name", [name for name in COLUMNS if not ROWS[name].MAY_BE_EMPTY])
def test_an_empty_file_is_told(folder, name):
    rewritten(folder / f"{name}.csv", lambda rows: rows.__delitem__(slice(1, None)))
    assert faults_of(folder) == [f"{name}.csv：没有任何一行"]


def test_a_file_saved_in_the_encoding_of_the_office_is_told(folder):
    path = folder / "unit.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert faults_of(folder) == ["unit.csv：不是 UTF-8 编码的 CSV，请另存为“CSV UTF-8”"]


def test_all_faults_are_told_at_once(folder):
    rewritten(folder / "unit.csv", setting("roles", "boss", 5))
    rewritten(folder / "phase.csv", setting("starts_on", "?", 3))
    rewritten(folder / "obligation.csv", setting("phase", "autumn", 4))
    rewritten(folder / "obligation.csv", setting("due", "soon", 6))
    assert [fault.split("：")[0] for fault in faults_of(folder)] == [
        "phase.csv 第3行 starts_on", "obligation.csv 第6行 due", "unit.csv 第5行 roles",
        "obligation.csv 第4行 phase",
    ]  # fmt: skip


def test_a_calendar_without_a_row_is_a_calendar(folder):
    rewritten(folder / "calendar.csv", lambda rows: rows.__delitem__(slice(1, None)))
    assert read(folder).is_workday(dt.date(2016, 10, 3))


def test_frequent_reasons_are_offered_and_may_be_missing(folder):
    assert read(folder).reasons_for("id_letter")[0].endswith("号码无误")
    assert len(read(folder).reasons_for("X16")) < len(PLAN.explanations)
    (folder / "explanation.csv").unlink()
    assert read(folder).reasons_for("id_letter") == []


def test_a_folder_without_the_notice_is_a_plan(folder):
    rewritten(folder / "obligation.csv", setting("quote", "于9月10日前报送"))
    (folder / "notice.txt").unlink()
    assert plan_notice.clauses(folder) is None
    assert len(read(folder).duties) == len(PLAN.duties)


def test_every_quotation_of_the_plan_is_in_the_clause_it_names():
    notice = plan_notice.clauses(HOME)
    assert {"一(二)", "三", "四(三)", "五(四)", plan_notice.ADDRESSEES} <= set(notice)
    for owed in PLAN.obligations.values():
        assert owed.quote
        assert any(plan_notice.plain(owed.quote) in notice[c] for c in owed.clause.split(";")), (
            owed.obligation
        )


def test_what_must_be_told_at_once_has_no_due_day_and_is_no_duty():
    standing = {o.obligation for o in PLAN.obligations.values() if o.is_standing}
    assert {"urgent_report", "publicity", "region_contact"} <= standing
    assert not standing & {duty.obligation for duty in PLAN.duties}
    assert PLAN.until < dt.date(2100, 1, 1)


def test_every_unit_named_in_the_notice_finds_its_own_part_among_the_standing_matters():
    named = ("MIIT", "PSB", "AIC", "HUD", "PRO", "CRT", "PRC", "XF", "NDRC", "LAW", "FIN")
    for unit in named:
        mine = [o for o in PLAN.obligations_of(unit) if o.is_standing and "work_record" in o.returns]
        assert mine, unit
        assert all(o.clause == "三" and o.quote for o in mine)


def test_a_row_over_several_lines_is_told_by_its_last(folder):
    rewritten(folder / "obligation.csv", setting("note", "一\n二", 2))
    rewritten(folder / "obligation.csv", setting("phase", "autumn", 2))
    assert faults_of(folder) == ["obligation.csv 第3行 phase：阶段“autumn”不存在"]


ANOTHER = {
    "campaign": ["安全生产检查,安检,2021-03-01,2021-03-31,2021-12-31,11,通知"],
    "unit": ["E,东区,,territory,,,一", "W,西区,西片,territory,,,一", "H,安检办,,office;lead,,,一"],
    "field": ["fire,消防,,survey_general,二"],
    "lead": ["fire,H,二"],
    "phase": ["all,全程,2021-03-01,2021-03-31,三"],
    "obligation": [
        "look,排查表,排查,all,by_field,territory,unit_field,H,2021-03-01,2021-03-10,1,submission,,plan,yes,三,"
    ],
    "light": [
        f"{light},{light},,{2 if light in {'urgent', 'soon'} else ''},{light}"
        for light in ("overdue", "late", "returned", "urgent", "soon", "pending", "on_time")
    ],
    "calendar": [],
}


@pytest.fixture
def another(tmp_path):
    home = tmp_path / "another"
    home.mkdir()
    for name, rows in ANOTHER.items():
        (home / f"{name}.csv").write_text(
            "\n".join([",".join(COLUMNS[name]), *rows]) + "\n", encoding="utf-8-sig"
        )
    return home


def run(*words, plan):
    return subprocess.run([sys.executable, "-m", "pipelines", *words], capture_output=True, text=True,
                          encoding="utf-8",
                          cwd=ROOT,
                          env={**os.environ, "CAMPAIGN_PLAN": str(plan), "PYTHONUTF8": "1"})  # fmt: skip


def test_a_plan_that_is_not_ours_reads(another):
    plan = read(another)
    assert [(d.unit, d.field) for d in plan.duties] == [("E", "fire"), ("W", "fire")]
    assert plan.named("unit", "西片") == "W"


def test_a_campaign_that_is_not_ours_starts(another):
    done = run("plan", "check", plan=another)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("计划无误：3个单位，1个领域，1个阶段，1项应报事项，共2份应报。")


def test_a_broken_plan_stops_the_start_with_its_sentences(folder):
    rewritten(folder / "unit.csv", setting("roles", "boss", 5))
    rewritten(folder / "phase.csv", setting("starts_on", "?", 3))
    done = run("plan", "check", plan=folder)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["计划有误，无法启动:", *faults_of(folder)]


def test_a_folder_is_checked_without_being_used(folder):
    assert run("plan", "check", str(folder), plan=HOME).returncode == 0
    rewritten(folder / "unit.csv", setting("roles", "boss", 5))
    done = run("plan", "check", str(folder), plan=HOME)
    assert (done.returncode, done.stdout.splitlines()) == (1, ["unit.csv 第5行 roles：角色“boss”不存在"])
