"""What our own checks found out, as rules ask for it."""

import pytest

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.registry import EVALS
from gatekeeper.values.authenticated import Authenticated
from tests.unit.spamassassin.evals.cases import SomeTexts, case

MAILFROM = Authenticated("spf", "pass", "example.org", (("smtp.mailfrom", "joe@example.org"),))
HELO = Authenticated("spf", "softfail", "mx.example.net", (("smtp.helo", "mx.example.net"),))


def mail(*results: Authenticated, author: bytes = b"Joe@example.org", **lists: list[str]) -> Case:
    case_ = case(SomeTexts({"From:addr": author, "EnvelopeFrom:addr": author}), "header", lists)
    case_.results = results
    return case_


@pytest.mark.parametrize(
    ("name", "hit"),
    [
        ("check_for_spf_pass", True),
        ("check_for_spf_softfail", False),
        ("check_for_spf_helo_softfail", True),
        ("check_for_spf_helo_pass", False),
        ("check_for_spf_none", False),
    ],
)
def test_spf_is_about_the_sender_or_the_name_said(name: str, hit: bool) -> None:
    assert EVALS[name](mail(MAILFROM, HELO)) is hit
    assert EVALS[name](mail()) is False


@pytest.mark.parametrize("list_", ["welcomelist_from_spf", "welcomelist_auth"])
def test_a_welcome_sender_for_whom_spf_vouches(list_: str) -> None:
    welcome = {list_: ["*@example.org"]}
    assert EVALS["check_for_spf_welcomelist_from"](mail(MAILFROM, **welcome))
    assert EVALS["check_for_def_spf_whitelist_from"](mail(MAILFROM, **{f"def_{list_}": ["*@example.org"]}))
    assert not EVALS["check_for_spf_welcomelist_from"](mail(HELO, **welcome))
    assert not EVALS["check_for_spf_welcomelist_from"](mail(MAILFROM, author=b"a@example.net", **welcome))


def signed(domain: str, result: str = "pass") -> Authenticated:
    return Authenticated("dkim", result, domain)


@pytest.mark.parametrize(
    ("domain", "result", "wanted", "is_signed", "is_valid"),
    [
        ("example.org", "pass", (), True, True),
        ("example.org", "fail", (), True, False),
        ("", "none", (), False, False),
        ("example.org", "pass", ("Example.org",), True, True),
        ("a.example.org", "pass", ("example.org",), False, False),
        ("a.example.org", "pass", (".example.org",), True, True),
        ("example.org", "pass", ("*.example.org",), True, True),
        ("badexample.org", "pass", (".example.org",), False, False),
    ],
)
def test_signatures_of_some_domains(
    domain: str, result: str, wanted: tuple[str, ...], is_signed: bool, is_valid: bool
) -> None:
    assert EVALS["check_dkim_signed"](mail(signed(domain, result)), *wanted) is is_signed
    assert EVALS["check_dkim_valid"](mail(signed(domain, result)), *wanted) is is_valid


def test_signatures_of_the_author_and_of_the_sender() -> None:
    assert EVALS["check_dkim_valid_author_sig"](mail(signed("example.org")))
    assert not EVALS["check_dkim_valid_author_sig"](mail(signed("example.net")))
    assert not EVALS["check_dkim_valid_author_sig"](mail(signed("example.org")), "example.net")
    assert EVALS["check_dkim_valid_envelopefrom"](mail(signed("example.org")))
    assert not EVALS["check_dkim_valid_envelopefrom"](mail(signed("example.org"), author=b""))
    assert not EVALS["check_dkim_valid_envelopefrom"](mail(signed(""), author=b""))
    assert not EVALS["check_dkim_valid_envelopefrom"](mail(signed("example.net")))
    assert not EVALS["check_dkim_valid_envelopefrom"](mail(signed("example.org", "fail")))
    assert EVALS["check_dkim_dependable"](mail(signed("", "none")))
    assert not EVALS["check_dkim_dependable"](mail(MAILFROM))
    assert not EVALS["check_dkim_signsome"](mail(signed("example.org")))


def test_a_welcome_author_whose_signer_signed() -> None:
    named = {"welcomelist_from_dkim": ["*@example.org lists.test"]}
    assert EVALS["check_for_dkim_welcomelist_from"](mail(signed("lists.test"), **named))
    assert not EVALS["check_for_dkim_welcomelist_from"](mail(signed("example.org"), **named))
    own = {"def_welcomelist_auth": ["*@example.org"]}
    assert EVALS["check_for_def_dkim_welcomelist_from"](mail(signed("example.org"), **own))
    assert not EVALS["check_for_def_dkim_welcomelist_from"](mail(signed("lists.test"), **own))


def test_chains_and_policies() -> None:
    assert EVALS["check_arc_signed"](mail(Authenticated("arc", "fail", "a.test")))
    assert not EVALS["check_arc_valid"](mail(Authenticated("arc", "fail", "a.test")))
    assert EVALS["check_arc_valid"](mail(Authenticated("arc", "pass", "a.test")))
    assert EVALS["check_dmarc_pass"](mail(Authenticated("dmarc", "pass", "a.test")))
    assert not EVALS["check_dmarc_pass"](mail(Authenticated("dmarc", "fail", "a.test")))
    assert EVALS["check_dmarc_missing"](mail(Authenticated("dmarc", "none", "a.test")))
    assert not EVALS["check_dmarc_missing"](mail())
