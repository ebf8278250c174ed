"""The clerk's own workbook comes back marked, with everything else as it was, and can be sent again."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Font, PatternFill

from pipelines.judging.judge import judge
from pipelines.writing import marks
from pipelines.writing.marks import faults
from schemas.plan import PLAN
from schemas.problems import SENTENCES, rule_name
from tests.build import DAY, filled, good, told
from tests.specimens import moved

FAULTS = {"legal_rep": None, "risk_level": "较高", "stock_scale": "约500"}
CELLS = {"L4": "must", "AB4": "verify", "AJ4": "must"}
PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0"
    b"\x05\xfe\x02\xfe\xa7V\xbd\xfa\0\0\0\0IEND\xaeB`\x82"
)


def judged(content):
    return judge(content, arrived_on=DAY(2016, 12, 31))


def parts(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(content, change):
    """The workbook after somebody changed it in an office program."""
    book = load_workbook(BytesIO(content))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def faulty():
    return filled("survey_p2p", good("survey_p2p", **FAULTS))


@pytest.fixture(scope="module")
def marked(faulty):
    return marks.marked_up(faulty, judged(faulty), "核对结果")


def test_each_faulty_cell_is_coloured_by_its_level_and_explained(marked):
    sheet = load_workbook(BytesIO(marked))["P2P网络借贷"]
    assert {cell: sheet[cell].fill.fgColor.rgb for cell in CELLS} == {
        c: marks.COLOURS[v] for c, v in CELLS.items()
    }
    assert "必填" in sheet["L4"].comment.text
    assert "高、中、低" in sheet["AJ4"].comment.text
    assert sheet["AB4"].value == "约500"


def test_the_list_links_to_each_fault_and_opens_first(faulty, marked):
    book = load_workbook(BytesIO(marked))
    sheet = book["问题清单"]
    assert book.active.title == "问题清单"
    assert sheet.HeaderFooter.oddFooter.center.text.startswith(PLAN.campaign.marking)
    problems = judged(faulty).problems
    assert [row[0].value for row in sheet.iter_rows(min_row=4)] == [f"{p.sheet}!{p.cell}" for p in problems]
    assert [sheet.cell(r, 1).hyperlink.location for r in (4, 5, 6)] == [
        f"'{p.sheet}'!{p.cell}" for p in problems
    ]


def test_every_part_without_a_mark_stays_as_it_was_byte_for_byte(faulty, marked):
    before, after = parts(faulty), parts(marked)
    touched = {name for name in before if before[name] != after[name]}
    book = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    sheet = {"xl/worksheets/sheet2.xml", "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml"}
    assert touched == book | sheet


def test_formats_merges_pictures_notes_and_other_sheets_stay():
    def decorate(book):
        sheet = book["P2P网络借贷"]
        sheet.merge_cells("A60:C60")
        sheet["E4"].font, sheet["E4"].fill = (
            Font(bold=True, color="FF00FF"),
            PatternFill("solid", fgColor="FF00FF00"),
        )
        sheet["E4"].comment = Comment("我的批注", "示例甲")
        sheet["L4"].comment = Comment("请问怎么填", "示例甲")
        sheet.add_image(Image(BytesIO(PIXEL)), "D70")
        book.create_sheet("自用")["B2"] = "=1+1"

    content = changed(filled("survey_p2p", good("survey_p2p", **FAULTS)), decorate)
    answer = marks.marked_up(content, judged(content))
    book = load_workbook(BytesIO(answer))
    sheet = book["P2P网络借贷"]
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A60:C60"]
    assert (sheet["E4"].font.color.rgb, sheet["E4"].fill.fgColor.rgb) == ("00FF00FF", "FF00FF00")
    assert sheet["E4"].comment.text == "我的批注"
    assert sheet["L4"].comment.text.startswith("请问怎么填\n系统核对:")
    assert book["自用"]["B2"].value == "=1+1"
    images = [name for name in parts(content) if name.startswith("xl/media/")]
    assert images
    assert all(parts(answer)[name] == parts(content)[name] for name in images)


def test_the_number_format_of_a_marked_cell_stays(faulty, marked):
    before, after = (load_workbook(BytesIO(b))["P2P网络借贷"]["AB4"] for b in (faulty, marked))
    assert after.number_format == before.number_format == "#,##0.00##"
    assert after.font.name == before.font.name


def test_our_marks_are_ignored_when_the_workbook_comes_back(faulty, marked):
    assert told(judged(marked)) == told(judged(faulty))
    assert judged(marked).answers == judged(faulty).answers


def test_what_was_mended_is_no_longer_red_and_what_was_not_still_is(marked):
    mended = changed(marked, lambda book: book["P2P网络借贷"].__setitem__("L4", "示例丙"))
    judgement = judged(mended)
    assert [p.cell for p in judgement.problems] == ["AB4", "AJ4"]
    again = load_workbook(BytesIO(marks.marked_up(mended, judgement)))
    sheet = again["P2P网络借贷"]
    assert sheet["L4"].comment is None
    assert sheet["L4"].fill.fgColor.rgb == "00000000"
    assert sheet["AJ4"].comment.text.count("可选范围") == 1
    assert len(list(again["问题清单"].iter_rows(min_row=4))) == 2


def test_marking_without_faults_gives_back_the_first_looks(faulty, marked):
    class Clean:
        problems, notes = (), {}

    cleaned = load_workbook(BytesIO(marks.marked_up(marked, Clean())))["P2P网络借贷"]
    first = load_workbook(BytesIO(faulty))["P2P网络借贷"]
    assert cleaned["AB4"].fill.fgColor.rgb == first["AB4"].fill.fgColor.rgb
    assert cleaned["AB4"].comment is None
    assert cleaned["E3"].comment.text == first["E3"].comment.text


def test_a_plain_workbook_without_notes_or_drawings_is_marked_too():
    book = Workbook()
    book.active.title = "P2P"
    book.active.append(["填报单位:昌吉市"])
    row = good("survey_p2p", **FAULTS)
    from schemas.returns import RETURNS

    columns = {n: c for n, c in RETURNS["survey_p2p"].columns.items() if n in row or not c.nullable}
    book.active.append([str(c.title) for c in columns.values()])
    book.active.append([row.get(n) for n in columns])
    out = BytesIO()
    book.save(out)
    judgement = judged(out.getvalue())
    must = [p.cell for p in judgement.problems if p.level == "must"]
    assert len(must) == 2
    sheet = load_workbook(BytesIO(marks.marked_up(out.getvalue(), judgement)))["P2P"]
    assert all(sheet[cell].comment for cell in must)


def test_words_that_a_spreadsheet_would_run_stay_words():
    content = filled("survey_p2p", good("survey_p2p", risk_level="@SUM(A1)", legal_rep="=1+\x0b1"[:3]))
    book = load_workbook(BytesIO(marks.marked_up(content, judged(content))))
    listed = [cell for row in book["问题清单"].iter_rows(min_row=4) for cell in row if cell.value]
    assert "@SUM(A1)" in [cell.value for cell in listed]
    assert {cell.data_type for cell in listed} == {"s"}


def test_only_so_many_are_listed_and_the_rest_are_counted(faulty, monkeypatch):
    monkeypatch.setattr(marks, "MOST", 1)
    monkeypatch.setattr(faults, "MOST", 1)
    book = load_workbook(BytesIO(marks.marked_up(faulty, judged(faulty))))
    assert "另有 2 处" in book["问题清单"]["A2"].value
    assert len(list(book["问题清单"].iter_rows(min_row=4))) == 1


def test_a_workbook_whose_parts_cannot_be_changed_comes_back_as_a_copy_that_says_so(faulty, monkeypatch):
    real, calls = marks._marked, []

    def first_time_fails(*args):
        calls.append(args)
        if len(calls) == 1:
            raise KeyError("styles")
        return real(*args)

    monkeypatch.setattr(marks, "_marked", first_time_fails)
    answer = marks.marked_up(faulty, judged(faulty))
    book = load_workbook(BytesIO(answer))
    assert "转存" in book["转存说明"]["A1"].value
    assert "必填" in book["P2P网络借贷"]["L4"].comment.text
    assert told(judged(answer)) == told(judged(faulty))


@pytest.mark.parametrize(("home", "base"), [("", "workbook.xml"), ("book/", "wb1.xml")])
def test_a_workbook_whose_parts_lie_elsewhere_is_marked_where_they_lie(faulty, home, base):
    content = moved(faulty, home, base)
    again = judged(marks.marked_up(content, judged(content), "核对结果"))
    assert dict(told(again)).keys() >= CELLS.keys()


@pytest.mark.parametrize("rule", SENTENCES)
def test_the_list_of_problems_calls_a_rule_by_its_chinese_name(rule):
    name = rule_name(rule)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in name)
    assert not {"{", "}", "_"} & set(name)
