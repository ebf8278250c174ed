"""People who act on a small campaign, and what they may do: shared by the tests of acts."""

import datetime as dt
import itertools

import pytest

import views
from pipelines import acts, intake
from pipelines.acts import ActRefused, AskedAct
from pipelines.subjects import of_duty, of_pair
from schemas.access import Account, Reach
from tests.build import IDS, filled, good
from views import Scope
from views.answers import compliance, explanation

NOON = dt.datetime(2016, 7, 8, 4, 0, tzinfo=dt.UTC)  # the day on which the counties' survey is due
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
COUNTY = Account("changji", "示例甲", "652301", ("unit",))
OTHER = Account("fukang", "示例乙", "652302", ("unit",))
OFFICE = Account("office", "示例丙", "OF", ("office",))
SECOND = Account("office2", "示例丁", "OF", ("office",))
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
    given = {"reason": "示例理由", "token": f"t{next(TOKENS)}", **more}
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


def prepared(store, kind):
    """A subject on which a kind of act may be done now, and what is to be said."""
    no = send(store, odd() if kind == "explained" else A)
    if kind in {"withdrawal_granted", "withdrawal_refused"}:
        do(store, "withdrawal_asked", no)
    if kind in {"extension_granted", "extension_refused"}:
        do(store, "extension_asked", DUE, content={"new_due": dt.date(2016, 7, 12)})
    if kind.startswith("extension"):
        said = {} if kind.endswith("refused") else {"new_due": dt.date(2016, 7, 12)}
        return DUE, said
    if kind in {"merged", "kept_apart", "left_pending", "merge_undone", "numbered"}:
        return of_records(store, kind)
    if kind == "explained":
        row = to_explain(store)[0]
        return row["subject"], {"told_value": row["value"]}
    return no, {}


def two(**other):
    """A county's survey of two institutions of one field; of the second what is said."""
    second = {"entity_name": "示例乙网络科技有限公司", "id_no": IDS[1], **UNLIKE, "stock_scale": 300, **other}
    return filled("survey_p2p", good("survey_p2p"), good("survey_p2p", **second), cover=EARLY)


def keys(store):
    """The keys of all records by their names, spaces left out."""
    rows = store.con.cursor().execute("SELECT entity_name, entity FROM known_record()").fetchall()
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
