"""deletion: held messages that somebody deletes, and those of them that come back. Part of the caller's transaction.

Who waited waits no more at once; the bytes stay as long as that can be undone, over a restart too: `doomed` knows until
when. Each deletion of a message has a row of its own there, because each recipient may delete their own copy.
"""

import json
import sqlite3
from collections.abc import Sequence

from gatekeeper.quarantine import audit, index
from gatekeeper.quarantine.acts import Act, NotDone, Reviewer
from gatekeeper.quarantine.hold import CHANGED, OPEN, Held
from gatekeeper.values import Fate, Outcome

_DELETED = Outcome(Fate.DELETED)
_NEEDED = json.dumps([*OPEN, *CHANGED])


def delete(connection: sqlite3.Connection, who: Reviewer, held: Held, recipients: Sequence[str], until: float) -> int:
    """These recipients do not wait for it any more; the line in the trail. `NotDone` if one does not wait now."""
    entry = audit.begin(connection, who, Act.DELETE, held.id, recipients)
    for recipient in recipients:
        if not index.settle(connection, held.id, recipient, _DELETED):
            raise NotDone("it is not held any more: somebody else has decided meanwhile")
    waited = {recipient: held.outcomes[recipient] for recipient in recipients}
    audit.end(connection, entry, audit.Ended("deleted", audit.Back(until=until, waited=waited)))
    connection.execute("INSERT INTO doomed (entry, id, due) VALUES (?, ?, ?)", (entry, held.id, until))
    return entry


def restore(connection: sqlite3.Connection, entry: int, hold_id: str, waited: dict[str, Outcome]) -> None:
    """They wait for it again. `NotDone` if its bytes are gone."""
    kept = connection.execute("SELECT 1 FROM holds WHERE id = ? AND stored", (hold_id,)).fetchone()
    if not connection.execute("DELETE FROM doomed WHERE entry = ?", (entry,)).rowcount or not kept:
        raise NotDone("it is too late: the message is gone")
    for recipient, outcome in waited.items():
        index.reopen(connection, hold_id, recipient, outcome)


def purge(connection: sqlite3.Connection, now: float, most: int) -> list[tuple[str, bool]]:
    """Give up some of what was deleted and can come back no more; each id, with whether nobody needs its bytes."""
    due = connection.execute("SELECT id FROM doomed GROUP BY id HAVING max(due) <= ? LIMIT ?", (now, most)).fetchall()
    return [(hold_id, _given_up(connection, hold_id)) for (hold_id,) in due]


def _given_up(connection: sqlite3.Connection, hold_id: str) -> bool:
    connection.execute("DELETE FROM doomed WHERE id = ?", (hold_id,))
    unneeded = connection.execute(
        """UPDATE holds SET stored = 0, repeat = NULL WHERE id = ? AND stored AND NOT EXISTS (
            SELECT 1 FROM recipients WHERE number = holds.number AND fate IN (SELECT value FROM json_each(?)))""",
        (hold_id, _NEEDED),
    )
    return bool(unneeded.rowcount)
