"""People who act on a small campaign, and what they may do: shared by the tests of acts."""

import datetime as dt
import itertools
import json

import pytest

from pipelines import acts, intake
from pipelines.acts import ActRefused, AskedAct
from pipelines.findings import next_finding
from pipelines.keeping.attachments import Attachment
from pipelines.records import of_pair
from pipelines.subjects import cell_of, entries_of, of_duty
from schemas.access import Account, Reach
from schemas.acting import CASE, CELL, DUTY, ENTRY, FINDING, GAP, ITEM, PAIR, RECORD, RESOLUTION, SUBMISSION
from schemas.acts import ACTS
from schemas.acts.numbering import FIRST as FIRST_NUMBERED
from schemas.clock import FAR
from tests.build import IDS, filled, good
from views import Scope
from views.answers import compliance, explanation, finding, ledger

NOON = dt.datetime(2016, 7, 8, 4, 0, tzinfo=dt.UTC)  # the day on which the counties' survey is due
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
COUNTY = Account("changji", "示例甲", "652301", ("unit",))
OTHER = Account("fukang", "示例乙", "652302", ("unit",))
LEAD = Account("finance", "示例辛", "FIN", ("unit",))
OFFICE = Account("office", "示例丙", "OF", ("office",))
SECOND = Account("office2", "示例丁", "OF", ("office",))
WATCH = Account("watch", "示例督", "FIN", ("inspector",), ("652301",))
PROOF = Attachment("凭据.pdf", b"%PDF-1.4")
DUE = of_duty("county_survey", "652301", "A")
EARLY = {"fill_date": dt.date(2016, 7, 4), "data_as_of": dt.date(2016, 7, 4)}
UNLIKE = {"legal_rep": "示例己", "reg_address": "示例路2号", "biz_address": "示例路2号"}
ODD = good("survey_p2p", people_cnt="约30")


def scaled(scale):
    return filled("survey_p2p", good("survey_p2p", stock_scale=scale), cover=EARLY)


def odd(**other):
    return filled("survey_p2p", {**ODD, **other}, cover=EARLY)


A, B = scaled(500), scaled(600)
TOKENS = itertools.count()


def send(store, content=A, came=NOON):
    return intake.receive(store, content, "上报.xlsx", "示例甲", received_at=came).receipt.no


def do(store, kind, subject, account=COUNTY, moment=NOON, **more):
    files = [PROOF] if ACTS[kind].files else []
    given = {"reason": "示例理由", "token": f"t{next(TOKENS)}", "files": files, **more}
    return acts.act(store, account, AskedAct(kind, subject, moment=moment, **given))


def refused(store, *what, **more):
    with pytest.raises(ActRefused) as why:
        do(store, *what, **more)
    return str(why.value)


def lit(store, day, unit="652301", field="A"):
    rows = compliance.fetch(store.con.cursor(), Scope(None, day, Reach((unit,))))
    (row,) = rows[(rows["obligation"] == "county_survey") & (rows["field"] == field)].to_dict("records")
    return row


def status(store, day=dt.date(2016, 12, 31)):
    return lit(store, day)["status"]


def in_force(store, day=dt.date(2016, 12, 31)):
    asked = """SELECT p.stock_scale::DOUBLE FROM survey_p2p p JOIN current_answer(?) c
        ON c.submission = p.submission AND c.sheet = p.sheet"""
    return [value for (value,) in store.con.execute(asked, [day]).fetchall()]


def everything(store):
    return [
        store.con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in ("event", "act", "placed")
    ]


def to_explain(store, day=dt.date(2016, 12, 31)):
    return explanation.fetch(store.con.cursor(), Scope(None, day, None)).to_dict("records")


def explain(store, row, **more):
    return do(store, "explained", row["subject"], content={"told_value": row["value"]}, **more)


def states(store, **of):
    return [row["explained"] for row in to_explain(store, **of)]


def entry(store, came=NOON, *rows):
    """The first entry of a register that was sent, as acts name it."""
    return entries_of(store, send(store, filled("brief", *(rows or [good("brief")])), came))[0]


def item(store, no, column="stock_scale"):
    """A cell of a sending, as a correction names it."""
    return cell_of(store, no, column)


def gap(store):
    """An institution that stood in the first version and not in the second."""
    other = good("survey_p2p", entity_name="示例乙公司", id_no=IDS[1])
    send(store, filled("survey_p2p", ODD, other, cover=EARLY), NOON - DAY)
    send(store, odd())
    ((subject,),) = store.con.execute("SELECT subject FROM row_missing(?)", [LAST]).fetchall()
    return subject


def firm(name, n, **other):
    """A row of a survey: the n-th of some institutions that are not alike."""
    return good("survey_p2p", **{**UNLIKE, "entity_name": name, "id_no": IDS[n], **other})


