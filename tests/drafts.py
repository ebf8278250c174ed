"""Drafts of samples of a small campaign: shared by their tests."""

import datetime as dt

from tests.acting import DAY, NOON
from views import Scope
from views.answers import ledger, sample
from views.figures import drawing
from views.figures.drawing import DrawingPlan

EVE = NOON - DAY


def said(store, **other):
    rows = ledger.fetch(store.con.cursor(), Scope(None, EVE.date(), None))
    plan = DrawingPlan("s", 5, "领域")
    return {
        "seed": "s",
        "size": 5,
        "day": EVE.date(),
        "strata": "领域",
        "must": None,
        "weights": "1·1·1",
        "units": None,
        "fields": None,
        "listed": drawing.kept(drawing.draw(rows, plan).rows),
        **other,
    }


def listed(store, day=dt.date(2016, 12, 31), reach=None):
    return sample.fetch(store.con.cursor(), Scope(None, day, reach)).to_dict("records")


def draft(store, day=dt.date(2016, 12, 31), reach=None):
    return sample.drafts(store.con.cursor(), Scope(None, day, reach)).to_dict("records")
