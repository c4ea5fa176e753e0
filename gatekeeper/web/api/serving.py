"""serving: one operation, over HTTP: who asks and whether they may, what they ask, what is answered. Nothing escapes.

Who asks shows a token: `Authorization: Bearer TOKEN`. Cookies count for nothing, so no other site can have a browser
ask.
"""

import inspect
import logging
import secrets
from collections.abc import Awaitable, Callable

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.quarantine.acts import NotDone, Reviewer, Role
from gatekeeper.stores.accounts import Scope, Token
from gatekeeper.stores.opening import StoreError
from gatekeeper.web.api.operation import Call, Operation
from gatekeeper.web.api.problems import ProblemError, encoded
from gatekeeper.web.services import services

JSON = "application/json"
MESSAGE = "message/rfc822"
_DIGITS = 16
_NO_CREDENTIALS = {"WWW-Authenticate": "Bearer"}
_log = logging.getLogger(__name__)


def endpoint(operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    """What answers to it."""

    async def answer(request: Request) -> Response:
        try:
            return await _answered(request, operation)
        except Exception as error:
            return problem(request, error).response

    return answer


def problem(request: Request, error: Exception) -> ProblemError:
    """What is told of `error`; what nobody expected is logged with an id, and the id is all that is told."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, NotDone):
        return ProblemError(404 if error.missing else 409, str(error))
    if isinstance(error, HTTPException):
        return ProblemError(error.status_code, error.detail, error.headers)
    number = secrets.token_hex(6)
    fields = {"error": number, "method": request.method, "path": request.url.path}
    _log.error("the API failed", exc_info=error, extra={"fields": fields})
    return ProblemError(503 if isinstance(error, StoreError) else 500, f"It stands in the log as {number}.")


async def _answered(request: Request, operation: Operation) -> Response:
    who = await _reviewer(request, operation.scope)
    call = Call(services(request), who, dict(request.path_params))
    kind = operation.asked
    asked = () if kind is None else (await _asked(request, operation, kind),)
    if kind is None and request.query_params:
        raise ProblemError(400, "Nothing can be asked by the query here.")
    if inspect.iscoroutinefunction(operation.work):
        found = await operation.work(call, *asked)
    else:
        found = await run_in_threadpool(operation.work, call, *asked)
    if isinstance(found, bytes):
        return Response(found, media_type=MESSAGE, headers={"Content-Disposition": "attachment"})
    return Response(encoded(found), media_type=JSON)


async def _reviewer(request: Request, needed: Scope) -> Reviewer:
    """Whoever shows the token; a name with a blank is nobody's who signs in."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise ProblemError(401, "Show a token: Authorization: Bearer TOKEN.", _NO_CREDENTIALS)
    token = await run_in_threadpool(services(request).accounts.tokens.get, secret)
    if token is None:
        told = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise ProblemError(401, "This token is none, or has ended: gatekeeper tokens list.", told)
    if not token.scope.reaches(needed):
        told = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'}
        raise ProblemError(403, f"That takes a token of the scope {needed}.", told)
    return Reviewer(f"{token.name} (token)", _role(token), token.mailboxes)


def _role(token: Token) -> Role:
    if token.mailboxes:
        return Role.USER
    return Role.ADMINISTRATOR if token.scope is Scope.ADMIN else Role.HELPDESK


async def _asked(request: Request, operation: Operation, kind: type[msgspec.Struct]) -> msgspec.Struct:
    """The query or the body, checked. It says what is wrong, and where."""
    try:
        if operation.method == "GET":
            return msgspec.convert(_query(request, kind), kind)
        if request.query_params:
            raise ProblemError(400, "Nothing can be asked by the query here: it belongs into the body.")
        if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
            raise ProblemError(415, f"Send {JSON}.")
        return msgspec.json.decode(await request.body(), type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ProblemError(400, _sentence(str(error))) from None


def _query(request: Request, kind: type[msgspec.Struct]) -> dict[str, str | int]:
    """Each name once, and numbers as such."""
    sent = request.query_params.multi_items()
    names = [name for name, _ in sent]
    if double := next((name for name in names if names.count(name) > 1), None):
        raise ProblemError(400, f"{double[:40]!r} is there twice.")
    numbers = {field.name for field in msgspec.structs.fields(kind) if isinstance(field.default, int)}
    if wrong := next((name for name, value in sent if name in numbers and not _is_number(value)), None):
        raise ProblemError(400, f"{wrong!r} is no number.")
    return {name: int(value) if name in numbers else value for name, value in sent}


def _is_number(text: str) -> bool:
    """As it is written in JSON, and not too large to be one."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS and (digits == "0" or digits[0] != "0")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
