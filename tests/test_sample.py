"""抽查: the same rows, plan and seed give the same list; who may draw, make final, swap; what stands when."""

import hashlib
from collections import Counter
from io import BytesIO

import pandas as pd
import pytest
from openpyxl import load_workbook

import views
from door import files
from schemas.access import Account, Reach
from schemas.acts.numbering import FIRST
from schemas.acts.sample import MUST
from tests.acting import COUNTY, DAY, NOON, OFFICE, SECOND, WATCH, do, everything, refused, send
from tests.drafts import EVE, draft, listed, said
from views.figures import drawing
from views.figures.drawing import DrawingPlan

PLAN_ = DrawingPlan("20161111", 20, "领域", ("高风险且逾期整改", "涉稳"), (4, 2, 1))


def firm(n, **other):
    """A row of the ledger, as far as a draw asks."""
    return {
        "entity": n,
        "entity_code": f"A{n:03d}",
        "entity_name": f"示例{n}公司",
        "territory": "昌吉市" if n % 3 else "阜康市",
        "field": "P2P网络借贷" if n % 2 else "股权众筹",
        "risk_level": ("高", "中", "低", "未评")[n % 4],
        "is_overdue": n % 20 == 0,
        "is_unhanded": False,
        "suspect": "否",
        "unrest": "无",
        "open_faults": 0,
        **other,
    }


def firms(count=100, **other):
    return pd.DataFrame([firm(n, **other) for n in range(count)])


def test_every_condition_that_may_be_asked_for_is_known():
    assert tuple(drawing.CONDITIONS) == MUST
    row = firm(
        1, risk_level="高", is_overdue=True, is_unhanded=True, suspect="是", unrest="个访", open_faults=1
    )
    (one,) = views.records(pd.DataFrame([row]))
    (other,) = views.records(pd.DataFrame([firm(1)]))
    assert all(holds(one) for holds in drawing.CONDITIONS.values())
    assert not any(holds(other) for holds in drawing.CONDITIONS.values())


def test_the_same_rows_in_any_order_give_the_same_list_and_another_seed_another():
    rows = firms()
    first = drawing.draw(rows, PLAN_).rows
    again = drawing.draw(rows.sample(frac=1, random_state=3), PLAN_).rows
    pd.testing.assert_frame_equal(first, again)
    assert set(drawing.draw(rows, DrawingPlan("x", 20, "领域")).rows["code"]) != set(first["code"])


def test_a_key_is_a_root_of_the_fraction_that_seed_and_code_hash_to():
    whole = int.from_bytes(hashlib.sha256(b"s|A001").digest())
    assert drawing.key("s", "A001", 1) == pytest.approx(whole / 2**256)
    assert drawing.key("s", "A001", 4) ** 4 == pytest.approx(whole / 2**256)


def test_what_must_be_checked_stands_beside_the_draw_and_sizes_add_up():
    drawn = drawing.draw(firms(), PLAN_)
    ways = Counter(drawn.rows["way"])
    assert len(drawn.rows) == PLAN_.size
    assert ways["must"] == drawn.strata["must"].sum() == sum(n % 20 == 0 for n in range(100))
    assert ways["drawn"] == drawn.strata["quota"].sum()
    assert (drawn.strata["found"] == drawn.strata["must"] + drawn.strata["rest"]).all()
    for name, rows in drawn.rows[drawn.rows["way"] == "drawn"].groupby("stratum"):
        keys = drawing.ranked(firms(), PLAN_)
        left = keys[(keys["stratum"] == name) & (keys["way"] == "drawn") & ~keys["code"].isin(rows["code"])]
        assert rows["key"].min() > left["key"].max()


def test_quotas_follow_the_sums_of_weights_by_largest_remainders():
    rows = pd.concat([firms(10, field="甲", risk_level="低"), firms(10, field="乙", risk_level="高")])
    rows = rows.assign(entity_code=[f"A{n:03d}" for n in range(20)], is_overdue=False)
    drawn = drawing.draw(rows, DrawingPlan("s", 7, "领域", (), (4, 2, 1))).strata.set_index("stratum")
    assert drawn["weights"].to_dict() == {"甲": 10, "乙": 40}
    assert drawn["quota"].to_dict() == {"甲": 1, "乙": 6}  # 1.4 and 5.6


def test_a_stratum_that_has_too_few_gives_all_and_the_others_the_rest():
    rows = pd.concat([firms(2, field="甲", risk_level="高"), firms(30, field="乙", risk_level="低")])
    rows = rows.assign(entity_code=[f"A{n:03d}" for n in range(32)], is_overdue=False)
    drawn = drawing.draw(rows, DrawingPlan("s", 12, "领域", (), (20, 2, 1))).strata.set_index("stratum")
    assert drawn["quota"].to_dict() == {"甲": 2, "乙": 10}
    assert len(drawing.draw(rows, DrawingPlan("s", 99, "领域")).rows) == 32
    assert len(drawing.draw(rows, DrawingPlan("s", 0, "领域")).rows) == 0


