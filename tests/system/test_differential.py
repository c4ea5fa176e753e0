"""500 messages, malformed ones among them, by the proxy and by both milters: one verdict, and no byte changed by us.

What Postfix and sendmail themselves do to a message is seen by sending it through each without gatekeeper. Verdicts
that differ for a reason are in `KNOWN`; deploy/differences.md gives the reasons.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.messages import unsafe, variety
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.postfix import Postfix
from tests.servers.room import wait_until
from tests.servers.sendmail import Sendmail
from tests.servers.worlds import MakeWorld
from tests.system.arrival import without_added

NAMED = [*unsafe().items(), *variety(500 - len(unsafe()))]
MAIL = {f"m{number}@out.test": content for number, (_, content) in enumerate(NAMED)}
NAMES = dict(zip(MAIL, (name for name, _ in NAMED), strict=True))

HEADLESS = {"nothing but text", "continuation before any field"}  # an empty line keeps our lines from the text
MENDED = HEADLESS | {"8-bit in a field name", "a line without colon among the fields", "an empty field name"}

# Message → the verdict where it is not the proxy's. The proxy refuses the unsafe ones as `smuggling`, and tells of a
# broken header (`odd-structure`, without weight) where the servers have mended it before the milter sees it.
KNOWN: dict[MakeWorld, dict[str, str]] = {
    worlds.postfix_milter: dict.fromkeys([*unsafe(), *MENDED], "accept clean"),
    worlds.sendmail_milter: dict.fromkeys(MENDED, "accept clean")
    | {name: "the server said 554" if name.startswith("NUL") else "the server said 421" for name in unsafe()},
}

# A field that the server adds where it is missing, with the time or its own id in it.
_STAMP = re.compile(
    rb"^(?:Message-Id: <\S+@mx\.(?:postfix|sendmail)\.test>|Date: (?!Mon, 02 Mar 2026)[^\r\n]*)\r\n", re.MULTILINE
)
_OURS = re.compile(r"\[[a-z-]+\] \([0-9a-z]{13}\)$")


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of all messages on one way, by their senders."""

    verdicts: dict[str, str]
    arrived: dict[str, bytes]


def carry(port: int) -> dict[str, str]:
    """Send all; the reply to each sender."""
    with ThreadPoolExecutor(4) as pool:
        replies = pool.map(lambda sender: send(port, MAIL[sender], sender=sender), MAIL)
    return dict(zip(MAIL, replies, strict=True))


def arrived(sink: Exchange, count: int) -> dict[str, bytes]:
    """What came of each sender, without what was put on top of it."""
    wait_until(lambda: len(sink.messages) >= count, f"{count} messages arrive")
    found = {message.sender: without_added(message.content) for message in sink.messages}
    assert len(found) == len(sink.messages) == count
    return found


def alone(server: type[Postfix | Sendmail]) -> dict[str, bytes]:
    """What arrives by way of a server without us."""
    with Exchange(connections=1000) as sink, server(sink.port) as mta:
        taken = [reply for reply in carry(mta.port).values() if reply.startswith("250")]
        return arrived(sink, len(taken))


def judged(make: MakeWorld) -> Passage:
    """The verdict on each with all its findings, and what arrives."""
    with Exchange(connections=1000) as sink, make(sink.port) as world:
        replies = carry(world.port)
        foreign = {s: reply for s, reply in replies.items() if not reply.startswith("250") and not _OURS.search(reply)}
        records = world.gateway.journal(len(MAIL) - len(foreign))
        verdicts = {record["envelope"]["sender"]: _verdict(record) for record in records}
        verdicts |= {sender: f"the server said {reply[:3]}" for sender, reply in foreign.items()}
        assert verdicts.keys() == MAIL.keys()
        passed = [sender for sender, verdict in verdicts.items() if verdict.startswith(("accept", "tag"))]
        return Passage(verdicts, arrived(sink, len(passed)))


def _verdict(record: dict[str, Any]) -> str:
    verdict = record["verdicts"]["kim@example.org"]
    findings = {finding["name"] for finding in verdict["findings"]} - {verdict["reason"]}
    return " ".join([verdict["action"], verdict["reason"], *sorted(findings)])


def _unstamped(content: bytes) -> bytes:
    """Without the fields that differ from one time to the next."""
    return _STAMP.sub(b"", content)


@pytest.fixture(scope="module")
def by_proxy() -> Passage:
    return judged(worlds.proxy)


def test_the_proxy_changes_no_byte(by_proxy: Passage) -> None:
    assert {NAMES[s] for s, content in by_proxy.arrived.items() if content != MAIL[s]} == HEADLESS
    reasons = {verdict.split()[1] for verdict in by_proxy.verdicts.values()}
    assert reasons == {"clean", "gtube", "eicar", "banned-attachment", "limit-exceeded", "smuggling"}


@pytest.mark.parametrize(
    ("make", "server"),
    [(worlds.postfix_milter, Postfix), (worlds.sendmail_milter, Sendmail)],
    ids=["postfix", "sendmail"],
)
def test_a_milter_judges_alike_and_changes_no_byte_more_than_its_server_does(
    by_proxy: Passage, make: MakeWorld, server: type[Postfix | Sendmail]
) -> None:
    by_itself, with_milter = alone(server), judged(make)
    differing = {NAMES[s]: v for s, v in with_milter.verdicts.items() if v != by_proxy.verdicts[s]}
    assert differing == KNOWN[make]
    changed = {s for s, content in with_milter.arrived.items() if _unstamped(content) != _unstamped(by_itself[s])}
    assert {NAMES[sender] for sender in changed} == set()


def test_every_difference_is_explained() -> None:
    text = (Path(__file__).parents[2] / "deploy/differences.md").read_text()
    assert all(f"| {name} |" in text for name in {*MENDED, *unsafe()})
