"""Recognition: one index of headings for all returns, one search for each sheet, a bound on the looking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.judging import recognise
from pipelines.judging.cover import Cover, Identity
from pipelines.judging.judge import judge
from pipelines.reading.columns import by_column
from pipelines.reading.reader import Sheet
from pipelines.tables import heading
from pipelines.tables.heading import names_of, of_all_returns, search
from schemas.plan import PLAN
from schemas.reasons import REASONS
from schemas.returns import RETURNS, is_survey
from tests.specimens import plain

TITLES = sorted({str(column.title) for schema in RETURNS.values() for column in schema.columns.values()})
PARTS = sorted({part for title in TITLES for part in title.split("-")})
WORDS = st.one_of(
    st.sampled_from(TITLES),
    st.sampled_from(PARTS),
    st.sampled_from(TITLES).map(lambda title: f" {title}（万元）"),
    st.sampled_from(["", "万元", "(人)", "甲公司", "2016", "填报人：某", "备注 "]),
    st.text("机构名称其中:()-号1", max_size=6),
)


def sheet_of(rows, title="表"):
    width = max(map(len, rows))
    return Sheet(
        title, by_column(iter([[*row, *[""] * (width - len(row))] for row in rows]), width), [], False
    )


@given(st.lists(st.lists(WORDS, min_size=1, max_size=6), min_size=1, max_size=4))
def test_the_index_names_what_each_return_names_by_itself(rows):
    for place in search(sheet_of(rows)).places:
        for code, schema in RETURNS.items():
            alone = {path.name(names_of(schema)) for path in place.paths} - {None}
            assert place.named.get(code, frozenset()) == alone


@given(WORDS)
def test_no_heading_that_a_return_knows_is_passed_over(words):
    known = of_all_returns()
    if any(heading.normal(words) in names_of(schema) for schema in RETURNS.values()):
        assert known.may_end(words)


def test_a_sheet_without_a_word_of_ours_is_looked_at_no_further():
    assert search(sheet_of([["甲", "乙", "丙"] * 100, *[[1.0, 2.0, 3.0] * 100] * 20])).places == []


def test_headings_are_searched_for_once_for_each_sheet(monkeypatch):
    seen = []
    monkeypatch.setattr(recognise, "search", lambda sheet: seen.append(sheet.title) or search(sheet))
    monkeypatch.setattr(heading, "search", None)
    judge(plain(*[[str(c.title) for c in RETURNS["ban"].columns.values()], ["甲"] * 4]), unit="652301")
    assert len(seen) == len(set(seen)) == 1


def test_a_workbook_that_would_be_looked_at_for_too_long_is_refused_with_a_word(monkeypatch):
    monkeypatch.setattr(recognise, "MOST_HEADINGS", 50)
    judgement = judge(plain(TITLES, ["甲"] * len(TITLES)), unit="652301")
    assert judgement.reason == REASONS["too_much_to_search"].format(most=50, sheet="Sheet1")


def test_looking_stops_at_the_sheet_with_which_there_are_too_many_headings(monkeypatch):
    seen = []
    sheets = [sheet_of([TITLES, ["甲"] * len(TITLES)], f"表{n}") for n in range(50)]
    of_one = sum(len(place.paths) for place in search(sheets[0]).places)
    monkeypatch.setattr(recognise, "search", lambda sheet: seen.append(sheet.title) or search(sheet))
    monkeypatch.setattr(recognise, "MOST_HEADINGS", 3 * of_one)
    with pytest.raises(recognise.Unknown, match="读到“表3”时已超出"):
        recognise.recognise(sheets, Identity("", "", ()), Cover())
    assert len(seen) == 4


def test_more_tables_than_any_matter_asks_for_are_not_judged_one_by_one(monkeypatch):
    monkeypatch.setattr(recognise, "MOST_TABLES", 2)
    ban = [str(c.title) for c in RETURNS["ban"].columns.values()]
    sheets = [sheet_of([ban, ["甲"] * len(ban)], f"表{n}") for n in range(4)]
    assert len(recognise.recognise(sheets[:2], Identity("", "", ()), Cover())[1]) == 2
    with pytest.raises(recognise.Unknown, match="超过 2 张，读到“表2”时已超出"):
        recognise.recognise(sheets, Identity("", "", ()), Cover())


WORDED = ["学号", "姓名", "语文", "数学", "总分"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([WORDED, *[["1", "张三", 80, 90, 170]] * 3], "not_ours"),
        ([["期末成绩表"], WORDED, *[[1, "张三", 80, 90, 170]] * 3], "not_ours"),
        ([["Name", "City", "Amount", "Rate", "Year"], *[["A", "B", 1, 2, 3]] * 3], "not_ours"),
        ([["Region", "2015", "2016", "2017", "2018", "2019"], *[["A", 1, 2, 3, 4, 5]] * 3], "not_ours"),
        ([["", "一月", "二月", "三月", "四月", "五月"], *[["甲", 1, 2, 3, 4, 5]] * 3], "not_ours"),
        ([["编码", "名称", "规格", "产地", "厂家"], *[["A1", "B", "C", "D", "E"]] * 3], "not_ours"),
        ([[1, "甲公司", 3, 4, 5, 6]] * 5, "headless"),
        ([[1, "甲公司", "2016-07-08", "昌吉市", 5, "中"]] * 5, "headless"),
        ([["91652301MA775X1A13", "甲公司", "昌吉市", "某某路1号", 500.0, 30.0]] * 4, "headless"),
    ],
)
def test_words_above_numbers_are_a_heading_though_none_of_ours(rows, reason):
    assert recognise.shape_of([sheet_of(rows)]) == reason


OF_FIELDS = {field.return_ for field in PLAN.fields.values()}


def heading_of(code, without=()):
    return [str(column.title) for name, column in RETURNS[code].columns.items() if name not in without]


def required(code):
    return [name for name, column in RETURNS[code].columns.items() if not column.nullable]


def read_as(*rows, title="表"):
    sheet = sheet_of([*rows, ["甲"] * 8], title)
    held, _, _ = recognise.recognise([sheet], Identity(), Cover())
    return [(form.return_, form.field) for form in held]


@pytest.mark.parametrize(("code", "title"), [("rectification", "表"), ("survey_p2p", "P2P网络借贷")])
def test_a_table_that_lacks_half_of_its_columns_is_no_other_return(code, title):
    lacking = required(code)[::2]
    assert read_as(heading_of(code, lacking), title=title)[0][0] == code


def test_a_survey_that_does_not_say_of_which_field_is_asked_for_it():
    with pytest.raises(recognise.Unknown, match="未能识别领域"):
        read_as(heading_of("survey_p2p"))


@pytest.mark.parametrize("code", [c for c in RETURNS if not is_survey(c) or c in OF_FIELDS])
def test_every_return_is_read_as_itself_by_its_heading(code):
    field = next((f for f in PLAN.fields.values() if f.return_ == code), None)
    assert read_as(heading_of(code), title=field.title if field else "表")[0][0] == code
