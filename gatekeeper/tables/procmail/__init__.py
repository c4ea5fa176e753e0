"""procmail: recipes of procmail(1), read (`reading`) and applied to a message (`running`), as procmail does both.

`parse` gives what an rcfile says and what is wrong with it; a `Recipes` is asked by the check of that name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from gatekeeper.tables.procmail.abilities import unable
from gatekeeper.tables.procmail.outcome import Call, Deed, Delivery, Execute, Outcome, Ran
from gatekeeper.tables.procmail.programs import Programs
from gatekeeper.tables.procmail.reading import Include, read_statements
from gatekeeper.tables.procmail.recipe import Place, Statement
from gatekeeper.tables.procmail.running import run
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

__all__ = ["Call", "Deed", "Delivery", "Execute", "Include", "Outcome", "Place", "Programs", "Ran", "Recipes", "run"]

_REQUIRED = 5.0  # as SpamAssassin's


@dataclass(frozen=True, slots=True)
class Recipes:
    """The statements of one rcfile and of those that it includes, and what is wrong with them. `hostname` is what
    `HOST` is compared with; `required` gives the score from which a recipient's mail is called spam.
    """

    source: str
    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()
    programs: Programs = field(default_factory=Programs)
    hostname: str = ""
    required: Callable[[str], float] = field(default=lambda _: _REQUIRED)

    @classmethod
    def parse(cls, text: str, source: str, include: Include, programs: Programs = Programs()) -> "Recipes":  # noqa: B008
        """`text` is UTF-8 read with `surrogateescape`; `include` gives the text of another file likewise."""
        reader = Reader(source)

        statements = read_statements(_octets(text), reader, lambda path: _octets(include(path)), programs.judge)
        return cls(source, statements, (*reader.problems, *unable(statements)), programs)


def _octets(text: str) -> str:
    """A letter for each octet. Lines end as they do on the system, whatever editor wrote them."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").encode("utf-8", "surrogateescape").decode("latin-1")
