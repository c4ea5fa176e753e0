"""quarantine: lists, searches, counts and opening with a million held messages, and what holding one more costs.

    python -m benchmarks.quarantine [--directory DIR] [--holds 1000000] [--rounds 15] [--keep]

Each call is made so many times, in turns with a plain SELECT that reads fifty rows by their primary key; the table has
median and slowest call in milliseconds, and how many times the SELECT the median is. What a LIKE over the same table
takes stands below, and what a hold costs, in turns with a bare file and the log of a database written and synced.
With --keep the index stays in DIR and is used again.
"""

import argparse
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gatekeeper.quarantine import Held, Hold, Quarantine, rows
from gatekeeper.quarantine.files import Files
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.listing import Query
from gatekeeper.values import Action, Client, Envelope, Fate, Finding, Outcome, Verdict, new_id

DAY = 86_400
PART = 5_000  # holds written in one transaction
WORDS = 20_000  # words that subjects are made of, the first of them in every tenth subject
FATES = ((Fate.HELD, 60), (Fate.UNCONFIRMED, 1), (Fate.RELEASED, 8), (Fate.DELETED, 6), (Fate.EXPIRED, 25))
REASONS = (("dnsbl-listed", 40), ("bayes-spam", 30), ("bulk-subject", 15), ("banned-attachment", 8), ("virus-found", 1))
CLIENT = Client("192.0.2.1", "mx.example.net")
BODY = b"\r\nPay at once, it is the last time that we write.\r\n" * 100

Call = Callable[[], object]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", help="where the quarantine is made")
    parser.add_argument("--holds", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.directory) as name:
        place = Path(arguments.directory) / "kept" if arguments.keep else Path(name) / "quarantine"
        quarantine = Quarantine(place)
        _furnish(quarantine, arguments.holds)
        console = Console(width=110)
        console.print(_lists(quarantine, arguments.rounds))
        console.print(_holding(quarantine, Path(name), arguments.rounds * 10))
        quarantine.close()


def _furnish(quarantine: Quarantine, holds: int) -> None:
    """Made mail of thirty days: few senders and mailboxes have most of it, as it is."""
    (there,) = quarantine._notes.read("SELECT count(*) FROM holds")[0]
    began, now, chance = time.perf_counter(), time.time(), random.Random(there)
    for start in range(there, holds, PART):
        moments = [now - 30 * DAY * (1 - number / holds) for number in range(start, min(start + PART, holds))]
        quarantine._notes.write(lambda connection, moments=moments: _write(connection, moments, chance))  # type: ignore[misc]
    size = sum(path.stat().st_size for path in quarantine.directory.glob("index.db*"))
    took = time.perf_counter() - began
    print(f"{holds} holds, {size / 1e6:.0f} MB of index, {took:.0f} s to write {max(0, holds - there)} of them")


def _write(connection: sqlite3.Connection, moments: list[float], chance: random.Random) -> None:
    for moment in moments:
        rows.insert(connection, rows.free_number(connection, moment), _made(moment, chance), rows.State())


def _made(moment: float, chance: random.Random) -> Held:
    (reason,) = chance.choices([reason for reason, _ in REASONS], [weight for _, weight in REASONS])
    findings = (Finding(reason, 9.0, "evidence of some length, as it mostly is"), Finding("spf-none"))
    verdict = Verdict(Action.QUARANTINE, reason, 9.0 + chance.random(), 5.0, findings)
    boxes = dict.fromkeys(f"box{_few(chance, 50_000)}@example.org" for _ in range(chance.choice((1, 1, 1, 1, 2))))
    sender = f"sender{_few(chance, 200_000)}@domain{_few(chance, 30_000)}.example"
    envelope = Envelope(_id(chance), "smtp", CLIENT, CLIENT, sender=sender, recipients=tuple(boxes))
    fates = chance.choices([fate for fate, _ in FATES], [weight for _, weight in FATES], k=len(boxes))
    outcomes = {box: Outcome(fate) for box, fate in zip(boxes, fates, strict=True)}
    words = " ".join(f"word{_few(chance, WORDS)}" for _ in range(6))
    subject = f"invoice {words}" if chance.random() < 0.3 else words
    subject += " advert" if reason.startswith("bulk") else ""
    return Held(envelope, dict.fromkeys(boxes, verdict), outcomes, moment, 6000, "0" * 64, subject)


def _id(chance: random.Random) -> str:
    """Not by the clock, which so many would wear out."""
    return f"{chance.getrandbits(52):013x}"


def _few(chance: random.Random, most: int) -> int:
    """Small numbers more often than large ones."""
    return int(most * chance.random() ** 3)


def _lists(quarantine: Quarantine, rounds: int) -> Table:
    table = Table("what", "found", "median ms", "slowest ms", "of a SELECT")
    for what, call in _calls(quarantine).items():
        times, plain = _in_turns(call, lambda: _select(quarantine), rounds)
        ratio = statistics.median(times) / statistics.median(plain)
        found = getattr(call(), "entries", call())
        shown = f"{len(found)}" if isinstance(found, (tuple, list)) else str(found)[:10]
        table.add_row(what, shown, _ms(statistics.median(times)), _ms(max(times)), f"{ratio:.1f}")
    table.add_section()
    for word in ("invoice", "word19999"):
        took = _timed(lambda word=word: _like(quarantine, word))  # type: ignore[misc]
        table.add_row(f"SELECT … LIKE '%{word}%', 50 rows", "", _ms(took), "", "")
    return table


