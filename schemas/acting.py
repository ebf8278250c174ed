"""How a kind of act is declared: who may do it to what, from which state to which, and what it says.

An act is something a person does on purpose to one subject: a sending, a duty, a cell. Acts of one matter on
one subject follow each other; the last one says in which state the subject is.
"""

from dataclasses import dataclass

import pandera.pandas as pa

SUBMISSION, DUTY, CELL = "submission", "duty", "cell"
ENTRY, ITEM, GAP, FINDING = "entry", "item", "gap", "finding"
RESOLUTION, CASE = "resolution", "case"
SUBJECTS = {
    SUBMISSION: "一份报送",
    DUTY: "一项应报事项",
    CELL: "一处核实问题",
    ENTRY: "登记中的一条",
    ITEM: "补正通知中的一格",
    GAP: "一家缺行的机构",
    FINDING: "一条督察问题",
    RESOLUTION: "一件例会议定事项",
    CASE: "一件督办事项",
}
UNTOUCHED = ""  # the state of a subject on which nobody acted yet
STATES = {
    UNTOUCHED: "没有提出过",
    "asked": "已申请，待办公室决定",
    "granted": "已同意",
    "refused": "未同意",
    "withdrawn": "已撤回",
    "explained": "已说明",
    "ordered": "已要求补正",
    "answered": "已答复",
    "lifted": "已撤销",
    "opened": "已立项",
    "received": "已签收",
    "proposed": "已提请销号，待另一人复核",
    "closed": "已销号",
}


@dataclass(frozen=True)
class ActKind:
    """A kind of act.

    `content` declares the columns of what it says, and rules across them and the facts of its subject (`now`,
    and for each sort of subject those of `FACTS`), as returns declare theirs.
    """

    content: pa.DataFrameSchema
    matter: str  # acts of one matter follow each other
    about: str  # one of SUBJECTS
    place: str  # of `schemas.access.PLACES`: who may
    before: tuple[str, ...]  # the states in which it may be done
    after: str  # the state in which it leaves its subject
    asks_reason: bool = False
    by_another: bool = False  # not by whoever did the act before

    @property
    def title(self) -> str:
        return str(self.content.title)


FACTS = {  # what rules may ask of a subject beside the content of an act
    SUBMISSION: ("now", "came_at", "verdict"),
    DUTY: ("now", "due", "latest"),
    CELL: ("now", "value"),
    ENTRY: ("now", "came_at", "verdict"),
    ITEM: ("now", "latest", "verdict"),
    GAP: ("now",),
    FINDING: ("now",),
    RESOLUTION: ("now", "latest"),
    CASE: ("now", "latest"),
}
