"""certificates: whether those of the fronts can be used, before anybody comes. Mistakes are `Problem`s."""

from collections.abc import Iterator

from gatekeeper.app.plan import UnusableError
from gatekeeper.config.certificate import server_context
from gatekeeper.config.schema import Config, Smtp
from gatekeeper.config.web import Web
from gatekeeper.values import Problem

_REMEDY = "name PEM files of a chain and its key that belong together"


def mistakes(config: Config) -> Iterator[Problem]:
    """Every one that cannot, of those that are needed."""
    fronts: tuple[tuple[str, Smtp | Web], ...] = (("smtp", config.smtp), ("web", config.web))
    for name, front in fronts:
        if front.listen and (why := _wrong(front.certificate, front.key)):
            yield Problem(name, 0, "error", f"{name}.certificate: {why}", _REMEDY)


def require(config: Config) -> None:
    """`UnusableError` unless all can be used."""
    if problems := list(mistakes(config)):
        raise UnusableError([f"{problem.message}; {problem.remedy}" for problem in problems])


def _wrong(certificate: str, key: str) -> str:
    if certificate:
        try:
            server_context(certificate, key)
        except OSError as error:
            return error.strerror or str(error)
    return ""
