"""Every text of every message of our own is, octet for octet, what the real SpamAssassin makes of it."""

from typing import Any

import pytest

from gatekeeper.message import parse
from gatekeeper.spamassassin.texts import SaTexts, Surroundings, texts_of
from gatekeeper.spamassassin.texts.hosts import Registry
from tests.servers.spamassassin import texts_by_spamassassin, words_of
from tests.unit.spamassassin.texts.mails import MAILS

_ORIGINATING = ("X-Yahoo-Post-IP", "X-Originating-IP", "X-Apparently-From", "X-SenderIP", "X-AOL-IP")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    room = tmp_path_factory.mktemp("mails")
    paths = [room / f"{number}.eml" for number in range(len(MAILS))]
    for path, raw in zip(paths, MAILS.values(), strict=True):
        path.write_bytes(raw)
    return dict(zip(MAILS, texts_by_spamassassin(paths), strict=True))


@pytest.fixture(scope="module")
def around() -> Surroundings:
    registry = Registry(words_of("util_rb_tld"), words_of("util_rb_2tld"), words_of("util_rb_3tld"))
    return Surroundings(registry=registry, originating_ip_headers=_ORIGINATING)


def octets(value: Any) -> Any:
    """JSON's texts as the octets they stand for."""
    if isinstance(value, str):
        return value.encode("latin-1")
    if isinstance(value, list):
        return [octets(one) for one in value]
    return value


def compared(texts: SaTexts, theirs: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Each text by its name: theirs, and ours."""
    nodes, relays = texts.tree.nodes(), texts.relays
    pairs = [
        ("full", theirs["full"], texts.full),
        ("body", theirs["body"], list(texts.body)),
        ("visible", theirs["visible"], list(texts.visible)),
        ("invisible", theirs["invisible"], list(texts.invisible)),
        ("rawbody", theirs["rawbody"], list(texts.rawbody)),
        ("types", theirs["types"], [node.kind.encode() for node in nodes]),
        ("names", theirs["names"], [node.name for node in nodes]),
        ("from", theirs["from"], sorted(texts.from_addresses)),
        ("to", theirs["to"], list(texts.to_addresses)),
        ("flags", sorted(theirs["flags"]), [flag.encode() for flag in sorted(texts.flags)]),
        ("relays", theirs["relays"], [relays.unparseable, relays.last_trusted, relays.last_internal]),
    ]
    pairs += [(f"mimeheader {name}", value, list(texts.mimeheaders(name))) for name, value in theirs["mime"].items()]
    pairs += [(f"header {name}", value, texts.header(name)) for name, value in theirs["header"].items()]
    return [(name, octets(value), ours) for name, value, ours in pairs]


@pytest.mark.system
@pytest.mark.parametrize("name", [name for name, raw in MAILS.items() if b"text/html" not in raw and b"<p>" not in raw])
def test_every_text_is_the_same(name: str, said: dict[str, dict[str, Any]], around: Surroundings) -> None:
    texts = texts_of(parse(MAILS[name]), None, around)
    assert [pair for pair in compared(texts, said[name]) if pair[1] != pair[2]] == []
