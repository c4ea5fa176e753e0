import pytest

from gatekeeper.classifier.phrases import phrase
from gatekeeper.classifier.words import words_of
from gatekeeper.message import parse

MAIL = b"""From: Joe <joe@company.example>
To: a@b.example, c@d.example
Subject: CHEAP $$ now!!
Message-ID: <1@company.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=iso-8859-1

<p>Buy 100 of these http://shop.example/%s <a href="http://shop.example/">here</a>
<span style="display:none">hidden</span></p>
--x
Content-Type: application/zip
Content-Disposition: attachment; filename="a.zip"

PK
--x--
""" % (b"x" * 60)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("cheap", ""),
        ("receive+our", "two words side by side"),
        ("subj:free", "in the subject"),
        ("no:in-reply-to", "there is no In-Reply-To field"),
        ("uncalled:to", "To has an address without a name"),
        ("count:to5", "addresses in To: 5 or more"),
        ("parts:2", "parts: 2"),
        ("dollar:subj0", "dollar signs in the subject: 0"),
        ("bang:text20", "exclamation marks in the top of the text: 20 or more"),
        ("upper:subj4", "20 % capitals in the subject"),
        ("length:subj3", "the subject has 24 to 31 characters"),
        ("length:text30", "the top of the text has 240 or more characters"),
        ("long:h6", "something that begins with h and has 60 to 69 characters"),
        ("long:h20", "something that begins with h and has 200 or more characters"),
    ],
)
def test_what_words_say(word: str, said: str) -> None:
    assert phrase(word) == said


def test_every_prefix_that_a_message_has_is_explained() -> None:
    words = [word.decode() for word in words_of(parse(MAIL))]
    assert {"no", "order", "count", "top", "upper", "long", "link", "mid", "tree", "ext"} <= {
        word.partition(":")[0] for word in words if ":" in word
    }
    assert [word for word in words if ":" in word and not phrase(word)] == []


@pytest.mark.parametrize(
    "word", ["", ":", "+", "length:", "upper:x", "count:", "long:", "nosuch:x", "bang:text²", "a:" * 9]
)
def test_nothing_that_an_imported_list_has_makes_it_fail(word: str) -> None:
    assert isinstance(phrase(word), str)
