"""lookup_tables: Postfix's lookup tables as a setting names them: `hash:/FILE`, `pcre:/FILE`, or several.

`hash:`, `btree:`, `lmdb:`, `cdb:`, `dbm:` and `texthash:` mean the text file of that name, from which postmap makes the
database; so does a path alone. `static:VALUE` says the same of every key, `inline:{ KEY = VALUE, … }` has its entries
in the setting. What cannot be read is a `Problem`; nothing raises.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from gatekeeper.config.schema import Config
from gatekeeper.tables import LookupTable, PatternTable, Restriction, TransportMap, Virtusertable
from gatekeeper.tables.access_action import Subject, judge_access_action
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

TEXTS = frozenset(("hash", "btree", "lmdb", "cdb", "dbm", "texthash"))
PATTERNS = frozenset(("pcre", "regexp"))
_REMEDY = "write hash:/FILE, pcre:/FILE or regexp:/FILE, with commas between several"
_SUBJECTS = {
    Subject.CLIENT: "client_access",
    Subject.HELO: "helo_access",
    Subject.SENDER: "sender_access",
    Subject.RECIPIENT: "recipient_access",
}

Text = Callable[[str, str], str]
"""The text of a file, by its path and the setting that names it."""


def read_restrictions(config: Config, text: Text, problems: list[Problem]) -> tuple[Restriction, ...]:
    """Postfix's access maps, those that there are; what is wrong with them goes to `problems`."""
    found = []
    for subject, name in _SUBJECTS.items():
        tables = lookup_tables(getattr(config.tables, name), f"tables.{name}", text, problems)
        for table in tables:
            reader = Reader(table.source)
            _judge_actions(table, reader)
            problems += reader.problems
        if tables:
            found.append(Restriction(subject, tables, config.tables.recipient_delimiter))
    return tuple(found)


def read_transport(config: Config, text: Text, problems: list[Problem]) -> TransportMap | None:
    """Postfix's transport maps, if there are any."""
    tables = lookup_tables(config.relay.transport, "relay.transport", text, problems)
    if not config.relay.transport:
        return None
    found = TransportMap.of(tables, config.tables.recipient_delimiter)
    problems += found.problems
    return found


def read_virtusertable(config: Config, text: Text, problems: list[Problem]) -> Virtusertable:
    """The virtusertable of sendmail's kind, empty if there is none."""
    path = file_of(config.relay.virtusertable)
    if not path:
        return Virtusertable()
    found = Virtusertable.parse(text(path, "relay.virtusertable"), path)
    problems += found.problems
    return found


def file_of(setting: str) -> str:
    """The text file that a setting means, which may have the type of a database made from it in front."""
    kind, colon, path = setting.partition(":")
    return path if colon and kind in TEXTS else setting


def lookup_tables(value: str, setting: str, text: Text, problems: list[Problem]) -> tuple[LookupTable, ...]:
    """The tables that `value` names, in their order."""
    found = (_table(name, setting, text, problems) for name in _names(value))
    return tuple(table for table in found if table is not None)


def _table(name: str, setting: str, text: Text, problems: list[Problem]) -> LookupTable | None:
    kind, colon, rest = name.partition(":")
    if not colon and kind.startswith("/"):
        kind, rest = "texthash", kind
    if kind == "static" and rest:
        return LookupTable(setting, always=rest.removeprefix("{").removesuffix("}").strip())
    if kind == "inline" and rest.startswith("{") and rest.endswith("}"):
        table = LookupTable.parse(_inlined(rest[1:-1]), setting)
        problems += (replace(problem, line=0) for problem in table.problems)
        return replace(table, entries={key: (0, entry[1]) for key, entry in table.entries.items()})
    if kind not in TEXTS | PATTERNS or not rest.startswith("/"):
        problems.append(Problem(setting, 0, "error", f"{name!r} is no table that can be read here", _REMEDY))
        return None
    read = text(rest, setting)
    table = LookupTable.of(PatternTable.parse(read, rest, kind)) if kind in PATTERNS else LookupTable.parse(read, rest)
    problems += table.problems
    return table


def _names(value: str) -> Iterator[str]:
    """The parts between commas and white space that do not stand in braces."""
    depth, name = 0, ""
    for letter in f"{value} ":
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth <= 0 and letter in ", \t\r\n":
            if name:
                yield name
            name = ""
        else:
            name += letter


def _inlined(value: str) -> str:
    """`KEY = VALUE, { KEY = VALUE WITH, COMMAS }` as lines of a text."""
    parts: Sequence[str] = list(_names(value.replace(" = ", "=").replace("= ", "=").replace(" =", "=")))
    bare = (part.removeprefix("{").removesuffix("}").strip() for part in parts)
    return "\n".join("\t".join(part.partition("=")[::2]) for part in bare)


def _judge_actions(table: LookupTable, reader: Reader) -> None:
    """What is wrong with the values; each one of them is looked at once if nothing is."""
    sound: set[str] = set()
    for reader.line, value in table.texts:
        if value and value not in sound:
            before = len(reader.problems)
            judge_access_action(value, reader)
            if len(reader.problems) == before:
                sound.add(value)
    for key, (reader.line, _) in table.entries.items():
        if key.startswith(".") or "*" in key:
            reader.warn(f"{key!r} never matches: a domain means its subdomains too", f"write {key.lstrip('.*')!r}")
