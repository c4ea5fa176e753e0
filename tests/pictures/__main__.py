"""pictures: each page of a gateway with a day of mail in it, at two widths, light and dark, into docs/pictures.

    python -m tests.pictures [PAGE…]

Needs Chromium, and cwebp (Debian's `webp`), which makes them small. Exit status 0, or 1 if a page said anything on the
browser's console.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.acts import Role
from gatekeeper.stores.journal import Journal
from tests.pictures.mail import ANNA, SAMPLES, fill
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import LOOPBACK
from tests.system.browser import Visitors

PLACE = Path(__file__).parents[2] / "docs" / "pictures"
_PAINTING = 300  # milliseconds that frames may take after they have loaded: nothing tells when they are painted
TALLEST = 1150  # pixels of a page that are in its picture
WIDTHS = {"wide": 1280, "phone": 390}


@dataclass(frozen=True, slots=True)
class Sight:
    """A page of somebody of this role."""

    path: str
    role: Role = Role.ADMINISTRATOR


def sights(held: dict[str, str]) -> dict[str, Sight]:
    """Each page by its name."""
    newsletter, phishing = (held[sample.subject] for sample in SAMPLES[:2])
    return {
        "overview": Sight("/"),
        "quarantine": Sight("/held"),
        "message": Sight(f"/held/{newsletter}", Role.USER),
        "phishing": Sight(f"/held/{phishing}"),
        "history": Sight("/history"),
        "senders": Sight("/senders"),
        "audit": Sight("/audit"),
    }


def main(*names: str) -> int:
    """Make those that are named, or all."""
    PLACE.mkdir(parents=True, exist_ok=True)
    with gateway() as (running, held), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        visitors = Visitors(running, browser)
        review(visitors)
        for name, sight in sights(held).items():
            if not names or name in names:
                take(visitors, name, sight)
        visitors.close()
        browser.close()
    for complaint in visitors.complaints:
        sys.stderr.write(f"{complaint}\n")
    return 1 if visitors.complaints else 0


@contextmanager
def gateway() -> Iterator[tuple[Gateway, dict[str, str]]]:
    """One with pages and a day of mail, and what it holds."""
    with Exchange() as sink, Gateway({"company.example": f"esmtp:[{LOOPBACK}]:{sink.port}"}, pages=True) as running:
        state = running.home / "state"
        with closing(Quarantine(state / "quarantine")) as quarantine, closing(Journal(state / "journal.db")) as journal:
            held = fill(quarantine, journal, time.time())
        yield running, held


def review(visitors: Visitors) -> None:
    """Do a few things, so that there is a trail."""
    page = visitors.page()
    for subject, button in (("Swiss replica", "Delete"), ("Updated salary", "Delete as spam"), ("Angebot", "Release")):
        page.goto("/held")
        page.get_by_label(f"Tick: {subject}").first.check()
        page.get_by_role("button", name=button, exact=True).click()
        page.get_by_role("status").wait_for()
    page.get_by_role("link", name="Bulbs are in").first.click()
    for deed, sender in (("deny", "pest.example"), ("allow", "elena@partner.example")):
        page.goto("/senders")
        page.get_by_label("What to do").select_option(deed)
        page.get_by_label("Sender").fill(sender)
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("status").wait_for()
    page.context.close()


def take(visitors: Visitors, name: str, sight: Sight) -> None:
    """A picture of a page at each width, light and dark."""
    for width_name, width in WIDTHS.items():
        for dark in (False, True):
            page = visitors.page(sight.role, *((ANNA,) if sight.role is Role.USER else ()), width=width, dark=dark)
            page.goto(sight.path)
            show(page)
            path = PLACE / f"{name}-{width_name}-{'dark' if dark else 'light'}.png"
            page.screenshot(path=path)
            shrink(path)
            page.context.close()


def show(page: Page) -> None:
    """Make room for all of it, frames too, and wait until it is there."""
    page.wait_for_load_state("networkidle")
    size = page.viewport_size
    assert size is not None
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": size["width"], "height": height})
    for frame in page.frames:
        frame.wait_for_load_state()
    page.wait_for_timeout(_PAINTING)


def shrink(path: Path) -> None:
    """The same as WebP, nearly without loss."""
    command = ["cwebp", "-quiet", "-near_lossless", "40", "-q", "90", path, "-o", path.with_suffix(".webp")]
    subprocess.run(command, check=True)
    path.unlink()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
