"""归并: which records may be one, what is counted once when somebody says so, and as before when undone."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from demo.entities import population
from demo.twins import labelled
from pipelines.records import of_pair
from pipelines.subjects import state_of
from pipelines.writing import template
from schemas.access import Reach
from schemas.acts import ACTS
from schemas.forms import forms
from schemas.likeness import ALIKE, SAME_CODE, SAME_NAME, door_form, name_form, site_form
from tests.acting import DAY, EARLY, NOON, OFFICE, SECOND, UNLIKE, do, keys, refused, send, two
from tests.build import COVER, IDS, filled, good
from views import Scope
from views.answers import descent, ledger, likely, tally
from views.figures import merging
from views.figures.filters import Filters

LAST = Scope(None, dt.date(2016, 12, 31), None)
BEFORE = replace(LAST, as_of=dt.date(2016, 7, 8))
FIRST, OTHER, THIRD = "示例甲网络科技有限公司", "示例乙网络科技有限公司", "示例丙资产管理有限公司"
WHEN = {"moment": NOON + DAY}  # of a decision: what counted on the day before is not changed


@pytest.fixture
def con(store):
    return store.con


def asked(con):
    return lambda fetch, *what: fetch(con.cursor(), *what)


def of_county(unit, return_, *rows):
    """A county's survey of one field; every other of its sheets is a zero report, or unfinished."""
    asked = forms("county_survey", unit)
    (mine,) = [form.title for form in asked if form.return_ == return_]
    lines = {f.title: ("零报告" if "零报告" in f.answers else "未完成", "12", None) for f in asked}
    lines[mine] = ("有数", None, None)
    cover = {**COVER, **EARLY}
    return template.template(unit, "county_survey", rows={mine: rows}, cover=cover, lines=lines)


def asset(name=THIRD, **other):
    """Another county's survey of another field."""
    row = good("survey_asset", entity_name=name, territory="阜康市", id_no=IDS[2], id_type="注册号", **UNLIKE)
    return of_county(
        "652302", "survey_asset", {**row, "stock_scale": 900, "risk_level": "高", **HIGH, **other}
    )


P2P = {"field": ("P2P网络借贷",)}
HIGH = {"risk_desc": "承诺高额固定回报，资金去向不明", "is_key": "重点对象"}


def known(store):
    """Three records: two of one county and field, one of another county and field."""
    send(store, two(), NOON - DAY)
    send(store, asset(), NOON - DAY)
    return keys(store)


def merge(store, one, other, kept=None, **more):
    said = {"kept": str(kept or one)}
    return do(store, "merged", of_pair(one, other), OFFICE, content=said, **{**WHEN, **more})


def stocks(con, scope=LAST):
    return {r.entity_name: r.stock_scale for r in ledger.fetch(con.cursor(), scope).itertuples()}


def counted(con, scope=LAST, **chosen):
    """How many institutions, and how much, whatever is looked at: by the cube, by the facets."""
    rows = Filters(**chosen).narrow(tally.fetch(con.cursor(), scope))
    return int(rows["found"].sum()), float(rows["stock"].sum())


def test_of_two_records_of_a_field_the_kept_one_counts_and_as_of_before_both(store, con):
    of = known(store)
    assert counted(con) == (3, 1700)
    merge(store, of[FIRST], of[OTHER], kept=of[OTHER])
    assert stocks(con) == {OTHER: 300, THIRD: 900}
    assert counted(con) == (2, 1200)
    assert counted(con, BEFORE) == (3, 1700)
    hits = ledger.hits(con.cursor(), LAST)
    assert (hits.count, hits.of, hits.stock) == (2, 2, 1200)


def test_in_two_fields_it_counts_once_in_the_total_and_in_each_column(store, con):
    of = known(store)
    merge(store, of[FIRST], of[THIRD], kept=of[THIRD])
    assert counted(con) == (2, 1200)
    assert counted(con, field="A") == (2, 800)
    assert counted(con, field="D") == (1, 900)
    assert counted(con, territory="652301") == (2, 800)
    assert counted(con, risk_level="高") == (1, 900)
    assert counted(con, risk_level="中") == (1, 300)
    assert len(stocks(con)) == 3
    for facets, lens in (({}, {}), ({"risk_level": ("高",)}, {"risk_level": "高"}), (P2P, {"field": "A"})):
        hits = ledger.hits(con.cursor(), LAST, ledger.Facets(**facets))
        assert (hits.count, hits.stock) == counted(con, **lens)
    assert "各列之和多 1 家" in merging.repeated(asked(con), LAST)
    assert merging.repeated(asked(con), BEFORE) == ""


