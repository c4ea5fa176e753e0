"""Tricks with file names that hide an attachment from one reader and not from another: it is found by union."""

import pytest

from .hiding import FILE, mixed, names

NAMES = [
    b'X; filename="a.zip"',
    b"X; filename=a.zip",
    b"X; filename='a.zip'",
    b'X; filename="a.zip',
    b'X; filename=a.zip"',
    b"X filename=a.zip",
    b"X, filename=a.zip",
    b"X;filename =a.zip",
    b"X; filename= a.zip",
    b"X; filename\n =a.zip",
    b"X; filename=\n a.zip",
    b"X; filename\t=\ta.zip",
    b"X; FILENAME=a.zip",
    b"X; (c) filename=a.zip",
    b"X; filename (c)=a.zip",
    b"X; filename=(c) a.zip",
    b"X; filename=a.zip (c)",
    b"X; fi(c)lename=a.zip",
    b"X; filename=a(c).zip",
    b'X; "filename"="a.zip"',
    b"X; file\\name=a.zip",
    b'X; filename="a.\\zip"',
    b'X; filename="a."zip',
    b'X; filename=a."zip"',
    b'X; filename="a.zip"x',
    b'X; filename="a" ".zip"',
    b"X; filename*=utf-8''a.zip",
    b"X; filename*=utf-8''a%2Ezip",
    b"X; filename*=''a.zip",
    b"X; filename*=a.zip",
    b"X; filename*=utf-8'a.zip",
    b"X; filename*=\"utf-8''a.zip\"",
    b"X; filename*='utf-8'en'a.zip",
    b"X; filename*=utf-8''a%2ezip",
    b"X; filename*=UTF-7''a+AC4-zip",
    b"X; filename*=utf-16be''%00a%00.%00z%00i%00p",
    b"X; filename*=utf-16le''a%00.%00z%00i%00p%00",
    b"X; filename*=unknown''a%2Ezip",
    b"X; filename*=utf-16''%FF%FEa%00.%00z%00i%00p%00",
    b"X; filename*=unicode-1-1-utf-7''a+AC4-zip",
    b"X; filename*0=a.; filename*1=zip",
    b"X; filename*1=zip; filename*0=a.",
    b"X; filename*0*=utf-8''a%2E; filename*1=zip",
    b"X; filename*0*=''a.; filename*1*=z%69p",
    b"X; filename*1*=z%69p; filename*0*=''a.",
    b"X; filename*1=a.; filename*2=zip",
    b"X; filename*0=a.; filename*2=zip",
    b"X; filename*00=a.; filename*01=zip",
    b"X; filename*0=a.\nContent-Disposition: X; filename*1=zip",
    b'X; filename*0="=?utf-8?B?"; filename*1="YS56aXA=?="',
    b"X; filename*0=a.; filename*1*=%7Aip",
    b"X; filename*0=a.; filename=b.txt; filename*1=zip",
    b"X; filename=b.txt; filename*=utf-8''a.zip",
    b"X; filename*=utf-8''a.zip; filename=b.txt",
    b"X; filename=b.txt; filename=a.zip",
    b"X; filename=a.zip; filename=b.txt",
    b"X; filename=b.txt; name=a.zip",
    b"X; filename=b.txt\nContent-Disposition: X; filename=a.zip",
    b'X; filename="=?utf-8?B?YS56aXA=?="',
    b"X; filename==?utf-8?B?YS56aXA=?=",
    b"X; filename==?utf-8?Q?a=2Ezip?=",
    b"X; filename==?utf-8?q?a.zip?=",
    b'X; filename="=?utf-8?Q?a.?= =?utf-8?Q?zip?="',
    b'X; filename="a.=?utf-8?Q?zip?="',
    b'X; filename="=?utf-8?B?YS56?=\n =?utf-8?B?aXA=?="',
    b'X; filename="=?utf-8?B?YS5?= =?utf-8?B?6aXA=?="',
    b'X; filename="=?utf-8*en?Q?a.zip?="',
    b'X; filename="=?utf-16?B?AGEALgB6AGkAcA==?="',
    b'X; filename="=?utf-16le?B?YQAuAHoAaQBwAA==?="',
    b'X; filename="=?utf-7?Q?a+AC4-zip?="',
    b'X; filename="=?unknown?Q?a.zip?="',
    b'X; filename="=?utf-8?B?YS56aXA?="',
    b'X; filename="=?utf-8?B?YS5 6aXA=?="',
    b'X; filename="=?utf-8?Q?a.zip"',
    b'X; filename="=?utf-8?X?a.zip?= a.zip"',
    b'X; filename="=?utf-8?Q?=61=2E=7A=69=70?="',
    b'X; filename="=?utf-8?B?PT91dGYtOD9RP2EuemlwPz0=?="',
    b"=?utf-8?Q?X;_filename=3Da.zip?=",
    b'X; filename="a%2Ezip"',
    b'X; filename="a&#46;zip"',
    b'X; filename="a&#x2e;zi&#112;"',
    b'X; filename="a&period;zip"',
    b"X; filename=a%2Ezip",
    b'X; filename="a.\0zip"',
    b'X; filename="a.\rzip"',
    b"X; filename=a.\r\n\tzip",
    b'X; x="; filename=b.txt; "; filename=a.zip',
    b'X; x="\\"; filename=a.zip',
    b'X; x="y; filename=a.zip',
    b"X; filename=<a.zip>",
    b'X;; filename="a.zip"',
    b";filename=a.zip",
    b"filename=a.zip",
    b'X; filename=="a.zip"',
    b"X; filename=,a.zip",
    b'X; filename="b;a.zip"',
    b"X; filename=b\\;a.zip",
]


@pytest.mark.parametrize("value", NAMES)
@pytest.mark.parametrize("field", [b"Content-Disposition", b"Content-Type"])
def test_hidden_name(value, field):
    kind = b"application/octet-stream" if field == b"Content-Type" else b"attachment"
    value = value.replace(b"X", kind, 1).replace(b"Content-Disposition: X", field + b": " + kind)
    if field == b"Content-Type":
        value = (
            value.replace(b"filename", b"name")
            .replace(b"FILENAME", b"NAME")
            .replace(b"fi(c)le", b"")
            .replace(b"file\\", b"")
        )
    raw = mixed(field + b": " + value + b"\n\nx")
    assert any(
        name.replace(" ", "").rstrip("\"'>)(c").endswith((".zip", ",a.zip", ";a.zip")) or name == "a.zip"
        for name in names(raw)
    ), names(raw)


@pytest.mark.parametrize(
    "field",
    [
        b"Content-Name: a.zip",
        b"X-Sun-Data-Name: a.zip",
        b"Content-Description: a.zip",
        b"Content-Location: http://e.example/x/a.zip",
    ],
)
def test_a_name_given_elsewhere(field):
    assert "a.zip" in names(mixed(b"Content-Type: application/octet-stream\n" + field + b"\n\nx"))


def test_elsewhere_counts_only_where_there_is_no_name():
    raw = mixed(FILE + b"Content-Description: b.exe\n\nx")
    assert names(raw) == ["a.zip"]


def test_a_name_that_is_cut_off():
    name = b"a" * 251 + b".exe" + b" " * 50 + b".txt"
    assert "a" * 251 + ".exe" in names(mixed(b'Content-Disposition: attachment; filename="' + name + b'"\n\nx'))
