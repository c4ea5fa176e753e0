"""dns_name: a host or domain name, wherever it comes from, as DNS may be asked about it. It cannot fail."""

import ada_url

_LONGEST, _LONGEST_LABEL = 253, 63  # RFC 1035 §2.3.4: 255 octets on the wire
_MOST = 1024  # characters that are looked at: what is longer is no name in any spelling
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


def dns_name(text: str) -> str:
    """`text` in lower case and ASCII (RFC 5890), without the final dot; "" for what is no name.

    Underscores stand (hosts and keys have them); an address in numbers is no name, nor is anything that has an empty
    label, one over 63 octets, or more than 253 in all.
    """
    if len(text) > _MOST:
        return ""
    name = (text if text.isascii() else _ascii(text)).lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > _LONGEST or labels[-1].isdecimal() or not all(map(_is_label, labels)):
        return ""
    return name


def _is_label(label: str) -> bool:
    return 0 < len(label) <= _LONGEST_LABEL and _LETTERS.issuperset(label) and "-" not in (label[0], label[-1])


def _ascii(text: str) -> str:
    try:
        return ada_url.idna_to_ascii(text).decode("ascii")
    except UnicodeError:  # half a character
        return ""
