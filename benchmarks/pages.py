"""pages: how long each page of the review site takes with so many held messages, and as many records in the journal.

    python -m benchmarks.pages [--directory DIR] [--holds 1000000] [--records 1000000] [--rounds 11]

Asked of the application itself, signed in, without a network or TLS between: store, page and template. The table has
median and slowest in milliseconds, and how many times the page with nothing on it (`/account`) the median is. The last
line is a message of 50 MB with a million tags.
"""

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.quarantine import _furnish
from gatekeeper.quarantine.acts import Role
from gatekeeper.stores import journal_boxes
from gatekeeper.values import Action, Fate
from gatekeeper.web import passwords
from tests.pictures.mail import SAMPLES, message
from tests.unit.web.browsing import CHEAP, Site
from tests.unit.web.reviewed import hold

DAY = 86_400
REASONS = ("clean", "bayes-spam", "dnsbl-listed", "gtube")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", help="where the stores are made")
    parser.add_argument("--holds", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=11)
    arguments = parser.parse_args()
    passwords._hasher = CHEAP
    with tempfile.TemporaryDirectory(dir=arguments.directory) as name:
        site = Site(Path(name))
        _furnish(site.quarantine, arguments.holds)
        _records(site, arguments.records)
        site.sign_in("root", Role.ADMINISTRATOR)
        user = Site(Path(name))
        user.sign_in("kim", Role.USER, "box3@example.org", "box77@example.org")
        paths = dict(_paths(site))
        Console(width=110).print(_table(site, user, paths, arguments.rounds))
        for each in (site, user):
            each.close()


def _records(site: Site, count: int) -> None:
    """A day of mail in the journal, without details, which no list reads."""
    site.journal.hours(0)
    now, chance, actions = time.time(), random.Random(1), [*Action]
    records, recipients = [], []
    for number in range(1, count + 1):
        action, sender = (
            chance.choice(actions),
            f"user{chance.randrange(50_000)}@domain{chance.randrange(3000)}.example",
        )
        reason, at = chance.choice(REASONS), now - DAY * (1 - number / count)
        records.append((number, f"{number:013d}", at, sender, "192.0.2.1", action, reason, 5000, ""))
        box = f"box{chance.randrange(2000)}@example.org"
        recipients.append((number, 0, box, 0, action, reason, Fate.DELIVERED, "[10.0.0.5]:25", "250 Ok"))
    with closing(sqlite3.connect(site.journal.path)) as journal, journal:
        journal.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", records)
        journal.executemany("INSERT INTO recipients VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", recipients)
        journal.execute("INSERT INTO details VALUES (?, '')", (count,))
        journal_boxes.sort(journal, 1, count)
        journal.execute(
            """INSERT INTO hours SELECT CAST(time / 3600 AS INTEGER), action, reason COLLATE BINARY, count(*)
                FROM records GROUP BY 1, 2, 3"""
        )


def _paths(site: Site) -> Iterator[tuple[str, str]]:
    yield "nothing to look up", "/account"
    yield "overview", "/"
    yield "quarantine", "/held"
    yield "one kind", "/held?kind=attachment"
    yield "a frequent word", "/held?text=invoice"
    yield "two words", "/held?text=invoice+word1"
    yield "a word that is not there", "/held?text=nowhere"
    yield "part of a sender that is not there", "/held?sender=*nowhere*"
    yield "part of a sender", "/held?sender=*domain7*"
    letter = message(SAMPLES[0], time.time())
    yield "a message with a page", f"/held/{hold(site, letter)}"
    yield "its page alone", f"/held/{hold(site, letter)}/page"
    yield "history", "/history"
    yield "history: an address that is not there", "/history?text=nowhere"
    yield "history: part of an address", "/history?text=box77@"
    head = b"Content-Type: text/html\r\nSubject: large\r\n\r\n"
    large = hold(site, head + b"<b>x</b>" * 1_000_000 + b"x" * 42_000_000)
    yield "50 MB with a million tags", f"/held/{large}"
    yield "its page alone, 50 MB", f"/held/{large}/page"


def _table(site: Site, user: Site, paths: dict[str, str], rounds: int) -> Table:
    table = Table("page", "median ms", "slowest ms", "of nothing", box=None)
    plain = statistics.median(_times(site, "/account", rounds))
    for who, asked in (("", site), ("a user's ", user)):
        for what, path in (
            paths.items() if asked is site else [("overview", "/"), ("quarantine", "/held"), ("history", "/history")]
        ):
            found = _times(asked, path, rounds)
            median = statistics.median(found)
            table.add_row(who + what, f"{median * 1e3:.1f}", f"{max(found) * 1e3:.1f}", f"{median / plain:.1f}")
    return table


def _times(site: Site, path: str, rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        assert site.get(path).status_code == 200
        found.append(time.perf_counter() - began)
    return found


if __name__ == "__main__":
    main()
