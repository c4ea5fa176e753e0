from collections.abc import Iterator

import msgspec
import pytest

from gatekeeper.checks import CHECKS
from gatekeeper.config.meaning import meanings, title
from gatekeeper.config.schema import Config, Domain, Gateway, Quarantine, Smtp, SmtpLimits


class Sample(msgspec.Struct):
    """[sample]: how # signs are read.

    More of it.
    """

    plain: int = 1  # the meaning
    hashed: str = "# no comment"  # a comment # with a sign
    folded: tuple[int, ...] = (
        1,  # stands inside
    )
    bare: int = 2


def test_the_comment_beside_a_setting_is_its_meaning() -> None:
    assert meanings(Sample) == {
        "plain": "the meaning",
        "hashed": "a comment # with a sign",
        "folded": "stands inside",
    }
    assert title(Sample) == "how # signs are read"


def test_settings_have_their_meaning() -> None:
    assert meanings(Smtp)["certificate"] == "PEM chain for STARTTLS; empty: not offered"
    assert meanings(Quarantine)["release_via"].startswith('"hop": straight to')
    assert title(Gateway) == "the host and its processes"
    assert title(SmtpLimits) == ""
    assert meanings(Domain)["verify"] == "how recipients are verified before they are accepted"


def tables(table: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    yield table
    for field in msgspec.structs.fields(table):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from tables(field.type)


@pytest.mark.parametrize("table", [*tables(Config), Domain, *(check.Settings for check in CHECKS)])
def test_no_meaning_is_of_a_setting_that_is_not_there(table: type[msgspec.Struct]) -> None:
    assert set(meanings(table)) <= set(table.__struct_fields__)


def test_without_source_there_is_no_text() -> None:
    made = msgspec.defstruct("Made", [("x", int, 1)])
    assert meanings(made) == {}
