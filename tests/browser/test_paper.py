"""A table on paper: all its rows, what it is on each sheet, and nothing of a name is markup."""

import re

import pandas as pd
import pytest

from door import paper

ROWS = pd.DataFrame(
    {
        "机构名称": ["<b>示例甲</b>", "=示例乙", None],
        "金额": [1234.5, float("nan"), 2],
        "户数": [1200, 3, 0],
        "日期": pd.to_datetime(["2016-07-20 00:00", "2016-07-20 09:30", None]),
        "重点": [True, False, True],
    }
)
LINES = ("截至 2016-07-20（全部阶段）", "筛选：风险程度：高")


def cells(content):
    return re.findall(r"<td(?: class=\"[ns]\")?>(.*?)</td>", content.decode())


def test_every_row_is_there_in_words():
    told = cells(paper.page("名单", LINES, ROWS))
    assert told[:5] == ["&lt;b&gt;示例甲&lt;/b&gt;", "1,234.5", "1,200", "2016-07-20", "是"]
    assert told[5:] == ["=示例乙", "—", "3", "2016-07-20 09:30", "否", "—", "2", "0", "—", "是"]


def test_a_day_and_a_short_word_stand_on_one_line():
    rows = pd.DataFrame(
        {"截止": ["2016-07-10 星期日，不顺延"], "状态": ["逾期未报"], "说明": ["<i>八字以上的一句话</i>"]}
    )
    day, status, long = re.findall(r"<td.*?</td>", paper.body(rows))
    assert day == '<td><span class="s">2016-07-10</span> 星期日，不顺延</td>'
    assert status == '<td class="s">逾期未报</td>'
    assert long == "<td>&lt;i&gt;八字以上的一句话&lt;/i&gt;</td>"
    assert ".s { white-space: nowrap; }" in paper.STYLE


def test_title_day_and_filter_stand_in_the_head_that_is_repeated():
    head = paper.page("名单", LINES, lambda: ROWS).decode().partition("<thead>")[2].partition("</thead>")[0]
    assert "名单" in head
    assert all(line in head for line in LINES)
    assert "3 行" in head
    assert "display: table-header-group" in paper.STYLE


@pytest.mark.xdist_group("own server")
def test_it_comes_out_as_landscape_sheets_and_asks_for_nothing(chromium):
    rows = pd.DataFrame({"编号": range(200), "机构名称": [f"示例{n}公司" for n in range(200)]})
    page = chromium.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(paper.page("名单", LINES, rows).decode())
    sheets = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheets)
    assert len(sizes) >= 4
    assert all(float(wide) > float(high) for wide, high in sizes)
    assert asked == []
    page.close()


def test_an_empty_table_is_a_page_too():
    assert "0 行" in paper.page("名单", LINES, ROWS[:0]).decode()
