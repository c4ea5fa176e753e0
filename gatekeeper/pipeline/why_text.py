"""why_text: why mail was kept back, and what would have let it pass, in plain English. For the shell and the pages.

    Held because of bayes-spam (4.0), link-mismatch (3.0) and dnsbl-listed (2.5) together.
    known-correspondent (-1.0) speaks for it, which is not enough.
    It would have been delivered if bayes-spam had been under 3.5, or if the sender's DKIM had passed.

    Delivered because of sender-allowed; without, it would have been held.

Names of findings are those of checks and of the operator's rules; nothing that a sender wrote stands in these lines. It
cannot fail.
"""

from collections.abc import Iterable, Sequence

from gatekeeper.pipeline.why import Otherwise, Vouched, Why
from gatekeeper.values import Action, Finding

_DONE = {
    Action.ACCEPT: "delivered",
    Action.TAG: "tagged",
    Action.QUARANTINE: "held",
    Action.REJECT: "refused",
    Action.DEFER: "put off",
    Action.DISCARD: "discarded",
}
_METHODS = {"dkim": "DKIM", "spf": "SPF", "dmarc": "DMARC"}
_SHORTLY = 5  # findings that are named in one line


def told(why: Why, done: Action | None = None) -> list[str]:
    """One sentence a line. `done`: what was done with it, which may be something else than what it comes to by today's
    settings and for this recipient alone.
    """
    lines = [] if done in (None, why.action) else [f"It was {_done(done)}; {_today(why.action)}."]
    if why.action is Action.ACCEPT:
        return [*lines, _welcome(why)]
    return [*lines, _because(why), *_despite(why.despite), *_passing(why)]


def in_short(why: Why) -> str:
    """The same in a line of ASCII, as for a header field; empty for what is accepted."""
    if why.action is Action.ACCEPT:
        return ""
    found = ", ".join(f"{f.name} {f.score:.1f}" for f in why.sufficient[:_SHORTLY])
    more = len(why.sufficient) - _SHORTLY
    because = f"{found}, {more} more" if more > 0 else found or "by the settings alone"
    ways = _ways(why, _SHORTLY)
    line = f"{because}; would have passed if {' or if '.join(ways)}" if ways else because
    return line.encode("ascii", "replace").decode("ascii")


def fields(why: Why) -> dict[str, object]:
    """The same for programs: findings by name."""
    return {
        "sufficient": [finding.name for finding in why.sufficient],
        "otherwise": _changes(why.otherwise),
        "vouched": [{"by": list(way.by), "otherwise": _changes(way.otherwise)} for way in why.vouched],
        "despite": [finding.name for finding in why.despite],
        "instead": why.instead,
    }


def _changes(changes: Iterable[Otherwise]) -> list[dict[str, object]]:
    return [{"name": change.finding.name, "under": change.under} for change in changes]


def _done(action: Action | None) -> str:
    return _DONE[action] if action else ""


def _today(action: Action) -> str:
    return f"by today's settings, and for this recipient alone, it would be {_DONE[action]}"


def _welcome(why: Why) -> str:
    instead = _done(why.instead)
    if not why.sufficient:
        exempt = f"Delivered because nothing is kept from this recipient; from others it would have been {instead}."
        return exempt if instead else "Nothing that was found was enough to keep it back."
    said = f"Delivered because of {_listed(map(_weighed, why.sufficient))}"
    return f"{said}; without, it would have been {instead}." if instead else f"{said}, whatever else was found."


def _because(why: Why) -> str:
    done = _DONE[why.action].capitalize()
    if not why.sufficient:
        return f"{done} by the settings alone, whatever was found."
    if len(why.sufficient) == 1:
        return f"{done} because of {_weighed(why.sufficient[0])}, which alone is enough."
    return f"{done} because of {_listed(map(_weighed, why.sufficient))} together; fewer are not enough."


def _weighed(finding: Finding) -> str:
    return finding.name if finding.certain is not None or not finding.score else f"{finding.name} ({finding.score:.1f})"


def _despite(friends: Sequence[Finding]) -> list[str]:
    if not friends:
        return []
    verb = "speaks" if len(friends) == 1 else "speak"
    return [f"{_listed(map(_weighed, friends))} {verb} for it, which is not enough."]


def _passing(why: Why) -> list[str]:
    passed = "left without a mark" if why.action is Action.TAG else "delivered"
    ways = _ways(why)
    return [f"It would have been {passed} if {', or if '.join(ways)}."] if ways else []


def _ways(why: Why, most: int | None = None) -> list[str]:
    """What would have let it pass, each of them enough."""
    alone = [vouched for vouched in why.vouched if len(vouched.by) == 1 and vouched.by[0] in _METHODS]
    methods = [_METHODS[vouched.by[0]] for vouched in alone if not vouched.otherwise]
    ways = [_listed(_few(why.otherwise, most))] if why.otherwise else []
    if methods:
        ways.append(f"the sender's {_listed(methods, 'or')} had passed")
    others = [v for v in why.vouched if v not in alone or v.otherwise]
    return ways + [_way(vouched) for vouched in others[:most]]


def _few(changes: Sequence[Otherwise], most: int | None) -> list[str]:
    told = [str(change) for change in changes[:most]]
    more = len(changes) - len(told)
    return [*told, f"{more} more had been otherwise"] if more else told


def _way(vouched: Vouched) -> str:
    methods = [_METHODS[by] for by in vouched.by if by in _METHODS]
    parts = [f"the sender's {_listed(methods)} had passed"] if methods else []
    parts += [_other(by) for by in vouched.by if by not in _METHODS]
    return _listed([*parts, *map(str, vouched.otherwise)])


def _other(by: str) -> str:
    if by.startswith("dkim="):
        return f"{by.removeprefix('dkim=')} had signed it"
    return "it had come from a client that the entry for its sender names"


def _listed(parts: Iterable[str], word: str = "and") -> str:
    *most, last = parts
    return f"{', '.join(most)} {word} {last}" if most else last
