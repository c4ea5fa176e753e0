"""scanning: what looks for worms, as it is configured: antivirus engines, and the process that matches YARA rules."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.config.addresses import clamd_socket
from gatekeeper.config.schema import Antivirus, Config
from gatekeeper.lookups import clamd_engine
from gatekeeper.lookups.clamd import Clamd
from gatekeeper.lookups.clamd_engine import Patience
from gatekeeper.lookups.gather import Answerer
from gatekeeper.lookups.yara import Scanner
from gatekeeper.lookups.yara_rules import compile_rules
from gatekeeper.tables import Tables
from gatekeeper.values import Problem, Virus, Yara


def answerers(config: Config, tables: Tables, *, start: bool = False) -> dict[type, Answerer]:
    """What answers questions about worms; nothing for what is not configured. `start` the process that has the rules
    now, rather than with the first question.
    """
    found: dict[type, Answerer] = {}
    settings = config.antivirus
    if settings.engines:
        found[Virus] = engines(settings)
    if tables.yara:
        found[Yara] = scanner = Scanner(tables.yara, settings.size, settings.yara_timeout)
        if start:
            scanner.cells.start()
    return found


def engines(settings: Antivirus) -> Clamd:
    """The antivirus engines, in the order in which they are asked."""
    return Clamd(
        [clamd_socket(text) for text in settings.engines],
        Patience(settings.connect_timeout, settings.timeout),
        settings.size,
        settings.connections,
        settings.remember,
    )


def try_engines(settings: Antivirus) -> Iterator[str | Problem]:
    """For each engine its version, or why it cannot be asked."""
    patience = Patience(settings.connect_timeout, settings.timeout)
    for text in settings.engines:
        try:
            version = asyncio.run(clamd_engine.version(clamd_socket(text), patience))
        except TimeoutError:
            yield _unreachable(text, f"no answer in {settings.timeout:g} s")
        except OSError as error:
            yield _unreachable(text, clamd_engine.told(error))
        else:
            yield f"{text}: {version}" if version else _unreachable(text, "what answers is no clamd")


def _unreachable(engine: str, why: str) -> Problem:
    return Problem(engine, 0, "error", why, "is clamd running there, and may this user connect to it?")


def yara_rules(config: Config) -> tuple[bytes, list[Problem]]:
    """The operator's rules, compiled, and what is wrong with them; empty if there are none."""
    if not config.antivirus.yara:
        return b"", []
    rules, problems = compile_rules(Path(config.antivirus.yara))
    return rules.packed if rules else b"", problems
