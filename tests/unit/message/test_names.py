import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.message import parse


def names(*header: bytes) -> tuple[str, ...]:
    return parse(b"\r\n".join(header) + b"\r\n\r\nbody").root.names()


def attached(parameters: bytes) -> tuple[str, ...]:
    return names(b"Content-Disposition: attachment; " + parameters)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (b'filename="a b.txt"', ("a b.txt",)),
        (b"filename=a.txt", ("a.txt",)),
        (b"FileName=A.txt; size=3", ("A.txt",)),
        (b"\r\n\tfilename=a.txt", ("a.txt",)),
        (b"filename=\xc3\xa4.txt", ("ä.txt",)),
        (b'filename="\xe4.txt"', ("ä.txt",)),
        (b"size=3", ()),
    ],
)
def test_what_all_readers_agree_on_is_one_name(parameters, expected):
    assert attached(parameters) == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (b"filename*=utf-8''%E2%82%AC.zip", "€.zip"),
        (b"filename*=utf-8'en'a%20b.zip", "a b.zip"),
        (b"filename*=iso-8859-1''%E4.zip", "ä.zip"),
        (b"filename*=utf-16''%00a%00.%00z", "a.z"),
        (b"filename*=no-such-charset''a.zip", "a.zip"),
        (b"filename*=punycode''a.zip", "a.zip"),
        (b"filename*0=a; filename*1=b.zip", "ab.zip"),
        (b"filename*1=b.zip; filename*0=a", "ab.zip"),
        (b"filename*0*=utf-8''%E2%82; filename*1*=%AC; filename*2=.zip", "€.zip"),
        (b'filename*0="a b"; filename*1=".zip"', "a b.zip"),
        (b'filename="=?utf-8?B?4oKsLnppcA==?="', "€.zip"),
        (b"filename==?utf-8?Q?a_b.zip?=", "a b.zip"),
        (b'filename="=?utf-8?B?YS4=?=\r\n =?utf-8?B?emlw?="', "a.zip"),
        (b'filename="a\\"b.zip"', 'a"b.zip'),
        (b'filename="a;b.zip"', "a;b.zip"),
    ],
)
def test_the_standards_reading_comes_first(parameters, expected):
    assert attached(parameters)[0] == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (b"filename=a.png; filename=a.zip", "a.zip"),
        (b"filename=a.zip; filename=a.png", "a.zip"),
        (b"filename*0=zip; filename*1=a.", "zipa."),
        (b"filename*1=a.; filename*0=zip", "a.zip"),
        (b"filename*1=a.; filename*2=zip", "a.zip"),
        (b"filename*2=zip; filename*0=a.", "a.zip"),
        (b"filename*1*=''a.; filename*0*=zip", "a.zip"),
        (b"filename*0=a.; filename*0=b.; filename*1=zip", "a.zip"),
        (b"filename*0=a.; filename*0=b.; filename*1=zip", "b.zip"),
        (b"filename=a.png; filename*=''a.zip", "a.zip"),
        (b"filename*=''a.zip; filename=a.png", "a.zip"),
        (b"filename*0=a%2Ezip", "a.zip"),
        (b"filename=a.zip()", "a.zip"),
        (b"filename=a.z(.gif)ip", "a.zip"),
        (b"filename=a.z(.(x)gif)ip", "a.zip"),
        (b"file()name=a.zip", "a.zip"),
        (b'filename="a".zip', "a.zip"),
        (b'filename="a".zip"', "a.zip"),
        (b'filename=a".zip', "a.zip"),
        (b"filename='a.zip'", "a.zip"),
        (b"filename=a\\;.zip", "a;.zip"),
        (b"filename=a b.zip", "a b.zip"),
        (b"filename=a.zip b", "a.zip"),
        (b"filename\r\n =a.zip", "a.zip"),
        (b"filename = a.zip", "a.zip"),
        (b'filename="a.\0zip"', "a.zip"),
        (b'filename="a.zip', "a.zip"),
        (b'filename="=?utf-16?B?YQAuAHoAaQBwAA==?="', "a.zip"),
        (b'x="; filename=a.zip', "a.zip"),
        (b'filename="<a.zip>"', "a.zip"),
    ],
)
def test_what_other_readers_make_of_it(parameters, expected):
    assert expected in attached(parameters)


def test_both_fields_count_and_each_name_in_the_others_place():
    assert names(b"Content-Type: a/b; name=a.txt", b"Content-Disposition: attachment; filename=b.zip") == (
        "b.zip",
        "a.txt",
    )
    assert names(b"Content-Type: a/b; filename=a.txt", b"Content-Disposition: attachment; name=b.zip") == (
        "b.zip",
        "a.txt",
    )


def test_sections_spread_over_both_fields():
    found = names(b"Content-Disposition: attachment; filename*1=zip", b"Content-Type: a/b; filename*0=a.")
    assert "a.zip" in found


def test_every_repeated_field_counts():
    found = names(b"Content-Disposition: attachment; filename=a", b"Content-Disposition: attachment; filename=b")
    assert found == ("a", "b")


@pytest.mark.parametrize(
    ("parameters", "disagree"),
    [
        (b"filename=a.png; filename=a.zip", True),
        (b"filename=a.png; filename*=''a.zip", True),
        (b"filename=fallback.zip; filename*=utf-8''%E2%82%AC.zip", False),
        (b"filename=a.ZIP; filename=b.zip.", False),
        (b"filename*0=a; filename*1=.zip", False),
        (b'filename="=?utf-8?Q?a.zip?="', False),
    ],
)
def test_names_of_different_kind_are_an_anomaly(parameters, disagree):
    message = parse(b"Content-Disposition: attachment; " + parameters + b"\r\n\r\n")
    message.root.names()
    assert ("mime.filename-disagrees" in message.anomalies) is disagree
    assert message.root.anomalies == message.anomalies


def test_a_flood_of_names_ends():
    assert len(attached(b"; ".join(b"filename=a%d" % number for number in range(100_000)))) <= 300


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_whatever_stands_there_nothing_raises(noise):
    for name in attached(b"filename=" + noise), attached(b"filename*0*=" + noise + b"; filename*1=x"):
        assert all(isinstance(reading, str) for reading in name)
