"""What people do from the pages, each by a sample account: explained, taken back, decided, found, drawn."""

import datetime as dt
from io import BytesIO

import pytest
from openpyxl import load_workbook
from stdnum.cn import uscc

from door import downloads
from pipelines import intake
from pipelines.keeping.trail import KINDS
from pipelines.subjects import cell_of
from tests.acting import ASKED, DUE, LAST, OFFICE, do, explain, go, item, odd, to_explain
from tests.app import again, errors, press, read, right, submit, turn
from tests.build import filled, good, sheet_of
from ui import data
from views import Scope
from views.answers import finding


def filled_in(app, **words):
    """Fill in the fields of a form by what their labels begin with."""
    for label, value in words.items():
        fields = [*app.text_input, *app.text_area, *app.date_input, *app.selectbox]
        next(f for f in fields if f.label.startswith(label)).set_value(value)


def fill(app, kind, **said):
    """What somebody types into the form of a kind of act, by its columns."""
    for name, value in said.items():
        every = (*app.text_area, *app.multiselect, *app.date_input, *app.selectbox, *app.button_group)
        next(e for e in every if f"_{kind} " in (e.key or "") and e.key.endswith(f"_{name}")).set_value(value)


def test_what_a_meeting_settled_is_opened_answered_and_closed_on_the_page(open_app):
    app = open_app("2016-07-20", **{"as": "office"}, page="cases")
    course = read(right(app))  # of the first case: a duty of 06-30
    assert all(words in course for words in ("尚未收到报送", "到期，没有办结", "橙单　逾期第 6 个工作日"))
    assert "红单　逾期" not in course
    unit = next(s for s in app.selectbox if s.label == "责任单位" and s.value is None)
    unit.set_value("652301").run()
    filled_in(app, 事项="三个网站的处置结果", 下一步="报送处置结果", 何时前=dt.date(2016, 7, 29))
    opened = read(press(app, "立一件"))
    assert "已办：立一件 例-01，昌吉市" in opened
    assert "三个网站的处置结果" in opened  # what was opened stands beside the list
    desk = open_app("2016-07-20", **{"as": "652301"})  # it stands on the unit's desk before it is late
    lines = [link.proto.label for link in desk.get("page_link")]
    assert any("例-01" in line and "还剩 7 个工作日" in line for line in lines)
    unit = open_app("2016-07-20", **{"as": "652301", "sel": "例-01"}, page="cases")
    assert "立一件" not in {b.label for b in right(unit).button}
    filled_in(unit, 理由="月底前办结")
    assert "月底前办结" in read(press(unit, "答复"))
    office = open_app("2016-07-20", **{"as": "office", "sel": "例-01", "tab": "settled"}, page="cases")
    assert "答复" not in {b.label for b in office.button}
    filled_in(office, 理由="凭据齐全")
    assert "待复核" in read(press(office, "提请销号"))


def test_an_item_is_ordered_on_the_office_s_page_and_answered_at_the_unit_s_desk(begin, open_app):
    begin("2016-07-20")
    workbook = filled("survey_p2p", good("survey_p2p"))
    no = intake.receive(data.store(), workbook, "县.xlsx", "示例甲").receipt.no
    place = cell_of(data.store(), no, "stock_scale").partition("!")[2]
    app = open_app("2016-07-20", **{"as": "office"}, page="decide")
    next(s for s in right(app).selectbox if s.label == "哪一份报送").set_value(no).run()
    filled_in(app, 单元格=place.lower(), 补正要求="按对账单更正", 何时前=dt.date(2016, 7, 29))
    assert "已办：要求补正" in read(press(app, "发出")), [e.value for e in app.error]
    desk = right(open_app("2016-07-20", **{"as": "652301"}).run())
    assert "按对账单更正" in read(desk)
    filled_in(desk, 理由="与对账单一致")
    press(desk, "答复补正")
    assert "按对账单更正" not in read(desk)


def test_what_is_typed_is_kept_as_a_draft_for_whoever_typed_it_alone(begin, open_app):
    begin("2016-07-20")
    workbook = filled("survey_p2p", good("survey_p2p"))
    no = intake.receive(data.store(), workbook, "县.xlsx", "示例甲").receipt.no
    on = {**ASKED, "reply_due": LAST}
    do(data.store(), "correction_ordered", item(data.store(), no), OFFICE, content=on, moment=None)
    desk = right(open_app("2016-07-20", **{"as": "652301"}).run())
    filled_in(desk, 理由="先这样写")
    press(desk, "存草稿")
    again = right(open_app("2016-07-20", **{"as": "652301"}).run())
    assert next(t for t in again.text_area if t.label == "理由").value == "先这样写"
    assert data.store().archive.acts()[-1].facts["act"] == "correction_ordered"


