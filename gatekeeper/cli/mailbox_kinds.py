"""mailbox_kinds: what a directory or a file of mail is, by its names and its first bytes. Fails with `OSError`.

Maildir: cur and new (cr.yp.to/proto/maildir.html). MH, and Cyrus: files whose names are numbers. Else all files of the
directory itself; those with a dot in front are no mail.
"""

import os
from itertools import takewhile

_PACKED = "it is compressed; unpack it first, as in `zcat FILE | gatekeeper learn --spam -`"
_KNOWN = {
    b"\x1f\x8b": _PACKED,
    b"BZh": _PACKED,
    b"\xfd7zXZ\x00": _PACKED,
    b"\x28\xb5\x2f\xfd": _PACKED,
    b"PK\x03\x04": "it is an archive; unpack it first",
    b"!BDN": "it is a file of Outlook's; readpst makes mbox files of it",
    b"\xd0\xcf\x11\xe0": "it is a file of Outlook's; msgconvert makes a message of it",
    b"*mbx*": "it is a mailbox in UW's mbx form; mailutil makes an mbox of it",
}

_HIDDEN = (".", ",", "#")
"""MH puts a comma or a number sign in front of what is deleted."""

_MH = {".mh_sequences", "cyrus.header"}
_BOM = b"\xef\xbb\xbf"
_LINES = 30
_NAME = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def not_mail(beginning: bytes) -> str:
    """Why a file that begins so is no message, and what to do; empty if it may be one."""
    if not beginning.strip():
        return "it is empty"
    for magic, why in _KNOWN.items():
        if beginning.startswith(magic):
            return why
    lines = beginning.removeprefix(_BOM).lstrip().split(b"\n", _LINES)[:_LINES]
    if any(map(_is_field, takewhile(lambda line: b"\0" not in line, lines))):
        return ""
    shown = beginning[:20].decode("ascii", "replace").split("\n")[0]
    printable = "".join(char if char.isprintable() else "." for char in shown)
    return f"it is neither a message nor an mbox (it begins with {printable!r}); give mail as a mail server stores it"


def _is_field(line: bytes) -> bool:
    name, colon, _ = line.partition(b":")
    return bool(colon) and 0 < len(name.rstrip()) < 80 and _NAME.issuperset(name.rstrip())


def listed(directory: str) -> tuple[list[str], bool]:
    """The files of a directory of mail, in the order of their numbers and names; and whether each is one message.

    In a plain directory a file may be an mbox, too.
    """
    with os.scandir(directory) as entries:
        inside = [*entries]
    names = {entry.name for entry in inside}
    boxes = {"new", "cur"} & names
    if boxes:
        inside = [entry for box in boxes for entry in os.scandir(f"{directory}/{box}")]
    mail = [entry for entry in inside if not entry.name.startswith(_HIDDEN) and entry.is_file()]
    if _MH & names:
        mail = [entry for entry in mail if entry.name.rstrip(".").isdecimal()]
    return [entry.path for entry in sorted(mail, key=lambda entry: _order(entry.name))], bool(boxes)


def _order(name: str) -> tuple[int, str]:
    """By the number that a name begins with: MH counts, and Maildir writes the time."""
    digits = len(name) - len(name.lstrip("0123456789"))
    return int(name[:digits] or 0), name
