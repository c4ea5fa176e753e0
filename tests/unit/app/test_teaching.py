"""Whoever says what a message is, means the one that passed; and nobody speaks for somebody else's mail."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.app.learning import Learning
from gatekeeper.app.letter import Letter, letter
from gatekeeper.app.ownership import Ownership
from gatekeeper.app.teaching import Became, NotTheirsError, Taught, Teaching, ids_of
from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.config.schema import Classifier, Config, Domain, Gateway
from gatekeeper.lookups.gather import Gather
from gatekeeper.message import parse
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.passed import Passed
from gatekeeper.values import Absent, Label, Words, new_id
from tests.unit.stores import samples

KNOWN = {0: Label.SPAM, 1: Label.HAM}
KIM, LEE = "kim@example.org", "lee@example.org"
ORIGINAL = (
    b"Received: from far away\r\nFrom: ann@out.test\r\nTo: kim@example.org\r\nSubject: cheap pills\r\n"
    b"Message-ID: <1@out.test>\r\n\r\nBuy cheap pills today, they are cheap and they are pills\r\n"
)
OTHER = (
    b"From: bob@out.test\r\nSubject: lunch\r\nMessage-ID: <2@out.test>\r\n\r\nLunch on monday, same place as ever\r\n"
)


@pytest.fixture
def learning(tmp_path: Path) -> Iterator[Learning]:
    learning = Learning(tmp_path / "classifier")
    yield learning
    learning.close()


@pytest.fixture
def passed(tmp_path: Path) -> Iterator[Passed]:
    passed = Passed(tmp_path / "classifier" / "passed.db")
    yield passed
    passed.close()


@pytest.fixture
def teaching(learning: Learning, passed: Passed) -> Teaching:
    return Teaching(learning, passed)


def let_through(passed: Passed, raw: bytes, *recipients: str) -> str:
    """`raw` passes, and goes to these; the id that it got."""
    message, record = parse(raw), samples.record("ann@out.test", *recipients)
    question = Words(digest_of(message).hex(), features_of(message))
    passed.keep(replace(record, tape=((question, Absent()),)))
    assert passed.flush()
    return record.envelope.id


def arrived(raw: bytes, message_id: str) -> bytes:
    """As the user has it: with our id, and made anew by the mail server."""
    return b"X-Gatekeeper-Id: %b by mx.example.org\r\n%b" % (message_id.encode(), raw.replace(b"pills", b"p-i-l-l-s"))


def forwarded(*raws: bytes) -> bytes:
    """What mail programs make of "forward as attachment"."""
    outer = EmailMessage()
    outer["Subject"], outer["From"] = "this is spam", KIM
    outer.set_content("please look")
    for raw in raws:
        inner = EmailMessage()
        for line in raw.partition(b"\r\n\r\n")[0].decode().split("\r\n"):
            name, _, value = line.partition(": ")
            inner[name] = value
        inner.set_content(raw.partition(b"\r\n\r\n")[2].decode())
        outer.add_attachment(inner)
    return outer.as_bytes()


def read(raw: bytes) -> Letter:
    """`raw` as a letter, in which nothing needs to be opened."""
    return Gather({}).drive_blocking(letter(raw), 1.0)


def teach(teaching: Teaching, raw: bytes, label: Label, teacher: str) -> list[Taught]:
    return teaching.teach(read(raw), label, teacher)


def learnt(learning: Learning) -> list[tuple[str, tuple[bytes, ...]]]:
    """Label and words of every event."""
    events = learning.training.events()
    return [(event.label, Features.unpack(event.packed).words) for event in events]


def became(taught: list[Taught]) -> list[tuple[Became, str]]:
    return [(each.became, each.by) for each in taught]


def test_by_its_id_the_message_that_passed_is_learnt(teaching: Teaching, passed: Passed, learning: Learning) -> None:
    message_id = let_through(passed, ORIGINAL, KIM, LEE)
    taught = teach(teaching, arrived(ORIGINAL, message_id), Label.SPAM, LEE)
    assert taught == [Taught(Became.LEARNT, "id", message_id)]
    assert learnt(learning) == [("spam", features_of(parse(ORIGINAL)).words)]
    (event,) = learning.training.find(source="mail", teacher=LEE)
    assert event.digest == digest_of(parse(ORIGINAL))


@pytest.mark.parametrize("teacher", [KIM, "KIM@Example.ORG", " <kim@example.org>", '"kim"@example.org.'])
def test_an_address_is_the_same_however_it_is_written(teaching: Teaching, passed: Passed, teacher: str) -> None:
    message_id = let_through(passed, ORIGINAL, "Kim@EXAMPLE.org")
    assert teach(teaching, arrived(ORIGINAL, message_id), Label.SPAM, teacher)[0].became is Became.LEARNT


def test_mail_for_joe_and_news_belongs_to_joe_where_the_domain_says_so(learning: Learning, passed: Passed) -> None:
    message = parse(arrived(ORIGINAL, let_through(passed, ORIGINAL, "kim+news@example.org")))
    ownership = Ownership(Config(domains={"example.org": Domain(delimiter="+")}))
    assert Teaching(learning, passed, ownership).meant(message, KIM).by == "id"
    with pytest.raises(NotTheirsError):
        Teaching(learning, passed).meant(message, KIM)


def test_what_went_to_somebody_else_is_refused(teaching: Teaching, passed: Passed, learning: Learning) -> None:
    message_id = let_through(passed, ORIGINAL, KIM)
    assert teach(teaching, arrived(ORIGINAL, message_id), Label.HAM, LEE) == [Taught(Became.NOT_THEIRS)]
    assert learnt(learning) == []
    with pytest.raises(NotTheirsError, match=f"message {message_id} did not go to lee@example.org"):
        teaching.meant(parse(arrived(ORIGINAL, message_id)), LEE)


def test_an_id_of_their_own_does_not_lead_to_somebody_elses(
    teaching: Teaching, passed: Passed, learning: Learning
) -> None:
    own, foreign = let_through(passed, OTHER, LEE), let_through(passed, ORIGINAL, KIM)
    both = arrived(arrived(ORIGINAL, foreign), own)
    assert teach(teaching, both, Label.HAM, LEE) == [Taught(Became.LEARNT, "id", own)]
    assert learnt(learning) == [("ham", features_of(parse(OTHER)).words)]


@pytest.mark.parametrize("message_id", ["", "t411vhxrypjg9", "../../etc/passwd", "'; DROP TABLE", "\u00fc" * 13])
def test_an_id_that_nobody_knows_is_no_mistake(
    teaching: Teaching, passed: Passed, learning: Learning, message_id: str
) -> None:
    let_through(passed, OTHER, KIM)
    raw = arrived(ORIGINAL, message_id)
    assert became(teach(teaching, raw, Label.SPAM, KIM)) == [(Became.LEARNT, "bytes")]
    assert learnt(learning) == [("spam", features_of(parse(raw)).words)]


def test_the_attached_message_is_meant_and_not_what_it_is_attached_to(
    teaching: Teaching, passed: Passed, learning: Learning
) -> None:
    first, second = let_through(passed, ORIGINAL, KIM), let_through(passed, OTHER, KIM)
    raw = forwarded(arrived(ORIGINAL, first), arrived(OTHER, second))
    taught = teach(teaching, arrived(raw, let_through(passed, raw, "spam@example.org")), Label.SPAM, KIM)
    assert [each.id for each in taught] == [first, second]
    assert [words for _, words in learnt(learning)] == [features_of(parse(raw)).words for raw in (ORIGINAL, OTHER)]


def test_of_several_each_has_its_own_answer(teaching: Teaching, passed: Passed) -> None:
    mine, foreign = let_through(passed, ORIGINAL, KIM), let_through(passed, OTHER, LEE)
    raw = forwarded(arrived(OTHER, foreign), arrived(ORIGINAL, mine))
    assert became(teach(teaching, raw, Label.SPAM, KIM)) == [(Became.NOT_THEIRS, ""), (Became.LEARNT, "id")]


@pytest.mark.parametrize(
    "writer", ["kim@example.org", "Kim <KIM@example.org>", "=?utf-8?q?K=C3=ADm?= <kim@example.org>"]
)
def test_a_letter_about_a_message_is_not_the_message(teaching: Teaching, learning: Learning, writer: str) -> None:
    letter = f"From: {writer}\r\nSubject: Fwd: cheap pills\r\n\r\n> Buy cheap pills today\r\n".encode()
    assert teach(teaching, letter, Label.SPAM, KIM) == [Taught(Became.WRITTEN)]
    assert learnt(learning) == []
    assert became(teach(teaching, letter, Label.SPAM, LEE)) == [(Became.LEARNT, "bytes")]


def test_spam_in_the_teachers_own_name_is_known_by_its_id(teaching: Teaching, passed: Passed) -> None:
    forged = ORIGINAL.replace(b"ann@out.test", KIM.encode())
    raw = arrived(forged, let_through(passed, forged, KIM))
    assert became(teach(teaching, raw, Label.SPAM, KIM)) == [(Became.LEARNT, "id")]


def test_without_an_id_the_text_leads_to_what_passed(teaching: Teaching, passed: Passed, learning: Learning) -> None:
    let_through(passed, ORIGINAL, LEE)
    mine = let_through(passed, ORIGINAL, KIM)
    let_through(passed, ORIGINAL, LEE)
    again = b"Received: from Exchange\r\n" + ORIGINAL
    assert teach(teaching, again, Label.SPAM, KIM) == [Taught(Became.LEARNT, "text", mine)]
    assert learnt(learning) == [("spam", features_of(parse(ORIGINAL)).words)]


def test_what_was_learnt_is_known_by_its_text(learning: Learning) -> None:
    teaching = Teaching(learning)
    assert became(teach(teaching, ORIGINAL, Label.SPAM, KIM)) == [(Became.LEARNT, "bytes")]
    again = b"Received: from Exchange\r\n" + ORIGINAL
    assert became(teach(teaching, again, Label.SPAM, LEE)) == [(Became.KNOWN, "text")]
    assert became(teach(teaching, again, Label.HAM, KIM)) == [(Became.MOVED, "text")]
    assert learnt(learning) == [("ham", features_of(parse(ORIGINAL)).words)]


def test_twice_by_its_id_is_once_and_a_change_of_mind_moves_it(
    teaching: Teaching, passed: Passed, learning: Learning
) -> None:
    raw = arrived(ORIGINAL, let_through(passed, ORIGINAL, KIM, LEE))
    said = [(Label.SPAM, KIM), (Label.SPAM, KIM), (Label.SPAM, LEE), (Label.HAM, LEE)]
    assert [teach(teaching, raw, label, who)[0].became for label, who in said] == [
        Became.LEARNT,
        Became.KNOWN,
        Became.KNOWN,
        Became.MOVED,
    ]
    assert [label for label, _ in learnt(learning)] == ["ham"]


def test_one_teacher_may_teach_so_much_a_day(tmp_path: Path) -> None:
    learning = Learning(tmp_path, Classifier(teacher_daily=2))
    teaching = Teaching(learning)
    many = [b"Subject: %d\r\nMessage-ID: <%d@x>\r\n\r\ntext number %d of many\r\n" % (n, n, n) for n in range(3)]
    assert [teach(teaching, raw, Label.SPAM, KIM)[0].became for raw in many] == [
        Became.LEARNT,
        Became.LEARNT,
        Became.TOO_MUCH,
    ]
    assert teach(teaching, many[2], Label.SPAM, LEE)[0].became is Became.LEARNT
    learning.close()


def test_who_wrote_a_message_does_not_choose_what_is_learnt_of_it(
    teaching: Teaching, passed: Passed, learning: Learning
) -> None:
    """Spam comes with an innocent message attached, whose id its sender knows from a reply of ours."""
    innocent = let_through(passed, OTHER, KIM)
    outer = forwarded(b"X-Gatekeeper-Id: %b by mx.example.org\r\n%b" % (innocent.encode(), OTHER))
    spam = let_through(passed, outer, KIM)
    taught = teach(teaching, b"X-Gatekeeper-Id: %b by mx.example.org\r\n%b" % (spam.encode(), outer), Label.SPAM, KIM)
    assert taught == [Taught(Became.LEARNT, "id", spam)]
    assert learnt(learning) == [("spam", features_of(parse(outer)).words)]


def test_one_mailbox_is_one_teacher_however_it_is_written(tmp_path: Path) -> None:
    """Or each name that a mailbox has would come with an allowance of its own."""
    learning = Learning(tmp_path, Classifier(teacher_daily=2))
    teaching = Teaching(learning, ownership=Ownership(Config(domains={"example.org": Domain(delimiter="+")})))
    names = ["kim@example.org", "<KIM+news@Example.ORG.>", "kim+y@example.org", "kim", "lee+x@example.org"]
    many = [b"Subject: %d\r\nMessage-ID: <%d@x>\r\n\r\ntext number %d of many\r\n" % (n, n, n) for n in range(5)]
    taught = [teach(teaching, raw, Label.SPAM, name)[0].became for raw, name in zip(many, names, strict=True)]
    assert taught == [Became.LEARNT, Became.LEARNT, Became.TOO_MUCH, Became.LEARNT, Became.LEARNT]
    assert [event.teacher for event in learning.training.find()] == [KIM, KIM, "kim", LEE]
    learning.close()


def test_what_is_attached_together_is_learnt_together(tmp_path: Path) -> None:
    """One model is made of all; who has taught enough in the middle is refused the last, and what is known is not."""
    learning = Learning(tmp_path, Classifier(teacher_daily=3))
    teaching = Teaching(learning)
    many = [b"Subject: %d\r\nMessage-ID: <%d@x>\r\n\r\ntext number %d of many\r\n" % (n, n, n) for n in range(5)]
    learning.learn(
        [teaching.meant(read(forwarded(many[n])).attached[0], KIM).sample(label) for n, label in KNOWN.items()]
    )
    (before,) = learning.directory.glob("model-*")
    taught = teach(teaching, forwarded(many[0], many[1], many[2], many[2], many[3], many[4]), Label.SPAM, KIM)
    assert [each.became for each in taught] == [
        Became.KNOWN,
        Became.MOVED,
        Became.LEARNT,
        Became.KNOWN,
        Became.LEARNT,
        Became.TOO_MUCH,
    ]
    (after,) = learning.directory.glob("model-*")
    assert [path.name for path in (before, after)] == ["model-1.npz", "model-2.npz"]
    learning.close()


def test_words_are_folded_where_that_is_how_they_are_learnt(tmp_path: Path, passed: Passed) -> None:
    learning = Learning(tmp_path / "folding", Classifier(fold=True))
    loud = ORIGINAL.replace(b"cheap", b"CHEAP")
    raw = arrived(loud, let_through(passed, loud, KIM))
    teach(Teaching(learning, passed), raw, Label.SPAM, KIM)
    teach(Teaching(learning), OTHER.upper(), Label.HAM, KIM)
    assert [words for _, words in learnt(learning)] == [
        features_of(parse(loud), fold=True).words,
        features_of(parse(OTHER.upper()), fold=True).words,
    ]
    learning.close()


def test_what_is_kept_and_damaged_is_told_with_its_file(teaching: Teaching, passed: Passed) -> None:
    message_id = let_through(passed, ORIGINAL, KIM)
    passed._database.write(lambda connection: connection.execute("UPDATE messages SET features = x'00'"))
    with pytest.raises(StoreError, match=r"passed\.db: what is kept of message"):
        teach(teaching, arrived(ORIGINAL, message_id), Label.SPAM, KIM)


def test_where_nothing_has_passed_there_is_nothing_to_look_into(tmp_path: Path, learning: Learning) -> None:
    config = Config(gateway=Gateway(state=str(tmp_path)), domains={"Example.ORG": Domain(delimiter="+")})
    before = Teaching.of(config, learning)
    assert before.passed is None
    assert before.ownership.mailbox("Joe+news@example.org") == "joe@example.org"
    assert not (tmp_path / "classifier" / "passed.db").exists()
    passed = Passed(tmp_path / "classifier" / "passed.db")
    raw = arrived(ORIGINAL, let_through(passed, ORIGINAL, KIM))
    passed.close()
    assert became(teach(Teaching.of(config, learning), raw, Label.SPAM, KIM)) == [(Became.LEARNT, "id")]


def test_ids_are_those_of_the_header_alone() -> None:
    one, two = new_id(), new_id()
    raw = f"X-Gatekeeper-Id: {one} by mx\r\nx-gatekeeper-id:{two}\r\nX-Gatekeeper-Id:\r\nSubject: x\r\n\r\n"
    assert ids_of(parse(f"{raw}X-Gatekeeper-Id: {new_id()}\r\n".encode())) == [one, two]
    assert len(ids_of(parse(b"X-Gatekeeper-Id: 0123456789abc\r\n" * 1000 + b"\r\n"))) == 1


def test_grams_come_with_the_words(teaching: Teaching, passed: Passed, learning: Learning) -> None:
    raw = arrived(ORIGINAL, let_through(passed, ORIGINAL, KIM))
    teach(teaching, raw, Label.SPAM, KIM)
    (event,) = learning.training.events()
    assert np.array_equal(Features.unpack(event.packed).grams, features_of(parse(ORIGINAL)).grams)


def test_the_ids_of_what_is_taught_are_told_to_whom_it_concerns(learning: Learning, passed: Passed) -> None:
    told: list[tuple[list[str], Label]] = []
    teaching = Teaching(learning, passed, reviewed=lambda ids, label: told.append(([*ids], label)))
    message_id = let_through(passed, OTHER, KIM)
    teach(teaching, arrived(OTHER, message_id), Label.SPAM, KIM)
    teach(teaching, arrived(OTHER, message_id), Label.SPAM, "other@example.org")
    assert told == [([message_id], Label.SPAM), ([], Label.SPAM)], "and not of what is refused"


def test_what_a_teacher_may_not_teach_any_more_is_not_told_either(tmp_path: Path, passed: Passed) -> None:
    told: list[str] = []
    learning = Learning(tmp_path / "few", Classifier(teacher_daily=1))
    teaching = Teaching(learning, passed, reviewed=lambda ids, _: told.extend(ids))
    many = [b"Subject: %d\r\nMessage-ID: <%d@x>\r\n\r\ntext number %d of many\r\n" % (n, n, n) for n in range(2)]
    ids = [let_through(passed, raw, KIM) for raw in many]
    became = [teach(teaching, arrived(raw, n), Label.SPAM, KIM)[0].became for raw, n in zip(many, ids, strict=True)]
    assert became == [Became.LEARNT, Became.TOO_MUCH]
    assert told == ids[:1]
    learning.close()
