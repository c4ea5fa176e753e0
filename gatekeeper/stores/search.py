"""search: the WHERE of a query, from what an operator asked for. Columns are ours, values are always parameters."""

from gatekeeper.stores.opening import octets

_LIKE = "LIKE CAST(? AS TEXT) ESCAPE '\\'"


class Search:
    """Conditions that must all hold."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.parameters: list[object] = []

    def add(self, condition: str, *parameters: object) -> None:
        """One condition with a `?` for each parameter."""
        self._conditions.append(condition)
        self.parameters += parameters

    def text(self, condition: str, wanted: str | None) -> None:
        """`condition` has `{}` where the comparison goes: equality, or with a `*` in `wanted` a pattern.

        ASCII letters match in either case. None asks for nothing.
        """
        if wanted is None:
            return
        if "*" in wanted:
            self.add(condition.format(_LIKE), octets(_like(wanted)))
        else:
            self.add(condition.format("= CAST(? AS TEXT)"), octets(wanted))

    def anywhere(self, wanted: str, *conditions: str) -> None:
        """One of `conditions` must hold, with `wanted` standing somewhere in the text, in either case."""
        self.add(
            f"({' OR '.join(condition.format(_LIKE) for condition in conditions)})",
            *[octets(_like(f"*{wanted}*"))] * len(conditions),
        )

    def __str__(self) -> str:
        return " AND ".join(self._conditions) or "TRUE"


def _like(pattern: str) -> str:
    for special in "\\%_":
        pattern = pattern.replace(special, "\\" + special)
    return pattern.replace("*", "%")
