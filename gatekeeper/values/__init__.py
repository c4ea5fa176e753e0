"""values: the words everything else is said in.

Frozen, slotted, standard library only; nothing here does I/O or knows another package. Do not subclass these.
"""

from gatekeeper.values.action import Action
from gatekeeper.values.answer import (
    Absent,
    Acquainted,
    Answer,
    Answers,
    Clue,
    Counted,
    Exceeded,
    Exited,
    Failed,
    Failure,
    Found,
    Hit,
    Judged,
    Matched,
    Opened,
    Refused,
    Reputed,
    Sighted,
    Suspended,
    TimedOut,
    outage_of,
)
from gatekeeper.values.authenticated import Authenticated
from gatekeeper.values.change import Change
from gatekeeper.values.contents import Anomaly, Item
from gatekeeper.values.dependency import Dependency, Outage, Resort
from gatekeeper.values.envelope import Address, Client, Envelope, is_id, new_id
from gatekeeper.values.evidence import spelt_out
from gatekeeper.values.fate import Fate
from gatekeeper.values.finding import Finding
from gatekeeper.values.label import Band, Label
from gatekeeper.values.orders import LineEdit, Orders
from gatekeeper.values.problem import Problem
from gatekeeper.values.question import (
    Campaign,
    Contents,
    Dns,
    Known,
    Octets,
    Packable,
    Program,
    Pyzor,
    Question,
    Rate,
    Recipient,
    Reputation,
    Seen,
    Virus,
    Words,
    Yara,
)
from gatekeeper.values.record import Outcome, Record
from gatekeeper.values.reply import Reply
from gatekeeper.values.sketch import Sketch
from gatekeeper.values.stage import Stage
from gatekeeper.values.verdict import Verdict

__all__ = [
    "Absent",
    "Acquainted",
    "Action",
    "Address",
    "Anomaly",
    "Answer",
    "Answers",
    "Authenticated",
    "Band",
    "Campaign",
    "Change",
    "Client",
    "Clue",
    "Contents",
    "Counted",
    "Dependency",
    "Dns",
    "Envelope",
    "Exceeded",
    "Exited",
    "Failed",
    "Failure",
    "Fate",
    "Finding",
    "Found",
    "Hit",
    "Item",
    "Judged",
    "Known",
    "Label",
    "LineEdit",
    "Matched",
    "Octets",
    "Opened",
    "Orders",
    "Outage",
    "Outcome",
    "Packable",
    "Problem",
    "Program",
    "Pyzor",
    "Question",
    "Rate",
    "Recipient",
    "Record",
    "Refused",
    "Reply",
    "Reputation",
    "Reputed",
    "Resort",
    "Seen",
    "Sighted",
    "Sketch",
    "Stage",
    "Suspended",
    "TimedOut",
    "Verdict",
    "Virus",
    "Words",
    "Yara",
    "is_id",
    "new_id",
    "outage_of",
    "spelt_out",
]