def test_the_next_of_a_stratum_is_the_largest_key_that_no_list_has():
    rows = firms()
    drawn = drawing.draw(rows, PLAN_).rows
    one = drawn[drawn["way"] == "drawn"].iloc[0]
    into = drawing.next_of(rows, PLAN_, one["stratum"], list(drawn["code"]))
    mine = drawn[(drawn["stratum"] == one["stratum"]) & (drawn["way"] == "drawn")]
    assert (into["stratum"], into["place"]) == (one["stratum"], len(mine) + 1)
    assert into["code"] not in set(drawn["code"])
    assert drawing.next_of(rows, PLAN_, one["stratum"], list(rows["entity_code"])) is None


def test_every_draft_is_kept_and_made_final_by_somebody_else(store):
    send(store, came=EVE - DAY)
    do(store, "drawn", "抽-1", WATCH, content=said(store))
    do(store, "drawn", "抽-2", WATCH, NOON + DAY, content=said(store, seed="t"))
    assert [(each["draft"], each["state"]) for each in draft(store)] == [
        ("抽-1", "drafted"),
        ("抽-2", "drafted"),
    ]
    assert "没有这一项" in refused(store, "drawn", "抽-4", WATCH, content=said(store))
    assert "须由另一人" in refused(store, "finalised", "抽-1", WATCH)
    assert "不在您的范围内" in refused(store, "finalised", "抽-1", COUNTY)
    do(store, "finalised", "抽-1", OFFICE, NOON + 2 * DAY)
    assert "不能抽样" in refused(store, "drawn", "抽-1", SECOND, content=said(store))
    states = [[each["state"] for each in draft(store, (NOON + n * DAY).date())] for n in range(-1, 3)]
    assert states == [[], ["drafted"], ["drafted", "drafted"], ["final", "drafted"]]


def test_what_it_is_drawn_by_is_held_against_its_rules(store):
    send(store, came=EVE - DAY)
    for wrong, words in (
        ({"day": NOON.date()}, "快照不早于今天"),
        ({"size": 0}, "总数"),
        ({"weights": "0·1·1"}, "权重"),
        ({"seed": None}, "种子"),
        ({"listed": None}, "抽出的机构"),
    ):
        assert words in refused(store, "drawn", "抽-1", WATCH, content=said(store, **wrong))
    assert [act for act in everything(store)[1] if act[2] != FIRST] == []


def test_a_sample_is_told_to_those_who_reach_its_institutions_and_to_no_other(store):
    send(store, came=EVE - DAY)
    do(store, "drawn", "抽-1", WATCH, content=said(store))
    for reach, told in (
        (Reach(("652301",)), 1),
        (Reach(("652302",)), 0),
        (Reach(fields=("A",)), 1),
        (Reach(), 0),
    ):
        assert (len(listed(store, reach=reach)), len(draft(store, reach=reach))) == (told, told)
    nobody = Account("i", "示例己", "FIN", ("inspector",))
    assert "不在您的范围内" in refused(store, "finalised", "抽-1", nobody)


def test_progress_is_told_by_inspector_and_what_nobody_is_given_last():
    day = NOON.date()
    given = [
        ("示例督", 1, day),
        ("示例督", 0, day - DAY),
        ("示例督", 0, day),
        ("示例甲", 2, None),
        ("", 0, None),
    ]
    rows = pd.DataFrame(
        [{"whom": whom, "checks": checks, "visit_on": pd.Timestamp(on)} for whom, checks, on in given]
    )
    assert drawing.by_inspector(rows, day) == ["示例督 1/3（1 家过了约定日期）", "示例甲 1/1", "未分派 0/1"]
    assert drawing.by_inspector(rows[:0], day) == []


def test_the_workbook_for_inspectors_holds_each_institution_once():
    names = ["示例甲公司", "示例乙公司"]
    both = {"field": ["P2P网络借贷"] * 2, "territory": ["昌吉市"] * 2, "entity_name": names}
    drawn = pd.DataFrame({"entity": [1, 2], "code": ["A001", "A002"], **both})
    still = pd.DataFrame(drawn.iloc[1:].assign(no="督-A002-1", finding="示例", finding_level="一般"))
    still = still.rename(columns={"code": "entity_code"})
    book = load_workbook(BytesIO(files.checklist(drawn, still)), read_only=True)
    cells = [c.value for sheet in book.worksheets for row in sheet.iter_rows(max_row=9) for c in row]
    assert [cells.count(words) for words in ("示例甲公司", "示例乙公司", "督-A002-1")] == [1, 1, 1]
    with pytest.raises(ValueError, match="no sheet"):
        files.checklist(drawn.assign(field="别的"), still)
