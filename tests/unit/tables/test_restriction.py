from gatekeeper.tables import AccessMap, LookupTable, PatternTable, Restriction, Rule
from gatekeeper.tables.access_action import Subject
from gatekeeper.tables.matcher import Budget


def keyed(text: str) -> LookupTable:
    return LookupTable.parse(text, "keyed")


def pcre(text: str) -> LookupTable:
    return LookupTable.of(PatternTable.parse(text, "pcre", "pcre"))


def words(*tables: LookupTable, address: str = "joe@a.test", subject: Subject = Subject.SENDER) -> list[str]:
    said = Restriction(subject, tables, "+").mailbox(address, Budget())
    return [f"{hit.source} {action.word}" for hit, action in said]


def test_each_table_is_asked_with_every_key_before_the_next() -> None:
    assert words(keyed("test REJECT\n"), keyed("joe@a.test DISCARD\n")) == ["keyed REJECT"]


def test_dunno_ends_the_search_in_its_table_alone() -> None:
    assert words(keyed("a.test DUNNO\ntest REJECT\n"), keyed("test HOLD\n")) == ["keyed HOLD"]


def test_ok_and_discard_end_it_everywhere_and_the_rest_does_not() -> None:
    assert words(keyed("test OK\n"), keyed("test REJECT\n")) == ["keyed OK"]
    assert words(keyed("test DISCARD\n"), keyed("test REJECT\n")) == ["keyed DISCARD"]
    assert words(keyed("test WARN\n"), keyed("test HOLD\n"), keyed("test REJECT\n")) == [
        "keyed WARN", "keyed HOLD", "keyed REJECT"
    ]  # fmt: skip


def test_patterns_are_asked_about_the_whole_alone() -> None:
    assert words(pcre("/^a\\.test$/ REJECT\n/^joe\\+x@/ HOLD\n")) == []
    assert words(pcre("/^joe\\+x@/ HOLD\n"), address="joe+x@a.test") == ["pcre HOLD"]
    client = Restriction(Subject.CLIENT, (pcre("/^192\\.0\\.2\\.7$/ REJECT\n/^unknown$/ WARN\n"),))
    assert [a.word for _, a in client.client("", "192.0.2.7", Budget())] == ["WARN"]
    assert [a.word for _, a in client.client(None, "192.0.2.7", Budget())] == ["REJECT"]


def test_one_value_for_all_is_found_by_the_whole() -> None:
    assert words(LookupTable("s", always="REJECT")) == ["s REJECT"]


def test_a_pattern_out_of_time_is_told_by_the_budget() -> None:
    budget = Budget(0.01)
    Restriction(Subject.SENDER, (pcre("/(?:(?:a|aa)+)+(?<!a)@x/ REJECT\n"),)).mailbox("a" * 60 + "@x", budget)
    assert budget.left <= 0


def test_the_same_text_says_another_thing_to_sendmail() -> None:
    text = "a.test OK\njoe@ REJECT\n"
    assert words(keyed(text)) == ["keyed OK"]
    theirs = AccessMap.parse(text, "access").sender("joe@a.test")
    assert theirs is not None
    assert theirs.rule is Rule.REJECT
