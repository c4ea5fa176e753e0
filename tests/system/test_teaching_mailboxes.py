"""Users teach at addresses of the gateway's own: through the proxy, real Postfix and real sendmail with the milter."""

from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from gatekeeper.app.learning import Learning
from gatekeeper.stores.passed import Passed
from gatekeeper.stores.training_rows import Event
from tests.messages import gtube, ham
from tests.servers import worlds
from tests.servers.client import connect, send, submit
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.worlds import MakeWorld, World
from tests.unit.app.letters import embedded, winmail

KIM, LEE = "kim@example.org", "lee@example.org"
SPAM, HAM = "spam@example.org", "ham@example.org"
OURS, STRANGER = "127.0.0.20", "127.0.0.77"
SETTINGS = f"""
[gateway]
own_networks = ["{OURS}"]
[teaching]
spam = ["{SPAM}"]
ham = ["Ham@example.org"]
"""
WAYS = [worlds.proxy, worlds.postfix_milter, worlds.sendmail_milter]


@pytest.fixture(scope="module")
def inner() -> Iterator[Exchange]:
    with Exchange(connections=1000) as exchange:
        yield exchange


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: way.__name__)
def world(request: pytest.FixtureRequest, inner: Exchange) -> Iterator[World]:
    way: MakeWorld = request.param
    with way(inner.port, SETTINGS) as world:
        yield world


@pytest.fixture
def arrived(world: World, inner: Exchange, request: pytest.FixtureRequest) -> bytes:
    """A message that went to Kim, as she has it."""
    inner.messages.clear()
    about = f"about {request.node.name}".encode()
    assert send(world.port, ham().replace(b"Monday", about)).startswith("250")
    wait_until(lambda: inner.messages, "it arrives")
    content = inner.messages.pop().content
    message_id = id_of(content)
    wait_until(lambda: any(record["id"] == message_id for record in world.gateway.journal()), "it is in the journal")
    with closing(Passed(world.gateway.home / "state" / "classifier" / "passed.db", create=False)) as passed:
        wait_until(lambda: passed.get(message_id), "what can be learnt of it is kept")
    return content


def id_of(content: bytes) -> str:
    return str(message_from_bytes(content)["X-Gatekeeper-Id"]).split()[0]


def letter(*about: bytes, writer: str = KIM) -> bytes:
    """A user sends messages on, attached, as the mail server has made them anew."""
    outer = EmailMessage(policy=SMTP)
    outer["From"], outer["Subject"], outer["Message-ID"] = writer, "please look", "<letter@example.org>"
    outer.set_content("this is spam, I think")
    for raw in about:
        made_anew = message_from_bytes(raw.replace(b"lunch", b"l=75nch"), policy=SMTP)
        outer.add_attachment(made_anew)  # type: ignore[arg-type]
    return outer.as_bytes()


def taught(world: World) -> list[Event]:
    learning = Learning(world.gateway.home / "state" / "classifier")
    try:
        return list(learning.training.find()) if learning.training.path.exists() else []
    finally:
        learning.close()


def has_fates(world: World, sender: str, *last: str) -> None:
    """What the journal says last of mail to the addresses for teaching begins so; it is written behind the replies."""

    def found() -> bool:
        outcomes = [
            f"{outcome['fate']} {outcome['reply']}"
            for record in world.gateway.journal(sender=sender)
            for address, outcome in record["outcomes"].items()
            if address in (SPAM, HAM)
        ][-len(last) :]
        return len(outcomes) == len(last) and all(map(str.startswith, outcomes, last))

    wait_until(found, f"{last} in the journal")


def test_what_a_user_attaches_is_learnt_by_its_id_and_goes_nowhere(
    world: World, inner: Exchange, arrived: bytes
) -> None:
    before = len(taught(world))
    assert send(world.port, letter(arrived), [SPAM], KIM, OURS).startswith("250 ")
    (event,) = taught(world)[before:]
    assert (event.id, event.label, event.teacher, event.source) == (id_of(arrived), "spam", KIM, "mail")
    has_fates(world, KIM, "delivered 250 2.0.0 Learnt as spam")
    assert send(world.port, letter(arrived), [HAM], KIM, OURS).startswith("250 ")
    assert [(event.id, event.label) for event in taught(world)[before:]] == [(id_of(arrived), "ham")]
    assert send(world.port, ham(1), sender="after@out.test").startswith("250")
    wait_until(lambda: inner.messages, "what was sent after it arrives")
    assert [message.sender for message in inner.messages] == ["after@out.test"]