def survey(*rows):
    return filled("survey_p2p", *rows, cover=EARLY)


def codes(store, day=dt.date(2016, 12, 31)):
    """The number of each institution by its name; '' where it has none."""
    rows = ledger.fetch(store.con.cursor(), Scope(None, day, None))
    return dict(zip(rows["entity_name"], rows["entity_code"].fillna(""), strict=True))


def numbering(store):
    """What the program gave."""
    return [act for act in store.archive.acts() if act.facts["act"] == FIRST_NUMBERED]


LAST = dt.date(2016, 12, 31)
AFTER = {"new_due": NOON.date() + 10 * DAY}  # of a finding
SOON = {"new_due": dt.date(2016, 7, 12)}
ASKED = {"requirement": "按对账单更正", "reply_due": dt.date(2016, 7, 12)}
STEP = {"next_step": "报送处置结果", "by_when": dt.date(2016, 7, 20)}
MADE = {"what": "三个网站的处置结果", **STEP}
RESOLVED = "652301|t"
CASE_OF = {"resolution": f"resolution|{RESOLVED}", "duty": f"duty|{DUE}"}
FIRST = {  # what has to be done before it, by whom
    **dict.fromkeys(("withdrawal_granted", "withdrawal_refused"), (("withdrawal_asked", COUNTY),)),
    **dict.fromkeys(("extension_granted", "extension_refused"), (("extension_asked", COUNTY),)),
    **dict.fromkeys(
        ("entry_withdrawal_granted", "entry_withdrawal_refused"), (("entry_withdrawal_asked", LEAD),)
    ),
    **dict.fromkeys(("correction_answered", "correction_lifted"), (("correction_ordered", SECOND),)),
    "resolution_changed": [("resolution_made", SECOND)],
    **dict.fromkeys(("closing_granted", "closing_refused"), (("closing_asked", SECOND),)),
    "closing_undone": [("closing_asked", SECOND), ("closing_granted", OFFICE)],
    **dict.fromkeys(
        ("finding_extension_granted", "finding_extension_refused"), (("finding_extension_asked", COUNTY),)
    ),
}


def owner(kind):
    """Whose the subject of a kind of act is in these tests."""
    return LEAD if ACTS[kind].about == ENTRY else COUNTY


def told(**other):
    """What an inspector says of a finding, on the day after the sending."""
    return {
        "inspected_on": NOON.date(),
        "method": "现场",
        "checked": "整改台账",
        "finding": "台账登记不全",
        "finding_level": "严重",
        "unit": "昌吉市",
        "mend_due": NOON.date() + 7 * DAY,
        "requirement": "补齐台账",
        **other,
    }


CHECK = {name: told()[name] for name in ("inspected_on", "method", "checked")}
CORRECTED = {name: value for name, value in told(finding_level="一般").items() if name not in CHECK}
SAID = {  # what each kind says, beside a reason
    **dict.fromkeys(("extension_asked", "extension_granted"), SOON),
    "correction_ordered": ASKED,
    "gap_answered": {"fate": "注销"},
    "resolution_made": MADE,
    "resolution_changed": STEP,
    "found": told(),
    "nothing_found": CHECK,
    "corrected": CORRECTED,
    "replied": {"mended_on": NOON.date()},
    "passed": {"reviewed_by": "到现场"},
    **dict.fromkeys(("finding_extension_asked", "finding_extension_granted"), AFTER),
    "looked_back": {"looked_on": NOON.date(), "method": "现场"},
}
ONE = {  # an institution as a sample lists it
    "entity": "1",
    "code": "A001",
    "entity_name": "示例甲公司",
    "territory": "昌吉市",
    "field": "P2P网络借贷",
    "risk_level": "高",
    "stratum": "P2P网络借贷",
    "way": "drawn",
    "why": "",
    "weight": 1,
    "key": 0.5,
    "place": 1,
}
DRAFT = {
    "drawn": {
        "seed": "s",
        "size": 1,
        "day": NOON.date() - DAY,
        "strata": "领域",
        "weights": "1·1·1",
        "listed": json.dumps([ONE], ensure_ascii=False),
    },
    "swapped": {
        "out": "A001",
        "into": json.dumps(ONE | {"code": "A002", "way": "swapped"}, ensure_ascii=False),
    },
    "assigned": {"whom": "示例督", "listed": "A001"},
}
COURSE = ("found", "replied", "passed", "closed")  # of a finding
BEFORE = {  # how many of these come before a kind
    **dict.fromkeys((kind for kind in ACTS if kind.startswith("finding_")), 1),
    "corrected": 1,
    "sent_back": 2,
    "review_refused": 3,
    "looked_back": 4,
    "found_again": 4,
}


