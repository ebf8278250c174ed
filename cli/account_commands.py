"""The commands about accounts: who may sign in; what the page 账户 does as well."""

import datetime as dt
from dataclasses import replace
from typing import Annotated

import typer

from cli import arguments, printing
from cli.arguments import stop
from cli.faults import FAILED, UNREADABLE, Commands
from pipelines.keeping import accounts
from pipelines.keeping.accounts import AccountRefused
from pipelines.keeping.people import People
from schemas.access import ROLES, Account
from schemas.clock import SHANGHAI
from schemas.plan import PLAN
from schemas.said import COUNTY, WHOLE

app = typer.Typer(cls=Commands, no_args_is_help=True, help="账户：谁能登录、看多大范围。")

Name = Annotated[str, typer.Argument(help="账户名")]
WhyOption = Annotated[str | None, typer.Option("--reason", help="理由")]


@app.command()
def add(
    name: Name,
    person: Annotated[str, typer.Option("--person", help="姓名")],
    unit: Annotated[str, typer.Option("--unit", help="单位代码或名称")],
    role: Annotated[list[str], typer.Option("--role", help="角色，可写多个：" + "、".join(ROLES))],
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help=f"督察的核查范围：{COUNTY}或领域，可写多个；{WHOLE}")
    ] = None,
    contact: Annotated[str, typer.Option("--contact", help="电话")] = "",
) -> None:
    """建一个账户，给出一次性口令；已有的账户改成所写的样子。"""
    territories, fields = _scope(scope or [])
    asked = Account(name, person, arguments.unit_code(unit) or "", tuple(role), territories, fields, contact)
    with arguments.everybody() as known:
        is_new = name not in accounts.accounts(known.archive)
        kept = _kept(known, asked, "新建" if is_new else "命令行修改")
        typer.echo(f"账户 {kept.name} 已{'建立' if is_new else '修改'}。")
        if is_new:
            _tell_code(known, kept.name)


def _scope(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The territories and fields that are named; all of them for the word of the whole."""
    if WHOLE in words:
        return tuple(PLAN.units_as("territory")), tuple(PLAN.fields)
    units = [PLAN.named("unit", each) for each in words]
    fields = [PLAN.named("field", each) for each in words]
    unknown = [w for w, unit, field in zip(words, units, fields, strict=True) if not (unit or field)]
    if unknown:
        stop(UNREADABLE, f"没有这个{COUNTY}或领域：{'、'.join(unknown)}")
    return tuple(u for u in units if u), tuple(f for f, u in zip(fields, units, strict=True) if f and not u)


@app.command("list")
def list_() -> None:
    """列出全部账户。"""
    with arguments.everybody() as known:
        every = list(accounts.accounts(known.archive).values())
        online = [each.account for each in known.secrets.sessions()]
        rows = [
            {
                "账户": each.name,
                "姓名": each.person,
                "单位": PLAN.units[each.unit].title,
                "角色": "、".join(ROLES[role] for role in each.roles),
                "状态": "启用" if each.is_active else "停用",
                "在线": str(online.count(each.name)),
            }
            for each in every
        ]
    printing.table(rows)


@app.command()
def reset(name: Name) -> None:
    """给出新的一次性口令，原口令和会话作废。"""
    with arguments.everybody() as known:
        account = _account(known, name)
        known.secrets.end_all(account.name)
        _tell_code(known, account.name)
        _note(known, account, "重置口令")


@app.command()
def disable(name: Name, reason: WhyOption = None) -> None:
    """停用一个账户，当场生效；账户不能删除。"""
    why = arguments.reason(reason)
    with arguments.everybody() as known:
        kept = _kept(known, replace(_account(known, name), is_active=False), why)
        known.secrets.end_all(kept.name)
        typer.echo(f"账户 {kept.name} 已停用，会话已退出。")


@app.command()
def sessions(end: Annotated[str | None, typer.Option("--end", help="退出这个账户的全部会话")] = None) -> None:
    """列出登录中的会话，或退出一个账户的全部会话。"""
    with arguments.everybody() as known:
        if end:
            account = _account(known, end)
            known.secrets.end_all(account.name)
            _note(known, account, "退出全部会话")
        rows = [
            {
                "账户": each.account,
                "来自": each.address,
                "登录": f"{dt.datetime.fromtimestamp(each.began_at, SHANGHAI):%Y-%m-%d %H:%M}",
                "最近": f"{dt.datetime.fromtimestamp(each.seen_at, SHANGHAI):%Y-%m-%d %H:%M}",
            }
            for each in known.secrets.sessions()
        ]
    printing.table(rows)


def _account(known: People, name: str) -> Account:
    account = accounts.accounts(known.archive).get(name)
    return account or stop(UNREADABLE, f"没有这个账户：{name}")


def _kept(known: People, account: Account, reason: str) -> Account:
    try:
        kept, changed = known.keep(account, arguments.actor(), reason)
    except AccountRefused as why:
        stop(FAILED, f"{why}。")
    _note(known, kept, f"{changed}；理由：{reason}")
    return kept


def _note(known: People, account: Account, what: str) -> None:
    known.trail.write(
        "account", arguments.user(), subject=f"账户 {account.name}", detail=what, address="本机"
    )


def _tell_code(known: People, name: str) -> None:
    typer.echo(f"一次性口令（7 天内有效，登录后须改）：{known.secrets.one_time_code(name)}")
