"""serve: the site on bound sockets, until told to drain."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable, Iterator, Sequence
from socket import socket
from typing import Protocol

import uvicorn
from starlette.types import ASGIApp

from gatekeeper.config.certificate import server_context
from gatekeeper.config.schema import Config
from gatekeeper.config.web import Web
from gatekeeper.web.connection import Connection

_KEPT = 15  # seconds that a connection is kept on which nothing is asked


class Control(Protocol):
    """`ready` tells that we accept; `fileno` becomes readable when it is time to end."""

    def ready(self) -> None: ...

    def fileno(self) -> int: ...


def tls(settings: Web) -> ssl.SSLContext | None:
    """Our own, if there is a certificate. Fails with `OSError`, which says why for people."""
    if not settings.certificate:
        return None
    context = server_context(settings.certificate, settings.key)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def serve(
    site: ASGIApp, config: Config, context: ssl.SSLContext | None, sockets: Sequence[socket], control: Control
) -> None:
    """One worker: serve, say when it does, and finish what was begun when told to."""
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # it warns of every request that is none
    asyncio.run(_serve(_Server(_settings(site, config, context)), sockets, control))


async def _serve(server: "_Server", sockets: Sequence[socket], control: Control) -> None:
    def end() -> None:
        loop.remove_reader(control.fileno())
        server.should_exit = True

    loop = asyncio.get_running_loop()
    loop.add_reader(control.fileno(), end)
    server.told = control.ready
    await server.serve(list(sockets))


class _Server(uvicorn.Server):
    """Signals are for the supervisor alone, and it wants to know when we accept."""

    told: Callable[[], None]

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them as they are."""
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Accept, and say so."""
        await super().startup(sockets)
        self.told()


def _settings(site: ASGIApp, config: Config, context: ssl.SSLContext | None) -> uvicorn.Config:
    settings = uvicorn.Config(
        site,
        http=Connection,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `site` does that
        forwarded_allow_ips=config.web.proxy_networks,
        limit_concurrency=config.web.connections,
        timeout_keep_alive=_KEPT,
        timeout_graceful_shutdown=int(config.gateway.drain),
    )
    settings.load()
    settings.ssl = context
    return settings
