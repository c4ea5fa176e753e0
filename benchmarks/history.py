"""history: what it costs to know a sender: each question, the checks that ask, what is noted, and forgetting.

    python -m benchmarks.history [--directory DIR] [--rows 500000] [--messages 20000]

Every table has so many rows, as many as are kept by default; half the messages are from senders that are in them. Times
are of the processor, in microseconds a message: of the thread that judges, and of the one that writes behind it.
"""

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gatekeeper.app.remembering import changes
from gatekeeper.checks import correspondents, greylist, rates, reputation
from gatekeeper.lookups.history import Recollection
from gatekeeper.message import Mail, parse
from gatekeeper.pipeline.run import run_stage
from gatekeeper.stores.history import Attempt, Bounds, Change, History, Judgement, Letter, Named
from gatekeeper.tables import Tables
from gatekeeper.values import (
    Action,
    Answer,
    Authenticated,
    Client,
    Envelope,
    Fate,
    Finding,
    Known,
    Outcome,
    Question,
    Rate,
    Record,
    Reputation,
    Seen,
    Stage,
    Verdict,
    new_id,
)

KIM = "kim@example.org"
_PART = 5000  # rows noted at once


class Measured(History):
    """A history that tells how much time on the processor its thread has used."""

    writing = 0.0

    def _write(self, batch: Sequence[Change]) -> None:
        began = time.thread_time()
        super()._write(batch)
        self.writing += time.thread_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", help="where the store is made")
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--messages", type=int, default=20_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as name:
        history = Measured(Path(name) / "history.db", Bounds(rows=arguments.rows))
        _furnish(history, arguments.rows)
        size = history.path.stat().st_size / 1e6
        print(f"{arguments.rows} rows in each of 5 tables: {size:.0f} MB")
        numbers = random.Random(1).sample(range(2 * arguments.rows), min(arguments.messages, arguments.rows))
        _ask(history, numbers)
        _judge(history, numbers)
        history.close()


def _furnish(history: History, rows: int) -> None:
    now = time.time()
    for start in range(0, rows, _PART):
        for n in range(start, min(start + _PART, rows)):
            history.note(
                (
                    Letter(KIM, (f"ann{n}@firm{n}.test",), f"{n:016x}", now),
                    Named(f"ann doe{n}", f"ann{n}@firm{n}.test", False, now),
                    Judgement(f"domain:firm{n}.test", True, now),
                    Attempt(_seen(n), now),
                )
            )
        history.flush(600)
    history.writing = 0.0


def _ask(history: History, numbers: Sequence[int]) -> None:
    recollection = Recollection(history)
    kinds: dict[str, Callable[[int], Question]] = {
        "known": lambda n: Known(f"ann{n}@firm{n}.test", f"ann doe{n}", (KIM,), "", (f"{n:016x}",)),
        "reputation": lambda n: Reputation(f"domain:firm{n}.test"),
        "seen": _seen,
        "rate": lambda n: Rate(f"client:{n}", 100, 3600.0),
    }
    for name, make in kinds.items():
        questions = [make(n) for n in numbers]
        print(f"{name:>12}  {_each(recollection.known, questions):6.1f} µs")
    history.flush(600)


def _judge(history: Measured, numbers: Sequence[int]) -> None:
    recollection = Recollection(history)
    stages = {
        Stage.CONNECT: rates.build(rates.Settings(client="100/1h", network="1000/1h"), Tables()),
        Stage.CONTENT: correspondents.build(correspondents.Settings(), Tables()),
        Stage.LAST: greylist.build(greylist.Settings(from_score=-99.0), Tables()),
    }
    reputed = reputation.build(reputation.Settings(), Tables())
    checks = {stage: {"one": found[stage]} for stage, found in stages.items()}
    checks[Stage.CONTENT]["other"] = reputed[Stage.CONTENT]
    mails = [_mail(n) for n in numbers]
    records: list[Record] = []

    def judge(mail: Mail) -> None:
        tape: dict[Question, Answer] = {}
        for stage in checks:
            steps = run_stage(checks[stage], mail, tape)  # type: ignore[arg-type]
            try:
                questions = next(steps)
                while True:
                    questions = steps.send({question: recollection.known(question) for question in questions})
            except StopIteration:
                pass
        records.append(_record(mail, tape))

    print(f"{'all checks':>12}  {_each(judge, mails):6.1f} µs, their driver and the record among it")
    history.flush(600)
    history.writing = 0.0
    parts = [records[start : start + _PART] for start in range(0, len(records), _PART)]
    noted = []
    for part in parts:
        noted.append(_each(lambda record: history.note(changes(record, _own)), part))
        history.flush(600)
    print(f"{'noted':>12}  {sum(noted) / len(noted):6.1f} µs")
    print(f"{'written':>12}  {history.writing / len(records) * 1e6:6.1f} µs, in the thread behind")
    began = time.process_time()
    history.prune()
    print(f"{'pruned':>12}  {time.process_time() - began:6.1f} s, once an hour in a process of its own")


def _each(work: Callable[[Any], object], over: Sequence[Any]) -> float:
    """Microseconds of this thread for each."""
    gc.collect()
    gc.disable()
    began = time.thread_time()
    for one in over:
        work(one)
    taken = time.thread_time() - began
    gc.enable()
    return taken / len(over) * 1e6


def _own(domain: str) -> bool:
    return domain == "example.org"


def _seen(n: int) -> Seen:
    return Seen(f"domain:firm{n}.test ann@firm{n}.test example.org", 300.0, 172_800.0, 3_110_400.0)


def _mail(n: int) -> Mail:
    client = Client(f"192.0.{n >> 8 & 255}.{n & 255}")
    envelope = Envelope(new_id(), "smtp", client, client, sender=f"ann@firm{n}.test", recipients=(KIM,))
    found = Finding("dkim-pass", result=Authenticated("dkim", "pass", f"firm{n}.test"))
    head = (f'From: "Ann Doe{n}" <ann{n}@firm{n}.test>', f"Message-ID: <{n}@firm.test>", "In-Reply-To: <1@x>")
    raw = "\r\n".join((*head, "", "Hello", ""))
    return Mail(envelope, message=parse(raw.encode()), findings=(found,))


def _record(mail: Mail, tape: dict[Question, Answer]) -> Record:
    verdict = Verdict(Action.ACCEPT, "clean", 0.0, 5.0, mail.findings)
    return Record(mail.envelope, {KIM: verdict}, {KIM: Outcome(Fate.DELIVERED)}, tuple(tape.items()), 6000)


if __name__ == "__main__":
    main()
