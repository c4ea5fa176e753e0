"""store: the quarantine and the desk that a command works with, and who sits at the desk: the Unix account."""

import os
import pwd
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click
from msgspec import structs

from gatekeeper.app import state
from gatekeeper.app.build import read
from gatekeeper.app.desk import desk as open_desk
from gatekeeper.app.inspection import load_config
from gatekeeper.app.release import Via
from gatekeeper.cli import showing
from gatekeeper.config.load import find_config
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.acts import Desk, NotDone, Reviewer, Role

T = TypeVar("T")


def quarantine_of(path: Path | None) -> Quarantine:
    """What is held, by the configuration in `path`. Fails with `StoreError` where nothing ever was."""
    return state.quarantine(load_config(find_config(path)).config, create=False)


def reviewer() -> Reviewer:
    """Whoever can read the state is an administrator. The name has a blank, so it is nobody's who signs in to pages."""
    number = os.geteuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = f"user {number}"
    return Reviewer(f"{name} (shell)", Role.ADMINISTRATOR)


async def at_desk(path: Path | None, work: Callable[[Desk], Awaitable[T]], via: Via | None = None) -> T:
    """Work at the desk of the configuration in `path`; what is released goes `via`. What cannot be done is said."""
    setup = read(path)
    if via is not None:
        quarantine = structs.replace(setup.config.quarantine, release_via=via)
        setup = replace(
            setup, loaded=replace(setup.loaded, config=structs.replace(setup.config, quarantine=quarantine))
        )
    desk = open_desk(setup)
    try:
        return await work(desk)
    except NotDone as error:
        raise click.ClickException(showing.safe(str(error))) from None
    finally:
        await desk.close()
