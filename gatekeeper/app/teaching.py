"""teaching: somebody says what a message is. Which message is that, and is it theirs?

    by its id     the X-Gatekeeper-Id that we gave it: its features were kept when it passed. The teacher must be one of
                  those who got it
    by its text   the digest of its text is that of a message that passed, or of one that was learnt
    as it is      the features of what was sent back, unless the teacher wrote it: that is a letter about the message

Mail servers write MIME anew, so what is sent back is never what passed, and the first two come first. Fails with
`StoreError`; whatever else becomes of it is told.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from gatekeeper.app import counting, state
from gatekeeper.app.learning import Learning, Sample
from gatekeeper.app.letter import Letter
from gatekeeper.app.ownership import Ownership
from gatekeeper.app.reviewing import reviewed
from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.config.schema import Config
from gatekeeper.message import Message
from gatekeeper.message.words import decoded_words
from gatekeeper.pipeline.headers import ID
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.passed import Passed, Trace
from gatekeeper.values import Label, is_id

_MOST_IDS = 20
_MOST_WRITERS = 20


class NotTheirsError(Exception):
    """The message was somebody else's: who did not get it cannot say what it is."""


class Became(StrEnum):
    """What became of one message that somebody taught."""

    LEARNT = "learnt"
    MOVED = "moved"  # it had been learnt as the other class
    KNOWN = "known"
    NOT_THEIRS = "not-theirs"
    WRITTEN = "written"  # by the teacher: sent on within a letter, not attached to it
    TOO_MUCH = "too-much"  # for one teacher, today or at all


_TAKEN = (Became.LEARNT, Became.MOVED, Became.KNOWN)


@dataclass(frozen=True, slots=True)
class Meant:
    """The message that is meant: `by` its id, its text, or as it is. `id` is that which we gave it, if known."""

    features: Features
    digest: bytes
    by: str
    id: str = ""

    def sample(self, label: Label) -> Sample:
        """What is to be learnt. Its id names the event too, so that it is not learnt twice."""
        return Sample(self.features, self.digest, label, self.id)


@dataclass(frozen=True, slots=True)
class Taught:
    """What became of it, and how the message was found: `id`, `text`, `bytes`, or "" if it was refused."""

    became: Became
    by: str = ""
    id: str = ""


