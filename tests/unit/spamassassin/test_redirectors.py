"""What links lead on to."""

from gatekeeper.spamassassin.options import Options
from gatekeeper.spamassassin.redirectors import redirectors


def test_the_first_group_is_where_a_link_leads() -> None:
    (leads,) = redirectors(Options({"redirector_pattern": (r"m'^https?:/*r\.example/\?u=(.*?)(?=$|&)'i",)}))
    assert leads(b"http://R.example/?u=http://x.test/&y=1") == b"http://x.test/"
    assert leads(b"http://other.example/") is None


def test_what_cannot_be_run_or_has_no_group_is_left_out() -> None:
    assert redirectors(Options({"redirector_pattern": ("/(a/", "/a/", "nonsense")})) == ()


def test_one_that_takes_too_long_says_nothing() -> None:
    (leads,) = redirectors(Options({"redirector_pattern": (r"/((?:(?:a|aa)+)+)(?<!a)$/",)}))
    assert leads(b"a" * 60) is None
