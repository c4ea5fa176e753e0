import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.app.inspection import check_settings
from gatekeeper.config.load import load
from gatekeeper.config.schema import Config
from gatekeeper.config.show import show, toml

TEXT = """\
[gateway]
hostname = "mx.example.org"
drain = 5
[smtp.limits]
size = 1000
[domains."example.org"]
verify = "callout"
tag = 3.5
[domains.two]
[scores]
gtube = 3
LOCAL_RULE = -0.5
[checks.dnsbl]
zones = ["a.example=127.0.0.[2..11]*2"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "gatekeeper.toml"
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize("changed", [False, True])
def test_what_is_shown_can_be_read_back_and_means_the_same(file: Path, changed: bool) -> None:
    loaded = load(file, check_settings())
    file.write_text(show(loaded, changed=changed))
    again = load(file, check_settings())
    expected = msgspec.structs.replace(loaded.config, checks=again.config.checks)
    if changed:
        expected = msgspec.structs.replace(expected, domains=again.config.domains)
        assert again.config.domains["example.org"] == loaded.config.domains["example.org"]
    assert again.config == expected
    assert again.checks == loaded.checks


def test_every_setting_of_the_defaults_is_shown_with_its_meaning() -> None:
    text = show(load(None, check_settings()))
    shown = tomllib.loads(text)
    for table in msgspec.structs.fields(Config):
        if table.name not in ("domains", "checks", "scores"):
            keys = set(getattr(Config(), table.name).__struct_fields__)
            assert set(shown[table.name]) == keys
    assert 'certificate = ""  # PEM chain for STARTTLS; empty: not offered\n' in text
    assert "# the host and its processes\n[gateway]\n" in text
    assert set(shown["checks"]) == set(check_settings())


def test_only_what_was_changed(file: Path) -> None:
    shown = show(load(file, check_settings()), changed=True)
    assert tomllib.loads(shown) == {
        "gateway": {"hostname": "mx.example.org", "drain": 5.0},
        "smtp": {"limits": {"size": 1000}},
        "domains": {"example.org": {"verify": "callout", "tag": 3.5}},
        "scores": {"gtube": 3.0, "LOCAL_RULE": -0.5},
        "checks": {"dnsbl": {"zones": ["a.example=127.0.0.[2..11]*2"]}},
    }


def test_of_the_defaults_nothing_is_changed() -> None:
    assert show(load(None, check_settings()), changed=True) == ""


simple = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)


@given(
    st.recursive(
        simple, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text("ab-. é", min_size=1), inner))
    )
)
def test_any_value_is_written_so_that_it_is_read_back(value: object) -> None:
    assert tomllib.loads(f"x = {toml(value)}") == {"x": value}
