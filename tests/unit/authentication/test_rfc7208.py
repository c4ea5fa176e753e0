"""The openspf.org test suite for RFC 7208 (release 2014.04), which stands in `data/` with its licence."""

from pathlib import Path

import pytest
import yaml

from gatekeeper.authentication.spf import evaluate
from gatekeeper.values import TimedOut
from tests.unit.authentication.world import World

SUITE = Path(__file__).parent / "data" / "rfc7208-tests.yml"


def scenarios():
    return list(yaml.safe_load_all(SUITE.read_text()))


def zone(data):
    """The suite writes each SPF record once, to be served as TXT unless there is a TXT record too."""
    return {str(name): kinds(records) for name, records in data.items()}


def kinds(records):
    found, silent = {}, False
    for record in records:
        if record == "TIMEOUT":
            silent = True
            continue
        ((kind, value),) = record.items()
        found.setdefault(kind, []).append(value)
    if "SPF" in found and "TXT" not in found:
        found["TXT"] = found["SPF"]
    found.pop("SPF", None)
    found = {kind: text(kind, values) for kind, values in found.items() if values != ["NONE"]}
    if silent:
        return {kind: TimedOut() for kind in ("A", "AAAA", "MX", "TXT", "PTR")} | found
    return found


def text(kind, values):
    if "TIMEOUT" in values:
        return TimedOut()
    if kind == "TXT":
        return ["".join(value) if isinstance(value, list) else str(value) for value in values]
    if kind == "MX":
        return [f"{number} {host}." for number, host in values]
    return [str(value) for value in values]


CASES = [pytest.param(scenario, case, id=name) for scenario in scenarios() for name, case in scenario["tests"].items()]


@pytest.mark.parametrize(("scenario", "case"), CASES)
def test_the_suite(scenario, case):
    world = World(zone(scenario["zonedata"]))
    found = world.run(evaluate(case["host"], case["mailfrom"], case["helo"]))
    allowed = case["result"] if isinstance(case["result"], list) else [case["result"]]
    assert found.result in allowed, found.why


def test_it_is_all_there():
    assert len(CASES) == 203