def _calls(quarantine: Quarantine) -> dict[str, Call]:
    """The lists and searches that people ask for, and the worst that there are."""
    deep = quarantine.page(Query(until=time.time() - 25 * DAY)).after
    me, crowd = ("box40000@example.org",), ("box0@example.org", "box1@example.org", "box2@example.org")
    common = quarantine.totals(Query(), "sender", 1)[0][0]
    held = _held(quarantine, random.Random(time.time_ns()))
    queries = {
        "first page": Query(),
        "all states": Query(state="all"),
        "unconfirmed": Query(state="unconfirmed"),
        "expired": Query(state="expired"),
        "kind virus": Query(kind=Kind.VIRUS),
        "kind policy, of which there is none": Query(kind=Kind.POLICY),
        "reason": Query(reason="bayes-spam"),
        "sender, the most frequent": Query(sender=common),
        "sender, nobody": Query(sender="nobody@example.net"),
        "sender *@domain29999.example": Query(sender="*@domain29999.example"),
        "sender *@nowhere.example": Query(sender="*@nowhere.example"),
        "sender *der19999*, which no index knows": Query(sender="*der19999*"),
        "a day, four weeks ago": Query(since=time.time() - 28 * DAY, until=time.time() - 27 * DAY),
        "a user's": Query(recipients=me),
        "a user's with three large mailboxes": Query(recipients=crowd),
        "search, common word": Query("invoice"),
        "search, rare word": Query("word19999"),
        "search, two words": Query("invoice word19998"),
        "search, no hit": Query("nothing of the kind"),
        "search, three letters": Query("wor"),
        "search, an address": Query("box49999@example.org"),
        "search, common word, kind virus": Query("invoice", kind=Kind.VIRUS),
        "search, word of the bulk alone, kind virus": Query("advert", kind=Kind.VIRUS),
        "search, common word, released": Query("invoice", state="released"),
        "search, common word, a user's": Query("invoice", recipients=me),
        "search, common word, three mailboxes": Query("invoice", recipients=crowd),
        "search, common word, rare sender": Query("invoice", sender="*@domain29999.example"),
    }
    calls: dict[str, Call] = {
        what: lambda query=query: quarantine.page(query)  # type: ignore[misc]
        for what, query in queries.items()
    }
    calls["a page 25 days ago"] = lambda: quarantine.page(Query(), after=deep)
    calls["the one before it"] = lambda: quarantine.page(Query(), before=deep)
    calls["count to 10,000"] = lambda: quarantine.count(Query())
    calls["count of a search"] = lambda: quarantine.count(Query("invoice"))
    for by in ("kind", "reason", "sender", "recipient"):
        calls[f"totals by {by}"] = lambda by=by: quarantine.totals(Query(), by)  # type: ignore[misc]
    calls["totals by reason, a user's"] = lambda: quarantine.totals(Query(recipients=me), "reason")
    calls["open one, and its bytes"] = lambda: (quarantine.get(held), quarantine.read(held))
    return calls


def _holding(quarantine: Quarantine, directory: Path, rounds: int) -> Table:
    """A hold writes two files: the message, and the log of the index."""
    chance = random.Random(time.time_ns())

    log = (directory / "log").open("wb", buffering=0)

    def bare() -> None:
        Files(directory / "messages").write(new_id(), [BODY])
        log.write(bytes(4096))
        os.fsync(log.fileno())

    held, synced = _in_turns(lambda: _held(quarantine, chance), bare, rounds)
    table = Table("holding one more", "median ms", "slowest ms")
    table.add_row("hold", _ms(statistics.median(held)), _ms(max(held)))
    table.add_row("bare file and log", _ms(statistics.median(synced)), _ms(max(synced)))
    table.add_row("processor of a hold", _ms(_processor(lambda: _held(quarantine, chance), rounds)), "")
    return table


def _held(quarantine: Quarantine, chance: random.Random) -> str:
    """One more is held; its id."""
    made = _made(time.time(), chance)
    raw = f"Subject: {made.subject}\r\n".encode() + BODY
    quarantine.hold(Hold(made.envelope, made.verdicts, [raw], f"{chance.getrandbits(256):064x}"))
    return made.id


def _processor(call: Call, rounds: int) -> float:
    began = time.process_time()
    for _ in range(rounds):
        call()
    return (time.process_time() - began) / rounds


def _select(quarantine: Quarantine) -> object:
    return quarantine._notes.read("SELECT id, held_at, sender, subject, size FROM holds ORDER BY number DESC LIMIT 50")


def _like(quarantine: Quarantine, word: str) -> object:
    sql = "SELECT id FROM holds WHERE subject LIKE ? OR sender LIKE ? ORDER BY number DESC LIMIT 50"
    return quarantine._notes.read(sql, (f"%{word}%",) * 2)


def _in_turns(call: Call, other: Call, rounds: int) -> tuple[list[float], list[float]]:
    pairs = [(_timed(call), _timed(other)) for _ in range(rounds)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def _timed(call: Call) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.2f}"


if __name__ == "__main__":
    main()
