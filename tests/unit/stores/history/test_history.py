"""The store is shared, bounded, and holds up nobody, whatever happens to its file."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.stores.history import Attempt, History, Judgement, Letter, Named, Take
from gatekeeper.stores.history import memory as module
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Known, Label, Rate, Reputation, Seen

from .conftest import DAY, Past
from .test_senders import reviewed

RATE = Rate("client:192.0.2.1", 10, 3600.0)


def rows(past: Past, table: str) -> int:
    with sqlite3.connect(past.history.path) as connection:
        ((count,),) = connection.execute(f"SELECT count(*) FROM {table}")
        return int(count)


def test_another_process_sees_what_was_noted(past: Past) -> None:
    past.note(Take(RATE.key, 360.0, time.time()))
    script = (
        "import sys; from pathlib import Path; from gatekeeper.stores.history import History\n"
        "from gatekeeper.values import Rate\n"
        "print(History(Path(sys.argv[1])).ask(Rate('client:192.0.2.1', 10, 3600.0)).level)"
    )
    done = subprocess.run([sys.executable, "-c", script, past.history.path], capture_output=True, text=True, check=True)
    assert 1.9 < float(done.stdout) <= 2.0


def test_a_million_networks_leave_no_more_than_is_allowed(remember: Callable[..., Past], monkeypatch) -> None:
    """Ten thousand here; what is over the bound goes while it is written, not only when the keeper comes."""
    monkeypatch.setattr(module, "_PRUNE", 100)
    past = remember(rows=500)
    for start in range(0, 10_000, 100):
        past.note(*(Judgement(f"network:{n}", False, past.now + n) for n in range(start, start + 100)))
        assert rows(past, "senders") <= 700
    past.history.prune()
    assert 499 <= rows(past, "senders") <= 500
    assert past.ask(Reputation("network:9999")).bad > 0, "the newest stay"


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("contacts", lambda n: Letter("kim@example.org", (f"{n}@out.test",), "", n)),
        ("letters", lambda n: Letter("kim@example.org", ("a@out.test",), f"{n}", n)),
        ("names", lambda n: Named(f"doe jane{n}", f"{n}@out.test", False, n)),
        ("sightings", lambda n: Attempt(Seen(f"{n}", 1, 10, 10), n)),
        ("rates", lambda n: Take(f"{n}", 1e12, n)),
    ],
)
def test_of_everything_the_newest_are_kept(remember: Callable[..., Past], table: str, change) -> None:
    past = remember(rows=100, days=1e6)
    past.now = 200.0
    for start in range(0, 200, 50):
        past.note(*(change(float(n)) for n in range(start, start + 50)))
    past.history.prune()
    assert rows(past, table) == 100


def test_reading_does_not_wait_for_a_writer(past: Past) -> None:
    past.note(Take(RATE.key, 360.0, past.now))
    with sqlite3.connect(past.history.path, timeout=0) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert past.ask(RATE).level == 2.0
        past.history.note([Take(RATE.key, 360.0, past.now)])
        assert time.monotonic() - began < 0.15
        other.execute("ROLLBACK")
    assert past.history.flush()
    assert past.ask(RATE).level == 3.0


def test_a_file_that_is_damaged_is_told_of(past: Past) -> None:
    past.history.path.write_bytes(b"no database, but as long as a header of one must be " * 4)
    history = past.history
    for use in (lambda: history.ask(RATE), history.prune, lambda: history.about("a@b"), lambda: history.forget("a@b")):
        with pytest.raises(StoreError, match=r"history\.db: file is not a database; put a backup"):
            use()


def test_what_cannot_be_written_is_counted_and_never_raised(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "state").write_text("in the way")
    lost: list[int] = []
    history = History(tmp_path / "state" / "history.db", on_loss=lost.append)
    history.note([Take("a", 1.0, 0.0), Take("b", 1.0, 0.0)])
    history.close(timeout=0.2)
    assert sum(lost) == 2
    assert "history.db" in caplog.text


def furnish(past: Past) -> None:
    past.note(
        Letter("kim@example.org", ("ann@firm.test", "bob@firm.test", "cy@other.test"), "5e1f", past.now),
        Named("doe jane", "ann@firm.test", False, past.now),
        Judgement("domain:firm.test", True, past.now),
        Judgement("network:192.0.2.0/24", False, past.now),
        Attempt(Seen("domain:firm.test ann@firm.test example.org", 1, 10, 10), past.now),
    )


def test_what_is_known_is_told_of_an_address_a_domain_or_a_network(past: Past) -> None:
    furnish(past)
    ann = past.history.about("ann@firm.test")
    assert [(c.theirs, c.ours, c.written) for c in ann.contacts] == [("ann@firm.test", "kim@example.org", 1)]
    assert [(n.name, n.address) for n in ann.names] == [("doe jane", "ann@firm.test")]
    assert (ann.senders, ann.tried) == ((), 1)
    firm = past.history.about("firm.test")
    assert {c.theirs for c in firm.contacts} == {"ann@firm.test", "bob@firm.test"}
    assert [(s.key, s.counts.good) for s in firm.senders] == [("domain:firm.test", 1.0)]
    assert [s.key for s in past.history.about("192.0.2.0/24").senders] == ["network:192.0.2.0/24"]
    assert len(past.history.about("kim@example.org").contacts) == 3
    assert not past.history.about("%")
    assert not past.history.about("_@firm.test")


def test_what_is_to_be_forgotten_is_and_nothing_else(past: Past) -> None:
    furnish(past)
    reviewed(past, "a", Label.HAM)
    assert past.history.forget("ann@firm.test") == 3
    assert not past.history.about("ann@firm.test")
    assert {c.theirs for c in past.history.about("kim@example.org").contacts} == {"bob@firm.test", "cy@other.test"}
    assert past.history.forget("firm.test") == 2
    assert past.history.forget("192.0.2.0/24") == 1
    assert past.history.forget("kim@example.org") == 2
    assert past.ask(Known("cy@other.test", "", ("kim@example.org",))).written == 0
    assert past.history.forget("example.org") == 0


def test_old_things_are_forgotten_by_the_clock(past: Past) -> None:
    furnish(past)
    past.now += 401 * DAY
    assert past.history.prune() == 8
