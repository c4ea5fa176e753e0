"""uri_hosts: lists of hosts, by `enlist_uri_host` and kin, that links may lead to (WLBLEval)."""

from collections.abc import Mapping

from gatekeeper.spamassassin.evals.contract import Case, derived, once
from gatekeeper.spamassassin.evals.perl import fixed
from gatekeeper.spamassassin.options import Options

_MOST_LABELS = 11
_IS_V4 = fixed(r"^\d+\.\d+\.\d+\.\d+$")


def check_uri_host_listed(case: Case, name: str) -> bool:
    """Whether the host of a link, or a domain above it, is on that list of `enlist_uri_host`."""
    return name in _host_lists_hit(case)


def check_uri_host_in_blocklist(case: Case) -> bool:
    """Whether one is on `blocklist_uri_host`."""
    return "BLOCK" in _host_lists_hit(case)


def check_uri_host_in_welcomelist(case: Case) -> bool:
    """Whether one is on `welcomelist_uri_host`."""
    return "WELCOME" in _host_lists_hit(case)


@once
def _host_lists_hit(case: Case) -> frozenset[str]:
    lists = _host_lists(case.options)
    links = case.texts.links.items() if lists else ()
    hosts = {host for uri, link in links if uri[:7].lower() != b"mailto:" for host in link.hosts}
    above = [_above(host) for host in hosts]
    return frozenset(name for name, entries in lists.items() if any(_on(entries, names) for names in above))


def _on(entries: Mapping[bytes, bool], names: list[bytes]) -> bool:
    """What the first of the names that has an entry says: `!` before an entry means no."""
    return next((entries[name] for name in names if name in entries), False)


def _above(host: bytes) -> list[bytes]:
    """The host, and every domain that it is in."""
    if host.startswith(b"[") and host.endswith(b"]"):
        return [host[1:-1]]
    labels = host.split(b".")[-_MOST_LABELS:] if not _IS_V4.search(host) else [host]
    return [b".".join(labels[at:]) for at in range(len(labels))]


@derived
def _host_lists(options: Options) -> dict[str, dict[bytes, bool]]:
    lists: dict[str, dict[bytes, bool]] = {}
    named = [line.partition(")") for line in options.lines.get("enlist_uri_host", ())]
    for name, _, hosts in named:
        entries = lists.setdefault(name.strip().lstrip("(").strip(), {})
        entries.update((host.lstrip("!").lower().encode(), not host.startswith("!")) for host in hosts.split())
    return lists


FUNCTIONS = (
    check_uri_host_listed,
    check_uri_host_in_blocklist,
    check_uri_host_in_welcomelist,
)
