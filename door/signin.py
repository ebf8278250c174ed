"""Signing in and out, and setting a password: plain pages that show no datum of a campaign."""

from collections.abc import Mapping
from functools import partial
from html import escape
from urllib.parse import parse_qsl, quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from door import asking, people, unified
from door.page import page, told
from pipelines.keeping import accounts
from pipelines.keeping.people import DEMO_PASSWORD, DEMO_ROLES, People
from pipelines.keeping.secrets import LONGEST_PASSWORD, SHORTEST_PASSWORD, Session
from schemas.access import Account
from schemas.plan import PLAN

LEAVING = (
    '<section class="left"><h1>退出</h1><form method="post" action="/signout" class="card">'
    '<button class="primary">退出登录</button></form><p><a href="/">回到首页</a></p></section>'
)
MOST_BYTES = 10_000  # of a form
NOT_LET_IN = "账户或口令不正确。忘记口令的，请联系管理员重置。"
WAIT = "试错次数过多，请 {wait} 秒后再试。"
MAY: Mapping[str, str] = {  # what a role can do, in a few words; where it begins
    "leader": "查看，不填报",
    "office": "催办、督办、代报",
    "inspector": "核查、销号",
    "administrator": "只管账户和留痕，不见报表",
    "unit": "仅限本单位",
}


async def sign_in(request: Request) -> Response:
    """The page to sign in, and what comes of it."""
    known = await to_thread.run_sync(people.of_campaign)
    wanted = asking.inside(request.query_params.get("next", "/"))
    if request.method != "POST":
        return _form(known, wanted, "已退出，请重新登录。" if "ended" in request.query_params else "")
    fields = await _fields(request)
    if not asking.is_from_us(request.scope):
        return told("没有登录", "请从登录页面登录。", 403)
    name, password = fields.get("account", "").strip(), fields.get("password", "")
    address = asking.address(request.scope)
    wait, token, session = await to_thread.run_sync(partial(_tried, known, name, password, address))
    if session is None:
        words = WAIT.format(wait=wait) if wait else NOT_LET_IN
        return _form(known, wanted, words, name, wait)
    response = RedirectResponse("/password" if session.must_change else wanted, 303)
    asking.remember(response, token, is_secure=asking.is_secure(request.scope))
    return response


def _tried(known: People, name: str, password: str, address: str) -> tuple[int, str, Session | None]:
    """For how long nobody is let in now, or a new session; as long and in the same words for no account."""
    wait = known.secrets.wait(name, address)
    if wait:
        return wait, "", None
    account = known.account(name)
    if not (known.is_password(name, password) and account):
        known.secrets.failed(name, address)
        wait = known.secrets.wait(name, address)
        known.trail.write(
            "not_let_in",
            subject=f"账户 {name if account else '（没有这个账户）'}",
            address=address,
            detail=f"限 {wait} 秒" if wait else "",
        )
        return wait, "", None
    known.secrets.forgive(name, address)
    set_at = known.secrets.set_at(name)
    token, session = known.secrets.begin(name, address, must_change=bool(set_at and set_at[1]))
    known.trail.write("signed_in", name, unit=account.unit, address=address, session=session.handle)
    return 0, token, session


async def sign_out(request: Request) -> Response:
    """End the session of this browser; whoever only follows a link is asked first."""
    if request.method != "POST" or not asking.is_from_us(request.scope):
        return page("退出", LEAVING)
    if token := asking.token(request.scope):
        await to_thread.run_sync(_ended, token, asking.address(request.scope))
    response = RedirectResponse("/signin?ended=1", 303)
    response.delete_cookie(asking.COOKIE)
    return response


def _ended(token: str, address: str) -> None:
    known = people.of_campaign()
    if session := known.secrets.session(token):
        known.secrets.end(session.handle)
        known.trail.write("signed_out", session.account, address=address, session=session.handle)


async def password(request: Request) -> Response:
    """The page to set a password: whoever asks was let through, with whatever password they have."""
    known = await to_thread.run_sync(people.of_campaign)
    session = await to_thread.run_sync(known.secrets.session, asking.token(request.scope))
    if session is None:
        return RedirectResponse("/signin", 303)
    if request.method != "POST":
        return _password_form(session, "")
    fields = await _fields(request)
    fault = await to_thread.run_sync(partial(_changed, known, session, fields))
    if fault:
        return _password_form(session, fault)
    return RedirectResponse("/", 303)


def _changed(known: People, session: Session, fields: Mapping[str, str]) -> str:
    """Set the password of a session's account; returns what is wrong with it, or ''."""
    new, again = fields.get("new", ""), fields.get("again", "")
    name = session.account
    if wait := known.secrets.wait(name, session.address):
        return WAIT.format(wait=wait)
    if not session.must_change and not known.is_password(name, fields.get("old", "")):
        known.secrets.failed(name, session.address)
        return "现口令不正确。"
    if new != again:
        return "两次输入的新口令不一致。"
    if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD:
        return f"新口令须为{SHORTEST_PASSWORD}至{LONGEST_PASSWORD}个字符。"
    if name in new or len(set(new)) < SHORTEST_PASSWORD // 2 or known.is_password(name, new):
        return "新口令过于简单：不能含账户名，不能只用几个字符，也不能与现口令相同。"
    known.secrets.set_password(name, new)
    known.secrets.changed(session.handle)
    known.secrets.end_all(name, but=session.handle)
    known.trail.write("password", name, address=session.address, session=session.handle)
    return ""


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a small form; of one that is too long, none."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return {}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10))
    except ValueError:  # more fields than any form of ours has
        return {}


