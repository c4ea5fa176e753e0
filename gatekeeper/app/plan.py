"""plan: what a configuration asks of the supervisor, or why it cannot be used."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gatekeeper.app.process import Role
from gatekeeper.app.sockets import Endpoint
from gatekeeper.app.watch import Stamp


class UnusableError(Exception):
    """The configuration cannot be used; each problem says file, line and remedy where they are known."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Plan:
    """What a configuration asks of the supervisor. `user` is whom to become, `own` the directories made for it; `files`
    are those its tables were read from, as they were before.
    """

    roles: tuple[Role, ...]
    drain: float = 60.0
    user: str = ""
    own: tuple[Path, ...] = ()
    files: Mapping[str, Stamp] = field(default_factory=dict)

    @property
    def endpoints(self) -> Iterator[Endpoint]:
        """Everything to listen on."""
        return (endpoint for role in self.roles for endpoint in role.listen)
