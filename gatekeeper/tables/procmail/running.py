"""running: one message through the recipes, as procmail goes through them, up to what becomes of it.

What a recipe asks of a program is asked of `execute`; the rest is done here, in time linear in the message, within one
`Budget` of seconds for what must be counted. When that is used up, `ExhaustedError` is raised. Nothing is written, and
nobody is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from gatekeeper.tables.matcher import Budget, PatternError
from gatekeeper.tables.procmail import scoring
from gatekeeper.tables.procmail.condition import Condition, Exit, Matches, Size, Unfilled, Where, read_condition
from gatekeeper.tables.procmail.counting import ends_of, extracted, is_in
from gatekeeper.tables.procmail.filling import Filling, LongLineError, Steps, number
from gatekeeper.tables.procmail.letter import Letter, letter
from gatekeeper.tables.procmail.outcome import Call, Deed, Delivery, Execute, Outcome, Ran
from gatekeeper.tables.procmail.pattern import Pattern
from gatekeeper.tables.procmail.recipe import (
    Assignment,
    Block,
    Folder,
    Forward,
    Included,
    Pipe,
    Place,
    Recipe,
    Statement,
)
from gatekeeper.tables.procmail.source import Source
from gatekeeper.tables.procmail.words import Mode, WordsError, read_words

_AREAS = frozenset(("H", "B", "HB", "BH"))
_NULL = "/dev/null"


class _Stop(Enum):
    FILE = "the file ends here"


def run(
    statements: tuple[Statement, ...],
    message: Letter,
    variables: Mapping[str, str],
    execute: Execute,
    budget: Budget,
) -> Steps[Outcome]:
    """`variables` are those that procmail itself sets, `HOST` being our name and `DEFAULT` where mail goes else."""
    return (yield from _Running(message, dict(variables), execute, budget).all(statements))


@dataclass(slots=True)
class _Running:
    """`condition` and `chain` are what A and E go by: whether the last recipe without A, and one of a chain of
    else-ifs, matched; `success` is whether the last that was carried out succeeded.
    """

    message: Letter
    variables: dict[str, str]
    execute: Execute
    budget: Budget
    condition: bool = False
    chain: bool = False
    success: bool = False
    copies: list[Delivery] = field(default_factory=list)
    filling: Filling = field(init=False)
    _host: str = field(init=False)
    _inboxes: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.filling = Filling(self.variables, self._printed)
        self._host = self.filling.get("HOST")
        self._inboxes = {self.filling.get("DEFAULT"), self.filling.get("ORGMAIL")}

    def all(self, statements: tuple[Statement, ...]) -> Steps[Outcome]:
        """From the first statement to the end."""
        found = yield from self._statements(statements)
        last = found if isinstance(found, Delivery) else self._filed(self.filling.get("DEFAULT"), None)
        return Outcome(last, tuple(self.copies), max(0, number(self.filling.get("EXITCODE"))))

    def _statements(self, statements: tuple[Statement, ...]) -> Steps[Delivery | _Stop | None]:
        found: Delivery | _Stop | None
        for statement in statements:
            self.filling.place = statement.place
            match statement:
                case Assignment():
                    found = yield from self._assign(statement)
                case Included():
                    found = yield from self._include(statement)
                case Recipe():
                    found = yield from self._recipe(statement)
            if found is not None:
                return found
        return None

    def _include(self, included: Included) -> Steps[Delivery | _Stop | None]:
        found = yield from self._statements(included.body)
        if isinstance(found, Delivery):
            return found
        return _Stop.FILE if included.switch else None

    def _assign(self, statement: Assignment) -> Steps[Delivery | None]:
        name = statement.name
        if statement.value is None:
            self.variables.pop(name, None)
        else:
            try:
                self.variables[name] = yield from self.filling.text(statement.value)
            except LongLineError:
                return None
        value = self.filling.get(name)
        if name == "HOST" and (statement.value is None or value != self._host):
            return Delivery(Deed.ENDED, place=statement.place)
        if name in ("DEFAULT", "ORGMAIL") and value != _NULL:
            self._inboxes.add(self._resolved(value))
        return None

    # recipes

    def _recipe(self, recipe: Recipe) -> Steps[Delivery | _Stop | None]:
        flags = recipe.flags
        unwanted = (
            ("e" in flags and not (self.chain and not self.success))
            or ("E" in flags and self.chain)
            or ("a" in flags and not (self.condition and self.success))
            or ("A" in flags and not self.condition)
        )
        matched = not unwanted and (yield from self._matched(recipe))
        if not flags & {"A", "a"}:
            self.condition = matched
        if not self.chain or "E" not in flags:
            self.chain = matched
        if not matched:
            return None
        try:
            return (yield from self._act(recipe))
        except LongLineError:
            self.success = False
            return None

    def _act(self, recipe: Recipe) -> Steps[Delivery | _Stop | None]:
        match recipe.action:
            case Block(body):
                self.success = True
                outer = self.condition, self.chain
                found = yield from self._statements(body)
                self.condition, self.chain = outer
                return found
            case Pipe() as pipe:
                return (yield from self._pipe(recipe, pipe))
            case Forward(addresses):
                words = yield from self.filling.words(addresses)
                return self._delivered(recipe, Delivery(Deed.FORWARDED, " ".join(words), recipe.place))
            case Folder(names):
                name = " ".join((yield from self.filling.words(names)))
                self.variables["LASTFOLDER"] = name
                return self._delivered(recipe, self._filed(name, recipe.place))

    def _delivered(self, recipe: Recipe, delivery: Delivery) -> Delivery | None:
        self.success = True
        if "c" not in recipe.flags:
            return delivery
        self.copies.append(delivery)
        return None

    def _filed(self, name: str, place: Place | None) -> Delivery:
        if name == _NULL:
            return Delivery(Deed.DISCARDED, name, place)
        kept = name in self._inboxes or self._resolved(name) in self._inboxes
        return Delivery(Deed.KEPT if kept else Deed.FILED, name, place)

    def _resolved(self, name: str) -> str:
        home = self.filling.get("MAILDIR")
        return name if name.startswith("/") or not home else f"{home}/{name}"

    # programs

    def _pipe(self, recipe: Recipe, pipe: Pipe) -> Steps[Delivery | None]:
        flags, message = recipe.flags, self.message
        with_head, with_body = "h" in flags or "b" not in flags, "b" in flags or "h" not in flags
        data = message.head * with_head + message.body * with_body
        ran = yield from self._run(pipe.line, data, filtering="f" in flags)
        self.success = ran is not None and (ran.code == 0 or not flags & {"w", "W", ":"})
        if ran is None or not self.success:
            return None
        if "f" in flags:
            self.message = letter(message.head * (not with_head) + ran.output + message.body * (not with_body))
        elif pipe.variable:
            self.variables[pipe.variable] = ran.output.decode("latin-1").removesuffix("\n")
        else:
            return self._delivered(recipe, Delivery(Deed.PIPED, pipe.line.strip(), recipe.place))
        return None

    def _run(self, line: str, data: bytes, *, filtering: bool = False) -> Steps[Ran | None]:
        try:
            words = yield from self.filling.words(read_words(Source(line), Mode.SPLIT))
        except WordsError:
            return None
        ran = yield from self.execute(Call(tuple(words), filtering, self.filling.place), data)
        self.filling.code = ran.code if ran else 1
        return ran

    def _printed(self, line: str) -> Steps[str]:
        ran = yield from self._run(line, self.message.text)
        return ran.output.decode("latin-1") if ran else ""

    # conditions

    def _matched(self, recipe: Recipe) -> Steps[bool]:
        score, scored, holds = 0.0, False, True
        for condition in recipe.conditions:
            scored |= condition.where.weight is not None
            if condition.where.weight and score >= scoring.MOST:
                continue
            found = yield from self._tried(condition, recipe, score)
            if isinstance(found, bool):
                holds = found
            else:
                score = max(min(found, scoring.MOST), -scoring.MOST)
                holds = score > -scoring.MOST
            if not holds:
                break
        self.filling.score = score
        return holds and (score > 0 or not scored)

    def _tried(self, condition: Condition, recipe: Recipe, score: float) -> Steps[bool | float]:
        try:
            return (yield from self._tested(condition, recipe, score))
        except (LongLineError, WordsError, PatternError):
            return False

    def _tested(self, condition: Condition, recipe: Recipe, score: float) -> Steps[bool | float]:
        """Whether it holds; of one with a weight, the new score."""
        where = condition.where
        match condition:
            case Unfilled(_, pieces):
                text = (yield from self.filling.text(pieces)).lstrip(" \t")
                filled = read_condition(text, "D" in recipe.flags, where)
                if isinstance(filled, Exit):  # what a message says is no program
                    return False
                return (yield from self._tested(filled, recipe, score))
            case Matches(_, pattern):
                return self._searched(pattern, self._area(where, recipe), where, score)
            case Size(_, sign, pieces):
                pivot = number((yield from self.filling.text(pieces)))
                return scoring.sized(score, sign, self._size(where), pivot, where)
            case Exit(_, line):
                ran = yield from self._run(line, self._area(where, recipe)[1:-1])
                return scoring.ended(score, ran.code if ran else 1, where)

    def _searched(self, pattern: Pattern | None, framed: bytes, where: Where, score: float) -> bool | float:
        if where.weight is None:
            return self._found(pattern, framed) is not where.negated
        if where.negated:
            return score + (0 if self._found(pattern, framed) else where.weight.weight)
        ends = ends_of(pattern, framed, self.budget) if pattern else iter([(0, 0)])
        return scoring.matched(score, where.weight, ends)

    def _found(self, pattern: Pattern | None, framed: bytes) -> bool:
        if pattern is None:
            return True
        if pattern.right is None:
            return is_in(pattern, framed, self.budget)
        text = extracted(pattern, framed, self.budget)
        if text is not None:
            self.variables["MATCH"] = text.decode("latin-1")
        return text is not None

    def _area(self, where: Where, recipe: Recipe) -> bytes:
        """What is searched, between two line ends."""
        if where.area and where.area not in _AREAS:
            return b"\n%b\n" % self.filling.get(where.area).encode("latin-1", "replace")
        asked = "".join(sorted(set(where.area or recipe.flags) & {"H", "B"}, reverse=True)) or "H"
        return self.message.framed[asked]

    def _size(self, where: Where) -> int:
        if not where.area:
            return self.message.size
        if where.area not in _AREAS:
            return len(self.filling.get(where.area))
        return len(self.message.area(where.area))
