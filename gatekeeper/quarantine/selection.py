"""selection: the queries behind lists of held messages. Each reads so little that it is quick with a million of them.

Every index of `recipients` begins with the state and ends with the number of the hold, so that what matches a filter is
read in the order of time, and no further than a page needs. Several states are several such reads, merged. Words are
looked up in `words`, in the same order, and what is found is checked against the filter; where the filter leaves only a
few, against these. Words that no space parts from others are read for through all subjects (0.2 s for a million).
Columns are ours, values are always parameters.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.listing import STATES as LISTED
from gatekeeper.quarantine.listing import Entry, EntryRecipient, Query
from gatekeeper.quarantine.rows import STATES, Read, number_of
from gatekeeper.quarantine.unspaced import is_unspaced
from gatekeeper.stores.opening import octets
from gatekeeper.stores.search import Search
from gatekeeper.values import Fate

By = Literal["kind", "reason", "sender", "recipient"]

_FEW = 10_000  # holds that are kept in mind while what has the words is gone through
_READ = 10_000  # holds that are read for words in their subject at a time
_PROBED = 300  # holds that are looked up in the words one by one
_WORDS = 20  # words that are searched for; more are not looked at
_LONGEST = 200  # letters of a word that no space parts from others
_PREFIX = 3  # letters from which on a word stands for all that begin with it
_COLUMNS = {"kind": "kind", "reason": "reason", "sender": "sender", "recipient": "address"}
_INDEXES = {by: f"recipients_by_{column}" for by, column in _COLUMNS.items()}
_COUNTED = frozenset(state for state in LISTED if state not in (Fate.UNCONFIRMED, Fate.HELD))  # the others share one
_END = 1 << 62


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers between `above` and `below`, neither of them included. `oldest`: those nearest to `above` come first."""

    above: int = -1
    below: int = _END
    oldest: bool = False

    @property
    def order(self) -> str:
        """As SQL has it."""
        return "ASC" if self.oldest else "DESC"


def numbers(read: Read, query: Query, span: Span, limit: int) -> list[int]:
    """The first so many holds in `span` that match."""
    span = _within(query, span)
    if query.text and not _words(query.text):
        return []
    match, unspaced = _match(query), _unspaced(query.text)
    if not (match or unspaced):
        return _by_filter(read, query, span, limit)
    few = _by_filter(read, query, span, _FEW + 1) if "*" not in query.sender else None
    if few is None or len(few) > _FEW:
        return (_by_subject if unspaced else _by_words)(read, query, span, limit)
    if unspaced:
        few = _saying(read, unspaced, few, span)
    return _among(read, match, few, span, limit) if match else few[:limit]


def totals(read: Read, query: Query, by: By, limit: int) -> list[tuple[str, int]]:
    """The most frequent values of a column among the recipients that match, and how often each is there."""
    if query.text and not _words(query.text):
        return []
    if by == "kind" and query == Query(state=query.state, hidden=query.hidden) and query.state in _COUNTED:
        return _kinds(read, query, limit)
    span, search, column = _within(query, Span()), _filter(query), _COLUMNS[by]
    search.add(f"state IN ({_places(_states(query))})", *_states(query))
    if span != Span():
        search.add("number > ? AND number < ?", span.above, span.below)
    if match := _match(query):
        search.add("number IN (SELECT rowid FROM words WHERE words MATCH ?)", match)
    if unspaced := _unspaced(query.text):
        said = _said(unspaced)
        search.add(f"number IN (SELECT number FROM holds WHERE {said})", *said.parameters)  # noqa: S608
    sql = f"""SELECT {column}, count(*) FROM recipients INDEXED BY {_index(query, _INDEXES[by])}
        WHERE {search} GROUP BY {column} ORDER BY 2 DESC, 1 LIMIT ?"""  # noqa: S608
    return read(sql, (*search.parameters, limit))


def _kinds(read: Read, query: Query, limit: int) -> list[tuple[str, int]]:
    """As it is counted when something is held or decided on."""
    states = _states(query)
    sql = f"""SELECT kind, sum(recipients) FROM kinds WHERE state IN ({_places(states)})
        AND kind NOT IN ({_places(query.hidden)}) GROUP BY kind HAVING sum(recipients) > 0
        ORDER BY 2 DESC, 1 LIMIT ?"""  # noqa: S608
    return read(sql, (*states, *query.hidden, limit))