@dataclass(slots=True)
class Teaching:
    """`passed` has the features of what passed, if anything did. `ownership` knows whose an address is: a teacher may
    write by any address of the mailbox that got the message. `reviewed` is told the ids of what was taught.
    """

    learning: Learning
    passed: Passed | None = None
    ownership: Ownership = field(default_factory=Ownership)
    reviewed: Callable[[Sequence[str], Label], None] = lambda _ids, _label: None

    @classmethod
    def of(cls, config: Config, learning: Learning) -> "Teaching":
        """As the configuration has it."""
        passed = state.passed(config, create=False)
        return cls(learning, passed if passed.path.exists() else None, Ownership(config), partial(reviewed, config))

    def teach(self, letter: Letter, label: Label, teacher: str, source: str = "mail") -> list[Taught]:
        """What `teacher` sent back is of this class: the messages that are attached, or else the message itself.

        They are learnt together, so that one model is made of all.
        """
        return self.take(self._sent_back(letter, teacher), label, teacher, source)

    def take(self, messages: Iterable[Message], label: Label, teacher: str, source: str) -> list[Taught]:
        """Each of these messages is of this class itself, whatever is attached to it."""
        found = [self._found(message, teacher) for message in messages]
        became = iter(self._learn([one for one in found if isinstance(one, Meant)], label, teacher, source))
        taught = [Taught(next(became), one.by, one.id) if isinstance(one, Meant) else Taught(one) for one in found]
        self.reviewed([one.id for one in taught if one.by == "id" and one.became in _TAKEN], label)
        return taught

    def meant(self, message: Message, teacher: str) -> Meant:
        """Which message that is. Raises `NotTheirsError`."""
        return self._by_id(message, teacher) or self._by_text(message, teacher) or self._as_it_is(message)

    def _sent_back(self, letter: Letter, teacher: str) -> Sequence[Message]:
        """What the teacher got is meant itself: what is attached to it was chosen by who wrote it, ids and all."""
        traces = filter(None, map(self._trace, ids_of(letter.message)))
        got = any(self._is_among(teacher, trace.recipients) for trace in traces)
        return letter.attached if letter.attached and not got else (letter.message,)

    def _found(self, message: Message, teacher: str) -> "Meant | Became":
        """Which message that is, or why it is refused."""
        try:
            meant = self.meant(message, teacher)
        except NotTheirsError:
            return Became.NOT_THEIRS
        written = meant.by == "bytes" and self._is_among(teacher, _writers(message))
        return Became.WRITTEN if written else meant

    def _learn(self, meant: Sequence[Meant], label: Label, teacher: str, source: str) -> list[Became]:
        """What becomes of each. Who has taught enough is refused the last of them.

        Teachers are counted by their mailboxes: `Joe+x@…` and `joe@…` are one, or each would be allowed as much.
        """
        if not meant:
            return []
        teacher = self.ownership.mailbox(teacher)
        became = [self._becomes(one, label, one.digest in {m.digest for m in meant[:n]}) for n, one in enumerate(meant)]
        refused = self.learning.learn([one.sample(label) for one in meant], source=source, teacher=teacher).refused
        last = [n for n, each in enumerate(became) if each is not Became.KNOWN][-refused:] if refused else []
        return [Became.TOO_MUCH if n in last else each for n, each in enumerate(became)]

    def _becomes(self, meant: Meant, label: Label, again: bool) -> Became:
        training = self.learning.training
        events = [
            *training.taught([meant.digest]).values(),
            *training.taught_ids([meant.id] if meant.id else []).values(),
        ]
        labels = {event.label for found in events for event in found}
        if label.other in labels and not again:
            return Became.MOVED
        return Became.KNOWN if again or label in labels else Became.LEARNT

    def _by_id(self, message: Message, teacher: str) -> Meant | None:
        found = [trace for message_id in ids_of(message) if (trace := self._trace(message_id))]
        own = next((trace for trace in found if self._is_among(teacher, trace.recipients)), None)
        if found and own is None:
            raise NotTheirsError(f"message {found[0].id} did not go to {teacher}")
        return self._of(own, "id") if own else None

    def _by_text(self, message: Message, teacher: str) -> Meant | None:
        digest = digest_of(message)
        passed = self.passed.find(digest) if self.passed is not None else []
        if passed:
            own = (trace for trace in passed if self._is_among(teacher, trace.recipients))
            return self._of(next(own, passed[0]), "text")
        for known in self.learning.training.taught([digest]).get(digest, ()):
            event = self.learning.training.event(known.seq)
            return Meant(counting.features(event, self.learning.training.path), digest, "text")
        return None

    def _as_it_is(self, message: Message) -> Meant:
        return Meant(features_of(message, self.learning.settings.fold), digest_of(message), "bytes")

    def _of(self, trace: Trace, by: str) -> Meant:
        assert self.passed is not None
        features = unpacked(trace, self.passed)
        folded = features.folded() if self.learning.settings.fold else features
        return Meant(folded, trace.digest, by, trace.id)

    def _trace(self, message_id: str) -> Trace | None:
        return self.passed.get(message_id) if self.passed is not None else None

    def _is_among(self, teacher: str, addresses: Iterable[str]) -> bool:
        mailbox, *others = self.ownership.mailboxes([teacher, *addresses])
        return mailbox in others


def ids_of(message: Message) -> list[str]:
    """The ids that its header says we gave it."""
    written = (value.split()[:1] for value in message.values(ID)[:_MOST_IDS])
    words = [word.decode("ascii", "replace") for first in written for word in first]
    return [word for word in dict.fromkeys(words) if is_id(word)]


def unpacked(trace: Trace, passed: Passed) -> Features:
    """The features of a message that passed."""
    try:
        return Features.unpack(trace.features)
    except ValueError as error:
        problem = f"what is kept of message {trace.id} is damaged ({error})"
        raise StoreError(passed.path, problem, "move it away: it holds nothing but what passed lately") from None


def _writers(message: Message) -> Iterator[str]:
    for value in message.values(b"from")[:_MOST_WRITERS]:
        text = decoded_words(value)
        yield text.rpartition("<")[2].partition(">")[0] if "<" in text else text
