"""People who act on a small campaign, and what they may do: shared by the tests of acts."""

import datetime as dt
import itertools
import json

import pytest

import views
from pipelines import acts, intake
from pipelines.acts import ActRefused, AskedAct
from pipelines.keeping.attachments import Attachment
from pipelines.records import FAR, of_pair
from pipelines.subjects import next_finding, of_duty
from schemas.access import Account, Reach
from schemas.acting import PAIR, RECORD
from schemas.acts import ACTS
from tests.build import IDS, filled, good
from views import Scope
from views.answers import compliance, explanation, finding

NOON = dt.datetime(2016, 7, 8, 4, 0, tzinfo=dt.UTC)  # the day on which the counties' survey is due
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
COUNTY = Account("changji", "示例甲", "652301", ("unit",))
OTHER = Account("fukang", "示例乙", "652302", ("unit",))
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
    views.install(store.con)
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
    views.install(store.con)
    return explanation.fetch(store.con.cursor(), Scope(None, day, None)).to_dict("records")


def explain(store, row, **more):
    return do(store, "explained", row["subject"], content={"told_value": row["value"]}, **more)


def states(store, **of):
    return [row["explained"] for row in to_explain(store, **of)]


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
SAID = {
    "found": told(),
    "nothing_found": CHECK,
    "corrected": CORRECTED,
    "replied": {"mended_on": NOON.date()},
    "passed": {"reviewed_by": "到现场"},
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
BEFORE = {"corrected": 1, "sent_back": 2, "review_refused": 3}  # how many of these come before a kind


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
    if ACTS[kind].matter == "finding":
        send(store)
        before = COURSE[: BEFORE.get(kind, COURSE.index(kind) if kind in COURSE else 0)]
        return go(store, *before), SAID.get(kind, {})
    no = send(store, odd() if kind == "explained" else A)
    if kind in {"withdrawal_granted", "withdrawal_refused"}:
        do(store, "withdrawal_asked", no)
    if kind in {"extension_granted", "extension_refused"}:
        do(store, "extension_asked", DUE, content={"new_due": dt.date(2016, 7, 12)})
    if kind.startswith("extension"):
        said = {} if kind.endswith("refused") else {"new_due": dt.date(2016, 7, 12)}
        return DUE, said
    if kind == "explained":
        row = to_explain(store)[0]
        return row["subject"], {"told_value": row["value"]}
    return no, {}


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
