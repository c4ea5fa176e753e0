from base64 import b64encode
from dataclasses import replace

import pytest

from gatekeeper.message import parse
from gatekeeper.message.rewrite import rewrite
from gatekeeper.quarantine import Held, Quarantine
from gatekeeper.quarantine.attachments import Removed, removed
from gatekeeper.values import Action, Change, Fate, Outcome, Verdict

from .samples import SPAM, held, hold

PROGRAM = bytes(range(256)) * 300
FORWARDED = (
    b"Subject: inner\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nin\r\n--c\r\n\r\nner\r\n--c--\r\n"
)
RAW = b"\r\n".join(
    [
        b"Subject: three\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
        b"--b\r\n\r\nHello\r\n--b",
        b'Content-Type: application/x-dosexec; name="=?utf-8?q?../r=C3=A4uber=0D=0A.exe?="',
        b"Content-Transfer-Encoding: base64\r\n",
        b64encode(PROGRAM),
        b"--b\r\nContent-Type: text/plain; name=kept.txt\r\n\r\nkept",
        b"--b\r\nContent-Type: message/rfc822; name=letter.eml\r\n",
        FORWARDED,
        b"--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nPK=03=04",
        b"--b--\r\n",
    ]
)


def original(quarantine: Quarantine, *changes: Change) -> Held:
    """One who got it without some parts, and one from whom it is held altogether."""
    one = hold(RAW, "bob@example.org", "carol@example.org")
    changed = Verdict(Action.ACCEPT, "stripped-attachment", changes=changes)
    held(quarantine, replace(one, verdicts={"bob@example.org": changed, "carol@example.org": SPAM}))
    quarantine.settle(one.envelope.id, "bob@example.org", Outcome(Fate.DELIVERED))
    found = quarantine.get(one.envelope.id)
    assert found is not None
    return found


CHANGES = (
    Change("1.5", "strip", "an archive"),
    Change("1.2", "strip", "a program"),
    Change("1.4", "strip", "a letter"),
    Change("1.4.1.2", "strip", "something in the letter"),
    Change("1.3", "rename", "a text", "kept.txt.txt"),
    Change("1.9", "strip", "not there"),
)


def test_each_that_was_taken_out_is_there_byte_for_byte(quarantine: Quarantine) -> None:
    found = removed(original(quarantine, *CHANGES), RAW)
    assert found == (
        Removed(1, "1.2", ".._räuber.exe", "application/x-dosexec", len(PROGRAM), "a program", PROGRAM),
        Removed(2, "1.4", "letter.eml", "message/rfc822", len(FORWARDED), "a letter", FORWARDED),
        Removed(3, "1.5", "attachment", "application/zip", 4, "an archive", b"PK\x03\x04"),
    )
    assert all(repr(one.data) not in repr(one) for one in found)


def test_these_are_those_that_the_rewriting_takes_out(quarantine: Quarantine) -> None:
    changes = [change for change in CHANGES if change.path != "1.9"]
    done = rewrite(parse(RAW), changes, "notice").done
    stripped = [line.split()[0] for line in done if ": removed" in line]
    assert [one.path for one in removed(original(quarantine, *changes), RAW)] == stripped


def test_of_what_was_held_as_a_whole_nothing_was_taken_out(quarantine: Quarantine) -> None:
    assert removed(original(quarantine), RAW) == ()
    assert removed(original(quarantine, CHANGES[4]), RAW) == ()


@pytest.mark.parametrize("raw", [b"", b"\0", b"Content-Type: multipart/mixed\r\n\r\n", RAW[:200]])
def test_an_original_that_is_something_else_has_no_parts_to_give(quarantine: Quarantine, raw: bytes) -> None:
    assert removed(original(quarantine, CHANGES[0]), raw) == ()
