"""checks: one file each. A check asks, it never fetches; it does not know the other checks.

To add one: copy `_skeleton.py`, add it to `CHECKS`, write its test, describe its table `[checks.NAME]` in
`deploy/gatekeeper.toml`. Its module has `Settings` (its table) and `build(settings, tables)`, which gives a callable
for each stage at which it runs. Within a stage checks run in this order.
"""

from types import ModuleType

from gatekeeper.checks import (
    access,
    active,
    arc,
    attachments,
    bayes,
    campaign,
    containers,
    correspondents,
    dkim,
    dmarc,
    dnsbl,
    documents,
    greylist,
    header_checks,
    helo,
    hidden_text,
    links,
    postfix_access,
    procmail,
    pyzor,
    rates,
    recipients,
    reputation,
    reverse,
    rules,
    sender_domain,
    senders,
    signatures,
    spamassassin,
    spf,
    structure,
    uribl,
    virus,
    yara,
)

CHECKS: tuple[ModuleType, ...] = (
    access,
    postfix_access,
    rates,
    recipients,
    reverse,
    dnsbl,
    helo,
    sender_domain,
    spf,
    dkim,
    arc,
    dmarc,
    signatures,
    senders,
    header_checks,
    links,
    uribl,
    hidden_text,
    structure,
    attachments,
    containers,
    documents,
    active,
    yara,
    virus,
    rules,
    bayes,
    spamassassin,
    pyzor,
    correspondents,
    reputation,
    procmail,
    greylist,
    campaign,
)


def name_of(check: ModuleType) -> str:
    """The name of its table in the configuration: that of its file."""
    return check.__name__.rpartition(".")[2]
