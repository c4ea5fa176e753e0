"""hops: what was refused is remembered for the next RCPT, and a front sees typed outcomes only."""

import asyncio

import pytest
import uvloop

from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.relay.handover import Ending, Handover, client_reply
from gatekeeper.tables.hop import Hop
from gatekeeper.values import Absent
from tests.servers.exchange import Exchange
from tests.servers.tolerant_sink import TolerantSink

from .hopping import MESSAGE, ONE, TWO, hop_at, hops_for, run, until


def endings(handovers: list[Handover]) -> list[str]:
    return [handover.ending.value for handover in handovers]


def test_delivered_and_counted() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner)) as hops:
            for _ in range(3):
                assert endings(await hops.deliver(hop_at(inner), TWO, [MESSAGE])) == ["delivered"] * 2
            assert (hops.counts().sessions, hops.counts().opened, hops.counts().failures) == (1, 1, 0)
        assert hops.counts().sessions == 0

    with Exchange() as inner:
        run(check(inner))
        assert len(inner.messages) == 3


def test_on_uvloop_too() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner)) as hops:
            large = [b"Subject: x\r\n\r\n", memoryview(b".line\r\n" * 100_000)]
            assert endings(await hops.deliver(hop_at(inner), ONE, large)) == ["delivered"]
            inner.drop()
            assert endings(await hops.deliver(hop_at(inner), TWO, [MESSAGE])) == ["delivered"] * 2
            inner.behaviour.vanish.add("dot")
            assert endings(await hops.deliver(hop_at(inner), ONE, [MESSAGE])) == ["uncertain"]

    with Exchange() as inner:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(check(inner))
        assert inner.messages[0].content == b"Subject: x\r\n\r\n" + b".line\r\n" * 100_000


def test_hops_that_differ_only_in_the_user_share_sessions() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner)) as hops:
            for user in ("", "joe@own.test"):
                await hops.deliver(hop_at(inner, user=user), ONE, [MESSAGE])

    with Exchange() as inner:
        run(check(inner))
        assert len(inner.sessions) == 1


def test_two_hops_have_limits_of_their_own() -> None:
    async def check(first: Exchange, second: Exchange) -> None:
        async with hops_for(hop_at(first), hop_at(second), connections=1, wait=0.1) as hops:
            stuck = asyncio.ensure_future(hops.deliver(hop_at(first), ONE, [MESSAGE]))
            assert endings(await hops.deliver(hop_at(second), ONE, [MESSAGE])) == ["delivered"]
            assert endings(await hops.deliver(hop_at(first), ONE, [MESSAGE])) == ["unreachable"]
            assert endings(await stuck) == ["delivered"]
            assert hops.counts().waits == 1

    with Exchange(delays={"dot": 0.5}) as first, Exchange() as second:
        run(check(first, second))


# memory


def remembered(inner: Exchange, delivery: Delivery, sender: str | None = None, **changes: object) -> dict[str, str]:
    """The statuses of what is refused at RCPT after `delivery`, when mail comes from `sender`."""

    async def check() -> dict[str, str]:
        async with hops_for(hop_at(inner), **changes) as hops:
            await hops.deliver(hop_at(inner), delivery, [MESSAGE])
            asked = delivery.sender if sender is None else sender
            replies = {address: hops.refusal(hop_at(inner), address, asked) for address in delivery.recipients}
            return {address: reply.status for address, reply in replies.items() if reply}

    return run(check())


def test_an_unknown_mailbox_is_remembered_for_every_sender() -> None:
    with Exchange(verify={"c@own.test"}) as inner:
        assert remembered(inner, TWO, "other@b.test") == {"d@own.test": "5.1.1"}


def test_one_alone_refused_after_the_dot_is_remembered() -> None:
    with Exchange(unknown={"c@own.test"}) as inner:
        assert remembered(inner, ONE) == {"c@own.test": "5.1.10"}


def test_memory_ends() -> None:
    with Exchange(verify=set()) as inner:
        assert remembered(inner, ONE, callout_ttl=0.000001) == {}


@pytest.mark.parametrize("reply", ["550 5.7.1 Not from you", "550 no", "452 4.2.2 Full"])
def test_who_kept_others_from_their_mail_is_refused_first_next_time(reply: str) -> None:
    with Exchange(rcpt_replies={"d@own.test": reply}) as inner:
        assert list(remembered(inner, TWO)) == ["d@own.test"]
        assert remembered(inner, TWO, "other@b.test") == {}