def test_merging_alone_is_no_fall_from_the_baseline(store, con):
    of = known(store)
    merge(store, of[FIRST], of[OTHER])
    frozen = descent.baseline(con.cursor(), BEFORE, LAST.as_of)
    assert (frozen["active"].sum(), descent.baseline(con.cursor(), BEFORE)["active"].sum()) == (2, 3)
    assert int(tally.once(tally.fetch(con.cursor(), LAST))["active"].sum()) == 2


def test_the_months_of_a_merged_institution_are_those_of_the_record_that_stands(store, con):
    of = known(store)
    months = [good("rectification", entity_name=name, scale_end=end, scale_mom=end - 500, scale_ytd=end - 500)
              for name, end in ((FIRST, 450), (OTHER, 200))]  # fmt: skip
    send(store, filled("rectification", *months), NOON + 150 * DAY)
    merge(store, of[FIRST], of[OTHER], moment=NOON + 151 * DAY)
    rows = tally.once(descent.fetch(con.cursor(), LAST), "tells_of")
    assert (rows["firms"].sum(), rows["scale_end"].sum(), rows["active"].sum()) == (1, 450, 2)
    cube = tally.once(tally.fetch(con.cursor(), LAST))
    assert (cube["mending_all"].sum(), cube["scale_end"].sum(), cube["active"].sum()) == (1, 450, 2)


def test_undone_it_is_as_it_was_with_all_that_was_reported_since(store, con):
    of = known(store)
    merge(store, of[FIRST], of[OTHER])
    send(store, two(stock_scale=350), NOON + 2 * DAY)
    assert stocks(con)[FIRST] == 500
    assert OTHER not in stocks(con)
    do(store, "merge_undone", of_pair(of[FIRST], of[OTHER]), SECOND, moment=NOON + 3 * DAY)
    assert stocks(con) == {FIRST: 500, OTHER: 350, THIRD: 900}
    merge(store, of[FIRST], of[OTHER], kept=of[OTHER], moment=NOON + 4 * DAY)
    assert stocks(con) == {OTHER: 350, THIRD: 900}


def test_a_kept_record_that_is_told_no_more_leaves_its_place_to_the_other(store, con):
    of = known(store)
    merge(store, of[FIRST], of[OTHER])
    only = good("survey_p2p", entity_name=OTHER, id_no=IDS[1], stock_scale=300, **UNLIKE)
    send(store, filled("survey_p2p", only, cover=EARLY), NOON + 2 * DAY)
    assert stocks(con) == {OTHER: 300, THIRD: 900}


def test_what_inspectors_found_of_any_of_them_is_told_of_the_one_that_stands(store, con):
    of = known(store)
    send(store, filled("inspection", good("inspection", entity_name=OTHER)), NOON + 150 * DAY)
    merge(store, of[FIRST], of[OTHER], moment=NOON + 151 * DAY)
    told = ledger.fetch(con.cursor(), LAST).set_index("entity_name")
    assert told.loc[FIRST, "open_faults"] == 1
    assert tally.fetch(con.cursor(), LAST)["faults"].sum() == 1


def test_three_records_follow_from_two_decisions_and_none_may_contradict_them(store, con):
    of = known(store)
    one, other, third = of[FIRST], of[OTHER], of[THIRD]
    merge(store, one, other)
    merge(store, other, third, kept=third)
    assert counted(con) == (1, 900)
    assert "已经由另一条记录归为同一家" in refused(store, "kept_apart", of_pair(one, third), OFFICE)
    do(store, "merge_undone", of_pair(other, third), OFFICE)
    do(store, "kept_apart", of_pair(one, third), OFFICE)
    said = {"kept": str(other)}
    assert "相矛盾" in refused(store, "merged", of_pair(other, third), OFFICE, content=said)
    assert counted(con)[0] == 2


