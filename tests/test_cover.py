"""排查户数 on the cover: a number where the words name one, and none where they name two or none."""

import pytest

from pipelines.judging.cover import SheetLine

NAMED = {
    "12": 12, "160户": 160, "共排查 1,260 户": 1260, "１６０": 160, "约30户": 30,
    "": None, "逐户走访": None, "2016年7月排查160户": None, "12.5": None, "1234567890": None,
}  # fmt: skip


@pytest.mark.parametrize(("words", "count"), NAMED.items())
def test_households_are_the_one_number_that_the_cover_names(words, count):
    assert SheetLine("零报告", words, "", (1, 1)).households == count