def test_a_check_that_is_half_written_is_taken_up_again_also_under_the_next_number(begin, open_app):
    begin("2016-07-20")
    intake.receive(data.store(), filled("survey_p2p", good("survey_p2p")), "县.xlsx", "示例甲")
    app = open_app("2016-07-20", page="inspection", **{"as": "inspector"})
    fill(
        app,
        "found",
        finding="官网仍写保本",
        method="网上",
        checked=["宣传广告"],
        mend_due=dt.date(2016, 8, 1),
    )
    assert "附件不随草稿保存" in read(press(app, "存草稿"))
    go(data.store(), "found", moment=dt.datetime(2016, 7, 20, 4, tzinfo=dt.UTC))
    app = open_app("2016-07-20", page="inspection", **{"as": "inspector"})
    fields = (*app.text_area, *app.date_input, *app.button_group)
    kept = {f.key.rpartition("-2_")[2]: f.value for f in fields if "_found " in (f.key or "")}
    assert kept["finding"] == "官网仍写保本"
    assert (kept["method"], kept["mend_due"]) == ("网上", dt.date(2016, 8, 1))
    fill(app, "found", finding_level="严重", requirement="撤下宣传")
    press(app, "记录并发给责任单位")
    assert data.store().archive.acts()[-1].facts["content"]["finding"] == "官网仍写保本"
    app = open_app("2016-07-20", page="inspection", **{"as": "inspector"})
    assert not [f for f in app.text_area if "_found " in f.key and f.value]


def test_the_marked_up_copy_bears_what_was_explained(begin, open_app):
    begin("2016-07-20")
    store = data.store()
    no = intake.receive(store, odd(), "县.xlsx", "示例甲").receipt.no
    explain(store, to_explain(store)[0], reason="已与机构核实", moment=None)
    app = open_app("2016-07-20", **{"as": "652301"}, page="submit")
    next(s for s in right(app).selectbox if s.label == "再看一份的结果").set_value(no).run()
    orders = [order for _, order in downloads.ORDERS._held.values()]
    order = next(o for o in reversed(orders) if o.filename == f"标注_{no}.xlsx")
    book = load_workbook(BytesIO(order.make()))
    assert "已与机构核实" in {cell.value for row in book["问题清单"] for cell in row}


def test_a_clerk_explains_and_takes_back_and_it_is_told_who_and_when(open_app):
    app = submit(open_app("2016-07-08", page="submit", **{"as": "652301"}), odd())
    assert "待说明 1 处" in read(app)
    box = next(s for s in app.selectbox if s.label == "理由")
    assert "先按约数填报" in "".join(box.options)
    box.select_index(0)
    press(app, "保存说明")
    assert "✓ 已说明" in read(app)
    assert f"{box.options[0]}（" in read(app)
    next(t for t in app.text_area if t.label == "理由" and "withdrawn" in t.key).set_value("报错了表")
    press(app, "撤回")
    assert "撤回（报错了表）" in read(app)
    assert [d.kind for d in data.people().trail.deeds() if d.kind == "acted"] == ["acted"] * 2
    assert KINDS["acted"]


def test_a_reason_that_was_saved_is_not_offered_for_the_next_cell(open_app):
    app = submit(open_app("2016-07-08", page="submit", **{"as": "652301"}), odd(stock_scale="约500"))
    assert "待说明 2 处" in read(app)
    next(s for s in app.selectbox if s.label == "理由").select_index(0)
    press(app, "保存说明")
    assert "待说明 1 处" in read(app)
    assert [s.value for s in app.selectbox if s.label == "理由"] == [None, None]
    press(app, "保存说明")
    assert "待说明 1 处" in read(app)


def test_a_later_day_is_asked_for_by_the_unit_and_granted_by_the_office(open_app):
    app = open_app("2016-07-06", **{"as": "652301", "duty": "county_survey"}, page="submit")
    press(app, "申请延期")
    assert "须写明理由" in "".join(e.value for e in app.error)
    next(t for t in app.text_area if "extension_asked" in t.key).set_value("两家机构账册待取")
    press(app, "申请延期")
    assert "两家机构账册待取" in read(app)
    office = open_app(page="decide", **{"as": "office"})
    assert "昌吉市" in read(office)
    next(t for t in office.text_area if "extension_granted" in t.key).set_value("同意")
    press(office, "同意延期")
    assert "没有待批" in read(office)
    assert data.store().archive.done("extension", DUE)[-1].facts["state"] == "granted"
    desk = open_app(page="todo", **{"as": "652301"})
    assert "同意延期" in read(desk)
    assert "延至 2016-07-15（原定 2016-07-08）" in read(desk)
    assert "截止 2016-07-15 星期五（" in read(desk)


