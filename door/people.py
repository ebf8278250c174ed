"""The people of the campaign that this process serves, opened once."""

from functools import cache
from pathlib import Path

from anyio import to_thread

from pipelines.keeping import accounts, opening, people, place
from pipelines.keeping.people import People
from pipelines.keeping.secrets import Session

NOBODY = (
    "这是正式战役，还没有任何账户，不能启动。请先建第一个管理员账户：\n"
    "    python -m pipelines account add 账户名 --person 姓名 --unit 单位 --role administrator\n"
    "命令会给出一次性口令，用它登录后即可在“账户”页为各单位建账户。"
)


def of_campaign() -> People:
    """Whoever may sign in to the campaign of `CAMPAIGN_HOME`.

    Raises ArchiveDamaged, WrongSetting, Away and OSError where it cannot be read; then it is tried again the
    next time.
    """
    return _opened(place.home())


@cache
def _opened(home: Path) -> People:
    where = place.of(home)
    return people.opened(where, opening.archive(where))


def has_nobody() -> bool:
    """Whether nobody could sign in: a real campaign, and no account. Raises as `of_campaign` does."""
    return not accounts.accounts(of_campaign().archive)


async def holder(token: str) -> Session | None:
    """The session that a browser holds, if it is good and its account may still sign in."""
    return await to_thread.run_sync(_session, token) if token else None


def _session(token: str) -> Session | None:
    known = of_campaign()
    session = known.secrets.session(token)
    return session if session and known.account(session.account) else None