def number(store):
    """The next number of the institution that was sent."""
    ((entity,),) = store.con.execute("SELECT DISTINCT entity FROM survey_p2p").fetchall()
    return next_finding(store, entity)


def go(store, *kinds, no=None, **more):
    """A finding, taken as far as these steps; returns its number."""
    no = no or number(store)
    by = {"replied": COUNTY, "closed": OFFICE, "review_refused": OFFICE}
    for kind in kinds:
        do(store, kind, no, by.get(kind, WATCH), content=SAID.get(kind, {}), **more)
    return no


def findings(store, day=dt.date(2016, 12, 31), reach=None):
    return finding.fetch(store.con.cursor(), Scope(None, day, reach)).to_dict("records")


LATER = dt.datetime(2016, 11, 20, 4, tzinfo=dt.UTC)
ANOTHER = Account("other", "示例壬", "FIN", ("inspector",), ("652301",))
OF_COUNTY = Account("both", "示例癸", "652301", ("inspector",), ("652301",))
FIRM = {"entity_code": "A001", "territory": "昌吉市"}


def checklist(store, *rows, came=LATER, by=""):
    """Send a checklist of some rows; returns its receipt number."""
    day = came.date()
    content = filled(
        "inspection", *({**FIRM, **row} for row in rows), cover={"fill_date": day, "data_as_of": day}
    )
    outcome = intake.receive(store, content, "核查.xlsx", "示例甲", received_at=came, by=by)
    assert outcome.judgement.verdict == "acceptable", outcome.judgement.problems
    return outcome.receipt.no


def row(**other):
    return good("inspection", **other)


def stands(store, **of):
    return [(each["no"], each["state"], each["is_open"]) for each in findings(store, **of)]


def prepared(store, kind):
    """A subject on which a kind of act may be done now, and what is to be said."""
    if ACTS[kind].about in {PAIR, RECORD}:
        return of_records(store, kind)
    if ACTS[kind].matter == "sample":
        return of_sample(store, kind)
    if ACTS[kind].about == FINDING:
        return of_finding(store, kind)
    sort = ACTS[kind].about
    subject = {
        SUBMISSION: lambda: send(store),
        DUTY: lambda: send(store) and DUE,
        CELL: lambda: send(store, odd()) and to_explain(store)[0]["subject"],
        ENTRY: lambda: entry(store),
        ITEM: lambda: item(store, send(store)),
        GAP: lambda: gap(store),
        RESOLUTION: lambda: send(store) and RESOLVED,
        CASE: lambda: send(store) and CASE_OF["duty"],
    }[sort]()
    for earlier, who in FIRST.get(kind, ()):
        do(store, earlier, subject, who, content=SAID.get(earlier, {}))
    return subject, {"told_value": to_explain(store)[0]["value"]} if sort == CELL else SAID.get(kind, {})


def of_finding(store, kind):
    send(store)
    no = go(store, *COURSE[: BEFORE.get(kind, COURSE.index(kind) if kind in COURSE else 0)])
    for earlier, who in FIRST.get(kind, ()):
        do(store, earlier, no, who, content=SAID[earlier])
    if kind == "found_again":
        return number(store), told(again_of=no)
    return no, SAID.get(kind, {})


def of_sample(store, kind):
    send(store, came=NOON - 2 * DAY)
    steps = {"drawn": (), "finalised": ("drawn",)}.get(kind, ("drawn", "finalised"))
    for step in steps:
        do(store, step, "抽-1", SECOND if step == "finalised" else WATCH, content=DRAFT.get(step, {}))
    return "抽-1", DRAFT.get(kind, {})


def two(**other):
    """A county's survey of two institutions of one field; of the second what is said."""
    second = {"entity_name": "示例乙网络科技有限公司", "id_no": IDS[1], **UNLIKE, "stock_scale": 300, **other}
    return filled("survey_p2p", good("survey_p2p"), good("survey_p2p", **second), cover=EARLY)


def keys(store):
    """The keys of all records by their names, spaces left out."""
    rows = store.con.cursor().execute("SELECT entity_name, entity FROM institution(?)", [FAR]).fetchall()
    return {name.replace(" ", ""): key for name, key in rows}


def of_records(store, kind):
    send(store, two(), NOON - DAY)
    one, other = keys(store).values()
    if kind == "merge_undone":
        do(store, "left_pending", of_pair(one, other), OFFICE)
    if kind == "numbered":
        return str(one), {"code": "A001"}
    return of_pair(one, other), {"kept": str(one)} if kind == "merged" else {}


def extended(store, granted=NOON - HOUR, to=dt.date(2016, 7, 12)):
    do(store, "extension_asked", DUE, content={"new_due": to}, moment=NOON - 2 * HOUR)
    do(store, "extension_granted", DUE, OFFICE, content={"new_due": to}, moment=granted)