def test_what_is_no_pair_of_known_records_cannot_be_decided_on(store):
    of = known(store)
    one, other = sorted((of[FIRST], of[OTHER]))
    for subject in ("", "甲|乙", f"{one}|{one}", f"{other}|{one}", f"{one}|1", f"{one}"):
        assert "没有这一项" in refused(store, "kept_apart", subject, OFFICE)
    stranger = {"kept": str(of[THIRD])}
    assert "留用的不是" in refused(store, "merged", of_pair(one, other), OFFICE, content=stranger)


def listed(con, scope=LAST):
    return {
        (frozenset((p.one_name, p.other_name)), p.kind, p.clue)
        for p in likely.fetch(con.cursor(), scope).itertuples()
    }


@pytest.mark.parametrize(
    ("other", "kind", "clue"),
    [
        ({"id_no": IDS[0], "id_type": "统一代码"}, SAME_CODE, f"代码 {IDS[0]}"),
        ({"entity_name": "示例甲网络科技（阜康）有限责任公司"}, SAME_NAME, None),
        ({"entity_name": "阜康市示例甲\u200b网络科技公司"}, SAME_NAME, None),
        ({"reg_address": "示例路1号3层", "legal_rep": "示例丙"}, ALIKE, "同法定代表人、同地址"),
        ({}, None, None),
    ],
)  # fmt: skip
def test_each_likeness_stands_in_its_list(store, con, other, kind, clue):
    send(store, filled("survey_p2p", good("survey_p2p"), cover=EARLY), NOON - DAY)
    send(store, asset(**other), NOON - DAY)
    told = listed(con)
    assert [kind for _, kind, _ in told] == ([kind] if kind else [])
    assert {clue for _, _, clue in told} == ({clue} if clue else {clue for _, _, clue in told})
    assert merging.undecided(asked(con), LAST) == len(told)


def test_what_was_decided_is_asked_no_more_and_what_is_pending_is_told_as_that(store, con):
    send(store, filled("survey_p2p", good("survey_p2p"), cover=EARLY), NOON - DAY)
    send(store, asset(id_no=IDS[0], id_type="统一代码"), NOON - DAY)
    subject = of_pair(*keys(store).values())
    do(store, "left_pending", subject, OFFICE, **WHEN)
    assert likely.fetch(con.cursor(), LAST)["is_pending"].tolist() == [True]
    assert merging.waiting(merging.undecided(asked(con), LAST)) == "另有 1 组待归并"
    do(store, "kept_apart", subject, OFFICE, **WHEN)
    assert listed(con) == set()
    assert likely.decided(con.cursor(), LAST)["state"].tolist() == ["different"]
    assert likely.fetch(con.cursor(), BEFORE)["is_pending"].tolist() == [False]


def test_three_records_of_one_code_are_one_group_and_what_is_merged_is_asked_of_as_one(store, con):
    send(store, filled("survey_p2p", good("survey_p2p"), cover=EARLY), NOON - DAY)
    send(store, asset(id_no=IDS[0], id_type="统一代码"), NOON - DAY)
    crowd = good("survey_crowdfunding", entity_name="示例丁众筹有限公司", territory="呼图壁县", **UNLIKE)
    send(store, of_county("652323", "survey_crowdfunding", crowd), NOON - DAY)
    pairs = likely.fetch(con.cursor(), LAST)
    assert (len(pairs), pairs["firms"].nunique()) == (3, 1)
    of = keys(store)
    merge(store, of[FIRST], of[THIRD])
    do(store, "kept_apart", of_pair(of[FIRST], of["示例丁众筹有限公司"]), OFFICE, **WHEN)
    assert listed(con) == set()


def test_a_pair_is_told_to_those_who_reach_both_and_persons_to_those_who_need_them(store, con):
    send(store, filled("survey_p2p", good("survey_p2p"), cover=EARLY), NOON - DAY)
    send(store, asset(id_no=IDS[0], id_type="统一代码"), NOON - DAY)
    both, mine = Reach(("652301", "652302")), Reach(("652301",))
    assert [len(listed(con, replace(LAST, reach=reach))) for reach in (None, both, mine)] == [1, 1, 0]
    rows = likely.records(con.cursor(), replace(LAST, reach=mine))
    assert rows["entity_name"].tolist() == [FIRST]
    assert rows["person"].isna().all()
    told = likely.records(con.cursor(), replace(LAST, reach=mine, people=mine))
    assert told["person"].tolist() == ["示例丙"]


