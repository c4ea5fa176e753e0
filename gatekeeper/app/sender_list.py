"""sender_list: what only shows when `tables.senders` and the checks that authenticate are seen together."""

from collections.abc import Iterator, Mapping
from types import ModuleType

from gatekeeper.checks import dkim, dmarc, spf
from gatekeeper.config.schema import Config
from gatekeeper.tables import SenderList
from gatekeeper.values import Problem

_CHECKS: Mapping[str, ModuleType] = {"spf": spf, "dkim": dkim, "dmarc": dmarc}


def leaning(config: Config, senders: SenderList) -> Iterator[Problem]:
    """Entries that can never hold, because nobody looks for what they lean on."""
    for method, line in senders.methods.items():
        if not switched_on(config, method):
            message = f"it leans on {method}, which is not checked, so it never holds"
            yield Problem(config.tables.senders, line, "warning", message, f"set [checks.{method}] enabled = true")


def switched_on(config: Config, method: str) -> bool:
    """Whether `method` is one of SPF, DKIM and DMARC that is checked."""
    return bool(config.checks.get(method, {}).get("enabled", _CHECKS[method].Settings().enabled))
