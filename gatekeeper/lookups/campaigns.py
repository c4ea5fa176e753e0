"""campaigns: was something like this reported here? Answered at once, from the store that all workers share.

`Found` says how much alike, how often it was reported, and since when; `Absent` if nothing like it was, or nothing at
all. Trouble with the store is `Failed`. Never raises.
"""

from datetime import UTC, datetime

from gatekeeper.stores.campaigns import Campaigns
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Absent, Answer, Campaign, Failed, Found


class Reported:
    """What `campaigns` knows; nothing is made that is not there."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns

    def known(self, question: Campaign) -> Answer:
        """The reported sketch that is most like it."""
        if question.kind != "any" and question.sketch is None:
            return Failed("its sketch is not at hand")
        if not self._campaigns.path.exists():
            return Absent()
        try:
            if question.sketch is None:
                return Found(()) if self._campaigns.holds_any() else Absent()
            found = self._campaigns.reported(question.sketch)
        except StoreError as error:
            return Failed(str(error))
        if found is None:
            return Absent()
        since = datetime.fromtimestamp(found.first, UTC).date().isoformat()
        return Found((f"{found.likeness:.2f}", str(found.reports), since))

    async def answer(self, question: Campaign) -> Answer:
        """The same."""
        return self.known(question)