def entries(read: Read, numbers: Sequence[int], query: Query) -> tuple[Entry, ...]:
    """What a list shows of these holds, which match, the newest first."""
    which = f"number IN ({_places(numbers)})"
    search = Search()
    search.add(which, *numbers)
    _add_scope(search, query)
    recipients: dict[int, list[EntryRecipient]] = defaultdict(list)
    columns = "number, address, kind, reason, score, fate"
    for number, address, kind, reason, score, fate in read(
        f"SELECT {columns} FROM recipients WHERE {search} ORDER BY number, place",  # noqa: S608
        search.parameters,
    ):
        recipients[number].append(EntryRecipient(address, Kind(kind), reason, score, Fate(fate)))
    holds = read(
        f"SELECT number, id, held_at, sender, subject, size FROM holds WHERE {which} ORDER BY number DESC",  # noqa: S608
        numbers,
    )
    return tuple(
        Entry(hold_id, held_at, sender, subject, size, tuple(recipients[number]))
        for number, hold_id, held_at, sender, subject, size in holds
    )


def _by_filter(read: Read, query: Query, span: Span, limit: int) -> list[int]:
    search = _filter(query)
    search.add("number > ? AND number < ?", span.above, span.below)
    one = f"""SELECT number FROM (SELECT DISTINCT number FROM recipients INDEXED BY {_index(query)}
        WHERE state = ? AND {search} ORDER BY number {span.order} LIMIT ?)"""  # noqa: S608
    states = _states(query)
    parameters = [value for state in states for value in (state, *search.parameters, limit)]
    merged = " UNION ".join([one] * len(states))
    return [number for (number,) in read(f"{merged} ORDER BY number {span.order} LIMIT ?", (*parameters, limit))]


def _by_words(read: Read, query: Query, span: Span, limit: int) -> list[int]:
    search = _filter(query)
    if query.state != "all":
        search.add(f"fate IN ({_places(query.fates)})", *query.fates)
    sql = f"""SELECT rowid FROM words WHERE words MATCH ? AND rowid > ? AND rowid < ?
        AND EXISTS (SELECT 1 FROM recipients WHERE number = words.rowid AND {search})
        ORDER BY rowid {span.order} LIMIT ?"""  # noqa: S608
    return [number for (number,) in read(sql, (_match(query), span.above, span.below, *search.parameters, limit))]


def _by_subject(read: Read, query: Query, span: Span, limit: int) -> list[int]:
    """Some at a time those whose subject or sender has the words, and of these those that match, until enough do."""
    found: list[int] = []
    match = _match(query)
    while len(found) < limit:
        held = _said(_unspaced(query.text))
        held.add("number > ? AND number < ?", span.above, span.below)
        sql = f"SELECT number FROM holds WHERE {held} ORDER BY number {span.order} LIMIT ?"  # noqa: S608
        few = [number for (number,) in read(sql, (*held.parameters, _READ))]
        wanted = _among(read, match, few, span, _READ) if match else few
        found += _of_these(read, query, wanted, span, limit - len(found))
        if len(few) < _READ:
            break
        span = replace(span, above=few[-1]) if span.oldest else replace(span, below=few[-1])
    return found


def _of_these(read: Read, query: Query, few: Sequence[int], span: Span, limit: int) -> list[int]:
    search, states = _filter(query), _states(query)
    search.add(f"state IN ({_places(states)})", *states)
    sql = f"""SELECT DISTINCT number FROM recipients WHERE number IN (SELECT value FROM json_each(?)) AND {search}
        ORDER BY number {span.order} LIMIT ?"""  # noqa: S608
    return [number for (number,) in read(sql, (json.dumps(few), *search.parameters, limit))]


def _saying(read: Read, words: Sequence[str], few: Sequence[int], span: Span) -> list[int]:
    """Those of a few holds whose subject or sender has these words."""
    said = _said(words)
    sql = f"""SELECT number FROM holds WHERE number IN (SELECT value FROM json_each(?)) AND {said}
        ORDER BY number {span.order}"""  # noqa: S608
    return [number for (number,) in read(sql, (json.dumps(few), *said.parameters))]


def _said(words: Sequence[str]) -> Search:
    """Each word somewhere in the subject or the sender."""
    search = Search()
    for word in words:
        search.anywhere(word, "subject {}", "sender {}")
    return search


