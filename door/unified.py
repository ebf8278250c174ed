"""Signing in by the units' own identity provider (OpenID Connect), where the settings name one.

The browser is sent there and comes back with a code; what the provider says of the person is held against
its keys, and the plan's claim.csv says which unit and roles that makes. The account is written like any
other; one that was disabled here stays out.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import requests
from anyio import to_thread
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from door import asking, people
from door.page import told
from pipelines.keeping import accounts, names
from pipelines.keeping.accounts import AccountRefused
from pipelines.keeping.people import People
from schemas.access import Account
from schemas.plan import PLAN

COOKIE, LASTS = "campaign_unified", 600  # seconds for which one may be away at the provider
TIMEOUT = 10.0  # seconds for an answer of the provider
SUFFIX, LONGEST = "@统一身份", 24
BY = "统一身份"
ALGORITHMS = ["RS256", "RS512", "PS256", "ES256", "EdDSA"]
AWAY = "统一身份服务没有应答或应答不符，请稍后再试，或用本系统的口令登录。"
NOT_KNOWN = "您的统一身份没有对应的单位和角色，请联系管理员。"


@dataclass(frozen=True)
class Provider:
    """Who says who somebody is."""

    issuer: str
    client: str
    secret: str

    def described(self) -> Mapping[str, Any]:
        """Its addresses. Raises OSError or ValueError where it does not answer as one."""
        answer = requests.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", timeout=TIMEOUT)
        answer.raise_for_status()
        described: Mapping[str, Any] = answer.json()
        if described.get("issuer") != self.issuer:
            raise ValueError("another issuer")
        return described

    def session(self, back: str, verifier: str) -> OAuth2Session:
        return OAuth2Session(
            self.client,
            self.secret,
            redirect_uri=back,
            scope="openid profile",
            code_challenge_method="S256",
            code_verifier=verifier,
            default_timeout=TIMEOUT,
        )


def configured() -> Provider | None:
    """The provider that the settings name: OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET_FILE."""
    issuer, client = os.environ.get("OIDC_ISSUER"), os.environ.get("OIDC_CLIENT_ID")
    if not issuer or not client:
        return None
    file = os.environ.get("OIDC_CLIENT_SECRET_FILE")
    return Provider(issuer, client, Path(file).read_text(encoding="utf-8").strip() if file else "")


async def leave(request: Request) -> Response:
    """Send the browser to the provider; what must come back with it is noted in a cookie of ours."""
    provider = configured()
    if provider is None:
        return told("没有这个页面", "没有配置统一身份登录。", 404)
    known = await to_thread.run_sync(people.of_campaign)
    wanted = asking.inside(request.query_params.get("next", "/"))
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    try:
        to = await to_thread.run_sync(_address, provider, _back(request), state, nonce, verifier)
    except (OSError, ValueError):
        return told("暂时不能登录", AWAY, 503)
    held = "|".join((state, nonce, verifier, quote(wanted, safe="")))
    response = RedirectResponse(to, 303)
    response.set_cookie(
        COOKIE,
        f"{held}|{known.secrets.signed('unified', held)}",
        max_age=LASTS,
        httponly=True,
        samesite="lax",
        secure=asking.is_secure(request.scope),
    )
    return response


def _address(provider: Provider, back: str, state: str, nonce: str, verifier: str) -> str:
    at = provider.described()["authorization_endpoint"]
    to, _ = provider.session(back, verifier).create_authorization_url(
        at, state=state, nonce=nonce, code_verifier=verifier
    )
    return str(to)


async def come_back(request: Request) -> Response:
    """What the provider says of whoever comes back, and a session if that is an account."""
    provider, held = configured(), request.cookies.get(COOKIE, "").rpartition("|")
    known = await to_thread.run_sync(people.of_campaign)
    parts = held[0].split("|")
    is_ours = secrets.compare_digest(held[2], known.secrets.signed("unified", held[0]))
    if provider is None or not is_ours or len(parts) != 4:
        return told("没有登录", "登录已过时，请重新开始。", 400)
    state, nonce, verifier, wanted = parts
    if not secrets.compare_digest(request.query_params.get("state", ""), state):
        return told("没有登录", "登录已过时，请重新开始。", 400)
    asked = partial(_said, provider, _back(request), str(request.url), verifier, nonce)
    try:
        said = await to_thread.run_sync(asked)
        token = await to_thread.run_sync(_begun, known, said, asking.address(request.scope))
    except (OSError, ValueError, JoseError) as why:
        address = asking.address(request.scope)
        known.trail.write("not_let_in", subject=BY, detail=type(why).__name__, address=address)
        return told("没有登录", AWAY, 502)
    except AccountRefused as why:
        return told("没有登录", str(why), 403)
    response = RedirectResponse(asking.inside(unquote(wanted)), 303)
    response.delete_cookie(COOKIE)
    asking.remember(response, token, is_secure=asking.is_secure(request.scope))
    return response


def _said(provider: Provider, back: str, url: str, verifier: str, nonce: str) -> Mapping[str, Any]:
    """The claims of the person, held against the provider's keys.

    Raises OSError, ValueError or JoseError where they are not what was asked for.
    """
    described = provider.described()
    answer = provider.session(back, verifier).fetch_token(
        described["token_endpoint"], authorization_response=url, code_verifier=verifier
    )
    keys = requests.get(described["jwks_uri"], timeout=TIMEOUT).json()
    told_ = jwt.decode(answer["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client},
        nonce={"essential": True, "value": nonce},
        exp={"essential": True},
        sub={"essential": True},
    )
    registry.validate(told_.claims)
    return told_.claims


def _begun(known: People, said: Mapping[str, Any], address: str) -> str:
    """What the browser is to hold as a session of the account that the claims make.

    Raises AccountRefused where they make none, or one that was disabled.
    """
    asked = _account(said)
    stands = accounts.accounts(known.archive).get(asked.name)
    if stands and not stands.is_active:
        known.trail.write("not_let_in", subject=f"账户 {asked.name}", address=address, detail="已停用")
        raise AccountRefused(NOT_KNOWN)
    kept, _ = known.keep(asked, BY, "统一身份登录")
    token, session = known.secrets.begin(kept.name, address)
    known.trail.write(
        "signed_in", kept.name, unit=kept.unit, address=address, session=session.handle, detail=BY
    )
    return token


def _account(said: Mapping[str, Any]) -> Account:
    """The account of claims, by the first row of claim.csv that fits. Raises AccountRefused without one."""
    row = next((row for row in PLAN.claims if row.value in _values(said.get(row.claim))), None)
    name = "".join(names.line(str(said.get("preferred_username") or said["sub"])).split())[:LONGEST]
    if row is None or not name:
        raise AccountRefused(NOT_KNOWN)
    person = names.line(str(said.get("name") or name))[:LONGEST]
    return Account(f"{name}{SUFFIX}", person, row.unit, row.roles, row.territories, row.fields)


def _values(claim: object) -> list[str]:
    return [str(each) for each in claim] if isinstance(claim, list) else [str(claim)]


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/signin/back"


ROUTES = [Route("/signin/unified", leave), Route("/signin/back", come_back)]
