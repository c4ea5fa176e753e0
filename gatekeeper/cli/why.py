"""why: why a message was held, refused, tagged or let in, and what would have changed that. `gatekeeper why ID`."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click
from rich.text import Text

from gatekeeper.app import state
from gatekeeper.app.build import Setup, read
from gatekeeper.app.inspection import inspection
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.pipeline.reasons import Reasons, reasons, shown
from gatekeeper.quarantine import Held
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Envelope, Record, Verdict


@click.command()
@click.argument("message_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
@friendly
def why(path: Path | None, message_id: str, as_json: bool) -> None:
    """Show why a message was held, refused, tagged or let in: what suffices for that, and the nearest change that would
    have let it pass.

    The ID is the one that stands in the reply, in X-Gatekeeper-Id, in the log, and in lists of what is held.

    \b
    Example:
      gatekeeper why t411vhxrypjg9
    """
    tell(read(path), message_id, as_json)


def tell(setup: Setup, message_id: str, as_json: bool) -> None:
    """Print it, for a message that is in the journal or is held."""
    envelope, judged = _judged(setup, message_id)
    judging = inspection(setup.loaded, setup.tables)
    found = reasons(judging.policy, envelope, judged, judging.scores)
    if as_json:
        verdicts = [shown(one, judging.described) for one in found]
        click.echo(showing.json_line({"id": envelope.id, "sender": envelope.sender, "verdicts": verdicts}))
        return
    out = showing.console()
    out.print(Text(showing.safe(f"{envelope.id} from <{envelope.sender}>")))
    for one in found:
        _print(one, judging.described)


def _judged(setup: Setup, message_id: str) -> tuple[Envelope, Mapping[str, Verdict]]:
    """Envelope and verdicts, from whoever knows the message: the journal may have forgotten it by now."""
    stores: tuple[Callable[[str], Record | Held | None], ...] = (
        lambda one: state.journal(setup.config, create=False).get(one),
        lambda one: state.quarantine(setup.config, create=False).get(one),
    )
    troubles = []
    for look_up in stores:
        try:
            found = look_up(message_id)
        except StoreError as error:
            troubles.append(error)
            continue
        if found is not None:
            return found.envelope, found.verdicts
    if len(troubles) == len(stores):
        raise troubles[0]
    unread = "".join(f"; not looked at: {trouble}" for trouble in troubles)
    raise click.ClickException(f"{showing.safe(message_id[:40])}: no message of this id is known{unread}")


def _print(one: Reasons, described: Mapping[str, str]) -> None:
    out = showing.console()
    verdict = one.verdict
    score = f"score {verdict.score:.1f} of {verdict.required:.1f}"
    out.print()
    out.print(Text(showing.safe(f"{' '.join(one.recipients)}: {verdict.action} ({verdict.reason}), {score}")))
    for sentence in one.told:
        out.print(Text(showing.safe(sentence)), soft_wrap=True)
    if not verdict.findings:
        return
    table = showing.table("finding", "score", "meaning", "evidence")
    for finding in one.findings:
        showing.row(table, finding.name, f"{finding.score:.1f}", described.get(finding.name, ""), finding.evidence)
    showing.show(out, table)
