"""sender_list: the senders whom reviewers allow and block; and what only shows when sender lists and the checks that
authenticate are seen together.
"""

from collections.abc import Iterator, Mapping
from types import ModuleType

from gatekeeper.app import state
from gatekeeper.checks import dkim, dmarc, spf
from gatekeeper.config.schema import Config
from gatekeeper.stores.opening import StoreError
from gatekeeper.tables import SenderList
from gatekeeper.values import Problem

_CHECKS: Mapping[str, ModuleType] = {"spf": spf, "dkim": dkim, "dmarc": dmarc}


def reviewed_senders(config: Config) -> SenderList:
    """The list that reviewers write. What is wrong with it, or that it cannot be read, is among its problems."""
    own = state.own_senders(config)
    try:
        text = own.text()
    except (StoreError, ValueError) as error:
        problem = Problem(str(own.path), 0, "error", f"cannot be read: {error}", "move it away: it is written anew")
        return SenderList(problems=(problem,))
    return SenderList.parse(text, str(own.path), reviewed=True)


def renewed(config: Config, senders: SenderList) -> SenderList:
    """The operator's entries among `senders`, with the reviewers' as they are now."""
    written = {key: entry for key, entry in senders.entries.items() if not entry.reviewed}
    return SenderList(written).followed_by(reviewed_senders(config))


def leaning(config: Config, senders: SenderList, source: str = "") -> Iterator[Problem]:
    """Entries that can never hold, because nobody looks for what they lean on. `source` is another list's than
    `tables.senders`.
    """
    for method, line in senders.methods.items():
        if not switched_on(config, method):
            message = f"it leans on {method}, which is not checked, so it never holds"
            yield Problem(
                source or config.tables.senders, line, "warning", message, f"set [checks.{method}] enabled = true"
            )


def switched_on(config: Config, method: str) -> bool:
    """Whether `method` is one of SPF, DKIM and DMARC that is checked."""
    return bool(config.checks.get(method, {}).get("enabled", _CHECKS[method].Settings().enabled))
