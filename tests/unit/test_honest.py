"""The mail of the accuracy table: in order, without what gives it away, and repetitions known for what they are."""

from pathlib import Path

import pytest

from benchmarks.honest import TESTED_FROM, mail_of, stripped

NAME = "spamassassin-public"
LETTER = b"Received: from a by b; %s\r\nSubject: x\r\n\r\n%s\r\n"
LONG = b"the quick brown fox jumps over the lazy dog while all the other animals of the wood are fast asleep "


def put(corpora: Path, kind: str, name: str, raw: bytes) -> None:
    place = corpora / NAME / kind / "some"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(raw)


def test_mail_comes_in_the_order_in_which_the_last_server_had_it(tmp_path: Path) -> None:
    put(tmp_path, "ham", "00001.a", LETTER % (b"Tue, 3 Sep 2002 10:00:00 +0000", b"one two three four"))
    put(tmp_path, "ham", "00002.b", LETTER % (b"Sun, 1 Sep 2002 10:00:00 +0000", b"five six seven eight"))
    put(tmp_path, "spam", "00001.c", LETTER % (b"Mon, 2 Sep 2002 10:00:00 +0000", b"nine ten eleven twelve"))
    found = mail_of(tmp_path, NAME)
    assert [(mail.path.name, mail.is_spam) for mail in found] == [
        ("00002.b", False),
        ("00001.c", True),
        ("00001.a", False),
    ]
    assert not any(mail.again for mail in found)
    assert all(mail.arrived > TESTED_FROM[NAME] for mail in found)


def test_what_is_much_like_an_earlier_message_is_told(tmp_path: Path) -> None:
    for day, text in enumerate((LONG, LONG + b"7", LONG[:50], b"nothing of that kind at all"), 1):
        put(tmp_path, "ham", f"{day}.x", LETTER % (b"%d Sep 2002 10:00:00 +0000" % day, text))
    assert [mail.again for mail in mail_of(tmp_path, NAME)] == [False, True, False, False]


def test_a_header_is_stripped_and_a_body_is_not() -> None:
    raw = (
        b"From a@b Mon Sep  2 10:00:00 2002\nX-Spam-Status: Yes,\n\ttests=X\nSubject: x\nx-bogosity: Ham\nARC-Seal: y\n"
        b"Authentication-Results: z\nTo: w\n\nX-Spam-Status: quoted\n"
    )
    assert stripped(raw) == b"Subject: x\nTo: w\n\nX-Spam-Status: quoted\n"


def test_where_the_corpora_are_missing_it_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=f"no {NAME} in {tmp_path}.*--corpora"):
        mail_of(tmp_path, NAME)