def test_records_are_compared_column_by_column(store, con):
    send(store, filled("survey_p2p", good("survey_p2p"), cover=EARLY), NOON - DAY)
    name = {
        "entity_name": "示例甲网络科技（阜康）有限公司",
        "reg_address": "示例路1号3层",
        "legal_rep": "示例丙",
    }
    send(store, asset(**name), NOON - DAY)
    rows = likely.records(con.cursor(), replace(LAST, people=None))
    signs = {r[0]: r[-2] for r in merging.compared(rows).itertuples(index=False)}
    assert (signs["机构名称"], signs["法定代表人"], signs["注册地址"]) == (
        merging.NEAR,
        merging.SAME,
        merging.NEAR,
    )
    assert (signs["所属领域"], signs["风险程度"]) == (merging.OTHER, merging.OTHER)
    first, second = (int(key) for key in rows["entity"])
    lines = merging.effect(asked(con), LAST, (first, second), first).set_index("全州")
    assert lines.loc["排查机构"].tolist() == ["2 家", "1 家"]


def test_a_number_is_of_its_field_and_never_given_twice(store, con):
    of = known(store)
    one, other = str(of[FIRST]), str(of[OTHER])
    assert "首字母不是" in refused(store, "numbered", one, OFFICE, content={"code": "D001"})
    assert "“编号”" in refused(store, "numbered", one, OFFICE, content={"code": "A1"})
    do(store, "numbered", one, OFFICE, content={"code": "A000123"}, **WHEN)
    assert "已经给了另一家" in refused(store, "numbered", other, OFFICE, content={"code": "A000123"})
    codes = ledger.fetch(con.cursor(), LAST).set_index("entity_name")["entity_code"]
    assert codes[FIRST] == "A000123"
    assert ledger.fetch(con.cursor(), BEFORE)["entity_code"].str.len().eq(6).all()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例恒信投资管理有限公司", "示例恒信投资管理（昌吉）有限责任公司"),
        ("昌吉市示例恒信投资管理股份有限公司", "新疆维吾尔自治区示例恒信 投资管理公司"),
        ("示例恒信\u200b投资管理", "木垒哈萨克自治县示例恒信投资管理有限公司"),
        ("ＳＬ恒信投资（有限合伙）", "sl恒信投资"),
    ],
)
def test_names_agree_whatever_place_form_brackets_and_widths_they_are_written_with(one, other):
    assert name_form(one) == name_form(other)


def test_names_sites_and_houses_keep_what_tells_them_apart():
    assert len({name_form(n) for n in ("城市之光投资公司", "示例恒信投资", "示例恒信资产", "昌吉公司")}) == 4
    assert site_form("HTTPS://www.Shili.example:80/a?b") == site_form("shili.example") == "shili.example"
    assert door_form("新疆昌吉州昌吉市示例路 12 号 3 层") == door_form("昌吉市示例路12号")
    assert door_form("阜康市示例路12号") != door_form("昌吉市示例路12号")
    assert door_form("示例路") == ""


def test_of_what_the_demonstration_labels_most_is_found_and_little_else():
    rows, same = labelled(population(2016, 1), 2016)
    found = likely.pairs(pd.DataFrame(rows).rename(columns={"legal_rep": "person", "contact_phone": "phone"}))
    right = set(found) & set(same)
    assert len(right) >= 0.8 * len(same)
    assert len(right) >= 0.6 * len(found)
    assert Counter(found[pair][0] for pair in right).keys() == {SAME_CODE, SAME_NAME, ALIKE}


def test_the_second_of_two_is_told_what_the_first_decided(store):
    of = known(store)
    subject = of_pair(of[FIRST], of[OTHER])
    seen = do(store, "left_pending", subject, OFFICE).entry.seq
    merge(store, of[FIRST], of[OTHER], seen=seen)
    assert "情况有变" in refused(store, "kept_apart", subject, SECOND, seen=seen)
    assert state_of(store, ACTS["merged"], subject)[0] == "same"
