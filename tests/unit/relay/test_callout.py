"""callout: a hop is believed only when it can say no, and then once for a while."""

import asyncio

import pytest

from gatekeeper.relay.callout import TAKES_ALL, Callouts, no_such_mailbox
from gatekeeper.values import Absent, Answer, Failed, Found, Refused, Reply, TimedOut
from tests.servers.exchange import Exchange
from tests.servers.room import free_port

from .hopping import ONE, hop_at, pool_at, run, settings, soon, until

KNOWN = {"c@own.test", "d@own.test"}


def callouts_at(inner: Exchange, limit: int = 15, **changes: object) -> Callouts:
    relay = settings(**changes)
    pool = pool_at(inner, limit, relay)
    return Callouts(relay, lambda hop: pool)


def ask(inner: Exchange, *addresses: str, **changes: object) -> list[Answer]:
    async def check() -> list[Answer]:
        callouts = callouts_at(inner, **changes)
        return [await callouts.ask(address, hop_at(inner)) for address in addresses]

    return run(check())


def rcpts(inner: Exchange) -> list[str]:
    return [line[9:-1] for _, line in inner.commands if line.startswith("RCPT")]


def test_a_hop_that_knows_its_mailboxes() -> None:
    with Exchange(verify=KNOWN) as inner:
        assert ask(inner, "c@own.test", "ghost@own.test", "D@OWN.test") == [Found(), Absent(), Found()]
        invented, *asked = rcpts(inner)
        assert asked == ["c@own.test", "ghost@own.test", "D@OWN.test"]
        assert invented.endswith("@own.test")
        assert "DATA" not in inner.verbs()
        assert inner.messages == []


def test_a_hop_that_takes_every_mailbox_is_not_believed() -> None:
    with Exchange() as inner:
        assert ask(inner, "c@own.test", "d@own.test") == [TAKES_ALL, TAKES_ALL]
        assert len(rcpts(inner)) == 2


def test_each_domain_has_to_earn_trust() -> None:
    with Exchange(verify=KNOWN | {"e@other.test"}) as inner:
        assert ask(inner, "c@own.test", "e@other.test") == [Found(), Found()]
        assert [address.partition("@")[2] for address in rcpts(inner)] == ["own.test"] * 2 + ["other.test"] * 2


@pytest.mark.parametrize("pipelining", [True, False])
def test_an_answer_is_remembered(pipelining: bool) -> None:
    with Exchange(verify=KNOWN) as inner:
        if not pipelining:
            inner.behaviour.extensions.discard("PIPELINING")
        assert ask(inner, "c@own.test", "C@own.test", "ghost@own.test", "ghost@own.test") == [
            Found(),
            Found(),
            Absent(),
            Absent(),
        ]
        assert len(rcpts(inner)) == 3


def test_an_answer_is_forgotten_in_time() -> None:
    with Exchange(verify=KNOWN) as inner:
        ask(inner, "c@own.test", "c@own.test", callout_ttl=0.000001)
        assert len(rcpts(inner)) == 4


def test_the_question_is_one_write() -> None:
    with Exchange(verify=KNOWN) as inner:
        ask(inner, "c@own.test", callout_sender="probe@gate.test")
        [burst] = [data for data in inner.sessions[0].reads if data.startswith(b"MAIL")]
        assert burst.startswith(b"MAIL FROM:<probe@gate.test>\r\nRCPT TO:<")
        assert burst.endswith(b"@own.test>\r\nRCPT TO:<c@own.test>\r\nRSET\r\n")


def test_the_null_sender_asks_by_default() -> None:
    with Exchange(verify=KNOWN) as inner:
        ask(inner, "c@own.test")
        assert "MAIL FROM:<>" in [line for _, line in inner.commands]


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"replies": {"mail": "550 5.7.1 Go away"}}, Refused),
        ({"replies": {"mail": "451 4.3.0 Later"}}, Refused),
        ({"replies": {"rcpt": "550 5.7.1 Go away"}}, Refused),
        ({"replies": {"rcpt": "550 5.1.8 Bad sender"}}, Refused),
        ({"replies": {"rcpt": "530 5.7.0 Authenticate"}}, Refused),
        ({"replies": {"rcpt": "451 4.7.1 Greylisted"}}, Failed),
        ({"replies": {"connect": "421 4.3.2 Busy"}}, Failed),
        ({"vanish": {"rcpt"}}, Failed),
    ],
)
def test_what_is_no_answer_is_a_failure_and_not_remembered(options: dict[str, object], kind: type) -> None:
    with Exchange(verify=KNOWN, **options) as inner:
        [answer] = ask(inner, "c@own.test")
        assert isinstance(answer, kind)
        inner.behaviour.replies.clear()
        inner.behaviour.vanish.clear()
        assert ask(inner, "c@own.test") == [Found()]


