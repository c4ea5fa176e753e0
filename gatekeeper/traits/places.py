"""places: the text in which the patterns of a rule are looked for, by what the rule calls it. It cannot fail."""

from collections.abc import Callable, Iterable, Mapping

from gatekeeper.message.text.normal import normal
from gatekeeper.traits.letter import Letter

_FIELD = "header:"
_LONGEST = 1_000_000


def text_at(letter: Letter, where: str) -> bytes:
    """In UTF-8; empty where there is no such text."""
    found = PLACES[where](letter) if where in PLACES else _lines(letter.fields(where.removeprefix(_FIELD).encode()))
    return found if isinstance(found, bytes) else found.encode("utf-8", "surrogateescape")[:_LONGEST]


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(" ".join(text.split()) for text in texts)


def _names(letter: Letter) -> str:
    return _lines(name for part in letter.message.walk() for name in part.names())


PLACES: Mapping[str, Callable[[Letter], str | bytes]] = {
    "text": lambda letter: letter.text.normalised.text,
    "visible": lambda letter: letter.text.visible,
    "subject": lambda letter: letter.text.subject_normalised.text,
    "from-name": lambda letter: _lines(normal(author.name).text for author in letter.mailboxes(b"from")),
    "from": lambda letter: _lines(author.address for author in letter.mailboxes(b"from")),
    "headers": lambda letter: letter.header,
    "html": lambda letter: letter.html,
    "urls": lambda letter: "\n".join(dict.fromkeys(url.href for url in letter.text.urls.values())),
    "domains": lambda letter: "\n".join(letter.text.domains),
    "names": _names,
    "types": lambda letter: _lines(part.types()[0] for part in letter.message.walk()),
}
"""The same names as in `tables.rules`, where it stands what they mean."""
