"""access_keys: what Postfix looks up for a client, a HELO, a sender and a recipient, in its order (access(5)).

The whole thing comes first and is the only one that patterns are asked about; then come its parts. Unlike sendmail,
Postfix tries a domain before `user@`. Compared with the real smtpd(8). Never fails.
"""

from collections.abc import Iterator

from gatekeeper.config.addresses import is_ip

NULL_SENDER = "<>"
Keys = Iterator[tuple[str, bool]]
"""A key, and whether it is the whole thing."""


def name_keys(name: str, whole: bool = True) -> Keys:
    """A name and the domains above it; a name that is an address has none."""
    if not name:
        return
    yield name, whole
    if is_ip(name):
        return
    rest = name
    while (dot := rest.find(".", 1)) >= 0:
        rest = rest[dot + 1 :]
        if rest:
            yield rest, False


def address_keys(address: str) -> Keys:
    """An IP address and the networks around it: without its last octet, or pair of octets, and so on."""
    sign = ":" if ":" in address else "."
    whole = True
    while address:
        yield address, whole
        address, whole = address.rpartition(sign)[0], False


def mailbox_keys(address: str, delimiter: str = "") -> Keys:
    """`user+ext@domain`, `user@domain`, the domain and those above it, `user+ext@`, `user@`; the null sender is `<>`.

    `delimiter` are the letters of `recipient_delimiter`; the first of them in the local part ends the user.
    """
    if not address:
        yield NULL_SENDER, True
        return
    yield address, True
    local, at, domain = address.rpartition("@")
    if not at:
        return
    user = without_extension(local, delimiter)
    if user != local:
        yield f"{user}@{domain}", False
    yield from name_keys(domain, whole=False)
    yield f"{local}@", False
    if user != local:
        yield f"{user}@", False


def without_extension(local: str, delimiter: str) -> str:
    """The user that a local part belongs to. Postfix's own names never have an extension."""
    if not delimiter or local.lower() in ("mailer-daemon", "postmaster", "double-bounce"):
        return local
    if "-" in delimiter and local.lower().startswith("owner-"):
        return local
    if "-" in delimiter and local.lower().endswith("-request"):
        return local
    ends = [at for letter in delimiter if (at := local.find(letter, 1)) > 0]
    return local[: min(ends)] if ends else local
