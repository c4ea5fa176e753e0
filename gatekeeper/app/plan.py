"""plan: what a configuration asks of the supervisor, or why it cannot be used."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.app.process import Role
from gatekeeper.app.sockets import Endpoint


class UnusableError(Exception):
    """The configuration cannot be used; each problem says file, line and remedy where they are known."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Plan:
    """What a configuration asks of the supervisor. `user` is whom to become, `own` the directories made for it."""

    roles: tuple[Role, ...]
    drain: float = 60.0
    user: str = ""
    own: tuple[Path, ...] = ()

    @property
    def endpoints(self) -> Iterator[Endpoint]:
        """Everything to listen on."""
        return (endpoint for role in self.roles for endpoint in role.listen)
