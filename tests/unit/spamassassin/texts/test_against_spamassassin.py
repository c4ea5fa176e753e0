"""Every text of every message of our own is, octet for octet, what the real SpamAssassin makes of it."""

from typing import Any

import pytest

from gatekeeper.message import parse
from gatekeeper.spamassassin.texts import SaTexts, Surroundings, texts_of
from gatekeeper.spamassassin.texts.hosts import Registry
from tests.servers.spamassassin import redirectors, texts_by_spamassassin, words_of
from tests.unit.spamassassin.texts.mails import MAILS
from tests.unit.spamassassin.texts.pages import PAGES

_ALL = MAILS | PAGES
_ORIGINATING = ("X-Yahoo-Post-IP", "X-Originating-IP", "X-Apparently-From", "X-SenderIP", "X-AOL-IP")


_NUMBERS = (
    *("image_area", "min_size", "max_size", "length", "html_length", "non_space_len", "backhair_count"),
    *("font_low_contrast", "font_invalid_color", "font_face_bad", "form_action_mailto", "embeds"),
)
_RATIOS = ("ratio", "closed_extra_ratio", "bad_tag_ratio", "non_element_ratio", "obfuscation_ratio")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    room = tmp_path_factory.mktemp("mails")
    paths = [room / f"{number}.eml" for number in range(len(_ALL))]
    for path, raw in zip(paths, _ALL.values(), strict=True):
        path.write_bytes(raw)
    return dict(zip(_ALL, texts_by_spamassassin(paths), strict=True))


@pytest.fixture(scope="module")
def around() -> Surroundings:
    registry = Registry(words_of("util_rb_tld"), words_of("util_rb_2tld"), words_of("util_rb_3tld"))
    return Surroundings(registry=registry, redirectors=redirectors(), originating_ip_headers=_ORIGINATING)


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
@pytest.mark.parametrize("name", _ALL)
def test_every_text_is_the_same(name: str, said: dict[str, dict[str, Any]], around: Surroundings) -> None:
    texts = texts_of(parse(_ALL[name]), None, around)
    assert [pair for pair in compared(texts, said[name]) if pair[1] != pair[2]] == []


@pytest.mark.system
@pytest.mark.parametrize("name", PAGES)
def test_every_link_is_the_same(name: str, said: dict[str, dict[str, Any]], around: Surroundings) -> None:
    texts = texts_of(parse(PAGES[name]), None, around)
    ours = {
        uri: {
            "types": [one.encode() for one in sorted(link.types)],
            "cleaned": sorted(link.cleaned),
            "anchor": [text.encode() for text in link.anchor_text],
            "domains": sorted(link.domains),
            "hosts": sorted(link.hosts.items()),
        }
        for uri, link in texts.links.items()
    }
    theirs = {octets(uri): linked(detail) for uri, detail in said[name]["links"].items()}
    assert {uri: (theirs.get(uri), ours.get(uri)) for uri in theirs | ours if theirs.get(uri) != ours.get(uri)} == {}
    assert sorted(texts.uris) == octets(said[name]["uris"])


@pytest.mark.system
@pytest.mark.parametrize("name", PAGES)
def test_every_fact_of_a_page_is_the_same(name: str, said: dict[str, dict[str, Any]], around: Surroundings) -> None:
    pages = texts_of(parse(PAGES[name]), None, around).html
    theirs = [page for page in said[name]["pages"] if page]
    assert len(pages) == len(theirs)
    for page, facts in zip(pages, theirs, strict=True):
        for fact in _NUMBERS:
            assert page.facts.get(fact, 0) == pytest.approx(float(facts.get(fact) or 0)), fact
        for fact in _RATIOS:
            assert page.facts.get(fact) == (None if facts.get(fact) is None else pytest.approx(float(facts[fact]))), (
                fact
            )
        for fact in ("comment", "script", "title", "anchor"):
            assert [text.encode() for text in page.texts.get(fact, ())] == octets(facts.get(fact) or []), fact
        assert page.inside == {tag: int(count) for tag, count in facts["inside"].items()}


def linked(detail: dict[str, Any]) -> dict[str, Any]:
    hosts = sorted((octets(host), octets(domain)) for host, domain in detail["hosts"].items())
    return {name: octets(value) for name, value in detail.items()} | {"hosts": hosts}
