"""reviewing_site: from a configuration to the pages on which held mail is reviewed. Called in their own process."""

from pathlib import Path

from gatekeeper.app import state
from gatekeeper.app.build import Setup, own_domains
from gatekeeper.app.desk import desk
from gatekeeper.app.inspection import policy
from gatekeeper.app.posting import Posting
from gatekeeper.config.schema import Config
from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.quarantine.key import signing_key
from gatekeeper.relay.route import Routes
from gatekeeper.web.services import Directory, Services


def services(setup: Setup) -> Services:
    """What the pages are given. Fails with `StoreError` and `OSError`."""
    config = setup.config
    routes = Routes(setup.tables.mailertable, config.relay.domains, virtual=setup.tables.virtusertable)
    return Services(
        config=config,
        key=signing_key(Path(config.gateway.state) / "web.key"),
        accounts=state.accounts(config),
        quarantine=state.quarantine(config),
        journal=state.journal(config),
        desk=desk(setup),
        digests=state.digests(config),
        senders=state.own_senders(config),
        own=own_domains(config, routes),
        post=Posting(setup).post,
        directory=_directory(config),
        policy=policy(config),
        described={**DESCRIPTIONS, **setup.tables.described},
        lists=state.list_states(config, create=False),
    )


def _directory(config: Config) -> Directory | None:
    """Who signs in by it, or who is sent a link according to it."""
    if not config.web.directory:
        return None
    from gatekeeper.app.directory_people import DirectoryPeople  # needs the extra ldap

    return DirectoryPeople(config)


def close(site: Services) -> None:
    """Let go of the stores."""
    site.accounts.close()
    site.quarantine.close()
    site.journal.close()
    site.digests.close()
    if site.lists is not None:
        site.lists.close()
