"""Lists of what is held, against what a look at each single hold would give."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from itertools import pairwise, product
from pathlib import Path

import pytest

from gatekeeper.quarantine import Held, Quarantine, index, selection
from gatekeeper.quarantine.kinds import Kind, kind_of
from gatekeeper.quarantine.listing import Entry, Query
from gatekeeper.quarantine.room import Retention
from gatekeeper.values import Action, Fate, Outcome, Verdict

from .samples import RAW, SPAM, again, held, hold

WORM = Verdict(Action.QUARANTINE, "virus-found", 0.0, 5.0)
BANNED = Verdict(Action.QUARANTINE, "banned-attachment", 1.0, 5.0)
VERDICTS = (SPAM, WORM, BANNED)
SENDERS = ("alice@example.net", "Mallory@example.com", "", "news@lists.example.net")
BOXES = ("bob@example.org", "carol@example.org", "Dave@example.org", "sales@example.org")
SUBJECTS = ("the invoice", "an offer", "your invoice of May", "", "电子发票 for you", "您的电子发票invoice已开具")
ENDS = (None, Fate.HELD, Fate.RELEASED, Fate.DELETED, Fate.HANDED_OVER)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quarantine]:
    """Three hundred holds at random."""
    quarantine = Quarantine(tmp_path_factory.mktemp("lists") / "quarantine")
    chance = random.Random(7)
    with pytest.MonkeyPatch.context() as patch:
        for count in range(300):
            patch.setattr(time, "time", lambda moment=count // 3: 1000.0 + moment)  # three at the same time
            raw = f"Subject: {chance.choice(SUBJECTS)}\r\nX: {count}\r\n\r\n".encode()
            boxes = chance.sample(BOXES, chance.randint(1, 3))
            one = hold(raw, *boxes, sender=chance.choice(SENDERS))
            one = replace(one, verdicts={box: chance.choice(VERDICTS) for box in boxes})
            quarantine.hold(one)
            for box in boxes:
                if end := chance.choice(ENDS):
                    quarantine.settle(one.envelope.id, box, Outcome(end))
    yield quarantine
    quarantine.close()


def everything(quarantine: Quarantine) -> list[Held]:
    return quarantine.find(limit=100_000)


def words_in(one: Held, text: str, scoped: bool) -> bool:
    there = f"{one.subject} {one.envelope.sender}" + ("" if scoped else " ".join(("", *one.verdicts)))
    for sign in "@.":
        there = there.replace(sign, " ")
    words = there.lower().split()
    return all(
        any(word.startswith(asked.lower()) for word in words) if asked.isascii() else asked in one.subject
        for asked in text.split()
    )


def recipients_that_match(one: Held, query: Query) -> list[str]:
    scope = None if query.recipients is None else {address.lower() for address in query.recipients}
    return [
        address
        for address, verdict in one.verdicts.items()
        if one.outcomes[address].fate in query.fates
        and (query.kind is None or kind_of(verdict) is query.kind)
        and (not query.reason or verdict.reason == query.reason.lower())
        and fnmatch(one.envelope.sender.lower(), query.sender.lower() or "*")
        and (query.since is None or one.held_at >= query.since)
        and (query.until is None or one.held_at < query.until)
        and (scope is None or address.lower() in scope)
        and words_in(one, query.text, scope is not None)
    ]


def walk(quarantine: Quarantine, query: Query, limit: int) -> list[Entry]:
    """All pages, one after the other, and back again."""
    pages = [quarantine.page(query, limit=limit)]
    while pages[-1].after:
        pages.append(quarantine.page(query, after=pages[-1].after, limit=limit))
    for earlier, later in pairwise(pages):
        assert quarantine.page(query, before=later.before, limit=limit) == earlier
    assert pages[0].before == ""
    return [entry for page in pages for entry in page.entries]


QUERIES = [
    Query(text, kind, reason, sender, state, since, until, scope)
    for text, (kind, reason), sender, state, (since, until), scope in product(
        ("", "invoice", "inv may", "carol", "发票", "发票 for", "发票 carol", "发票 已开", "票发"),
        ((None, ""), (Kind.VIRUS, ""), (None, "Banned-Attachment")),
        ("", "mallory@EXAMPLE.com", "*@example.*", "*e@*", "new*.NET", "*news@l*", "alice@ex*"),
        ("waiting", "all", "unconfirmed", "held", "released", "changed"),
        ((None, None), (1010.0, 1050.0)),
        (None, ("BOB@example.org",), ("bob@example.org", "dave@example.org")),
    )
]


@pytest.mark.parametrize(("few", "probed", "some"), [(0, 0, 10), (1000, 0, 33), (1000, 1000, 1000)])
def test_every_list_is_what_a_look_at_every_hold_gives(
    store: Quarantine, monkeypatch: pytest.MonkeyPatch, few: int, probed: int, some: int
) -> None:
    monkeypatch.setattr(selection, "_FEW", few)
    monkeypatch.setattr(selection, "_PROBED", probed)
    monkeypatch.setattr(selection, "_READ", some)
    known = everything(store)
    for query in random.Random(few + probed).sample(QUERIES, 250):
        found = [one.id for one in known if recipients_that_match(one, query)]
        assert [entry.id for entry in walk(store, query, 50)] == found, query
        assert store.count(query) == len(found), query
        assert store.count(query, 7) == min(7, len(found))


@pytest.mark.parametrize("by", ["kind", "reason", "sender", "recipient"])
def test_totals_count_each_recipient(store: Quarantine, by: selection.By) -> None:
    known = everything(store)
    for query in random.Random(by).sample(QUERIES, 200):
        expected: Counter[str] = Counter()
        for one in known:
            for address in recipients_that_match(one, query):
                verdict = one.verdicts[address]
                values = {"kind": kind_of(verdict), "reason": verdict.reason, "sender": one.envelope.sender}
                expected[str(values.get(by, address))] += 1
        assert dict(store.totals(query, by)) == expected, query
        assert [count for _, count in store.totals(query, by)] == sorted(expected.values(), reverse=True)


def test_kinds_are_counted_through_all_that_becomes_of_a_message(quarantine: Quarantine) -> None:
    worm = Verdict(Action.QUARANTINE, "virus-found", 9.0, 5.0)

    def counted() -> dict[str, int]:
        recounted = quarantine._notes.read("SELECT state, kind, count(*) FROM recipients GROUP BY 1, 2")
        assert quarantine._notes.read("SELECT * FROM kinds WHERE recipients <> 0") == recounted
        return dict(quarantine.totals(Query(), "kind"))

    first, second = hold(RAW, "bob@example.org", "carol@example.org"), hold(verdict=worm)
    for one in (first, second, again(first)):  # the last takes the place of the first
        quarantine.hold(one)
    assert counted() == {"spam": 2, "virus": 1}
    assert quarantine.totals(Query(hidden=(Kind.VIRUS,)), "kind") == [("spam", 2)]
    quarantine.confirm(first.envelope.id)
    assert quarantine.totals(Query(state="held"), "kind") == [("spam", 2)]
    assert quarantine.totals(Query(state="unconfirmed"), "kind") == [("virus", 1)]
    quarantine.settle(second.envelope.id, "bob@example.org", Outcome(Fate.DELETED))
    assert counted() == {"spam": 2}
    assert quarantine.totals(Query(state="deleted"), "kind") == [("virus", 1)]
    quarantine.withdraw(second.envelope.id)
    quarantine.expire(Retention(0))
    assert counted() == {}
    assert dict(quarantine.totals(Query(state="all"), "kind")) in ({"spam": 2, "virus": 1}, {})
    quarantine.expire(Retention(0))
    assert counted() == {}
    assert quarantine.totals(Query(state="all"), "kind") == []


def test_small_pages_lose_nothing_of_what_is_held_at_the_same_time(store: Quarantine) -> None:
    ids = [entry.id for entry in walk(store, Query(state="all"), 7)]
    assert len(ids) == len(set(ids)) == 300
    assert ids == [one.id for one in everything(store)]


def test_a_page_in_front_of_a_place_near_the_top_is_the_first(store: Quarantine) -> None:
    first = store.page(Query(), limit=10)
    assert store.page(Query(), before=store.page(Query(), limit=3).after, limit=10) == first
    assert first.before == ""


def test_a_place_behind_the_end_leads_to_the_first_page(store: Quarantine) -> None:
    """Whoever deleted all of the last page sees others."""
    assert store.page(Query(), after="1", limit=10) == store.page(Query(), limit=10)


def test_a_user_sees_nothing_of_others(store: Quarantine) -> None:
    mine = Query(state="all", recipients=("bob@example.org",))
    entries = walk(store, mine, 50)
    assert entries
    assert {recipient.address for entry in entries for recipient in entry.recipients} == {"bob@example.org"}
    assert store.count(replace(mine, text="carol")) == 0
    assert store.count(replace(mine, text="recipients : carol")) == 0
    assert dict(store.totals(mine, "recipient")).keys() == {"bob@example.org"}
    nobody = Query(state="all", recipients=())
    assert (store.page(nobody).entries, store.count(nobody), store.totals(nobody, "kind")) == ((), 0, [])


@pytest.mark.parametrize(
    "bent",
    [
        '"',
        'invoice"',
        "' OR 1=1 --",
        "subject : x",
        "a* NEAR(b)",
        "^offer",
        "{",
        "\0",
        "invoice\0offer",
        "NOT",
        "AND OR",
        "\udcff",
        "-",
        "%",
        "x" * 100_000,
        "y " * 10_000,
        "*",
        "\N{COMBINING ACUTE ACCENT}",
    ],
)
def test_no_text_is_more_than_words(store: Quarantine, bent: str) -> None:
    for query in (Query(bent), Query(bent, recipients=("bob@example.org",)), Query(sender=bent), Query(reason=bent)):
        for found in (store.page(query).entries, store.count(query), store.totals(query, "kind")):
            assert bool(found) is (query.sender == "*" or query.text in ('invoice"', "^offer"))


def test_words_that_no_space_parts_from_others_are_found_inside_them(
    store: Quarantine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "_READ", 5)
    query = Query("电子发票", state="all")
    found = [one.id for one in everything(store) if "电子发票" in one.subject]
    assert len(found) > 50
    assert [entry.id for entry in walk(store, query, 7)] == found


@pytest.mark.parametrize("text", ["“发票”", "(发票)", "发票。", "#发票 ,发票"])
def test_signs_around_them_do_not_count(store: Quarantine, text: str) -> None:
    everywhere = Query("发票", state="all")
    assert store.count(replace(everywhere, text=text)) == store.count(everywhere) > 50


def test_of_few_that_a_filter_leaves_the_subjects_alone_are_read(store: Quarantine) -> None:
    query = Query("发票", state="all", recipients=("bob@example.org",))
    assert store.count(query) > 10
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(selection, "_by_subject", lambda *_: pytest.fail("all subjects were read"))
        assert len(walk(store, query, 5)) == store.count(query)


def test_they_are_looked_for_in_the_sender_too(quarantine: Quarantine) -> None:
    quarantine.hold(hold(RAW, "bob@example.org", sender="用户@例え.test"))
    quarantine.hold(hold(RAW, "bob@example.org"))
    for text, count in (("用户", 1), ("例え", 1), ("户用", 0)):
        assert quarantine.count(Query(text)) == count


def test_a_short_word_stands_for_itself_alone(store: Quarantine) -> None:
    known = everything(store)
    everywhere = Query(state="all")
    for text, asked in (("an", "an offer"), ("of", "your invoice of May"), ("off", "an offer")):
        assert store.count(replace(everywhere, text=text)) == sum(one.subject == asked for one in known), text


def test_patterns_stand_for_anything(store: Quarantine) -> None:
    known = everything(store)
    for query, asked in ((Query(state="all", sender="*@EXAMPLE.*"), "@example."), (Query(state="all", sender=""), "")):
        assert store.count(query) == sum(asked in one.envelope.sender.lower() for one in known)


def test_what_is_withdrawn_or_repeated_is_found_no_more(quarantine: Quarantine) -> None:
    first = hold(b"Subject: withdrawn\r\n\r\n")
    quarantine.hold(first)
    assert quarantine.count(Query("withdrawn")) == 1
    quarantine.withdraw(first.envelope.id)
    assert quarantine.count(Query("withdrawn")) == 0
    assert quarantine._notes.read("SELECT rowid FROM words WHERE words MATCH 'withdrawn'") == []


def test_the_same_moment_has_room_for_many(quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.123456)
    ids = [held(quarantine, hold(b"%d" % count)) for count in range(20)]
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.0)  # the clock was set back
    earlier = held(quarantine, hold(b"earlier"))
    assert [entry.id for entry in walk(quarantine, Query(), 6)] == [*reversed(ids), earlier]
    assert {entry.held_at for entry in quarantine.page(Query()).entries[:20]} == {1_800_000_000.123456}


def test_a_confirmed_hold_still_waits(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / "quarantine")
    hold_id = held(quarantine, hold())
    states = ("waiting", "unconfirmed", "held")
    assert [quarantine.count(Query(state=state)) for state in states] == [1, 1, 0]
    quarantine.confirm(hold_id)
    assert [quarantine.count(Query(state=state)) for state in states] == [1, 0, 1]
    ((number,),) = quarantine._notes.read("SELECT number FROM holds")
    quarantine._notes.write(lambda connection: index.expire(connection, [number]))
    assert [quarantine.count(Query(state=state)) for state in (*states, "expired")] == [0, 0, 0, 1]
    quarantine.close()


def plans(store: Quarantine, monkeypatch: pytest.MonkeyPatch, query: Query) -> list[str]:
    """How SQLite goes about each query of a page, a step a line."""
    read, steps = store._notes.read, []

    def explaining(sql: str, parameters: object = ()) -> object:
        steps.extend(row[3] for row in read(f"EXPLAIN QUERY PLAN {sql}", parameters))
        return read(sql, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(store._notes, "read", explaining)
        store.page(query, limit=5)
    return steps


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (Query(), "state"),
        (Query(state="held", since=1010.0, until=1050.0), "state"),
        (Query(kind=Kind.VIRUS), "kind"),
        (Query(kind=Kind.SPAM, reason="spam-score"), "reason"),
        (Query(reason="spam-score", sender="alice@example.net"), "sender"),
        (Query(sender="alice@example.net", recipients=("bob@example.org",)), "address"),
        (Query(kind=Kind.VIRUS, state="unconfirmed"), "unconfirmed"),
    ],
)
def test_a_page_is_read_in_the_order_of_the_index_that_leaves_least(
    store: Quarantine, monkeypatch: pytest.MonkeyPatch, query: Query, index: str
) -> None:
    """No table is gone through as a whole, and no more is sorted than a page has."""
    steps = plans(store, monkeypatch, query)
    names = (f"INDEX recipients_by_{index} ", f"INDEX recipients_{index} ")
    assert any(name in step for step in steps for name in names if "SEARCH recipients USING" in step)
    assert [step for step in steps if step.startswith("SCAN ") and "(subquery" not in step] == []
    assert [step for step in steps if "TEMP B-TREE" in step and "ORDER BY" not in step] == []


@pytest.mark.parametrize(("few", "scope"), [(0, None), (1000, None), (1000, ("bob@example.org",))])
def test_words_are_looked_up_where_they_are_kept(
    store: Quarantine, monkeypatch: pytest.MonkeyPatch, few: int, scope: tuple[str, ...] | None
) -> None:
    monkeypatch.setattr(selection, "_FEW", few)
    steps = plans(store, monkeypatch, Query("invoice", recipients=scope))
    whole = [step.split()[1] for step in steps if step.startswith("SCAN ") and "(subquery" not in step]
    assert set(whole) <= {"words", "json_each"}
    assert any("words VIRTUAL TABLE INDEX" in step for step in steps)
