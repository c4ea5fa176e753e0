"""deliver: whatever a hop does at whatever step, each recipient's outcome has a type, and nobody gets half."""

import asyncio
import dataclasses

import pytest

from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.relay.deliver import Patience, deliver
from gatekeeper.relay.handover import Ending, Handover, client_reply
from gatekeeper.relay.pool import Pool
from tests.servers.exchange import Exchange
from tests.servers.room import free_port

from .hopping import MESSAGE, ONE, TWO, pool_at, run, settings, until

PATIENCE = Patience(5.0, 10.0)


async def send(
    pool: Pool, delivery: Delivery = ONE, message: bytes = MESSAGE, patience: Patience = PATIENCE
) -> list[Handover]:
    return await deliver(pool, delivery, [message], patience)


def sent_to(server: Exchange, delivery: Delivery = ONE, message: bytes = MESSAGE) -> list[Handover]:
    async def once() -> list[Handover]:
        pool = pool_at(server)
        try:
            return await send(pool, delivery, message)
        finally:
            await pool.close()

    return run(once())


def endings(handovers: list[Handover]) -> list[str]:
    return [handover.ending.value for handover in handovers]


# a hop that takes it


def test_a_message_arrives_byte_for_byte() -> None:
    with Exchange() as inner:
        handovers = sent_to(inner, TWO)
        assert endings(handovers) == ["delivered", "delivered"]
        assert client_reply(handovers).code == 250
        [message] = inner.messages
        assert message.content == MESSAGE
        assert (message.sender, message.recipients) == (TWO.sender, TWO.recipients)
        assert (message.helo, message.verb) == ("gate.test", "DATA")


def test_the_envelope_is_one_write() -> None:
    with Exchange() as inner:
        sent_to(inner, TWO)
        burst = b"MAIL FROM:<a@b.test>\r\nRCPT TO:<c@own.test>\r\nRCPT TO:<d@own.test>\r\nDATA\r\n"
        assert burst in inner.sessions[0].reads


def test_without_pipelining_it_goes_step_by_step() -> None:
    with Exchange(extensions={"8BITMIME"}) as inner:
        assert endings(sent_to(inner, TWO)) == ["delivered", "delivered"]
        assert b"MAIL FROM:<a@b.test>\r\n" in inner.sessions[0].reads
        assert b"DATA\r\n" in inner.sessions[0].reads
        assert inner.messages[0].content == MESSAGE


def test_parameters_go_along() -> None:
    delivery = Delivery(
        "ö@b.test",
        ("c@own.test",),
        {"BODY": "8BITMIME", "RET": "HDRS", "ENVID": "x", "SMTPUTF8": ""},
        {"c@own.test": {"NOTIFY": "NEVER"}},
        len(MESSAGE),
    )
    with Exchange() as inner:
        assert endings(sent_to(inner, delivery)) == ["delivered"]
        [message] = inner.messages
        assert message.mail_parameters == f"SIZE={len(MESSAGE)} BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x"
        assert message.rcpt_parameters == ("NOTIFY=NEVER",)
        assert message.sender == "ö@b.test"


def test_a_large_message_flows_as_the_hop_takes_it() -> None:
    large = b"Subject: large\r\n\r\n" + (b"x" * 74 + b"\r\n.\r\n") * 100_000
    with Exchange() as inner:
        assert endings(sent_to(inner, ONE, large)) == ["delivered"]
        assert inner.messages[0].content == large


def test_many_messages_over_one_session() -> None:
    async def many(pool: Pool) -> None:
        for number in range(20):
            assert endings(await send(pool, ONE, b"%d\r\n" % number)) == ["delivered"]
        await pool.close()

    with Exchange() as inner:
        run(many(pool_at(inner)))
        assert [message.content for message in inner.messages] == [b"%d\r\n" % number for number in range(20)]
        assert {message.session for message in inner.messages} == {inner.sessions[0].number}


# a hop that refuses


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("reply", ["451 4.3.0 not now", "550 5.7.0 never"])
@pytest.mark.parametrize(("step", "name"), [("mail", "MAIL"), ("rcpt", "RCPT"), ("data", "DATA"), ("dot", "dot")])
def test_refused_at_each_step(step: str, name: str, reply: str, pipelining: bool) -> None:
    with Exchange(replies={step: reply}) as inner:
        if not pipelining:
            inner.behaviour.extensions.discard("PIPELINING")
        handovers = sent_to(inner, TWO)
        assert endings(handovers) == ["refused", "refused"]
        assert {(str(handover.reply), handover.step) for handover in handovers} == {(reply, name)}
        assert str(client_reply(handovers)) == reply
        assert inner.messages == []


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
def test_the_session_goes_on_after_a_refusal(step: str) -> None:
    async def twice(pool: Pool) -> None:
        assert endings(await send(pool)) == ["refused"]
        assert endings(await send(pool)) == ["delivered"]
        await pool.close()

    with Exchange(replies={step: ["550 5.7.0 once"]}) as inner:
        run(twice(pool_at(inner)))
        assert len(inner.sessions) == 1
        assert len(inner.messages) == 1


