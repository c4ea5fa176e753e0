"""problems: what a program is told when something is wrong: `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

import msgspec
from starlette.responses import Response

MEDIA = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong (RFC 9457)."""

    type: Annotated[str, msgspec.Meta(description="Always about:blank: the status says what it is.")] = "about:blank"
    title: Annotated[str, msgspec.Meta(description="What the status is called.")]
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    detail: Annotated[str, msgspec.Meta(description="What is wrong here, and what to do, for people.")] = ""


class ProblemError(Exception):
    """Fails with it, wherever it is noticed."""

    def __init__(self, status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers

    @property
    def response(self) -> Response:
        """As it is answered."""
        problem = Problem(title=HTTPStatus(self.status).phrase, status=self.status, detail=self.detail)
        return Response(encoded(problem), self.status, self.headers, MEDIA)


def encoded(answer: object) -> bytes:
    """As JSON. Text from the wire may hold octets that were no UTF-8; they become question marks. JSON has no number
    above all others: that is null.
    """
    try:
        return msgspec.json.encode(answer)
    except UnicodeEncodeError:
        return msgspec.json.encode(_plain(msgspec.to_builtins(answer)))


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_plain(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
