"""targets: what is fuzzed, each a callable that takes bytes and may neither raise nor return what cannot be.

A reader of a document may raise anything: the driver makes an anomaly of it. So readers are fuzzed through the driver,
which may raise nothing.
"""

import contextlib
import json
import re
from collections.abc import Callable
from importlib import import_module
from typing import TypeVar

from gatekeeper.app.remembering import changes
from gatekeeper.app.teaching import ids_of
from gatekeeper.authentication import arc, dkim, dmarc, spf
from gatekeeper.authentication.author import author_domains
from gatekeeper.authentication.results import bears, said, written
from gatekeeper.authentication.steps import Steps
from gatekeeper.checks.correspondents import question_of
from gatekeeper.classifier.digest import SIZE, digest_of
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.classifier.model import empty
from gatekeeper.digests import markup, pyzor
from gatekeeper.digests.sketches import likeness, sketches_of
from gatekeeper.message import Part, edit, parse
from gatekeeper.message.addresses import mailboxes
from gatekeeper.message.kinds import KINDS, kind_of, mismatch
from gatekeeper.message.letterhead import letterhead
from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.message.openers.open import open_contents
from gatekeeper.message.rewrite import UnchangeableError, rewrite
from gatekeeper.message.text import normal, read_page, texts, url_of
from gatekeeper.message.words import decoded_words, spoken, uncommented, word_readings
from gatekeeper.message.words import texts as spellings
from gatekeeper.protocols.pyzor import reply
from gatekeeper.stores import encoding
from gatekeeper.values import (
    Absent,
    Acquainted,
    Authenticated,
    Change,
    Client,
    Envelope,
    Fate,
    Finding,
    Found,
    Item,
    Known,
    Outcome,
    Record,
    is_id,
)
from tests.unit.app.letters import opened_letter

T = TypeVar("T")
_KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="  # RFC 8463 appendix A
_SPF = ("pass", "fail", "softfail", "neutral", "none", "permerror", "temperror")
_SLUG = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")
NOBODY = empty()
_LIMITS = OpenLimits(depth=5, entries=200, listed=400, expanded=20_000_000, member=5_000_000)


def whole_message(raw: bytes) -> None:
    """Every question that a part answers."""
    message = parse(raw)
    for part in message.walk():
        assert 0 <= part.start <= part.body_start <= part.end <= len(part.raw)
        assert all(part.start <= field.start < field.end <= part.end for field in part.fields)
        assert part.types()
        for value in (*part.names(), *part.types(), *part.encodings()):
            value.encode("utf-8", "surrogatepass")
        answered(part)
    assert all(map(_SLUG.fullmatch, message.anomalies)), message.anomalies


def answered(part: Part) -> None:
    """A question about a body has the same answer twice, and one kind for each decoding."""
    decodings = part.decodings()
    assert decodings is part.decodings()
    assert len(part.kinds()) == len(decodings)
    assert len({(found.data, found.name) for found in decodings}) == len(decodings)
    for asked in part.insides():
        assert asked.data in [found.data for found in decodings]


def header_edit(raw: bytes) -> None:
    """An edit of nothing is nothing; one that inserts and drops touches nothing else."""
    assert b"".join(edit.edited(raw).segments) == raw
    changed = edit.edited(raw, frozenset({b"subject", b"x", b"content-type"}), b"X-New: y\r\n")
    assert b"X-New: y\r\n" in b"".join(changed.segments)
    assert changed.size == sum(map(len, changed.segments))
    assert edit.body_start(raw) <= len(raw)
    assert sum(field.end - field.start for field in edit.header_fields(raw)) <= edit.body_start(raw)


def body_edit(raw: bytes) -> None:
    """Every attachment is stripped, or renamed, or the reason why not is told; `rewrite` proves what it did itself."""
    message = parse(raw)
    for deed in ("strip", "rename"):
        changes = [Change(part.path, deed, "why", "a.txt") for part in message.walk() if part.names()]
        if changes:
            try:
                changed = rewrite(message, changes, "notice").applied(raw)
            except UnchangeableError as reason:
                assert str(reason)  # noqa: PT017 — it may be raised, and need not
            else:
                assert changed.size == len(b"".join(changed.segments))


def text(raw: bytes) -> None:
    """What is said, shown and hidden, and where links lead."""
    said = texts(parse(raw))
    said.visible.encode("utf-8", "surrogatepass")
    assert len(said.normalised.text) <= 20 * len(said.visible) + 100
    assert isinstance(said.domains, tuple)
    assert all(link in said.urls for link in said.links if url_of(link.target))


def page(raw: bytes) -> None:
    """One page, one text, one address."""
    markup = raw.decode("latin-1")
    read_page(markup)
    normal(markup)
    url_of(markup, "http://a.example/")


def header_words(raw: bytes) -> None:
    """Encoded words, charsets, comments."""
    assert isinstance(decoded_words(raw), str)
    assert decoded_words(raw) in word_readings(raw)
    assert len(uncommented(raw)) <= len(raw)
    assert spoken(raw)
    charset, _, octets = raw.partition(b"\n")
    assert spellings(octets, charset.decode("latin-1"))


