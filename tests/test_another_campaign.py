"""docs/another-campaign: a campaign with a return, measures and steps of its own, by its folder alone."""

import json
import shutil

import pytest

from schemas.plan import PlanError, read
from schemas.returns import RETURNS, of_folder
from tests.conftest import ANOTHER


@pytest.fixture(scope="module")
def walk(walked):
    """What came of each stage of the walk."""
    return json.loads((walked / "told.json").read_text(encoding="utf-8"))


def test_the_folder_is_checked_filled_in_and_sent(walk):
    assert (walk["plan"], walk["template"]) == (0, 0)
    assert walk["hazard_11"] == walk["hazard_12"] == [[0, "acceptable"]] * 2


def test_every_page_of_every_role_opens(walk):
    assert walk["failed"] == []


def test_a_hazard_stands_once_at_the_step_to_which_it_has_come(walk):
    stands = {row["written"]: row["step_title"] for row in walk["stepped"]}
    assert stands == {"001": "验收销号", "002": "整改完成", "003": "发现"}


def test_institutions_stand_in_the_ledger_and_are_counted(walk):
    open_entries = {row["entity_name"]: row["open_entries"] for row in walk["ledger"]}
    assert open_entries == {"示例第一餐馆": 0, "示例第二餐馆": 2}
    assert [(row["territory_title"], row["found"]) for row in walk["tally"]] == [("东街道", 2)]


def test_measures_and_steps_are_counted_as_their_rows_say(walk):
    counted = {row["measure"]: (row["part"], row["whole"]) for row in walk["measured"]}
    steps = {"hazard.1": (3, 3), "hazard.2": (2, 3), "hazard.3": (1, 3)}
    assert counted == {"G1": (2, 3), "G2": (1, 3), "G3": (1, 3), "G4": (15, 3), **steps}


def test_the_phase_page_shows_measures_and_the_ledger_of_hazards(walk):
    lines = {tuple(line[:3]) for table in walk["seen"] for line in table}
    assert ("隐患整改率", "66.7%", "2 / 3 件") in lines
    assert ("整改投入", "15 万元", "—") in lines
    assert ("隐患台账", "003", "东街道") in lines
    assert "整改完成 2 件（66.7%）" in walk["chart"]


BROKEN = {  # a file, its words, what is made of them, what is said
    "a column": ("measure.csv", "state=已销号,*", "stand=已销号,*", "measure.csv 第3行 numerator：没有"),
    "an option": ("step.csv", "验收销号,state=已销号", "验收销号,state=已结", "step.csv 第4行 reached："),
    "a sum of words": ("measure.csv", "+cost", "+what", "measure.csv 第5行 numerator：“what”不是数字"),
    "no return": ("step.csv", "hazard,发现", "hazards,发现", "step.csv 第2行 return：报表“hazards”不存在"),
    "no key": ("measure.csv", ",hazard,三(二)\nG2", ",ban,三(二)\nG2", "measure.csv 第2行 return：报表"),
    "a taken heading": ("returns/hazard.py", '"隐患编号"', '"编号"', "returns/hazard.py：有两列都叫“编号”"),
    "no return in it": ("returns/hazard.py", "RETURN =", "OTHER =", "returns/hazard.py：AttributeError"),
}  # fmt: skip


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_wrong_with_a_row_or_a_return_is_told_with_its_place(tmp_path, how):
    name, words, instead, said = BROKEN[how]
    folder = tmp_path / "plan"
    shutil.copytree(ANOTHER, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert words in text
    (folder / name).write_text(text.replace(words, instead, 1), encoding="utf-8")
    with pytest.raises(PlanError) as told:
        read(folder, {**RETURNS, **of_folder(folder)})
    assert said in str(told.value)


def test_a_return_may_not_take_the_name_of_another(tmp_path):
    (tmp_path / "returns").mkdir()
    for name in ("ban", "unit", "submission", "Hazard"):
        path = tmp_path / "returns" / f"{name}.py"
        shutil.copy(ANOTHER / "returns" / "hazard.py", path)
        with pytest.raises(PlanError, match="这个名字已被占用"):
            of_folder(tmp_path)
        path.unlink()
