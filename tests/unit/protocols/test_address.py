from contextlib import suppress
from ipaddress import IPv4Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatekeeper.protocols.address import (
    domain_of,
    least_quoted,
    local_part,
    plain_address,
    read_path,
    routes_onward,
    unquoted,
)
from gatekeeper.protocols.grammar import DOT_STRING

GOOD = {
    "<>": "",
    "<a@b>": "a@b",
    "<a.b-c+d=e@Mail.Example.ORG>": "a.b-c+d=e@Mail.Example.ORG",
    "<!#$%&'*+-/=?^_`{|}~@b.c>": "!#$%&'*+-/=?^_`{|}~@b.c",
    "<a@under_score.example>": "a@under_score.example",
    "<a@xn--mnchen-3ya.example>": "a@xn--mnchen-3ya.example",
    "<a@1.2.3>": "a@1.2.3",
    "<@hop.example:a@b>": "a@b",
    "<@hop.example,@other.example:a@b>": "a@b",
    '<"a b"@c>': '"a b"@c',
    '<"a"@c>': "a@c",
    r'<"\a\.b"@c>': "a.b@c",
    r'<"a\"b\\c"@d>': r'"a\"b\\c"@d',
    '<""@c>': '""@c',
    '<"a@b"@c>': '"a@b"@c',
    '<"<a>"@c>': '"<a>"@c',
    "<a@[192.0.2.1]>": "a@[192.0.2.1]",
    "<a@[IPv6:2001:db8::1]>": "a@[IPv6:2001:db8::1]",
    "<postmaster>": "postmaster",
    "<PostMaster>": "PostMaster",
    "<us%er@b>": "us%er@b",
    "<müller@bücher.example>": "müller@bücher.example",
    "<用户@例え.テスト>": "用户@例え.テスト",
}
BAD = [
    "", "a@b", "<a@b", "a@b>", "<a>", "<a@>", "<@b>", "<a@b.>", "<a@.b>", "<a@b..c>", "<.a@b>", "<a.@b>", "<a..b@c>",
    "<a b@c>", "<a@b c>", "<a@-b>", "<a@b->", '<"a@b>', '<a"b"@c>', '<"a"b@c>', "<a@b@c>", "<a@[1.2.3]>",
    "<a@[1.2.3.4>", "<a@[256.1.1.1]>", "<a@[IPv6:1.2.3.4]>", "<a@[IPv6:::1::2]>", "<a@[x:y]>", "<a@b>x", "<<a@b>>",
    "<@hop:>", "<hop:a@b>", "<@hop;a@b>", "<a@b,c@d>", "<a\x00@b>", "<a@b\r\nRCPT>", "<a(x)@b>", "<a@b>\tX",
    '<"postmaster@b">', '<"postmaster">', "<a@b\u0085>", "<a\u2028@b>", "<a@b\udcff>",
    f"<{'a' * 500}@{'b' * 20}>", f"<a@{'b' * 256}>",
]  # fmt: skip


@pytest.mark.parametrize(("path", "mailbox"), GOOD.items())
def test_good_paths(path, mailbox):
    assert read_path(path) == (mailbox, "")
    assert read_path(path + " SIZE=1") == (mailbox, " SIZE=1")


@pytest.mark.parametrize("path", BAD, ids=ascii)
def test_bad_paths(path):
    with pytest.raises(ValueError):
        read_path(path)


@pytest.mark.parametrize(
    "path", ["<" + "@a," * 30000, '<"' + "\\" * 60001, "<" + "a." * 60000, "<a@" + "b-" * 60000, "<@" + "-" * 60000]
)
@pytest.mark.timeout(5)
def test_hostile_paths_cost_no_more_than_their_length(path):
    with pytest.raises(ValueError):
        read_path(path + "\x01")


@pytest.mark.parametrize(
    ("mailbox", "local", "domain"),
    [
        ("a@B.c", "a", "b.c"),
        ('"a@b"@c', "a@b", "c"),
        (r'"a\"b"@c', 'a"b', "c"),
        ("postmaster", "postmaster", ""),
        ("", "", ""),
    ],
)
def test_parts(mailbox, local, domain):
    assert (local_part(mailbox), domain_of(mailbox)) == (local, domain)


@pytest.mark.parametrize(
    ("mailbox", "onward"),
    [
        ("user%other.example@own.example", True),
        ("other.example!user@own.example", True),
        ('"a@other.example"@own.example', True),
        ('"a%b"@own.example', True),
        ('"a b"@own.example', False),
        ("user+tag@own.example", False),
        ("prvs=0123abcd=user@own.example", False),
    ],
)
def test_local_parts_that_name_a_further_host(mailbox, onward):
    assert routes_onward(mailbox) is onward


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_quoting_is_undone_by_reading(text):
    local = least_quoted(text)
    assert (unquoted(local) if local.startswith('"') else local) == text
    assert local.startswith('"') == (DOT_STRING.fullmatch(text) is None)
    assert read_path(f"<{local}@x>")[0] == f"{local}@x"


@given(st.text(st.sampled_from('ab.@"\\<>[]:,% -é'), max_size=20))
def test_what_is_read_reads_as_itself(text):
    try:
        mailbox, _ = read_path(f"<{text}>")
    except ValueError:
        return
    assert read_path(f"<{mailbox}>") == (mailbox, "")


def _dotted(numbers: list[int]) -> str:
    return ".".join(map(str, numbers))


@example("255.249.199.99")
@example("1.2.3.256")
@example("1.2.3.04")
@example("1.2.3.٤")
@example("1.2.3.4\n")
@given(st.text("0123456789.", max_size=15) | st.lists(st.integers(0, 300), min_size=3, max_size=5).map(_dotted))
def test_an_address_of_four_numbers_is_one_where_the_library_takes_it_for_one(text: str) -> None:
    theirs = ours = ""
    with suppress(ValueError):
        theirs = str(IPv4Address(text))
    with suppress(ValueError):
        ours = plain_address(text)
    assert ours == theirs
