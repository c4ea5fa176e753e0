"""arrival: what is done with every request before any page: who is really asking, for whom, and how much at most.

Pure ASGI. A proxy that is named is believed about the client's address and about TLS; whoever else comes without TLS
to a site that is not of this machine alone is turned away. Of the answers, all have the headers of `headers`.
"""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatekeeper.config.addresses import host_port, is_loopback
from gatekeeper.config.schema import Config

BODY = 1_000_000  # octets of a form


class OwnHosts:
    """Answers only to the site's own names, so that no name of a stranger leads here (DNS rebinding)."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _host(Headers(scope=scope)) not in self._hosts:
            answer = PlainTextResponse("This is not the name of this site: set web.url to it.\n", 421)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Encrypted:
    """Turns away who comes without TLS and is neither on this machine nor a proxy that is named."""

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self._app, self._proxies = app, [ip_network(proxy) for proxy in proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["scheme"] != "https" and not self._near(scope):
            await PlainTextResponse("Come by https.\n", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _near(self, scope: Scope) -> bool:
        host = (scope.get("client") or ("", 0))[0]
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return address.is_loopback or any(address in proxy for proxy in self._proxies)


class Bounded:
    """Takes no more than so many octets."""

    def __init__(self, app: ASGIApp, most: int = BODY) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or len(length) > 18 or int(length) > self._most:
            await PlainTextResponse("That is too much.\n", 413, {"Connection": "close"})(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise HTTPException(413, "That is too much.", {"Connection": "close"})
            return message

        await self._app(scope, counted, send)


def own_hosts(config: Config) -> frozenset[str]:
    """The names the site goes by."""
    names = {config.gateway.hostname.lower(), (urlsplit(config.web.url).hostname or "").lower()}
    for listen in config.web.listen:
        host = host_port(listen)[0].lower()
        names |= {"localhost", "127.0.0.1", "::1"} if is_loopback(host) else {host}
    return frozenset(names - {""})


def _host(headers: Headers) -> str:
    """The name that was asked for, without a port; "" if there is none, or several."""
    if len(headers.getlist("host")) != 1:
        return ""
    try:
        return (urlsplit(f"//{headers['host']}").hostname or "").lower()
    except ValueError:
        return ""