@pytest.mark.parametrize(
    "replies",
    [
        {"rcpt": "452 4.3.1 Pressure"},
        {"rcpt": "550 5.7.1 Not from you"},
        {"rcpt": "421 4.3.2 Going down"},
        {"mail": "550 5.1.8 Bad sender"},
        {"mail": "550 5.1.1 what?"},
        {"dot": "550 5.7.1 Spam"},
        {"dot": "550 Spam"},
        {"data": "550 5.1.1 what?"},
    ],
)
@pytest.mark.parametrize("delivery", [ONE, TWO])
def test_what_says_nothing_of_one_mailbox_is_not_remembered(replies: dict[str, str], delivery: Delivery) -> None:
    with Exchange(replies=dict(replies)) as inner:
        assert remembered(inner, delivery) == {}


def test_a_client_that_comes_back_gets_the_good_ones_through() -> None:
    """451 at first; then the bad recipient is refused at RCPT and the rest is delivered."""

    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner)) as hops:
            handovers = await hops.deliver(hop_at(inner), TWO, [MESSAGE])
            assert client_reply(handovers).code == 451
            good = tuple(a for a in TWO.recipients if not hops.refusal(hop_at(inner), a, TWO.sender))
            assert good == ("c@own.test",)
            assert endings(await hops.deliver(hop_at(inner), ONE, [MESSAGE])) == ["delivered"]

    with Exchange(verify={"c@own.test"}) as inner:
        run(check(inner))


def test_recipients_of_a_message_refused_as_a_whole_are_separated() -> None:
    async def check(inner: Exchange) -> None:
        hop = hop_at(inner)
        async with hops_for(hop) as hops:
            assert hops.company(hop, "c@own.test") == hops.company(hop, "d@own.test")
            handovers = await hops.deliver(hop, TWO, [MESSAGE])
            assert endings(handovers) == ["withheld", "withheld"]
            assert client_reply(handovers).code == 451
            assert hops.company(hop, "C@own.test") != hops.company(hop, "d@own.test")
            assert hops.company(hop, "e@own.test") == ""
            assert endings(await hops.deliver(hop, ONE, [MESSAGE])) == ["delivered"]
            assert hops.refusal(hop, "d@own.test", "") is None
            again = await hops.deliver(hop, TWO, [MESSAGE])
            assert str(client_reply(again)).startswith("550 5.1.10")

    with Exchange(unknown={"d@own.test"}) as inner:
        run(check(inner))


def test_callout_through_the_facade() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner)) as hops:
            assert await hops.callout("ghost@own.test", hop_at(inner)) == Absent()

    with Exchange(verify={"c@own.test"}) as inner:
        run(check(inner))


def test_pools_of_hops_made_up_from_domains_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        async with hops_for(connect_timeout=0.2, wait=0.1) as hops:
            for number in range(1, 12):
                await hops.deliver(Hop("esmtp", f"127.0.0.{number}", 1), ONE, [MESSAGE])
            assert len(hops._pools) <= 3
            assert hops.counts().failures == 11

    monkeypatch.setattr("gatekeeper.relay.hops._MOST_POOLS", 3)
    run(check())


# smuggling


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\n.\r", b"\r.\r\n", b"\r\n.\r", b"\r.\n", b"\r\n.\r\r\n"]
)
def test_no_content_makes_two_messages_even_at_a_tolerant_hop(end: bytes) -> None:
    smuggled = b"Subject: one\r\n\r\nbody" + end + b"MAIL FROM:<x@y>\r\nRCPT TO:<z@y>\r\nDATA\r\ntwo\r\n"

    async def check(sink: TolerantSink) -> None:
        async with hops_for(hop_at(sink)) as hops:
            [handover] = await hops.deliver(hop_at(sink), ONE, [smuggled])
            assert handover.ending is Ending.REFUSED
            assert handover.reply.status == "5.6.11"
            [handover] = await hops.deliver(hop_at(sink), ONE, [MESSAGE])
            assert handover.ending is Ending.DELIVERED

    with TolerantSink() as sink:
        run(check(sink))
        assert len(sink.messages) == 1


def test_a_lone_dot_between_real_line_ends_is_stuffed() -> None:
    async def check(sink: TolerantSink) -> None:
        async with hops_for(hop_at(sink)) as hops:
            body = b"a\r\n.\r\nMAIL FROM:<x@y>\r\n"
            assert endings(await hops.deliver(hop_at(sink), ONE, [body])) == ["delivered"]

    with TolerantSink() as sink:
        run(check(sink))
        assert sink.messages == [b"a\r\n..\r\nMAIL FROM:<x@y>"]


# many at once


def test_two_hundred_at_once_share_fifteen_sessions() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner)) as hops:
            results = await asyncio.gather(*(hops.deliver(hop_at(inner), ONE, [MESSAGE]) for _ in range(200)))
            assert {ending for handovers in results for ending in endings(handovers)} == {"delivered"}
        await until(lambda: inner.current == 0)

    with Exchange() as inner:
        run(check(inner))
        assert inner.peak <= 15
        assert len(inner.messages) == 200