def test_the_whole_message_refused_as_exchange_does() -> None:
    with Exchange(unknown={"d@own.test"}) as inner:
        handovers = sent_to(inner, TWO)
        assert endings(handovers) == ["refused", "refused"]
        assert client_reply(handovers).status == "5.1.10"


def test_back_pressure() -> None:
    with Exchange(pressure=True) as inner:
        assert str(client_reply(sent_to(inner))) == "452 4.3.1 Insufficient system resources"


@pytest.mark.parametrize("pipelining", [True, False])
def test_one_recipient_refused_and_nobody_gets_it(pipelining: bool) -> None:
    with Exchange(verify={"c@own.test"}) as inner:
        if not pipelining:
            inner.behaviour.extensions.discard("PIPELINING")
        handovers = sent_to(inner, TWO)
        assert endings(handovers) == ["withheld", "refused"]
        assert handovers[1].reply.status == "5.1.1"
        assert client_reply(handovers).code == 451
        assert inner.messages == []
        assert "." not in inner.verbs()


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
def test_421_of_the_hop_is_451_for_the_client(step: str) -> None:
    with Exchange(replies={step: "421 4.3.2 Going down"}) as inner:
        handovers = sent_to(inner)
        assert endings(handovers) == ["refused"]
        assert client_reply(handovers).code == 451


# what a hop lacks


@pytest.mark.parametrize(
    ("delivery", "status"),
    [
        (dataclasses.replace(ONE, parameters={"BODY": "8BITMIME"}), (554, "5.6.3")),
        (dataclasses.replace(ONE, sender="ö@b.test"), (553, "5.6.7")),
        (dataclasses.replace(ONE, size=2000), (552, "5.3.4")),
    ],
)
def test_what_a_hop_lacks_is_refused_without_asking_it(delivery: Delivery, status: tuple[int, str]) -> None:
    with Exchange(extensions={"PIPELINING", "SIZE"}, size=1000) as inner:
        handovers = sent_to(inner, delivery)
        assert endings(handovers) == ["refused"]
        assert (handovers[0].reply.code, handovers[0].reply.status) == status
        assert "MAIL" not in inner.verbs()


# a hop that is not there, or goes away


def test_down() -> None:
    async def down() -> list[Handover]:
        inner = Exchange(port=free_port())
        return await send(pool_at(inner))

    handovers = run(down())
    assert endings(handovers) == ["unreachable"]
    assert client_reply(handovers).status == "4.4.1"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"replies": {"connect": "421 4.3.2 too many"}}, "4.3.2"),
        ({"replies": {"connect": "554 5.7.1 go away"}}, "4.3.2"),
        ({"replies": {"ehlo": "550 5.7.1 go away"}}, "4.3.2"),
        ({"replies": {"connect": "HTTP/1.1 200 OK"}}, "4.4.1"),
        ({"vanish": {"connect"}}, "4.4.1"),
        ({"vanish": {"ehlo"}}, "4.4.1"),
        ({"vanish": {"mail"}}, "4.4.2"),
        ({"vanish": {"rcpt"}}, "4.4.2"),
        ({"vanish": {"data"}}, "4.4.2"),
        ({"replies": {"mail": "banana"}}, "4.4.2"),
        ({"replies": {"data": "250 2.0.0 what?"}}, "4.4.2"),
    ],
)
def test_no_sense_before_the_content_is_unreachable(options: dict[str, object], status: str) -> None:
    with Exchange(**options) as inner:
        handovers = sent_to(inner, TWO)
        assert endings(handovers) == ["unreachable", "unreachable"]
        assert (handovers[0].reply.code, handovers[0].reply.status) == (451, status)


@pytest.mark.parametrize(
    "options", [{"vanish": {"dot"}}, {"replies": {"dot": "banana"}}, {"replies": {"dot": "354 x"}}]
)
def test_no_sense_after_the_dot_is_uncertain(options: dict[str, object]) -> None:
    with Exchange(**options) as inner:
        handovers = sent_to(inner, TWO)
        assert endings(handovers) == ["uncertain", "uncertain"]
        assert client_reply(handovers).code == 451


def test_a_late_answer_to_the_dot_is_uncertain() -> None:
    async def late(inner: Exchange) -> list[Handover]:
        return await send(pool_at(inner), patience=Patience(0.1, 0.4))

    with Exchange(delays={"dot": 5.0}) as inner:
        assert endings(run(late(inner))) == ["uncertain"]
        assert len(inner.messages) == 1


@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_slow_before_the_content_is_unreachable(step: str) -> None:
    async def slow(inner: Exchange) -> list[Handover]:
        return await send(pool_at(inner, relay=settings(command_timeout=0.2)))

    with Exchange(delays={step: 5.0}) as inner:
        assert endings(run(slow(inner))) == ["unreachable"]
        assert inner.messages == []


def test_a_hop_that_is_slow_all_the_way_gets_no_content_it_has_no_time_for() -> None:
    async def slow(inner: Exchange) -> list[Handover]:
        return await send(pool_at(inner), patience=Patience(0.0, 0.6))

    with Exchange(extensions=set(), delays={"mail": 0.15, "rcpt": 0.15, "data": 0.15}) as inner:
        assert endings(run(slow(inner))) == ["unreachable"]
        assert inner.messages == []


