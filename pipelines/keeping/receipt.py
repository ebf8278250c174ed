"""A receipt: proof of arrival, made of what was signed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipelines.keeping import names
from pipelines.keeping.journal import JournalEntry


@dataclass(frozen=True)
class Arrival:
    """When something came: the time that counts, and what the clock said when it was taken in."""

    received_at: dt.datetime  # aware
    stamped_at: dt.datetime | None = None  # the clock's, where that is another
    reason: str | None = None  # why it is placed by hand; None: it is where the clock put it
    by: str = ""  # who handed it in: an account, or the machine's user


@dataclass(frozen=True)
class Receipt:
    """Proof of arrival: which bytes came when, from whom, and for what as the sender said."""

    no: str
    sha256: str
    size: int
    filename: str
    sent_by: str
    unit: str | None
    obligation: str | None
    received_at: dt.datetime  # aware, UTC: when it counts as having come
    stamped_at: dt.datetime  # the same, or what the clock said where it was placed by hand
    reason: str | None  # why it was placed by hand; None: an ordinary arrival
    by: str  # the account that handed it in, or the machine's user; '' before there were accounts
    hash: str  # of its line in the journal: whoever keeps it can hold the journal against it

    @property
    def entry(self) -> int:
        """The number of its line in the journal: the order in which things truly came."""
        return int(self.no.rpartition("-")[2])

    @property
    def is_moved(self) -> bool:
        """Whether it counts at another time than the clock said: then both are shown, with the reason."""
        return self.received_at != self.stamped_at

    def placed(self, facts: Mapping[str, Any]) -> "Receipt":
        """The receipt at the time to which it was placed by hand."""
        return replace(
            self, received_at=dt.datetime.fromisoformat(facts["received_at"]), reason=facts["reason"]
        )


def receipt_of(entry: JournalEntry) -> Receipt:
    """The receipt of its entry; names are clean, whoever wrote them.

    Before reasons were asked for, a time might be the clock's or stated: it stands as placed by hand.
    """
    facts = entry.facts
    moments = {"received_at": facts["received_at"], "stamped_at": facts["received_at"], **facts}
    return Receipt(
        **{
            "reason": "",
            **facts,
            "by": entry.by,
            "hash": entry.hash,
            "filename": names.filename(facts["filename"]),
            "sent_by": names.person(facts["sent_by"]),
            "received_at": dt.datetime.fromisoformat(moments["received_at"]),
            "stamped_at": dt.datetime.fromisoformat(moments["stamped_at"]),
        }
    )
