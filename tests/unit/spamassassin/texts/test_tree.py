"""The message taken apart: its header, its parts, the anomalies met."""

from gatekeeper.spamassassin.texts.tree import Tree, tree_of
from tests.unit.spamassassin.texts.mails import STRUCTURE, mixed, plain


def leaves(tree: Tree) -> list[tuple[str, bytes]]:
    return [(node.kind, node.data()) for node in tree.leaves()]


def test_a_plain_message() -> None:
    tree = tree_of(STRUCTURE["plain"])
    assert tree.head.endswith(b"+0000\n\n")
    assert tree.body == b"One.\n\nTwo,\nand more.\n"
    assert tree.full == STRUCTURE["plain"]
    assert leaves(tree) == [("text/plain", tree.body)]
    assert not tree.flags


def test_an_mbox_separator_is_no_part_of_the_message() -> None:
    tree = tree_of(STRUCTURE["mbox"])
    assert tree.mbox_separator.startswith(b"From anna")
    assert tree.full == plain(b"hello\n")


def test_from_with_a_colon_is_a_field_unless_two_spaces_stand_before_it() -> None:
    assert tree_of(b"From: a\n\nx").root.headers.raw(b"From") == [b" a\n"]
    assert tree_of(b"From : a\n\nx").root.headers.raw(b"From") == [b" a\n"]
    assert tree_of(b"From  : a\n\nx").mbox_separator == b"From  : a\n"


def test_with_crlf_the_body_of_a_part_has_bare_line_feeds() -> None:
    raw = plain(b"a\r\nb\n").replace(b"\n", b"\r\n").replace(b"\r\r\n", b"\r\n")
    tree = tree_of(raw)
    assert tree.crlf
    assert tree.full == raw
    assert leaves(tree) == [("text/plain", b"a\nb\n")]
    assert tree.root.headers.raw(b"Subject") == [b" A word\n"]


def test_a_header_ends_at_the_fourth_line_that_is_no_field() -> None:
    tree = tree_of(b"A: b\nno\nno\nno\nB: c\nno\nC: d\n\nx")
    assert tree.root.headers.names == [b"A", b"B"]
    assert tree.body == b"no\nC: d\n\nx"
    assert tree.flags == {"missing_head_body_separator"}


def test_a_line_of_dashes_ends_a_header_and_so_does_the_end() -> None:
    assert tree_of(b"A: b\n--x\nB: c\n\n").body == b"--x\nB: c\n\n"
    assert tree_of(b"A: b\n").flags == {"missing_head_body_separator"}
    assert tree_of(b"").head == b"\n"


def test_names_and_values_that_are_too_long_are_cut() -> None:
    tree = tree_of(b"X" * 300 + b": " + b"y" * 9000 + b"\n\nx")
    assert [len(name) for name in tree.root.headers.names] == [256]
    assert len(tree.root.headers.raw(b"x" * 256)[0]) == 8192
    assert tree.flags == {"truncated_header"}


def test_of_many_empty_lines_twenty_stay() -> None:
    assert leaves(tree_of(plain(b"a\n" + b"\n" * 50 + b"b\n")))[0][1] == b"a\n" + b"\n" * 20 + b"b\n"
    assert leaves(tree_of(plain(b"a\n" + b"\n" * 20 + b"b\n")))[0][1] == b"a\n" + b"\n" * 20 + b"b\n"
    assert leaves(tree_of(plain(b"\n" * 40 + b"b\n")))[0][1] == b"\n" * 21 + b"b\n"


def test_parts_and_their_types() -> None:
    tree = tree_of(mixed(b"\none\n", b"Content-Type: text/html\n\n<b>two\n"))
    assert [node.kind for node in tree.nodes()] == ["multipart/mixed", "text/plain", "text/html"]
    assert leaves(tree) == [("text/plain", b"one\n"), ("text/html", b"<b>two\n")]


def test_the_line_end_before_a_delimiter_is_its_own() -> None:
    tree = tree_of(plain(b"--cut\n\none\n--cut\n\n\n--cut--\n", b"Content-Type: multipart/mixed; boundary=cut"))
    assert leaves(tree) == [("text/plain", b"one"), ("text/plain", b"")]


def test_a_part_without_a_boundary_has_that_of_its_parent() -> None:
    tree = tree_of(STRUCTURE["parts in parts without a boundary"])
    assert [node.kind for node in tree.nodes()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/plain",
    ]


def test_parts_that_declare_the_same_boundary_again_end_with_their_own_last_delimiter() -> None:
    tree = tree_of(STRUCTURE["the same boundary inside"])
    assert [data for _, data in leaves(tree)] == [b"a", b"b\n"]


def test_a_message_inside_is_taken_apart_too() -> None:
    tree = tree_of(STRUCTURE["a message inside, encoded"])
    assert [node.kind for node in tree.nodes()] == ["multipart/mixed", "message/rfc822", "text/plain"]
    assert leaves(tree)[0][1] == b"inner\n"


def test_a_digest_holds_messages() -> None:
    assert "message/rfc822" in [node.kind for node in tree_of(STRUCTURE["a digest"]).nodes()]


def test_anomalies_have_their_names() -> None:
    assert tree_of(mixed(b"text at once\n")).flags == {"missing_mime_headers", "missing_mime_head_body_separator"}
    assert tree_of(STRUCTURE["text before the parts"]).flags == {"missing_mime_headers", "mime_epilogue_exists"}


def test_no_more_than_a_thousand_parts() -> None:
    tree = tree_of(mixed(*[b"\nx"] * 1001))
    assert len(tree.leaves()) == 1000
    assert "mimepart_limit_exceeded" in tree.flags


def test_no_deeper_than_twenty_levels() -> None:
    tree = tree_of(b"Content-Type: message/rfc822\n\n" * 50 + b"x")
    assert len(tree.nodes()) == 21


def test_long_lines_in_parts_are_cut() -> None:
    line = b"x" * 5000
    (only,) = leaves(tree_of(mixed(b"\n" + line)))
    assert only[1] == b"x" * 2048 + b"\n" + b"x" * 2048 + b"\n" + b"x" * 904
    (only,) = leaves(tree_of(mixed(b"\n" + b"x" * 4095)))
    assert only[1] == b"x" * 2048 + b"\n" + b"x" * 2047


def test_a_name_that_ends_as_pages_do_makes_a_page() -> None:
    tree = tree_of(STRUCTURE["named as a page"])
    assert [node.effective_kind for node in tree.leaves()] == ["text/html"]
    assert [node.name for node in tree_of(STRUCTURE["names"]).leaves()] == [b"a b.zip", b"c.pdf", b"d.png"]
