"""address: mail addresses as the keys of tables see them. Never fails; what is odd simply matches nothing."""


def split(address: str) -> tuple[str, str]:
    r"""Local part and domain, both in lower case; a source route, quotes and a final dot are taken off.

    Tables compare what a mailbox is, so `"joe"@x`, `j\oe@x` and `<@a,@b:joe@x>` are all `joe@x` (RFC 5321 §4.1.2).
    """
    if address.startswith("@"):
        address = address.partition(":")[2] or address
    local, _, domain = address.rpartition("@") if "@" in address else (address, "", "")
    return _dequoted(local).lower(), domain.lower().rstrip(".")


def _dequoted(local: str) -> str:
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = local[1:-1]
    return local.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")


def parents(domain: str) -> list[str]:
    """`a.b.c`, `b.c`, `c`: the domain and those above it, nearest first; nothing for one that is too long."""
    if not domain or len(domain) > 255:
        return []
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def mailbox(address: str) -> str:
    """Whose address it is: in lower case, without what stands behind a `+` in the local part. One without a domain
    stands as it is.
    """
    local, domain = split(address)
    local = local.partition("+")[0] or local
    return f"{local}@{domain}" if domain else local
