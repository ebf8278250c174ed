"""Drafts: text that an account has typed and not sent. It stands outside the archive and every figure.

Kept in the rows of the secrets, on either store; gone once it is sent, or after 30 days.
"""

import time

from pipelines.keeping.secrets import Rows

KEPT = 30 * 24 * 3600  # seconds
LONGEST = 20_000  # characters
TABLE = (
    "CREATE TABLE IF NOT EXISTS door_draft (account TEXT NOT NULL, place TEXT NOT NULL, words TEXT NOT NULL, "
    "kept_at DOUBLE PRECISION NOT NULL)"
)


class Drafts:
    """The drafts of one campaign: each is of one account, at one place."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        rows.ask(TABLE)

    def words(self, account: str, place: str) -> str:
        """What an account has typed at a place and not sent; '' for nothing, or nothing any more."""
        asked = (
            "SELECT words FROM door_draft WHERE account = ? AND place = ? AND kept_at > ? ORDER BY kept_at"
        )
        found = self._rows.ask(asked, [account, place, time.time() - KEPT])
        return str(found[-1][0]) if found else ""

    def keep(self, account: str, place: str, words: str) -> None:
        """Keep what was typed, in the place of what was kept before; what is too old goes."""
        self.drop(account, place)
        if words:
            given = [account, place, words[:LONGEST], time.time()]
            self._rows.ask("INSERT INTO door_draft VALUES (?, ?, ?, ?)", given)

    def drop(self, account: str, place: str) -> None:
        """Forget what was typed at a place, and whatever is too old."""
        self._rows.ask(
            "DELETE FROM door_draft WHERE (account = ? AND place = ?) OR kept_at <= ?",
            [account, place, time.time() - KEPT],
        )
