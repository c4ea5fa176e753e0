"""arithmetic: the expressions of `meta` and `if`, as Perl reckons them.

`parse` gives a function of a function that says what a name is worth. Comparisons and `!` are 1 or 0, `&&` and `||` are
worth what their last operand is, so that counts go through. `ArithmeticSyntaxError` for what is no expression; dividing
by nothing is worth 0, because there is nobody to tell at that time.
"""

import operator
from collections.abc import Callable, Iterator

import re2

Names = Callable[[str], float]
Expression = Callable[[Names], float]

_TOKEN = re2.compile(r"\s*(\d+(?:\.\d+)?|\w[\w:]*|&&|\|\||==|!=|>=|<=|[()!^<>+\-*/?:])")
_DEEPEST = 60
_LEVELS: tuple[dict[str, Callable[[float, float], float]], ...] = (
    {"^": lambda a, b: int(a) ^ int(b)},
    {"==": operator.eq, "!=": operator.ne},
    {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge},
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": lambda a, b: a / b if b else 0},
)


class ArithmeticSyntaxError(ValueError):
    """It is no expression, and why."""


def tokens(text: str) -> list[str]:
    """`text` apart; `ArithmeticSyntaxError` for a letter that stands for nothing."""
    found, at = [], 0
    text = text.rstrip()
    for token in _TOKEN.finditer(text):
        if token.start() != at:
            break
        found.append(token[1])
        at = token.end()
    if at < len(text):
        raise ArithmeticSyntaxError(f"{text[at:].strip()[:20]!r} is no operator")
    return found


def parse(text: str, calls: frozenset[str] = frozenset()) -> Expression:
    """The expression in `text`. A name of `calls` takes one argument in parentheses, and is worth what `name(argument)`
    is.
    """
    parsing = _Parsing(tokens(text), calls)
    expression = parsing.choice()
    if parsing.left:
        raise ArithmeticSyntaxError(f"{parsing.left[-1]!r} is one too many")
    return expression


def is_name(token: str) -> bool:
    """Whether it is a name, not a number or an operator."""
    return token[0].isalpha() or token[0] == "_"


class _Parsing:
    def __init__(self, found: list[str], calls: frozenset[str]) -> None:
        self.left = found[::-1]
        self.calls = calls
        self.depth = 0

    def _next(self, *wanted: str) -> str:
        return self.left.pop() if self.left and (not wanted or self.left[-1] in wanted) else ""

    def choice(self) -> Expression:
        """`a ? b : c`, or what binds more."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ArithmeticSyntaxError("it is nested too deep")
        condition = self._either()
        if self._next("?"):
            yes = self.choice()
            self._expect(":")
            no = self.choice()
            self.depth -= 1
            return lambda names: yes(names) if condition(names) else no(names)
        self.depth -= 1
        return condition

    def _either(self) -> Expression:
        operands = [*self._joined("||", self._all)]
        if len(operands) == 1:
            return operands[0]
        return lambda names: (
            next((worth for operand in operands[:-1] if (worth := operand(names))), 0) or operands[-1](names)
        )

    def _all(self) -> Expression:
        operands = [*self._joined("&&", self._binary)]
        if len(operands) == 1:
            return operands[0]
        return lambda names: operands[-1](names) if all(operand(names) for operand in operands[:-1]) else 0

    def _joined(self, sign: str, operand: Callable[[], Expression]) -> Iterator[Expression]:
        yield operand()
        while self._next(sign):
            yield operand()

    def _binary(self, level: int = 0) -> Expression:
        if level == len(_LEVELS):
            return self._unary()
        first = self._binary(level + 1)
        others: list[tuple[Callable[[float, float], float], Expression]] = []
        while sign := self._next(*_LEVELS[level]):
            others.append((_LEVELS[level][sign], self._binary(level + 1)))
        return _applied(first, others) if others else first

    def _unary(self) -> Expression:
        match self._next():
            case "!":
                negated = self._nested()
                return lambda names: int(not negated(names))
            case "-":
                minus = self._nested()
                return lambda names: -minus(names)
            case "+":
                return self._nested()
            case "(":
                inner = self.choice()
                self._expect(")")
                return inner
            case "":
                raise ArithmeticSyntaxError("something is missing at the end")
            case name if name in self.calls:
                return self._call(name)
            case name if is_name(name):
                return lambda names: names(name)
            case number if number[0].isdigit():
                worth = float(number) if number.replace(".", "", 1).isdigit() else 0.0
                return lambda _: worth
            case other:
                raise ArithmeticSyntaxError(f"{other!r} stands where a name or a number should")

    def _nested(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ArithmeticSyntaxError("it is nested too deep")
        found = self._unary()
        self.depth -= 1
        return found

    def _call(self, name: str) -> Expression:
        self._expect("(")
        argument = self._next()
        self._expect(")")
        return lambda names: names(f"{name}({argument})")

    def _expect(self, sign: str) -> None:
        if not self._next(sign):
            raise ArithmeticSyntaxError(f"{sign!r} is missing before {self.left[-1] if self.left else 'the end'!r}")


def _applied(first: Expression, others: list[tuple[Callable[[float, float], float], Expression]]) -> Expression:
    """From left to right; there may be thousands."""

    def worth(names: Names) -> float:
        found = first(names)
        for sign, operand in others:
            found = sign(found, operand(names)) + 0
        return found

    return worth
