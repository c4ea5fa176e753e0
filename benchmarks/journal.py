"""journal: what keeping a record costs: the caller, the thread that writes, the disk; and what a search then takes.

    python -m benchmarks.journal [--directory DIR] [--seconds 4] [--rates 750 1500] [--records 0]

Records have one recipient, two findings and five questions, as most messages with a few block lists. The caller is
paced, so that batches are as long as they would be. With `--records 1000000` so many are written first, and searched.
"""

import argparse
import gc
import os
import tempfile
import time
from pathlib import Path

from gatekeeper.stores import journal as module
from gatekeeper.stores.journal import Journal
from gatekeeper.values import (
    Absent,
    Action,
    Client,
    Dns,
    Envelope,
    Fate,
    Finding,
    Found,
    Outcome,
    Recipient,
    Record,
    Verdict,
    new_id,
)


class Measured(Journal):
    """A journal that tells how much time on the processor its thread has used."""

    encoding = writing = 0.0
    batches = 0

    def _write(self, batch: list[Record]) -> None:
        began = time.thread_time()
        rows = [module.rows(record) for record in batch]
        encoded = time.thread_time()
        self._database.write(lambda connection: module.insert(connection, rows))
        self.encoding += encoded - began
        self.writing += time.thread_time() - encoded
        self.batches += 1


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as name:
        if arguments.records:
            _search(Journal(Path(name) / "large.db"), arguments.records)
        journal = Measured(Path(name) / "journal.db")
        for rate in arguments.rates:
            _pace(journal, rate, int(rate * arguments.seconds))
        size = journal.path.stat().st_size / max(1, sum(arguments.rates) * arguments.seconds)
        print(f"{size:.0f} bytes of disk a record")
        journal.close()


def _pace(journal: Measured, rate: int, count: int) -> None:
    """So many records a second, as they come."""
    records = [_record(number) for number in range(count)]
    gc.collect()
    gc.freeze()  # a busy gateway does not hold so many records at once
    journal.flush()
    journal.encoding = journal.writing = journal.batches = 0
    times, began = [], time.perf_counter()
    for number, record in enumerate(records):
        start = time.perf_counter()
        journal.record(record)
        times.append(time.perf_counter() - start)
        ahead = began + number / rate - start
        if ahead > 0.002:
            time.sleep(ahead)
    journal.flush()
    times.sort()
    encoding, writing = journal.encoding / count * 1e6, journal.writing / count * 1e6
    print(
        f"{rate}/s: record() {times[count // 2] * 1e6:.1f} µs, 99 % {times[count * 99 // 100] * 1e6:.1f} µs; "
        f"the thread {encoding + writing:.0f} µs a record ({encoding:.0f} encoding, {writing:.0f} SQLite and disk), "
        f"{count / journal.batches:.0f} in a batch; {journal.lost} lost"
    )


def _search(journal: Journal, count: int) -> None:
    for number in range(count):
        journal.record(_record(number))
        if number % 5000 == 4999:
            journal.flush(60)
    journal.flush(60)
    last = journal.find(limit=1)[0]
    ways = {
        "id": {"message_id": last.envelope.id},
        "newest 100": {},
        "sender": {"sender": "nobody@example.com"},
        "sender pattern": {"sender": "*@example.com"},
        "recipient": {"recipient": "nobody@example.com"},
        "reason": {"reason": "banned-attachment"},
        "since": {"since": time.time() + 1000},
    }
    for name, wanted in ways.items():
        began = time.perf_counter()
        journal.find(**wanted)  # type: ignore[arg-type]
        print(f"{count} records, by {name}: {(time.perf_counter() - began) * 1e3:.1f} ms")
    journal.close()


def _record(number: int) -> Record:
    client = Client("192.0.2.1", "mx.example.org", 3211)
    to = f"user{number % 5000}@example.org"
    envelope = Envelope(
        new_id(), "smtp", client, client, False, "mx.example.org", "ESMTP", "", f"u{os.urandom(3).hex()}@x.org", (to,)
    )
    findings = (
        Finding("dnsbl-listed", 2.0, "192.0.2.1 in list.example 127.0.0.2"),
        Finding("double-extension", 1.0, "a.pdf.exe"),
    )
    lists = tuple((Dns(f"1.2.0.192.l{n}.example"), Absent() if n else Found(("127.0.0.2",))) for n in range(4))
    outcome = Outcome(Fate.DELIVERED, "esmtp:[127.0.0.1]:2526", "250 2.0.0 Ok: queued as 4F3A")
    verdict = Verdict(Action.ACCEPT, "clean", 3.0, 5.0, findings)
    tape = (*lists, (Recipient(to), Found()))
    return Record(envelope, {to: verdict}, {to: outcome}, tape, 6000, "a" * 64, "c0ffee", (), 0.003)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--directory", type=Path, default=Path.cwd(), help="where to write; default: here")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each rate")
    parser.add_argument("--rates", type=int, nargs="*", default=[750, 1500], help="records a second")
    parser.add_argument("--records", type=int, default=0, help="how many to search among")
    return parser.parse_args()


if __name__ == "__main__":
    main()
