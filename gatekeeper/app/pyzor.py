"""pyzor: what people say of messages, told to Pyzor's servers by a command.

A server that could not be told is named, with why. Fails with `ConfigError`.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.app.hashes import pyzor_servers, pyzor_settings
from gatekeeper.app.inspection import load_config
from gatekeeper.app.tables import read_tables
from gatekeeper.config.addresses import host_port
from gatekeeper.config.load import ConfigError, find_config
from gatekeeper.digests.pyzor import SPEC, digest_of
from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.pyzor import Servers
from gatekeeper.message import Message
from gatekeeper.protocols.pyzor import Op
from gatekeeper.values import Answer, Found, Problem

_SPEC = ",".join(str(number) for piece in SPEC for number in piece)


class Teller:
    """Tells every server that is configured what a message is; for commands, which have no loop of their own."""

    def __init__(self, servers: Servers, places: Sequence[tuple[str, int]], op: Op) -> None:
        self._servers, self._places, self._op = servers, places, op

    def tell(self, message: Message) -> dict[str, str]:
        """By server, why it was not told; "" if it was. Nothing if the message has no digest."""
        digest = digest_of(message)
        return asyncio.run(self._tell(digest)) if digest else {}

    async def _tell(self, digest: str) -> dict[str, str]:
        each = (self._servers.tell(host, port, self._op, digest, _SPEC) for host, port in self._places)
        answers = await asyncio.gather(*each)
        return {f"{host}:{port}": _trouble(said) for (host, port), said in zip(self._places, answers, strict=True)}


def teller(path: Path | None, wanted: bool) -> Teller:
    """From the configuration; `ConfigError` if that names no server."""
    loaded = load_config(find_config(path))
    tables, problems = read_tables(loaded.config)
    settings = pyzor_settings(loaded)
    if not settings.servers:
        problem = Problem(
            str(path or "configuration"), 0, "error", "no Pyzor server is named", "set checks.pyzor.servers"
        )
        raise ConfigError((problem,))
    if mistakes := tuple(problem for problem in problems if problem.severity == "error"):
        raise ConfigError(mistakes)
    names = Resolver([host_port(text) for text in loaded.config.dns.servers], loaded.config.dns.timeout)
    servers = pyzor_servers(loaded, tables, names.look_up)
    return Teller(servers, [host_port(text) for text in settings.servers], Op.WHITELIST if wanted else Op.REPORT)


def _trouble(answer: Answer) -> str:
    return "" if isinstance(answer, Found) else getattr(answer, "why", "") or type(answer).__name__
