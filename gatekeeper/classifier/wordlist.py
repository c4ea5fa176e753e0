"""wordlist: a list of words with their counts as text, as `bogoutil -d` writes and `bogoutil -l` reads it.

A line is `word spam ham` and a date (YYYYMMDD), which is not kept. Words that begin with a dot tell of the list:
`.MSG_COUNT` has the numbers of messages. What is no such list raises `WordlistError`, which names the line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MESSAGES = b".MSG_COUNT"
ROBX = b".ROBX"
ENCODING = b".ENCODING"

_OTHERS = (ROBX, ENCODING, b".WORDLIST_VERSION")
_UTF8 = 2  # bogofilter's E_UNICODE; 1 is E_RAW
_MOST = 0xFFFFFFFF  # as many as bogofilter can count
_LONGEST = 1000  # octets of a word; far longer than any that is ever looked for

Row = tuple[bytes, int, int]


class WordlistError(ValueError):
    """A line that no list of words has."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line


@dataclass(slots=True)
class About:
    """What a list says of itself: messages of spam and of ham, its own robx (or None), whether its words are UTF-8."""

    spam: int = 0
    ham: int = 0
    robx: float | None = None
    utf8: bool = True
    words: int = 0


def read(lines: Iterable[bytes], about: About) -> Iterator[Row]:
    """Word, spam, ham of each line, as they stand: a word may come twice. `about` is whole at the end."""
    for number, line in enumerate(lines, 1):
        fields = line.split()
        if not fields:
            continue
        word, spam, ham = _row(number, fields)
        if word == MESSAGES:
            about.spam, about.ham = about.spam + spam, about.ham + ham
        elif word in _OTHERS:
            _note(about, word, spam)
        else:
            about.words += 1
            yield word, spam, ham
    if about.words and not (about.spam or about.ham):
        raise WordlistError(number, f"the end, and no {MESSAGES.decode()}: without it the counts of words mean nothing")


def written(rows: Iterable[Row], spam: int, ham: int, date: int) -> Iterator[bytes]:
    """The lines of a list: `rows` ascend by their words' octets; `date` is YYYYMMDD."""
    specials = [(ENCODING, _UTF8, 0), (MESSAGES, spam, ham)]
    for row in rows:
        while specials and specials[0] < row:
            yield _line(specials.pop(0), date)
        yield _line(row, date)
    yield from (_line(row, date) for row in specials)


def _line(row: Row, date: int) -> bytes:
    return b"%s %d %d %d\n" % (*row, date)


def _row(number: int, fields: list[bytes]) -> Row:
    if len(fields) not in (3, 4):
        raise WordlistError(number, "this is not `word spam ham [date]`, as `bogoutil -d` writes it")
    try:
        counts = [int(field) for field in fields[1:]]
    except ValueError:
        raise WordlistError(number, "the counts are not numbers; is this what `bogoutil -d` wrote?") from None
    if max(counts[:2]) > _MOST:
        raise WordlistError(number, f"a count above {_MOST}")
    if len(fields[0]) > _LONGEST:
        raise WordlistError(number, f"a word of {len(fields[0]):,} octets; {_LONGEST:,} are the most")
    return fields[0], max(counts[0], 0), max(counts[1], 0)


def _note(about: About, word: bytes, value: int) -> None:
    if word == ROBX:
        about.robx = value / 1_000_000
    elif word == ENCODING:
        about.utf8 = value != 1
