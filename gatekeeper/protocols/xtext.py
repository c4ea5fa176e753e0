"""xtext: the encoding of RFC 3461 §4 that lets any text be one SMTP parameter, as DSN, XCLIENT and XFORWARD use it.

Fails with ValueError on text that is no xtext.
"""

from gatekeeper.protocols.grammar import HEXCHAR, XTEXT


def decode(text: str) -> str:
    """What `text` stands for. Bytes that are no UTF-8 become surrogates, as everywhere in an envelope."""
    if not XTEXT.fullmatch(text):
        raise ValueError("not xtext")
    if "+" not in text:
        return text
    decoded = HEXCHAR.sub(lambda match: chr(int(match[1], 16)), text)
    return decoded.encode("latin-1").decode("utf-8", "surrogateescape")


def encode(text: str) -> str:
    """`text` as xtext."""
    raw = text.encode("utf-8", "surrogateescape")
    return "".join(chr(octet) if 33 <= octet <= 126 and octet not in b"+=" else f"+{octet:02X}" for octet in raw)
