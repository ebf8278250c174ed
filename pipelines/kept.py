"""A kept sending: what is asked of its bytes, and what was signed on it."""

import json

from pipelines.judging.ahead import Asked
from pipelines.judging.judgement import UNDECIDED, Judgement
from pipelines.judging.report import from_json
from pipelines.keeping.receipt import Receipt
from pipelines.keeping.store import Store
from schemas.clock import local_day

CHECKING = "正在检查，稍后请在近期回执中查看结论；同一文件不必重报"
DECIDED = ("unit", "obligation", "verdict", "reason")  # of a judgement, what is signed and recorded


def asked(store: Store, no: str) -> Asked:
    """A kept file with what its sender stated, as of the day it came. Raises ArchiveDamaged."""
    receipt = store.archive.arrival(no)
    content, day = store.archive.bytes_of(receipt.sha256), local_day(receipt.received_at)
    return Asked(content, receipt.unit, receipt.obligation, day, receipt.sha256)


def undecided(receipt: Receipt) -> Judgement:
    """What is said of a receipt while nothing is signed on it."""
    return Judgement(receipt.sha256, UNDECIDED, receipt.unit, receipt.obligation, CHECKING)


def decided(store: Store, receipt: Receipt) -> Judgement:
    """What was signed on a receipt, from the report of that day; undecided where nothing is signed yet."""
    signed = store.archive.verdict(receipt.no)
    if signed is None:
        return undecided(receipt)
    report = json.loads(store.archive.bytes_of(signed["judgement"]))
    return from_json(report, **{key: signed[key] for key in DECIDED}, answers=signed["answers"])