def test_the_office_decides_on_two_records_and_undoes_it(open_app):
    other = {"entity_name": "示例甲网络科技（昌吉）有限责任公司", "id_no": None, "id_type": "无证未登记"}
    both = filled("survey_p2p", good("survey_p2p"), good("survey_p2p", **other))
    office = again(submit(open_app("2016-07-09", page="submit", **{"as": "652301"}), both), "office")
    turn(office, "merge")
    assert office.dataframe[0].value["类型"].tolist() == ["同名"]
    next(t for t in office.text_input if t.label.startswith("依据")).set_value("同一份执照")
    press(office, "确定，转下一组")
    assert "没有待定的" in read(office)
    assert "定为同一家" in read(office)
    desk = open_app(page="todo", **{"as": "652301"})
    assert "同一份执照" in read(desk)
    office = open_app(page="merge", **{"as": "office"})
    next(t for t in office.text_area if "merge_undone" in t.key).set_value("看错了")
    press(office, "撤销归并结论")
    assert office.dataframe[0].value["类型"].tolist() == ["同名"]
    turn(office, "inspection")
    assert "另有 1 组待归并" in read(office)


@pytest.mark.parametrize("role", ["652302", "inspector"])
def test_nobody_else_is_offered_what_a_unit_does_with_its_own(open_app, role):
    submit(
        open_app("2016-07-08", **{"as": "652301"}, page="submit"), filled("survey_p2p", good("survey_p2p"))
    )
    other = open_app(page="submit", **{"as": role})
    assert not [b for b in other.button if b.label in {"撤回", "保存说明", "同意延期"}]


def test_a_finding_goes_from_the_inspector_to_the_unit_and_back_and_is_closed_by_another(begin, open_app):
    begin("2016-07-20")
    intake.receive(data.store(), filled("survey_p2p", good("survey_p2p")), "县.xlsx", "示例甲")
    app = open_app("2016-07-20", page="inspection", **{"as": "inspector"})
    fill(app, "found", finding="官网仍写保本", method="网上", finding_level="严重", requirement="撤下宣传")
    press(app, "记录并发给责任单位")
    assert "已登记" in read(app)
    assert "待昌吉市整改回复" in read(app)
    (row,) = finding.fetch(data.store().con.cursor(), Scope(None, dt.date(2016, 7, 20), None)).to_dict(
        "records"
    )
    assert (row["finding"], row["unit_title"], row["state"]) == ("官网仍写保本", "昌吉市", "found")
    unit = open_app(page="todo", **{"as": "652301"})
    said = read(unit)
    assert said.index("逾期未报") < said.index("官网仍写保本")  # what is late is done first
    fill(unit, "replied", reason="已撤下")
    press(unit, "报送回复")
    assert "至少要有 1 份附件" in "".join(errors(unit))
    fill(unit, "replied", reason="已撤下")
    next(f for f in unit.file_uploader if "replied" in f.key).set_value(
        [("截图.png", b"\x89PNG\r\n\x1a\n", "image/png")]
    )
    press(unit, "报送回复")
    assert "待示例督察复核" in read(unit)
    app = turn(again(unit, "inspector"), "inspection")
    assert [b.proto.label for b in app.get("link_button") if b.proto.label.startswith("截图")]
    fill(app, "passed", reviewed_by="看材料", reason="截图已核对")
    press(app, "复核通过，转销号")
    assert not [b for b in app.button if b.label == "销号"]
    assert "另一人销号" in read(app)
    office = turn(again(app, "office"), "inspection")
    press(office, "销号")
    assert "此前的核查和已销号的问题（1）" in [e.label for e in office.expander]


def test_a_sample_is_drawn_made_final_by_another_and_given_out(begin, open_app):
    begin("2016-07-20")
    moment = dt.datetime(2016, 7, 18, 4, tzinfo=dt.UTC)
    stem = "91652300313456789"
    other = {"entity_name": "示例乙广告有限公司", "id_no": stem + uscc.calc_check_digit(stem)}
    later = {sheet_of("survey_p2p"): ("未完成", "12", None)}  # what came before stays
    for sent in (
        filled("survey_p2p", good("survey_p2p")),
        filled("survey_advert", good("survey_advert", **other), lines=later),  # whose field has a short name
    ):
        intake.receive(data.store(), sent, "县.xlsx", "示例甲", received_at=moment)
    app = open_app("2016-07-20", **{"as": "inspector"}, page="sample")
    assert "没有抽样稿" in read(app)
    press(app, "抽样")
    assert "重抽核对，2 家全同" in read(app)
    assert "另一人定稿" in "".join(app.selectbox[0].options)
    assert not [b for b in app.button if b.label == "定稿"]
    office = open_app(page="sample", **{"as": "office"})
    press(office, "定稿")
    assert "✓ 已定稿" in "".join(office.selectbox[0].options)
    assert {b.proto.label for b in office.get("link_button")} >= {"下载抽样凭据", "下载核查工作簿（2 家）"}
    orders = [order for _, order in downloads.ORDERS._held.values()]
    order = next(o for o in reversed(orders) if o.filename.startswith("核查工作簿"))
    book = load_workbook(BytesIO(order.make()), read_only=True)
    held = {s.title: [c.value for row in s.iter_rows(max_row=9) for c in row] for s in book.worksheets}
    assert held["督察核查表-P2P网络借贷"].count("示例甲网络科技有限公司") == 1
    assert held["督察核查表-互联网金融领域广告等行为"].count("示例乙广告有限公司") == 1