def kind(raw: bytes) -> None:
    """What bytes are."""
    name = raw[-20:].decode("latin-1")
    found = kind_of(raw, (name,))
    assert found in KINDS
    assert isinstance(mismatch(found, (name,), ("application/zip",)), str)


def contents(raw: bytes) -> None:
    """What is inside, however deep: archives, documents, TNEF, mail."""
    stack = [open_contents(raw, (raw[-20:].decode("latin-1"),), _LIMITS, 100_000)]
    while stack:
        item: Item = stack.pop()
        assert item.path is not None
        assert all(_SLUG.fullmatch(anomaly.name) for anomaly in item.anomalies), item.anomalies
        stack.extend(item.items)


def learning(raw: bytes) -> None:
    """What is learnt of a message, and of what was sent back with it; nothing but a `ValueError` of what is damaged."""
    sent_back = opened_letter(raw, lambda question: open_contents(question.data, question.names, _LIMITS, 100_000))
    for message in (sent_back.message, *sent_back.attached):
        features, digest = features_of(message), digest_of(message)
        assert len(digest) == SIZE
        assert all(word and not set(word) & set(b"\n\0 ") for word in features.words)
        assert Features.unpack(features.pack()).words == features.words
        assert 0 <= NOBODY.judge(features).score <= 1
        assert all(map(is_id, ids_of(message)))
    with contextlib.suppress(ValueError):
        Features.unpack(raw)


def known_again(raw: bytes) -> None:
    """Pyzor's digest, and sketches: the same twice, each like itself."""
    message = parse(raw)
    assert pyzor.digest_of(message) == pyzor.digest_of(parse(raw))
    for sketch in sketches_of(message):
        assert likeness(sketch.kind, sketch.data, sketch.data) == 1.0
        assert all(-(2**63) <= key < 2**63 for key in sketch.keys)
    reply(raw)
    markup.text_of(raw.decode("latin-1"))


def correspondence(raw: bytes) -> None:
    """Who is said to have written it, to the store and back: bounded, and the same as long as the message is."""
    head = letterhead(parse(raw))
    question = question_of(head, ("kim@example.org",))
    assert question == question_of(letterhead(parse(raw)), ("kim@example.org",))
    assert encoding.question(json.loads(json.dumps(encoding.row(question)))) == question
    assert len(question.author) <= 254
    assert len(question.answers) <= 8
    assert not question.author or head.sole
    assert isinstance(changes(_record(question), lambda domain: domain == "example.org"), list)
    mailboxes(raw)


def _record(question: Known) -> Record:
    envelope = Envelope("id", "fuzz", Client(), None, sender=question.author, recipients=("a@b.test",), outbound=True)
    return Record(envelope, {}, {"a@b.test": Outcome(Fate.DELIVERED)}, ((question, Acquainted()),))


def authentic(raw: bytes) -> None:
    """Signatures, chains and records of domains end as a result; what we write of them is read as one field."""
    message = parse(raw)
    authors = author_domains(message.values(b"from"))
    verified, _ = _answered(dkim.verify(message, authors, 0.0, 8), _KEY)
    assert _answered(arc.verify(message, 0.0), _KEY).result in ("none", "pass", "fail", "temperror")
    record = raw[:2000].decode("latin-1")
    assert _answered(spf.evaluate("192.0.2.1", "ann@out.test", "mx"), f"v=spf1 {record}").result in _SPF
    _answered(dmarc.evaluate(authors or ("out.test",), (), "id"), f"v=DMARC1; {record}")
    for field in message.fields[:100]:
        said(field.value)
    results = [
        Finding(
            "x", evidence=one.why, result=Authenticated("dkim", one.result, one.domain, (("header.s", one.selector),))
        )
        for one in verified
    ]
    value = written("mx.test", results) or b"mx.test"
    assert value.isascii()
    assert bears(value, "mx.test")
    assert {one.method for one in said(value)} <= {"dkim"}


def _answered(steps: Steps[T], text: str) -> T:
    """What `steps` return when each name has this TXT record, and no other."""
    try:
        questions = next(steps)
        while True:
            questions = steps.send({q: Found((text,)) if q.kind == "TXT" else Absent() for q in questions})
    except StopIteration as end:
        return end.value


TARGETS: dict[str, Callable[[bytes], None]] = {
    "authentic": authentic,
    "message": whole_message,
    "edit": header_edit,
    "rewrite": body_edit,
    "text": text,
    "known again": known_again,
    "page": page,
    "words": header_words,
    "kind": kind,
    "contents": contents,
    "learning": learning,
    "correspondence": correspondence,
}


def target_of(name: str) -> Callable[[bytes], None]:
    """The target of this name, or the function that `module:function` names."""
    if name in TARGETS:
        return TARGETS[name]
    module, _, function = name.partition(":")
    found: Callable[[bytes], None] = getattr(import_module(module), function)
    return found
