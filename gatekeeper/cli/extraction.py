"""extraction: from mailboxes to what is learnt of their messages. What cannot be read is told, the rest goes on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.app import extraction
from gatekeeper.app.learning import Sample
from gatekeeper.classifier.digest import SIZE, digest_of
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.cli.mailboxes import Mailboxes
from gatekeeper.cli.progress import Complaints, Stop
from gatekeeper.message import parse
from gatekeeper.values import Label


@dataclass(frozen=True, slots=True)
class Lessons:
    """Messages of both classes to be learnt."""

    spam: Mailboxes
    ham: Mailboxes

    @classmethod
    def of(cls, spam: Sequence[str], ham: Sequence[str], complain: Callable[[str], object]) -> "Lessons":
        """From files of each class."""
        return cls(Mailboxes(spam, complain), Mailboxes(ham, complain))

    def __len__(self) -> int:
        return len(self.spam) + len(self.ham)

    def name(self, number: int) -> str:
        """What people call a message: the spam has the first numbers."""
        return self.spam.name(number) if number < len(self.spam) else self.ham.name(number - len(self.spam))

    def read(self, number: int) -> bytes:
        """The message; raises `UnreadableError`."""
        return self.spam.read(number) if number < len(self.spam) else self.ham.read(number - len(self.spam))

    def label(self, number: int) -> Label:
        """Its class."""
        return Label.SPAM if number < len(self.spam) else Label.HAM

    def descriptors(self) -> list[int]:
        """What must stay open to read it."""
        return [*self.spam.descriptors(), *self.ham.descriptors()]

    def evenly(self) -> Iterator[int]:
        """All numbers, spam and ham evenly mixed, each in its own order: what learns online forgets what was first."""
        spam, ham = len(self.spam), len(self.ham)
        spams = hams = 0
        for _ in range(spam + ham):
            if (2 * spams + 1) * ham <= (2 * hams + 1) * spam:
                yield spams
                spams += 1
            else:
                yield spam + hams
                hams += 1

    def samples(
        self, fold: bool, jobs: int, complain: Complaints, stop: Stop, looked_at: Callable[[int], object]
    ) -> Iterator[Sample]:
        """What is to be learnt of each, until somebody wants to `stop`. `looked_at` is told of each message."""
        last: list[Features] = []  # what this very process has packed need not be unpacked

        def work(number: int) -> bytes:
            message = parse(self.read(number))
            features = features_of(message, fold)
            last[:] = [features]
            return digest_of(message) + features.pack()

        done = extraction.results(work, self.evenly(), jobs, self.descriptors(), stop)
        for number, result in zip(self.evenly(), done, strict=False):
            looked_at(1)
            if isinstance(result, extraction.Lost):
                complain(f"{self.name(number)}: {result.why}")
            else:
                packed = result[SIZE:]
                features = last.pop() if last else Features.unpack(packed)
                yield Sample(features, result[:SIZE], self.label(number), packed=packed)


def digests(
    mailboxes: Mailboxes, jobs: int | None, complain: Complaints, stop: Stop, looked_at: Callable[[int], object]
) -> Iterator[bytes]:
    """By what each message is known again."""

    def work(number: int) -> bytes:
        return digest_of(parse(mailboxes.read(number)))

    count = len(mailboxes)
    done = extraction.results(work, range(count), extraction.jobs_for(jobs, count), mailboxes.descriptors(), stop)
    for number, result in enumerate(done):
        looked_at(1)
        if isinstance(result, extraction.Lost):
            complain(f"{mailboxes.name(number)}: {result.why}")
        else:
            yield result
