"""subjects: how a subject is written. Nothing here fails."""

from collections.abc import Callable, Iterator, Mapping

from gatekeeper.message.habits import FORWARD, GAPPY, LOUD, PRICE, REPLY, SUBJECT_TAIL, WIDE_BLANK
from gatekeeper.traits.letter import Letter

_FEWEST, _SHARE = 6, 0.8


def _raw(letter: Letter) -> str:
    """With its blanks, which people do not see."""
    values = letter.message.values(b"subject")
    return values[0].decode("latin-1").strip() if values else ""


def _absent(letter: Letter) -> Iterator[str]:
    if not letter.text.subject:
        yield "no subject"


def _capitals(letter: Letter) -> Iterator[str]:
    letters = [c for c in REPLY.sub("", letter.text.subject) if c.isalpha()]
    if len(letters) >= _FEWEST and sum(map(str.isupper, letters)) > _SHARE * len(letters):
        yield letter.text.subject


def _tail(letter: Letter) -> Iterator[str]:
    """A number or letters behind it that make each copy another text."""
    if found := SUBJECT_TAIL.search(_raw(letter)):
        yield found[0].strip()


def _spaces(letter: Letter) -> Iterator[str]:
    if WIDE_BLANK.search(_raw(letter)):
        yield letter.text.subject


def _gappy(letter: Letter) -> Iterator[str]:
    if found := GAPPY.search(letter.text.subject):
        yield found[0]


def _loud(letter: Letter) -> Iterator[str]:
    if LOUD.search(letter.text.subject):
        yield letter.text.subject


def _exclaims(letter: Letter) -> Iterator[str]:
    if "!" in letter.text.subject:
        yield letter.text.subject


def _money(letter: Letter) -> Iterator[str]:
    if PRICE.search(letter.text.subject.lower()):
        yield letter.text.subject


def _false_reply(letter: Letter) -> Iterator[str]:
    """An answer names what it answers."""
    answers = letter.message.values(b"in-reply-to") or letter.message.values(b"references")
    if REPLY.match(letter.text.subject) and not answers:
        yield letter.text.subject


def _false_forward(letter: Letter) -> Iterator[str]:
    answers = letter.message.values(b"in-reply-to") or letter.message.values(b"references")
    if FORWARD.match(letter.text.subject) and not answers:
        yield letter.text.subject


def _names_recipient(letter: Letter) -> Iterator[str]:
    subject = letter.text.subject.lower()
    for mailbox in letter.mailboxes(b"to")[:3]:
        local = mailbox.address.rpartition("@")[0]
        if len(local) > 2 and (
            subject.startswith((f"{local},", f"{local} ", local + ":")) or mailbox.address in subject
        ):
            yield letter.text.subject


def _disguised(letter: Letter) -> Iterator[str]:
    found = letter.text.subject_normalised
    if found.invisible or found.styled or found.mixed or found.piled or found.spaced:
        yield letter.text.subject


def _in_text(letter: Letter) -> Iterator[str]:
    """The first line says nothing but the subject again."""
    subject = letter.text.subject_normalised.text
    if len(subject) >= _FEWEST and letter.text.normalised.text[:200].startswith(subject):
        yield letter.text.subject


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "subject-absent": _absent,
    "subject-capitals": _capitals,
    "subject-tail": _tail,
    "subject-spaces": _spaces,
    "subject-gappy": _gappy,
    "subject-loud": _loud,
    "subject-exclaims": _exclaims,
    "subject-money": _money,
    "subject-false-reply": _false_reply,
    "subject-false-forward": _false_forward,
    "subject-names-recipient": _names_recipient,
    "subject-disguised": _disguised,
    "subject-in-text": _in_text,
}
