"""What stands at the top of a text."""

from gatekeeper.classifier.words.tops import top_words
from gatekeeper.message import parse
from gatekeeper.message.text import texts


def words(raw: bytes) -> list[bytes]:
    return list(top_words(texts(parse(raw))))


def test_subject_and_first_words_stand_together():
    said = words(b"Subject: Cheap watches\n\nDear friend")
    assert [word for word in said if word.startswith(b"top:")] == [
        b"top:Cheap",
        b"top:watches",
        b"top:Dear",
        b"top:friend",
    ]


def test_words_stand_two_by_two_up_to_the_hundredth():
    said = words(b"\n" + b" ".join(b"abc%d" % number for number in range(300)))
    assert b"abc0+abc1" in said
    assert b"abc98+abc99" in said
    assert b"abc99+abc100" not in said
    assert b"top:abc19" in said
    assert b"top:abc20" not in said


def test_a_text_said_twice_is_read_once():
    page = b"Content-Type: text/html\n\n<p>foo <b>bar</b>\n"
    raw = b"Content-Type: multipart/alternative; boundary=edge\n\n--edge\n\nfoo bar\n--edge\n" + page + b"--edge--\n"
    assert words(raw).count(b"foo+bar") == 1


def test_pairs_are_of_what_is_seen():
    raw = b"Content-Type: text/html\n\n<p>free <i style='display:none'>xyzzy</i>money"
    assert b"free+money" in words(raw)


def test_numbers_and_very_long_words():
    said = words(b"\ncall 555-1234 " + b"x" * 45)
    assert b"num:555-1234" in said
    assert b"long:x4" in said


def test_how_it_is_written():
    said = words(b"Subject: FREE!!\n\nall small, $5 and $6!")
    assert {b"upper:subj20", b"bang:subj2", b"upper:text0", b"bang:text1", b"dollar:text2"} <= set(said)


def test_no_text_at_all():
    assert words(b"Content-Type: image/png\n\n\x89PNG") == [
        b"length:subj0",
        b"bang:subj0",
        b"dollar:subj0",
        b"upper:subj0",
    ]