def _among(read: Read, match: str, few: Sequence[int], span: Span, limit: int) -> list[int]:
    """Those of a few holds that have the words. By a `+` SQLite knows not to look each of them up."""
    sql = f"""SELECT rowid FROM words WHERE words MATCH ? AND {"" if len(few) <= _PROBED else "+"}rowid IN (
        SELECT value FROM json_each(?)) ORDER BY rowid {span.order} LIMIT ?"""  # noqa: S608
    return [number for (number,) in read(sql, (match, json.dumps(few), limit))]


def _within(query: Query, span: Span) -> Span:
    """Only what was held in the time that is asked for."""
    above = span.above if query.since is None else max(span.above, number_of(query.since) - 1)
    below = span.below if query.until is None else min(span.below, number_of(query.until))
    return Span(above, below, span.oldest)


def _filter(query: Query) -> Search:
    """What is asked of one recipient, but for its state."""
    search = Search()
    if query.kind is not None:
        search.add("kind = ?", query.kind)
    if query.reason:
        search.add("reason = CAST(? AS TEXT)", octets(query.reason))
    search.text("sender {}", query.sender or None)
    if query.state in (Fate.UNCONFIRMED, Fate.HELD):
        search.add(f"fate = '{Fate(query.state).value}'")
    _add_scope(search, query)
    return search


def _add_scope(search: Search, query: Query) -> None:
    """Of whom, and of what, anything is said."""
    scope = query.recipients
    if scope is not None:
        search.add(f"address IN ({', '.join(['CAST(? AS TEXT)'] * len(scope))})", *map(octets, scope))
    if query.hidden:
        search.add(f"kind NOT IN ({_places(query.hidden)})", *query.hidden)


def _states(query: Query) -> list[str]:
    return sorted({STATES[fate] for fate in query.fates})


def _index(query: Query, otherwise: str = "recipients_by_state") -> str:
    """The one that leaves least."""
    if query.recipients is not None:
        return "recipients_by_address"
    if query.state == Fate.UNCONFIRMED:
        return "recipients_unconfirmed"
    if query.sender and "*" not in query.sender:
        return "recipients_by_sender"
    if query.reason:
        return "recipients_by_reason"
    if query.kind is not None:
        return "recipients_by_kind"
    return otherwise if query.since is None else "recipients_by_state"


def _match(query: Query) -> str:
    """What FTS5 is asked for; "" if it need not be asked.

    To find a message by its other recipients would tell a user who they are. A pattern for the sender is looked up by
    the words in it, because no index knows what stands behind a `*`.
    """
    columns = "" if query.recipients is None else "{sender subject} : "
    phrases = _phrases(query.text)
    asked = [f"{columns}({' AND '.join(phrases)})"] if phrases else []
    if "*" in query.sender:
        asked += [f"sender : {phrase}" for phrase in _whole(query.sender)]
    return " AND ".join(asked)


def _phrases(text: str) -> list[str]:
    """Each word of a text that spaces part from others, as a phrase in quotes."""
    spaced = (word for word in _words(text) if not is_unspaced(word))
    return [_quoted(word) + (" *" if len(word) >= _PREFIX else "") for word in spaced]


def _unspaced(text: str) -> list[str]:
    """Each word that no space parts from others, without the signs around it."""
    return [_bare(word) for word in _words(text) if is_unspaced(word)]


def _bare(word: str) -> str:
    letters = [place for place, letter in enumerate(word[:_LONGEST]) if letter.isalnum()]
    return word[letters[0] : letters[-1] + 1] if letters else word[:_LONGEST]


def _words(text: str) -> list[str]:
    return [word for word in text.replace("\0", " ").split() if any(map(str.isalnum, word))][:_WORDS]


def _whole(pattern: str) -> Iterator[str]:
    """The words in a pattern that no `*` begins, as phrases; only if they are the same words for everybody."""
    pieces = "".join(letter if letter.isalnum() or letter == "*" else " " for letter in pattern)
    for word in pieces.split() if pattern.isascii() else ():
        stem = word.removesuffix("*")
        if "*" not in stem and (stem == word or len(stem) >= _PREFIX):
            yield _quoted(stem) + ("" if stem == word else " *")


def _quoted(word: str) -> str:
    plain = word.encode("utf-8", "replace").decode().replace('"', '""')
    return f'"{plain}"'


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
