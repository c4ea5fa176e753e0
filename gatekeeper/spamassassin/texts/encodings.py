"""encodings: base64 and quoted-printable undone as SpamAssassin undoes them. Whatever is in them, neither fails."""

from binascii import a2b_base64

from gatekeeper.spamassassin.texts.patterns import BASE64, ESCAPE, LATE_SPACE, PAD_INSIDE, SOFT_BREAK, SPACES

_OTHERS = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))


def from_quoted_printable(data: bytes) -> bytes:
    """Line ends stay what they are; white space before them goes; what is no escape stays."""
    if b"=" not in data:
        return LATE_SPACE.sub(b"", data)
    data = SOFT_BREAK.sub(b"", LATE_SPACE.sub(b"", data))
    return ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode("ascii")), data)


def from_base64(data: bytes) -> bytes:
    """Padding inside is an `A` where all else is in order, and a `/` where it is not; odd letters are left out."""
    data = data.translate(None, SPACES)
    if len(data) % 4 == 0 and BASE64.match(data):
        data = PAD_INSIDE.sub(lambda pad: b"A" * len(pad[0]), data).rstrip(b"=")
    else:
        data = data.translate(None, _OTHERS).rstrip(b"=").replace(b"=", b"/")
    if len(data) % 4 == 1:
        data = data[:-1]
    return a2b_base64(data + b"=" * (-len(data) % 4))
