from pathlib import Path

from gatekeeper.app.inspection import check_settings, inspection, load_config
from gatekeeper.pipeline.policy import Thresholds
from gatekeeper.tables import AccessMap, Tables
from gatekeeper.values import Action, Stage


def inspected(tmp_path: Path, text: str, tables: Tables | None = None):
    path = tmp_path / "gatekeeper.toml"
    path.write_text(text)
    return inspection(load_config(path), tables or Tables())


def test_every_check_has_a_table_and_can_be_switched_off(tmp_path: Path) -> None:
    off = "".join(f"[checks.{name}]\nenabled = false\n" for name in check_settings())
    assert inspected(tmp_path, off).checks == {}


def test_checks_stand_at_their_stages(tmp_path: Path) -> None:
    tables = Tables(access=AccessMap.parse("Connect:192.0.2.1 OK\n", "access"))
    checks = inspected(tmp_path, '[checks.dnsbl]\nzones = ["bl.example"]\n', tables).checks
    assert set(checks[Stage.CONNECT]) == {"access", "dnsbl"}
    assert set(checks[Stage.RECIPIENT]) == {"access", "recipients"}
    assert "attachments" not in checks.get(Stage.ATTACHMENT, {}), "it needs rules"


def test_nothing_is_asked_that_nobody_is_configured_to_answer(tmp_path: Path) -> None:
    assert "virus" not in inspected(tmp_path, "").checks[Stage.CONTENT]
    assert "yara" not in inspected(tmp_path, "").checks[Stage.ATTACHMENT]
    assert "yara" in inspected(tmp_path, '[antivirus]\nyara = "/rules"\n').checks[Stage.ATTACHMENT]
    engine = '[antivirus]\nengines = ["unix:/run/clamd"]\n'
    assert "virus" in inspected(tmp_path, engine).checks[Stage.CONTENT]
    off = "[checks.virus]\nenabled = false\n"
    assert "virus" not in inspected(tmp_path, engine + off).checks[Stage.CONTENT]


def test_a_domain_says_only_what_differs(tmp_path: Path) -> None:
    text = '[policy]\ntag = 3.0\n[domains."Strict.Example"]\nreject = 9.0\n'
    policy = inspected(tmp_path, text).policy
    assert policy.default == Thresholds(3.0, 8.0, 15.0)
    assert policy.domains == {"strict.example": Thresholds(3.0, 8.0, 9.0)}


def test_policy_is_as_configured(tmp_path: Path) -> None:
    text = '[policy]\non_reject_from_relay = "discard"\non_check_failure = "tag"\nexempt = ["Help"]\n'
    policy = inspected(tmp_path, text).policy
    assert (policy.on_reject_from_relay, policy.on_check_failure) == (Action.DISCARD, Action.TAG)
    assert policy.exempt == {"help"}