def test_a_4xx_for_the_mailbox_itself() -> None:
    with Exchange(verify=KNOWN, rcpt_replies={"c@own.test": "452 4.2.2 Full"}) as inner:
        assert ask(inner, "c@own.test", "d@own.test") == [Failed("452 4.2.2 Full"), Found()]


def test_a_refusal_without_status_counts_where_others_are_taken() -> None:
    with Exchange(replies={"rcpt": "550 no such user"}, rcpt_replies={"c@own.test": "250 ok"}) as inner:
        assert ask(inner, "c@own.test", "ghost@own.test") == [Found(), Absent()]


def test_down() -> None:
    assert isinstance(ask(Exchange(port=free_port()), "c@own.test")[0], Failed)


def test_slow() -> None:
    with Exchange(delays={"rcpt": 30.0}) as inner:
        assert isinstance(ask(inner, "c@own.test", command_timeout=0.1)[0], TimedOut)


def test_an_internationalised_mailbox_at_a_hop_that_knows_none() -> None:
    with Exchange(extensions={"PIPELINING"}) as inner:
        assert isinstance(ask(inner, "ö@own.test")[0], Refused)


def test_a_stale_session_is_replaced() -> None:
    async def check(inner: Exchange) -> None:
        callouts = callouts_at(inner)
        assert await callouts.ask("c@own.test", hop_at(inner)) == Found()
        inner.behaviour.replies["mail"] = ["421 4.4.1 Timed out"]
        assert await callouts.ask("d@own.test", hop_at(inner)) == Found()

    with Exchange(verify=KNOWN) as inner:
        run(check(inner))
        assert len(inner.sessions) == 2


def test_two_who_ask_the_same_are_answered_at_once() -> None:
    async def check(inner: Exchange) -> None:
        callouts = callouts_at(inner)
        answers = await asyncio.gather(*(callouts.ask("c@own.test", hop_at(inner)) for _ in range(5)))
        assert answers == [Found()] * 5

    with Exchange(verify=KNOWN) as inner:
        run(check(inner))
        assert len(rcpts(inner)) == 2


def test_an_answer_that_comes_too_late_is_there_next_time() -> None:
    """A hop that tarpits would otherwise never get to say no."""

    async def check(inner: Exchange) -> None:
        callouts = callouts_at(inner)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(callouts.ask("ghost@own.test", hop_at(inner)), 0.05)
        await until(lambda: "RSET" in inner.verbs())
        assert await callouts.ask("ghost@own.test", hop_at(inner)) == Absent()

    with Exchange(verify=KNOWN, tarpit=0.2) as inner:
        run(check(inner))
        assert len(rcpts(inner)) == 2


def test_callouts_leave_sessions_to_mail() -> None:
    async def check(inner: Exchange) -> None:
        relay = settings()
        pool = pool_at(inner, 6, relay)
        callouts = Callouts(relay, lambda hop: pool)
        asking = [asyncio.ensure_future(callouts.ask(f"g{n}@own.test", hop_at(inner))) for n in range(30)]
        await until(lambda: len(rcpts(inner)) >= 4)
        session = await pool.lease(0.0, soon())
        transcript = await session.transact(ONE, [b"mail\r\n"], soon(), soon())
        assert transcript.dot is not None
        assert pool.size <= 3
        for task in asking:
            task.cancel()
        callouts.close()

    with Exchange(verify=KNOWN, tarpit=0.3) as inner:
        run(check(inner))


def test_too_many_at_once() -> None:
    async def check(inner: Exchange) -> None:
        callouts = callouts_at(inner, 1, wait=0.1)
        answers = await asyncio.gather(*(callouts.ask(f"g{n}@own.test", hop_at(inner)) for n in range(3)))
        assert sorted(map(str, answers))[:1] == ["Absent()"]
        assert answers.count(Failed("too many callouts at once")) == 2

    with Exchange(verify=KNOWN, tarpit=0.3) as inner:
        run(check(inner))


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (Reply(550, "5.1.1"), True),
        (Reply(550, "5.1.10"), True),
        (Reply(553, "5.1.3"), True),
        (Reply(550), False),
        (Reply(550, "5.7.1"), False),
        (Reply(550, "5.1.8"), False),
        (Reply(450, "4.1.1"), False),
        (Reply(554, "5.1.1"), False),
    ],
)
def test_which_refusals_say_that_there_is_no_mailbox(reply: Reply, answer: bool) -> None:
    assert no_such_mailbox(reply) is answer
