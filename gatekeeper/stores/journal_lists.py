"""journal_lists: a page of what the journal knows, and how much of each verdict there was by the hour.

Lists are read backwards through narrow rows, in the order of number, which is nearly that of time, part by part, and no
further than a page needs; what matches nothing costs one reading of all (0.2 s for a million). What came for an address
is looked up (`journal_boxes`); what came by the hour is counted when it is written (`rows`). Columns are ours, values
are always parameters.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gatekeeper.stores import journal_boxes
from gatekeeper.stores.opening import octets
from gatekeeper.stores.search import Search
from gatekeeper.values import Action, Fate

HOUR = 3600
_RECENT = 20_000  # records among which senders are counted, and next hops
_DISORDER = 600.0  # seconds by which a record may stand behind others that came later
_END = 1 << 62
_TAKEN = (Fate.DELIVERED, Fate.RELEASED)
_SEVERITY = {action.value: place for place, action in enumerate(Action)}

Read = Callable[[str, Sequence[object]], list[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Records for which all of this is true. What is empty asks for nothing.

    `text` stands somewhere in the sender or a recipient; `reason` matches whole, with `*` for anything. `fate` and
    `recipients` are of one and the same recipient; within the scope of `recipients` nothing is said about others.
    """

    text: str = ""
    action: Action | None = None
    reason: str = ""
    fate: Fate | None = None
    since: float | None = None
    until: float | None = None
    recipients: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class LineRecipient:
    """One recipient: the verdict, if there was one, and the fate, if it is known."""

    address: str
    action: str
    reason: str
    fate: str


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `action` and `reason` are the hardest of its verdicts, or within a scope of those in it."""

    number: int
    id: str
    time: float
    sender: str
    client: str
    action: str
    reason: str
    size: int
    recipients: tuple[LineRecipient, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Some of them, the newest first. `older` and `newer` are numbers to go on from, 0 where there are no more."""

    lines: tuple[Line, ...] = ()
    older: int = 0
    newer: int = 0


@dataclass(frozen=True, slots=True)
class Hour:
    """How many messages came in the hour from `start` on (seconds of the epoch) with this verdict."""

    start: int
    action: str
    reason: str
    messages: int


@dataclass(frozen=True, slots=True)
class Hop:
    """How one next hop takes what it is given: of so many recipients lately, how many it took. `refused` is what it
    said last of one that it did not take, at `refused_at`.
    """

    name: str
    recipients: int
    taken: int
    refused: str = ""
    refused_at: float = 0.0


def page(read: Read, asked: Asked, below: int, above: int, limit: int) -> Lines:
    """What matches below a number, or above one, nearest first; with neither, the newest."""
    numbers = _numbers(read, asked, below or _END, above, limit + 1, oldest=bool(above))
    more, numbers = len(numbers) > limit, sorted(numbers[:limit], reverse=True)
    if not numbers:
        return Lines()
    newer = numbers[0] if (more if above else below) else 0
    older = numbers[-1] if (above or more) else 0
    return Lines(_lines(read, numbers, asked.recipients), older, newer)


