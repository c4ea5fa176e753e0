from pathlib import Path

from gatekeeper.app import lists, state
from gatekeeper.app.build import resolver
from gatekeeper.app.inspection import load_config
from gatekeeper.config.load import Loaded
from gatekeeper.lookups.gather import Gather
from gatekeeper.stores.list_states import ListState
from gatekeeper.values import Dns, Suspended
from tests.servers.dns import DnsServer
from tests.servers.dns import lists as zones_of


def configured(place: Path, text: str = "") -> Loaded:
    file = place / "gatekeeper.toml"
    file.write_text(f'[gateway]\nstate = "{place / "state"}"\n{text}')
    return load_config(file)


def test_every_check_that_asks_lists_has_them_guarded(tmp_path: Path) -> None:
    text = (
        '[checks.dnsbl]\nzones = ["a.test*2", "b.test=127.0.0.2", "b.test=127.0.0.3"]\nexceptions = ["b.test listed"]\n'
        '[checks.uribl]\nzones = ["b.test", "c.test names"]\n'
    )
    found = {zone.name: zone for zone in lists.zones(configured(tmp_path, text))}
    assert list(found) == ["a.test", "b.test", "c.test"]
    assert "listed" in found["b.test"].exempt
    assert len(found["b.test"].entries) == 3


def test_a_check_that_is_switched_off_asks_none(tmp_path: Path) -> None:
    assert lists.zones(configured(tmp_path, '[checks.dnsbl]\nenabled = false\nzones = ["a.test"]\n')) == ()


def test_who_judges_by_hand_knows_what_the_gateway_found_out_and_changes_nothing(tmp_path: Path) -> None:
    with DnsServer(zones_of("a.test")) as dns:
        text = f'[dns]\nservers = ["{dns.address}"]\n[checks.dnsbl]\nzones = ["a.test"]\n'
        loaded = configured(tmp_path, text)
        assert lists.seen(loaded.config) is None
        bad = ListState("a.test", "IPv4", "suspended", "it lists everything", 1e9, 4e9, 7, 7, 24, 24)
        lists.shared(loaded.config)([bad])
        asked = lists.lists(loaded, resolver(loaded.config), lists.seen(loaded.config))
        question = Dns("8.8.8.8.a.test")
        answer = Gather({Dns: asked}).drive_blocking(asking(question), 5)
        assert answer == Suspended("it lists everything")
        assert dns.queries == []
        assert state.list_states(loaded.config).all() == [bad]


def asking(question: Dns):
    answers = yield frozenset({question})
    return answers[question]
