"""fields: what the same fields of several structs of the API are."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.quarantine.kinds import Kind
from gatekeeper.values import Action, Fate

State = Literal["waiting", "changed", "all", "unconfirmed", "held", "released", "deleted", "expired"]
InState = Annotated[State, Meta(description="`changed`: went on without what was removed; its original is here.")]
OfKind = Annotated[Kind, Meta(description="Held for a reason of this kind.")]
Decided = Annotated[Action, Meta(description="The hardest of its verdicts.")]
Became = Annotated[Fate, Meta(description="What became of a recipient.")]
Time = Annotated[datetime, Meta(tz=True)]
Text = Annotated[str, Meta(max_length=200)]
_WORDS = (
    "Words that stand in subject, sender or recipients, or begin words there; in scripts that set no space between "
    "words, what stands anywhere in subject or sender."
)
Words = Annotated[Text, Meta(description=_WORDS)]
Recipient = Annotated[Text, Meta(description="Held for this address.")]
Sender = Annotated[Text, Meta(description="From this address; * stands for anything.")]
Reason = Annotated[Text, Meta(description="Held for this reason, such as banned-attachment.")]
Since = Annotated[Time, Meta(description="Not before.")]
Until = Annotated[Time, Meta(description="Before that.")]
After = Annotated[str, Meta(max_length=15, pattern="^[0-9a-f]*$", description="`after` of the page before.")]
Before = Annotated[str, Meta(max_length=15, pattern="^[0-9a-f]*$", description="`before` of the page behind.")]
Limit = Annotated[int, Meta(ge=1, le=500, description="So many at most.")]
Id = Annotated[str, Meta(description="The id of a message.")]
Later = Annotated[str, Meta(description="Where the next page begins; empty: there is none.")]
Earlier = Annotated[str, Meta(description="Where the page before ends; empty: there is none.")]


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What a request says; nothing else may stand in it."""


class Shown(msgspec.Struct):
    """What an answer says."""