def hours(read: Read, since: float, recipients: Sequence[str] | None) -> list[Hour]:
    """What came by the hour, from the one of `since` on; within a scope, counted by recipient."""
    first = int(since // HOUR)
    if recipients is None:
        sql = "SELECT hour, action, reason, messages FROM hours WHERE hour >= ? ORDER BY hour"
        return [Hour(hour * HOUR, *counted) for hour, *counted in read(sql, (first,))]
    newest, start = _newest(read), first * HOUR
    earliest = _number_at(read, start)
    blocks = journal_boxes.blocks(earliest, newest)
    where, addresses = _scope(recipients)
    theirs, parameters = journal_boxes.holding(where, addresses, blocks, newest)
    sql = f"""SELECT CAST(time / {HOUR} AS INTEGER), recipients.action, recipients.reason, count(*)
        FROM recipients CROSS JOIN records USING (number)
        WHERE recipients.number IN ({theirs}) AND {where} AND time >= ? GROUP BY 1, 2, 3 ORDER BY 1"""  # noqa: S608
    found = read(sql, (*parameters, *addresses, start))
    return [Hour(hour * HOUR, *counted) for hour, *counted in found]


def senders(read: Read, actions: Sequence[Action], since: float, limit: int) -> list[tuple[str, int]]:
    """Of the newest messages with these verdicts, the most frequent senders, and how often each is there."""
    sql = f"""SELECT sender, count(*) FROM records WHERE number >= ? AND action IN ({_places(actions)})
        GROUP BY sender ORDER BY 2 DESC, 1 LIMIT ?"""  # noqa: S608
    return [(sender, count) for sender, count in read(sql, (_recent(read, since), *actions, limit))]


def hops(read: Read, since: float) -> list[Hop]:
    """The next hops of the newest messages, by name."""
    first = _recent(read, since)
    sql = """SELECT hop, count(*), sum(fate IN (?, ?)) FROM recipients
        WHERE number >= ? AND hop <> '' AND fate IS NOT NULL GROUP BY hop ORDER BY hop"""
    counted = read(sql, (*_TAKEN, first))
    sql = """SELECT hop, reply, time, max(number) FROM recipients CROSS JOIN records USING (number)
        WHERE number >= ? AND hop <> '' AND fate NOT IN (?, ?) GROUP BY hop"""
    refused = {hop: (reply, time) for hop, reply, time, _ in read(sql, (first, *_TAKEN))}
    return [Hop(hop, count, taken, *refused.get(hop, ())) for hop, count, taken in counted]


def _recent(read: Read, since: float) -> int:
    """The first number of what came since then, but not of too many."""
    return max(_number_at(read, since), _newest(read) - _RECENT)


def _newest(read: Read) -> int:
    """The number of the last record; 0 if there is none."""
    return next((number for (number,) in read("SELECT max(number) FROM records", ()) if number), 0)


def _numbers(read: Read, asked: Asked, below: int, above: int, limit: int, oldest: bool) -> list[int]:
    if asked.recipients == ():
        return []
    if asked.since is not None:
        above = max(above, _number_at(read, asked.since) - 1)
    search, newest, found = _search(asked), _newest(read), list[int]()
    by_recipient = asked.recipients is not None or asked.fate is not None
    table = "recipients CROSS JOIN records USING (number)" if by_recipient else "records"
    order = "ASC" if oldest else "DESC"
    for part in journal_boxes.parts(above, below, newest, oldest):
        first, end = journal_boxes.numbers(part)
        span = (max(first, above + 1), min(end, below))
        where, parameters = _candidates(asked, part, span, newest, "recipients" if by_recipient else "records")
        sql = f"""SELECT DISTINCT number FROM {table} WHERE {where} AND {search}
            ORDER BY number {order} LIMIT ?"""  # noqa: S608
        found += [number for (number,) in read(sql, (*parameters, *search.parameters, limit - len(found)))]
        if len(found) >= limit:
            break
    return found


def _candidates(
    asked: Asked, part: range, span: tuple[int, int], newest: int, table: str
) -> tuple[str, Sequence[object]]:
    """Of these blocks, within the span, what came for these recipients, or has the text, or else all.

    A second bound for `number` would be the one that SQLite looks it up by; the `+` keeps it from that.
    """
    if asked.recipients is not None:
        theirs, parameters = journal_boxes.holding(*_scope(asked.recipients), part, newest)
        return f"{table}.number IN ({theirs}) AND +{table}.number >= ? AND +{table}.number < ?", (*parameters, *span)
    if not asked.text:
        return f"{table}.number >= ? AND {table}.number < ?", span
    either = [_having(asked.text, *place, *span) for place in (("records", "sender"), ("recipients", "address"))]
    sql = " UNION ALL ".join(query for query, _ in either)
    return f"{table}.number IN ({sql})", [value for _, values in either for value in values]


def _having(text: str, table: str, column: str, first: int, end: int) -> tuple[str, list[object]]:
    """The query for the numbers between two of them whose `column` has the text, and its parameters."""
    search = Search()
    search.add("number >= ? AND number < ?", first, end)
    search.anywhere(text, f"{column} {{}}")
    return f"SELECT number FROM {table} WHERE {search}", search.parameters  # noqa: S608


def _search(asked: Asked) -> Search:
    search = Search()
    scoped = asked.recipients is not None
    if asked.recipients is not None:
        where, addresses = _scope(asked.recipients)
        search.add(where, *addresses)
    of_whom = "recipients" if scoped else "records"
    if asked.action is not None:
        search.add(f"{of_whom}.action = ?", asked.action)
    search.text(f"{of_whom}.reason {{}}", asked.reason or None)
    if asked.fate is not None:
        search.add("fate = ?", asked.fate)
    if asked.text and scoped:
        search.anywhere(asked.text, "sender {}", "address {}")
    if asked.since is not None:
        search.add("time >= ?", asked.since)
    if asked.until is not None:
        search.add("time < ?", asked.until)
    return search


def _lines(read: Read, numbers: Sequence[int], scope: Sequence[str] | None) -> tuple[Line, ...]:
    where, addresses = ("TRUE", []) if scope is None else _scope(scope)
    of: dict[int, list[LineRecipient]] = defaultdict(list)
    sql = f"""SELECT number, address, action, reason, coalesce(fate, '') FROM recipients
        WHERE number IN ({_places(numbers)}) AND {where} ORDER BY number, place"""  # noqa: S608
    for number, *recipient in read(sql, (*numbers, *addresses)):
        of[number].append(LineRecipient(*recipient))
    sql = f"""SELECT number, id, time, sender, client, action, reason, size FROM records
        WHERE number IN ({_places(numbers)}) ORDER BY number DESC"""  # noqa: S608
    lines = (Line(*[*record, tuple(of[record[0]])]) for record in read(sql, numbers))
    return tuple(lines if scope is None else (_within(line) for line in lines if line.recipients))


def _within(line: Line) -> Line:
    """With the hardest verdict of the recipients that are in scope."""
    hardest = max(line.recipients, key=lambda recipient: _SEVERITY.get(recipient.action, -1))
    return replace(line, action=hardest.action, reason=hardest.reason)


def _number_at(read: Read, since: float) -> int:
    """The first number whose record came then or later, nearly: by halves, because nothing is sorted by time alone."""
    low = next((number for (number,) in read("SELECT min(number) FROM records", ()) if number), 1)
    high = _newest(read) + 1
    since -= _DISORDER
    while low < high:
        middle = (low + high) // 2
        found = read("SELECT time FROM records WHERE number >= ? ORDER BY number LIMIT 1", (middle,))
        if found and found[0][0] < since:
            low = middle + 1
        else:
            high = middle
    return low


def _scope(recipients: Sequence[str]) -> tuple[str, list[bytes]]:
    which = ", ".join(["CAST(? AS TEXT)"] * len(recipients))
    return f"address IN ({which})", [octets(address) for address in recipients]


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
