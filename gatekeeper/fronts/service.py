"""service: what every front is given. `app.build` puts it together; a front reads it and changes nothing in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gatekeeper.authentication.signer import Signer
from gatekeeper.config.schema import Config
from gatekeeper.fronts.teaching import TeachingMailboxes
from gatekeeper.lookups.gather import Gather
from gatekeeper.observe.metrics import Metrics
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.quarantine import Quarantine
from gatekeeper.relay.hops import Hops
from gatekeeper.relay.route import Routes
from gatekeeper.stores.history import History
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.owners import Owners
from gatekeeper.stores.passed import Passed
from gatekeeper.tables import Tables
from gatekeeper.tables.networks import Networks
from gatekeeper.values import Record


@dataclass(frozen=True, slots=True)
class Service:
    """One worker's share of the gateway.

    `routes` and `hops` are None in a process that relays nothing (milter, pipe), `passed` where no features are kept,
    `history` and `remember` where nobody is remembered, `owners` where no directory is asked, `teaching` where no
    address is for teaching.
    `digest` names the configuration in the journal; `trusted` are the networks whose word about the client counts,
    `own` those whose mail goes out, which `signer` signs.
    """

    config: Config
    digest: str
    hostname: str
    inspection: Inspection
    tables: Tables
    trusted: Networks
    gather: Gather
    quarantine: Quarantine
    journal: Journal
    metrics: Metrics
    routes: Routes | None = None
    hops: Hops | None = None
    passed: Passed | None = None
    history: History | None = None
    remember: Callable[[Record], None] | None = None
    own: Networks = field(default_factory=Networks)
    owners: Owners | None = None
    signer: Signer = field(default_factory=Signer)
    teaching: TeachingMailboxes | None = None
