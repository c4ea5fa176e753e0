from gatekeeper.app.weights import nameless
from gatekeeper.tables import Tables


def test_a_name_that_no_finding_has_is_told_with_the_one_that_is_near() -> None:
    (problem,) = nameless({"helo-dynamics": 1.0, "helo-dynamic": 1.0}, Tables())
    assert problem.severity == "warning"
    assert "'helo-dynamics'" in problem.message
    assert "'helo-dynamic'" in problem.remedy


def test_rules_from_files_have_names_too_described_or_not() -> None:
    tables = Tables(described={"LOCAL_RULE": "", "other": "Says other things"})
    assert list(nameless({"LOCAL_RULE": 2.0, "other": 0.0}, tables)) == []


def test_what_resembles_nothing_is_told_where_names_are_shown() -> None:
    (problem,) = nameless({"QQQQQQ": 1.0}, Tables())
    assert "scan --report" in problem.remedy