def _form(known: People, wanted: str, words: str, name: str = "", wait: int = 0) -> Response:
    office = escape(PLAN.units[PLAN.units_as("office")[0]].title)
    told = f'<p class="told" role="alert" data-wait="{wait}">{escape(words)}</p>' if words else ""
    action = f"/signin?next={quote(wanted, safe='')}"
    body = f"""
<section class="left">
<h1>登录</h1>
<p class="gray">{office} · 仅限内网使用，登录前不显示任何数据</p>
<form method="post" action="{action}" class="card">
{told}
<label for="account">账户</label>
<input id="account" name="account" value="{escape(name)}" autocomplete="username" required autofocus>
<label for="password">口令</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="button" class="show" hidden>显示</button>
<button class="primary">登录</button>
{_elsewhere(wanted)}
</form>
{_going_to(wanted)}
<p class="gray">忘记口令、换联络员：请联系管理员</p>
<p class="gray">8 小时不操作自动退出；每次登录、查看档案和导出都记入留痕</p>
</section>
{_samples(known, action) if known.is_demo else ""}
<footer class="gray">本系统页面不访问外网</footer>"""
    return page("登录", body, 429 if wait else 401 if words == NOT_LET_IN else 200)


def _elsewhere(wanted: str) -> str:
    if unified.configured() is None:
        return ""
    return f'<a class="button" href="/signin/unified?next={quote(wanted, safe="")}">用单位统一身份登录</a>'


def _going_to(wanted: str) -> str:
    return f'<p class="gray">登录后转到您打开的链接：<b>{escape(wanted)}</b></p>' if wanted != "/" else ""


def _samples(known: People, action: str) -> str:
    """The sample accounts of the demonstration, one click each."""
    every = [each for each in accounts.accounts(known.archive).values() if each.is_active]
    shown = [each for each in every if each.name in DEMO_ROLES.values() or _is_typical(each, every)]
    rows = "".join(_sample(each, action) for each in shown)
    others = "".join(
        f'<option value="{escape(each.name)}">{escape(PLAN.units[each.unit].title)}</option>'
        for each in every
        if each not in shown
    )
    return f"""
<section class="right">
<h2>示例账户 <span class="gray">点击即可登录；口令都是“{DEMO_PASSWORD}”</span></h2>
<table><thead><tr><th>单位</th><th>能做什么</th><th>账户</th><th></th></tr></thead><tbody>{rows}</tbody></table>
<form method="post" action="{action}" class="others">
<label for="other">其他单位</label><select id="other" name="account">{others}</select>
<input type="hidden" name="password" value="{DEMO_PASSWORD}"><button>进入</button>
</form>
<p class="demo">示例战役，数据全部虚构。正式战役没有这张表，也没有任何内置账户。</p>
</section>"""


def _is_typical(account: Account, every: list[Account]) -> bool:
    """The last territory and the first lead of the demonstration stand for all."""
    territories = [a for a in every if "territory" in PLAN.units[a.unit].roles and "unit" in a.roles]
    leads = [a for a in every if "lead" in PLAN.units[a.unit].roles and "unit" in a.roles]
    return account in {*territories[:1], *leads[:1]}


def _sample(account: Account, action: str) -> str:
    role = account.roles[0]
    whose = PLAN.units[account.unit].title if role in {"unit", "office"} else account.person
    return (
        f"<tr><td><b>{escape(whose)}</b></td><td>{escape(MAY[role])}</td><td>{escape(account.name)}</td><td>"
        f'<form method="post" action="{action}">'
        f'<input type="hidden" name="account" value="{escape(account.name)}">'
        f'<input type="hidden" name="password" value="{DEMO_PASSWORD}"><button>进入</button></form></td></tr>'
    )


def _password_form(session: Session, fault: str) -> Response:
    told = f'<p class="told" role="alert">{escape(fault)}</p>' if fault else ""
    old = (
        '<p class="gray">这次用的是一次性口令。请设定自己的口令，然后继续。</p>'
        if session.must_change
        else '<label for="old">现口令</label><input id="old" name="old" type="password" '
        'autocomplete="current-password" required autofocus>'
    )
    body = f"""
<section class="left">
<h1>修改口令</h1>
<p class="gray">账户 {escape(session.account)}</p>
<form method="post" action="/password" class="card">
{told}{old}
<label for="new">新口令（至少 {SHORTEST_PASSWORD} 个字符）</label>
<input id="new" name="new" type="password" autocomplete="new-password" required>
<label for="again">再输一次</label>
<input id="again" name="again" type="password" autocomplete="new-password" required>
<button class="primary">保存</button>
</form>
<p class="gray">保存后，这个账户在其他电脑上的登录会退出。</p>
</section>"""
    return page("修改口令", body, 400 if fault else 200)


ROUTES = [
    *unified.ROUTES,
    Route("/signin", sign_in, methods=["GET", "HEAD", "POST"]),
    Route("/signout", sign_out, methods=["GET", "POST"]),
    Route("/password", password, methods=["GET", "HEAD", "POST"]),
]