def test_taught_again_it_counts_once(world: World, arrived: bytes) -> None:
    before = len(taught(world))
    for _ in range(2):
        assert send(world.port, letter(arrived), [SPAM], KIM, OURS).startswith("250 ")
    assert len(taught(world)) == before + 1
    has_fates(world, KIM, "delivered 250 2.0.0 Learnt as spam", "delivered 250 2.0.0 Known as spam")


def test_from_outlook_it_comes_in_a_winmail_dat(world: World, arrived: bytes) -> None:
    before = len(taught(world))
    header = arrived.partition(b"\r\n\r\n")[0].decode() + "\r\n"
    assert send(world.port, winmail(embedded(header, "made anew")), [SPAM], KIM, OURS).startswith("250 ")
    (event,) = taught(world)[before:]
    assert (event.id, event.label) == (id_of(arrived), "spam")


@pytest.mark.parametrize("sender", [KIM, "ann@out.test"])
def test_strangers_do_not_teach_whoever_they_say_they_are(world: World, arrived: bytes, sender: str) -> None:
    before = len(taught(world))
    said = send(world.port, letter(arrived), [SPAM], sender, STRANGER)
    assert said.startswith("550 5.7.1 ")
    assert "Our own users alone teach here [not-a-teacher]" in said
    assert len(taught(world)) == before
    has_fates(world, sender, "refused 550 5.7.1 Our own users")


def test_nobody_teaches_without_a_name(world: World, arrived: bytes) -> None:
    assert send(world.port, letter(arrived), [SPAM], "", OURS).startswith("550 5.7.1")


def test_what_went_to_somebody_else_is_refused_and_said_so(world: World, arrived: bytes) -> None:
    before = len(taught(world))
    said = send(world.port, letter(arrived, writer=LEE), [SPAM], LEE, OURS)
    assert said.startswith("550 5.7.1 Not learnt: it did not go to you")
    assert len(taught(world)) == before
    has_fates(world, LEE, "refused 550 5.7.1 Not learnt")


def test_a_letter_without_an_attachment_is_refused(world: World) -> None:
    assert "you wrote it yourself" in send(world.port, letter(), [SPAM], KIM, OURS)


def test_it_is_not_judged_whatever_is_attached(world: World) -> None:
    before = len(taught(world))
    assert send(world.port, letter(gtube()), [SPAM], KIM, OURS).startswith("250 ")
    assert len(taught(world)) == before + 1


def test_nobody_teaches_both_at_once(world: World, arrived: bytes) -> None:
    before = len(taught(world))
    with connect(world.port, OURS) as session:
        session.mail(KIM)
        assert session.rcpt(SPAM)[0] == 250
        assert session.rcpt(HAM)[0] == 452
        assert session.data(letter(arrived))[0] == 250
    (event,) = taught(world)[before:]
    assert event.label == "spam"


def test_a_colleague_who_is_to_know_gets_it_too_or_separately(world: World, inner: Exchange, arrived: bytes) -> None:
    before, subject = len(taught(world)), b"please look"
    with connect(world.port, OURS) as session:
        session.mail(KIM)
        assert session.rcpt(SPAM)[0] == 250
        together = session.rcpt(LEE)[0]
        assert together == (452 if world.mta is None else 250)
        assert session.data(letter(arrived))[0] == 250
    assert len(taught(world)) == before + 1
    if world.mta is not None:
        wait_until(lambda: any(subject in message.content for message in inner.messages), "Lee gets it")
        assert [message.recipients for message in inner.messages if subject in message.content] == [(LEE,)]


def test_where_the_others_are_refused_nothing_is_learnt(world: World) -> None:
    if world.mta is None:
        pytest.skip("the proxy takes them one by one")
    before = len(taught(world))
    with connect(world.port, OURS) as session:
        session.mail(KIM)
        assert session.rcpt(SPAM)[0] == 250
        assert session.rcpt(LEE)[0] == 250
        assert session.data(gtube())[0] == 550
    assert len(taught(world)) == before
    has_fates(world, KIM, "refused 550")


def test_who_has_signed_in_to_the_mta_teaches_from_anywhere(inner: Exchange) -> None:
    """Postfix is told so by XCLIENT, as by a proxy before it; what it tells its milter is the same."""
    with worlds.postfix_milter(inner.port, SETTINGS) as world, connect(world.port, STRANGER) as session:
        assert session.docmd("XCLIENT", "ADDR=203.0.113.7 LOGIN=kim")[0] == 220
        session.ehlo()
        assert submit(session, letter(ham(7)), [SPAM], KIM).startswith("250 ")
        assert [event.teacher for event in taught(world)] == [KIM]
