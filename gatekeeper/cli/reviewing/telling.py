"""telling: what was done with held messages, a line each, and with how many of them it was not."""

import time

import click

from gatekeeper.cli import showing
from gatekeeper.quarantine.acts import Act, Done
from gatekeeper.values import Fate, Outcome

_SENDING = (Act.RELEASE, Act.RELEASE_ATTACHMENT)


class Telling:
    """On standard output what was done, on standard error what was not. `as_json`: both as JSON, on standard output.
    `fully`: also what a release brought about beside.
    """

    def __init__(self, as_json: bool, fully: bool = False) -> None:
        self._as_json, self._fully = as_json, fully
        self._well = self._not = 0

    def done(self, done: Done) -> None:
        """One act came to its end; what was to be sent may have been taken by nobody."""
        if done.act in _SENDING and any(outcome.fate is not Fate.RELEASED for outcome in done.outcomes.values()):
            self._not += 1
        else:
            self._well += 1
        for line in [showing.json_line(_fields(done))] if self._as_json else _lines(done, self._fully):
            click.echo(line)

    def not_done(self, hold_id: str, why: str) -> None:
        """Nothing was done with this one."""
        self._not += 1
        if self._as_json:
            click.echo(showing.json_line({"id": hold_id, "error": why}))
        named = why if why.startswith(hold_id[:40]) else f"{hold_id[:40]}: {why}"
        click.echo(f"gatekeeper: {showing.safe(named)}", err=True)

    def end(self) -> int:
        """The exit code; of many the sum is told."""
        if self._well + self._not > 1:
            click.echo(f"gatekeeper: {self._well} done, {self._not} not", err=True)
        return 1 if self._not else 0


def _lines(done: Done, fully: bool) -> list[str]:
    if done.act in _SENDING:
        lines = [_sent(done.hold_id, address, outcome) for address, outcome in done.outcomes.items()]
        lines += [f"{done.hold_id} {done.said}"] if fully else []
    else:
        lines = [f"{done.hold_id} {done.said}"]
    if done.undo_until is not None:
        seconds = max(0, round(done.undo_until - time.time()))
        what = f", to undo {done.undoing}" if done.undoing else ""
        lines[-1] += f" For {seconds} seconds{what}: gatekeeper quarantine undo {done.entry}"
    if done.offered:
        lines.append(f"would now pass: gatekeeper quarantine release {' '.join(done.offered)}")
    return [showing.safe(line) for line in lines]


def _sent(hold_id: str, address: str, outcome: Outcome) -> str:
    deed = "released via" if outcome.fate is Fate.RELEASED else "still held, not taken by"
    return f"{hold_id} {address} {deed} {outcome.hop or 'any hop'}: {outcome.reply}"


def _fields(done: Done) -> dict[str, object]:
    return {
        "id": done.hold_id,
        "act": done.act,
        "entry": done.entry,
        "said": done.said,
        "undo_until": done.undo_until,
        "offered": done.offered,
        "recipients": [
            {"address": address, "fate": outcome.fate, "hop": outcome.hop, "reply": outcome.reply}
            for address, outcome in done.outcomes.items()
        ],
    }
