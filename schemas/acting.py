"""How a kind of act is declared: who may do it to what, from which state to which, and what it says.

An act is something a person does on purpose to one subject: a sending, a duty, a cell. Acts of one matter on
one subject follow each other; the last one says in which state the subject is.
"""

from dataclasses import dataclass

import pandera.pandas as pa

SEPARATOR = "|"  # between the parts of which the text of a subject is made
SUBMISSION, DUTY, CELL, FINDING, SAMPLE = "submission", "duty", "cell", "finding", "sample"
RECORD, PAIR = "record", "pair"
ENTRY, ITEM, GAP = "entry", "item", "gap"
RESOLUTION, CASE = "resolution", "case"
SUBJECTS = {
    SUBMISSION: "一份报送",
    DUTY: "一项应报事项",
    CELL: "一处核实问题",
    RECORD: "一条机构记录",
    PAIR: "两条机构记录",
    FINDING: "一家机构的一次核查、一个问题",
    SAMPLE: "一稿抽样",
    ENTRY: "登记中的一条",
    ITEM: "补正通知中的一格",
    GAP: "一家缺行的机构",
    RESOLUTION: "一件例会议定事项",
    CASE: "一件督办事项",
}
UNTOUCHED = ""  # the state of a subject on which nobody acted yet
REASON = "reason"  # what a form asks for beside the columns of an act
STAYS = "stays"  # after an act that leaves its subject in the state in which it was
STATES = {
    UNTOUCHED: "没有提出过",
    "asked": "已申请，待办公室决定",
    "granted": "已同意",
    "refused": "未同意",
    "withdrawn": "已撤回",
    "explained": "已说明",
    "numbered": "已编号",
    "same": "已定为同一家",
    "different": "已定为不同",
    "pending": "待查",
    "undone": "已撤销",
    "found": "待整改回复",
    "sent_back": "已退回，待再次整改回复",
    "replied": "待复核",
    "passed": "待销号",
    "closed": "已销号",
    "clean": "未发现问题",
    "drafted": "已抽出，待另一人定稿",
    "final": "已定稿",
    "ordered": "已要求补正",
    "answered": "已答复",
    "lifted": "已撤销",
    "opened": "已立项",
    "received": "已签收",
    "held": "回头看未反弹",
    "proposed": "已提请销号，待另一人复核",
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
    reason_title: str = "理由"
    button: str = ""  # by which it is done; '' where that is its title
    by_another: bool = False  # not by whoever did the act before
    by_opener: bool = False  # only by whoever opened the subject, or stands in for them
    not_by: tuple[str, ...] = ()  # not by whoever opened it or did one of these, nor by its own unit
    keeps: tuple[str, ...] = ()  # facts of the subject that are written into the content
    files: int | None = None  # how many files it takes at least; None: it takes none
    rows: tuple[tuple[str, ...], ...] = ()  # of its form: fields side by side; (): by their kinds

    @property
    def title(self) -> str:
        return str(self.content.title)

    @property
    def fields(self) -> list[str]:
        """What its form asks for: its columns and the reason, of an act without columns a remark."""
        columns = [str(name) for name in self.content.columns]
        return [*columns, REASON] if self.asks_reason or not columns else columns


FACTS = {  # what rules may ask of a subject beside the content of an act
    SUBMISSION: ("now", "came_at", "verdict"),
    DUTY: ("now", "due", "latest"),
    CELL: ("now", "value"),
    RECORD: ("now", "letter", "taken"),
    PAIR: ("now", "one", "other", "is_joined", "is_apart"),
    FINDING: ("now", "since", "due", "latest", "is_waiting", "is_closed", "closed_before"),
    SAMPLE: ("now",),
    ENTRY: ("now", "came_at", "verdict"),
    ITEM: ("now", "latest", "verdict"),
    GAP: ("now",),
    RESOLUTION: ("now", "latest"),
    CASE: ("now", "latest"),
}
