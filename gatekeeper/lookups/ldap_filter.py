r"""ldap_filter: from the operator's filter and an address to a filter of LDAP (RFC 4515).

Nothing in an address means anything to a filter: every octet that is no letter or digit is escaped, so `*()\` and NUL
find only themselves. Fails with `ValueError`: a filter that is none, an address that is no text.
"""

from sansldap import LDAPFilter

PLACE = "%s"
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@.-_")


def filter_for(template: str, address: str) -> LDAPFilter:
    """What finds the owner of `address`."""
    return LDAPFilter.from_string(template.replace(PLACE, escaped(address)))


def filter_for_any(template: str) -> LDAPFilter:
    """What finds anything that an address could have found: with it one sees whether one may see."""
    return LDAPFilter.from_string(template.replace(PLACE, "*"))


def escaped(text: str) -> str:
    r"""`text` as a value in a filter, `\2a` for `*` (§3). What is no UTF-8 is a `ValueError`: no directory holds it."""
    return "".join(chr(octet) if octet in _PLAIN else f"\\{octet:02x}" for octet in text.encode())
