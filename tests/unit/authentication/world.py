"""world: a DNS of our own for computations that ask, and how often it was asked."""

from collections.abc import Mapping

from gatekeeper.values import Absent, Answer, Dns, Found, TimedOut

Zone = Mapping[str, Mapping[str, list[str] | Answer]]  # name → type → records as text, or how there is no answer


class World:
    """`rounds` are the questions of each round trip."""

    def __init__(self, zone: Zone | None = None) -> None:
        self.zone = {name.lower(): kinds for name, kinds in (zone or {}).items()}
        self.rounds: list[frozenset[Dns]] = []

    def answer(self, question: Dns) -> Answer:
        """As a resolver has it: aliases followed, records sorted."""
        name = question.name
        for _ in range(10):
            kinds = self.zone.get(name.lower(), {})
            alias = kinds.get("CNAME")
            found = kinds.get(question.kind, Absent() if alias is None else None)
            if found is not None:
                return Found(tuple(sorted(set(found)))) if isinstance(found, list) else found
            assert isinstance(alias, list)
            name = alias[0]
        return TimedOut("a loop")

    def run(self, steps):
        """What `steps` return."""
        try:
            questions = next(steps)
            while True:
                self.rounds.append(questions)
                questions = steps.send({question: self.answer(question) for question in questions})
        except StopIteration as end:
            return end.value
