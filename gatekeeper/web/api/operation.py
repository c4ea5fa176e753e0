"""operation: one thing that can be asked of the API: a function, and where it is found.

    @get("/held/{id}", Scope.READ)
    def held(call: Call) -> HeldMessage: ...

What it takes beside the call is its query (GET) or its body (POST); what it returns is the answer, bytes being a
message. Both are msgspec structs, by which requests are checked and the description is made; names and texts there are
those of the function and its docstring. A function that does not wait is run in a thread.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

import msgspec

from gatekeeper.quarantine.acts import Reviewer
from gatekeeper.stores.accounts import Scope
from gatekeeper.web.services import Services

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, and what the address names."""

    site: Services
    who: Reviewer
    path: dict[str, str]


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` is below `/api/v1`."""

    method: str
    path: str
    scope: Scope
    work: Callable[..., Any]

    @property
    def name(self) -> str:
        """Nothing else is called so."""
        return self.work.__name__

    @property
    def asked(self) -> type[msgspec.Struct] | None:
        """What the query or the body is."""
        return next((kind for name, kind in get_type_hints(self.work).items() if name == "asked"), None)

    @property
    def answer(self) -> Any:
        """What is answered: a struct, or bytes."""
        return get_type_hints(self.work)["return"]

    @property
    def told(self) -> tuple[str, str]:
        """What it does: in a line, and the rest."""
        summary, _, rest = (inspect.getdoc(self.work) or "").partition("\n\n")
        return summary.rstrip("."), " ".join(rest.split())


def get(path: str, scope: Scope) -> Callable[[F], F]:
    """It looks, and changes nothing."""
    return _operation("GET", path, scope)


def post(path: str, scope: Scope) -> Callable[[F], F]:
    """It does something."""
    return _operation("POST", path, scope)


def operations(module: object) -> list[Operation]:
    """Those of a module, in their order."""
    found = (getattr(function, _NAME, None) for function in vars(module).values())
    return [operation for operation in found if operation is not None]


_NAME = "__gatekeeper_operation__"


def _operation(method: str, path: str, scope: Scope) -> Callable[[F], F]:
    def mark(work: F) -> F:
        setattr(work, _NAME, Operation(method, path, scope, work))
        return work

    return mark
