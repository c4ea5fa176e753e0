"""calls: the `eval:` rules: a function of `evals/` with the arguments that the rule has."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import re2

Eval = Callable[..., bool | int]
"""`function(case, *arguments)`: whether, or how often, its rule hits."""


_CALL = re2.compile(r"^(\w+)\((.*?)\)$")
_ARGUMENT = re2.compile(r"""^\s*(?:"([^"]*)"|'([^']*)'|([\d.:A-Za-z-]+?))\s*(?:,\s*|$)""")


class CallError(ValueError):
    """The call cannot be made, and why."""


@dataclass(frozen=True, slots=True)
class Call:
    """`function` is asked about a message as a rule of the kind `kind` (header, body, rawbody, full)."""

    name: str
    function: Eval
    arguments: tuple[str, ...]
    kind: str
    most: int = 1


def apart(text: str) -> tuple[str, tuple[str, ...]]:
    """The name of the function and its arguments, as Mail::SpamAssassin::Conf::Parser::pack_eval_args reads them."""
    found = _CALL.match(text.strip())
    if found is None:
        raise CallError(f"{text[:40]!r} is no call of a function")
    arguments, rest = [], found[2].strip()
    while rest:
        argument = _ARGUMENT.match(rest)
        if argument is None:
            raise CallError(f"{rest[:40]!r} is no argument")
        arguments.append(next((group for group in argument.groups() if group is not None), ""))
        rest = rest[argument.end() :]
    return found[1], tuple(arguments)


def call(name: str, text: str, kind: str, functions: Mapping[str, Eval]) -> Call:
    """The rule `name` that calls `text`. `CallError` if there is no such function, or none that takes that."""
    function, arguments = apart(text)
    if function not in functions:
        raise CallError(f"the function {function} is not here")
    try:
        inspect.signature(functions[function]).bind(None, *arguments)
    except TypeError as error:
        raise CallError(f"{function} is called with {len(arguments)} arguments: {error}") from None
    return Call(name, functions[function], arguments, kind)
