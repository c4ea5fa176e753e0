import pytest

from gatekeeper.digests import sketches
from gatekeeper.digests.files import SMALLEST
from gatekeeper.digests.sketches import LEAST, likeness, sketches_of, what
from gatekeeper.message import parse
from gatekeeper.message.text import Normal, normal
from tests.unit.digests.campaign_mails import mail, program, text, wave, with_file, with_files

pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
pytest.importorskip("tlsh", reason="gatekeeper[near] is not installed")

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def kinds(raw: bytes) -> list[str]:
    return [what(sketch.kind) for sketch in sketches_of(parse(raw))]


def test_a_message_is_known_by_its_text_and_its_files() -> None:
    assert kinds(mail(wave(1, 0))) == ["text"]
    assert kinds(with_file(program(1))) == ["file"]
    assert kinds(with_file(program(1), body=wave(1, 0))) == ["text", "file"]


WINMAIL = b"\x78\x9f\x3e\x22" + bytes(range(256)) * 4


@pytest.mark.parametrize("data", [PNG, WINMAIL, b"BEGIN:VCARD\r\n" * 100, b"plain text, more or less\r\n" * 50, b"MZ"])
def test_what_honest_mail_has_too_is_no_sign(data: bytes) -> None:
    assert kinds(with_file(data, "logo.dat")) == []


def test_a_file_is_what_its_bytes_are_whatever_it_is_called() -> None:
    assert kinds(with_file(program(1), "photo.png")) == ["file"]


def test_a_short_text_without_files_is_known_by_nothing() -> None:
    assert kinds(mail("Hi, see you on Sunday?\r\n")) == []


def test_the_same_file_twice_is_one() -> None:
    assert kinds(with_files([program(1), program(1)])) == ["file"]


def test_files_are_bounded() -> None:
    assert len(kinds(with_files([program(n) for n in range(40)]))) == 20


def test_what_is_too_small_is_no_sign() -> None:
    assert kinds(with_file(b"MZ" + bytes(253))) == []
    assert kinds(with_file(program(1)[:SMALLEST])) == ["file"]


def test_of_a_long_text_only_the_beginning_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[int] = []

    def spy(written: str) -> Normal:
        prepared.append(len(written))
        return normal(written)

    monkeypatch.setattr(sketches, "normal", spy)
    long = text(1, 100_000)
    assert kinds(mail(long)) == ["text"]
    assert prepared == []
    assert kinds(mail("é" + long)) == ["text"]
    assert prepared == [40_000]


def test_of_many_large_files_most_have_their_hash_alone() -> None:
    """What is near them takes longer to find than the rest of the scan."""
    large = [program(n) + bytes(900_000) for n in range(4)]
    sketches = sketches_of(parse(with_files(large)))
    assert [len(sketch.keys) > 1 for sketch in sketches] == [True, True, False, False]


def test_likeness_is_that_of_the_kind() -> None:
    text, file = sketches_of(parse(with_file(program(1), body=wave(1, 0))))
    assert likeness(text.kind, text.data, text.data) == likeness(file.kind, file.data, file.data) == 1.0
    assert set(LEAST) == {what(text.kind), what(file.kind)}
