"""overview: what came by hour and verdict, what waits, and whether all around is well; of users' mail, theirs."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.quarantine.acts import Reviewer
from gatekeeper.quarantine.listing import Query
from gatekeeper.stores.journal_lists import HOUR, Hop, Hour
from gatekeeper.stores.list_states import ListState
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Action
from gatekeeper.web import withholding
from gatekeeper.web.charts import Column, share, stacked
from gatekeeper.web.filters import hidden, scope
from gatekeeper.web.pages.rendering import render
from gatekeeper.web.services import Services, services

SPANS = {"day": ("24 hours", 24, 1), "week": ("7 days", 168, 6), "month": ("30 days", 720, 24)}
"""What can be looked at: its name, how many hours it has, and how many of them make a column."""

_KEPT_BACK = (Action.QUARANTINE, Action.REJECT, Action.DISCARD)
_MOST = 8
_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows. Empty is what this reviewer is not shown."""

    hours: Sequence[Hour]
    waiting: int
    kinds: Sequence[tuple[str, int]]
    senders: Sequence[tuple[str, int]]
    lists: Sequence[ListState]
    hops: Sequence[Hop]

    def count(self, *actions: Action) -> int:
        """Messages with one of these verdicts; all of them if none is named."""
        return sum(hour.messages for hour in self.hours if not actions or hour.action in actions)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """The most frequent reasons of what was not simply let through."""
        found: Counter[str] = Counter()
        for hour in self.hours:
            if hour.action != Action.ACCEPT:
                found[hour.reason] += hour.messages
        return found.most_common(_MOST)


async def overview(request: Request) -> Response:
    """The first page behind sign-in."""
    span = request.query_params.get("span", "day")
    span = span if span in SPANS else "day"
    title, hours, step = SPANS[span]
    end = (int(time.time()) // HOUR + 1) * HOUR
    begin = end - hours * HOUR
    found = await run_in_threadpool(_found, services(request), request.state.who, begin)
    chart = stacked("mail", f"Mail in the last {title}", [*Action], _columns(found.hours, begin, end, step))
    return render(
        request, "overview.html", found=found, chart=chart, share=share, span=span, spans=SPANS, actions=[*Action]
    )


def _found(site: Services, who: Reviewer, begin: int) -> Overview:
    theirs = scope(who)
    covered = hidden(who, site.config.quarantine.matrix)
    waiting = Query(recipients=theirs, hidden=covered)
    everything = theirs is None
    return Overview(
        [withholding.of_hour(hour, covered) for hour in site.journal.hours(begin, theirs)],
        site.quarantine.count(waiting, _COUNTED),
        site.quarantine.totals(waiting, "kind"),
        site.journal.senders(_KEPT_BACK, begin, _MOST) if everything else (),
        _lists(site) if everything else (),
        site.journal.hops(begin) if everything else (),
    )


def _lists(site: Services) -> list[ListState]:
    try:
        return site.lists.all() if site.lists is not None else []
    except StoreError:  # none was ever asked
        return []


def _columns(hours: Iterable[Hour], begin: int, end: int, step: int) -> list[Column]:
    """So many hours make one column, each kind of verdict one part of it."""
    found: Counter[tuple[int, str]] = Counter()
    for hour in hours:
        found[(hour.start - begin) // (step * HOUR), hour.action] += hour.messages
    return [
        Column(_label(begin + n * step * HOUR, step), [found[n, action] for action in Action])
        for n in range((end - begin) // (step * HOUR))
    ]


def _label(start: int, step: int) -> str:
    moment = time.localtime(start)
    return time.strftime("%H:%M" if step == 1 else "%-d %b %H:%M" if step < 24 else "%-d %b", moment)


ROUTES = [Route("/", overview)]