def test_a_hop_that_stops_reading_is_unreachable_not_uncertain() -> None:
    async def stuck() -> list[Handover]:
        async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 hi\r\n")
            await reader.readline()
            writer.write(b"250 hi\r\n")
            for reply in (b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                await reader.readline()
                writer.write(reply)
            await asyncio.sleep(20)

        server = await asyncio.start_server(stall, "127.0.0.1", 0, limit=1024)
        inner = Exchange(port=server.sockets[0].getsockname()[1])
        try:
            return await send(pool_at(inner), message=b"x" * 30_000_000, patience=Patience(0.1, 0.5))
        finally:
            server.close()

    assert endings(run(stuck())) == ["unreachable"]


# stale sessions


@pytest.mark.parametrize("farewell", ["", "421 4.4.1 Connection timed out"])
def test_a_stale_session_is_replaced_once(farewell: str) -> None:
    """The hop closes in answer to MAIL, as one does whose idle timer ran out at that moment."""

    async def twice(pool: Pool, inner: Exchange) -> None:
        assert endings(await send(pool)) == ["delivered"]
        if farewell:
            inner.behaviour.replies["mail"] = [farewell]
        else:
            inner.behaviour.vanish.add("mail")
            inner.behaviour.replies["connect"] = Healing(inner)  # type: ignore[assignment]
        assert endings(await send(pool)) == ["delivered"]
        await pool.close()

    with Exchange() as inner:
        run(twice(pool_at(inner), inner))
        assert len(inner.sessions) == 2
        assert len(inner.messages) == 2


class Healing(list[str]):
    """A plan for the next greeting, by which time the hop is well again."""

    def __init__(self, inner: Exchange) -> None:
        super().__init__(["220 well again"])
        self.inner = inner

    def pop(self, index: int = -1) -> str:  # type: ignore[override]
        self.inner.behaviour.vanish.discard("mail")
        return super().pop(index)


def test_a_fresh_session_that_breaks_is_not_replaced() -> None:
    with Exchange(vanish={"mail"}) as inner:
        assert endings(sent_to(inner)) == ["unreachable"]
        assert len(inner.sessions) == 1


def test_a_stale_session_is_replaced_no_more_than_once() -> None:
    async def twice(pool: Pool, inner: Exchange) -> None:
        assert endings(await send(pool)) == ["delivered"]
        inner.behaviour.vanish.add("mail")
        assert endings(await send(pool)) == ["unreachable"]
        await pool.close()

    with Exchange() as inner:
        run(twice(pool_at(inner), inner))
        assert len(inner.sessions) == 2


def test_nothing_is_sent_twice_after_354() -> None:
    async def twice(pool: Pool, inner: Exchange) -> None:
        assert endings(await send(pool)) == ["delivered"]
        inner.behaviour.vanish.add("dot")
        assert endings(await send(pool)) == ["uncertain"]
        await pool.close()

    with Exchange() as inner:
        run(twice(pool_at(inner), inner))
        assert len(inner.sessions) == 1


def test_a_restart_of_the_hop_between_two_messages_goes_unnoticed() -> None:
    async def twice(pool: Pool, inner: Exchange) -> None:
        assert endings(await send(pool)) == ["delivered"]
        inner.drop()
        assert endings(await send(pool)) == ["delivered"]
        await pool.close()

    with Exchange() as inner:
        run(twice(pool_at(inner), inner))


# our own mistakes


@pytest.mark.parametrize(
    "message", [b"a\n.\r\nMAIL FROM:<x@y>\r\n", b"a\r.\r\n", b"x" * 300_000 + b"\n.\nMAIL FROM:<x@y>\r\n"]
)
def test_unclean_content_never_arrives(message: bytes) -> None:
    with Exchange() as inner:
        handovers = sent_to(inner, ONE, message)
        assert endings(handovers) == ["refused"]
        assert handovers[0].reply.status == "5.6.11"
        assert inner.messages == []


def test_a_bad_envelope_gives_the_session_back() -> None:
    async def bad(pool: Pool) -> None:
        with pytest.raises(ValueError, match="envelope"):
            await send(pool, Delivery("a\r\nRSET@b", ("c@own.test",)))
        assert endings(await send(pool)) == ["delivered"]
        await pool.close()

    with Exchange() as inner:
        run(bad(pool_at(inner, limit=1)))
        assert len(inner.sessions) == 1


def test_giving_up_closes_the_connection_before_the_dot() -> None:
    async def give_up(pool: Pool, inner: Exchange) -> None:
        task = asyncio.ensure_future(send(pool))
        await until(lambda: "DATA" in inner.verbs())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: pool.size == 0)

    with Exchange(delays={"data": 5.0}) as inner:
        run(give_up(pool_at(inner), inner))
        assert inner.messages == []


def test_endings_are_told_apart() -> None:
    assert len({ending.value for ending in Ending}) == 5
