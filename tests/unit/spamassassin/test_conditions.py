"""What the conditions of rule files find here."""

import pytest

from gatekeeper.spamassassin.conditions import STOCK, Conditions

PLUGIN = "Mail::SpamAssassin::Plugin"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("(version >= 4.000000)", True),
        ("(version < 4.000000)", False),
        ("!((version >= 3.004000))", False),
        ("perl_version >= 5.018000", True),
        ("local_tests_only", True),
        (f"plugin({PLUGIN}::FreeMail)", True),
        (f"plugin ({PLUGIN}::Dmarc)", True),
        (f"plugin({PLUGIN}::WhiteListSubject)", True),
        (f"plugin({PLUGIN}::TextCat)", False),
        (f"!plugin({PLUGIN}::DKIM)", False),
        ("can(Mail::SpamAssassin::Conf::feature_bug6558_free)", True),
        ("has(Mail::SpamAssassin::Conf::feature_bug6558_free)", True),
        ("can(Mail::SpamAssassin::Conf::feature_of_tomorrow)", False),
        (f"can({PLUGIN}::BodyEval::has_check_body_length)", True),
        (f"can({PLUGIN}::DecodeShortURLs::has_short_url_redir)", False),
        ("!can(Mail::SpamAssassin::Conf::compat_welcomelist_blocklist)", True),
        ("UNKNOWN", False),
    ],
)
def test_a_condition_holds_as_in_the_stock(condition: str, holds: bool) -> None:
    assert Conditions().hold(condition) is holds


def test_what_is_loaded_and_enabled_counts_from_then_on() -> None:
    conditions = Conditions(set())
    assert not conditions.hold(f"plugin({PLUGIN}::TextCat)")
    conditions.load(f"{PLUGIN}::TextCat")
    conditions.compatible.add("welcomelist_blocklist")
    assert conditions.hold(f"plugin({PLUGIN}::TextCat)")
    assert conditions.hold("can(Mail::SpamAssassin::Conf::compat_welcomelist_blocklist)")
    assert "TextCat" not in STOCK
