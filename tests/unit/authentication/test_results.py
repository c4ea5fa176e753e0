import authres
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.authentication import results
from gatekeeper.authentication.results import bears, said, written
from gatekeeper.values import Authenticated, Finding


def finding(method="spf", result="pass", evidence="", secret=False, **properties):
    pairs = tuple((name.replace("_", "."), value) for name, value in properties.items())
    return Finding("x", evidence=evidence, secret=secret, result=Authenticated(method, result, "", pairs))


def unfolded(value):
    return " ".join(value.decode().split())


@pytest.mark.parametrize(
    "value",
    [
        b" mx.company.example; spf=pass",
        b"MX.Company.Example 1; none",
        b"\r\n\t(a comment (in it)) mx.company.example (more)\r\n ; none",
        b'"mx.company.example"; none',
        b'"mx\\.company.example"; none',
        b"mx.company.example",
        b"mx(in pieces).company.example; dmarc=pass",
        b'"mx".company.example; dmarc=pass',
        b"mx.\r\n company.example; dmarc=pass",
        b"mx.company.example.; dmarc=pass",
        b"mx.company.example/1; dmarc=pass",
        b"mx.company.example dmarc=pass",
        b"mx.company.example=1; dmarc=pass",
        b"mx.company.example, dmarc=pass",
        b"mx.company.example\0; dmarc=pass",
        b"\xef\xbb\xbfmx.company.example; dmarc=pass",
        b"<mx.company.example>; dmarc=pass",
        b" ; ;mx.company.example; dmarc=pass",
        b"(" + b"x" * 20_000 + b") mx.company.example; dmarc=pass",
    ],
)
def test_what_may_be_taken_for_ours(value):
    assert bears(value, "mx.Company.example")


@pytest.mark.parametrize(
    "value",
    [
        b"mx.other.example; spf=pass smtp.helo=mx.company.example",
        b"mx.company.example.org; spf=pass",
        b"not-mx.company.example; spf=pass",
        b"company.example; spf=pass",
        b"spf=pass smtp.helo=mx.company.example",
        b"(mx.company.example) mx.other.example; spf=pass",
        b"",
        b";;;",
        b"(never ends mx.company.example; none",
    ],
)
def test_what_others_say(value):
    assert not bears(value, "mx.company.example")


def test_a_field_that_is_too_long_is_not_read(monkeypatch):
    def read(*_):
        raise AssertionError("it is read")

    monkeypatch.setattr(results, "tokens", read)
    assert bears(b"x" * 20_000, "mx.company.example")


def test_what_is_said():
    found = said(
        b"i=1; mx.example; dkim/1=pass (2048 bits) header.d=a.test header.i=@A.test;"
        b' spf=fail reason="no = way; at all" smtp.mailfrom="j o@b.test"; arc=none'
    )
    assert [(one.method, one.result) for one in found] == [
        ("i", "1"),
        ("dkim", "pass"),
        ("spf", "fail"),
        ("arc", "none"),
    ]
    assert found[1].properties == {"header.d": "a.test", "header.i": "@a.test"}
    assert found[2].properties["smtp.mailfrom"] == "j o@b.test"


def test_the_first_of_two_properties_counts():
    assert said(b"x; dkim=pass header.d=a.test header.d=b.test")[0].properties == {"header.d": "a.test"}


@given(st.binary(max_size=300))
def test_reading_never_raises(value):
    bears(value, "mx.company.example")
    said(value)


def test_a_hostile_field_is_read_in_bounds():
    assert len(said(b"x" + b";a=b" * 100_000)) < 1000


def test_what_is_written():
    value = written(
        "mx.company.example",
        [
            finding(smtp_mailfrom="ann@out.test"),
            finding("dkim", "fail", "out.test: the body was changed", header_d="out.test", header_s="one"),
            Finding("no result"),
        ],
    )
    assert value is not None
    assert unfolded(value) == (
        "mx.company.example; spf=pass smtp.mailfrom=ann@out.test; "
        'dkim=fail reason="out.test: the body was changed" header.d=out.test header.s=one'
    )
    assert all(len(line) <= 78 for line in value.split(b"\r\n"))
    assert all(line.startswith(b"\t") for line in value.split(b"\r\n")[1:])


def test_nothing_to_say():
    assert written("mx", [Finding("x")]) is None


def test_the_same_is_said_once():
    assert written("mx.test", [finding("dkim", "none"), finding("dkim", "none")]) == b"mx.test;\r\n\tdkim=none"


def test_secret_evidence_is_not_told():
    assert b"where" not in (written("mx", [finding("iprev", "fail", "where it is", secret=True)]) or b"")


@pytest.mark.parametrize(
    ("value", "said_as"),
    [
        ("ann@out.test", "ann@out.test"),
        ("@out.test", "@out.test"),
        ("", '""'),
        ('a"b\\c@out.test', '"a\\"b\\\\c@out.test"'),
        ("x; dkim=pass header.d=bank.test", '"x; dkim=pass header.d=bank.test"'),
        ("a\r\nX-Spam-Flag: NO", '"a??X-Spam-Flag: NO"'),
        ("gr\u00fc\u00dfe@out.test", '"gr??e@out.test"'),
        ("a@b@c.test", '"a@b@c.test"'),
        ("(comment)@out.test", '"(comment)@out.test"'),
        (".a@out.test", '".a@out.test"'),
    ],
)
def test_hostile_values_stay_where_they_are(value, said_as):
    line = written("mx.test", [finding(smtp_mailfrom=value)])
    assert line == f"mx.test;\r\n\tspf=pass smtp.mailfrom={said_as}".encode()


def test_a_long_value_is_cut():
    assert len(written("mx.test", [finding(smtp_mailfrom="a" * 5000)]) or b"") < 400


@given(st.text(max_size=60), st.text(max_size=60))
def test_others_read_what_we_write(mailbox, evidence):
    value = written("mx.test", [finding("dkim", "fail", evidence, header_d="out.test", header_i=mailbox)])
    assert value is not None
    assert value.isascii()
    (one,) = said(value)
    assert (one.method, one.result, one.properties["header.d"]) == ("dkim", "fail", "out.test")
    parsed = authres.AuthenticationResultsHeader.parse("Authentication-Results: " + unfolded(value))
    assert parsed.authserv_id == "mx.test"
    assert [result.method for result in parsed.results] == ["dkim"]
    assert parsed.results[0].result == "fail"
