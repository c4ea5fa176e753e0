"""What spamc -L says is learnt and taken back, by who taught it, within what one name may teach."""

from pathlib import Path

import pytest

from gatekeeper.app import telling
from gatekeeper.app.learning import Learning, Sample
from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import features_of
from gatekeeper.config.schema import Classifier, Config, Gateway
from gatekeeper.message import parse
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.training_rows import Taught
from gatekeeper.values import Label
from tests.messages import attached, ham


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(gateway=Gateway(state=str(tmp_path)))


def events(config: Config, raw: bytes) -> list[Taught]:
    learning = Learning(Path(config.gateway.state) / "classifier", config.classifier)
    try:
        digest = digest_of(parse(raw))
        return list(learning.training.taught([digest]).get(digest, ()))
    finally:
        learning.close()


def test_learnt_moved_and_forgotten(config: Config) -> None:
    teach = telling.teacher(config)
    said = [Label.SPAM, Label.SPAM, Label.HAM, None, None, Label.SPAM]
    assert [teach(ham(), label, "joe") for label in said] == [True, False, True, True, False, True]
    assert [(e.label, e.source, e.teacher) for e in events(config, ham())] == [("spam", "spamc", "joe")]


def test_how_lines_end_makes_no_difference(config: Config) -> None:
    teach = telling.teacher(config)
    assert teach(ham().replace(b"\r\n", b"\n"), Label.SPAM, "joe")
    assert not teach(ham(), Label.SPAM, "joe")
    assert teach(ham(), None, "joe")


def test_a_message_that_carries_another_is_meant_itself(config: Config) -> None:
    inner = ham(1)
    outer = attached("letter.eml", b"x").replace(b"application/octet-stream", b"message/rfc822")
    outer = outer.replace(b"Content-Transfer-Encoding: base64\r\n", b"").replace(b"eA==", inner)
    assert telling.teacher(config)(outer, Label.SPAM, "joe")
    assert events(config, outer)
    assert not events(config, inner)


def test_nobody_takes_back_what_others_have_taught(config: Config) -> None:
    teach = telling.teacher(config)
    teach(ham(), Label.SPAM, "joe")
    assert not teach(ham(), None, "eve")
    assert events(config, ham())


def test_nor_what_the_administrator_has(config: Config) -> None:
    learning = Learning(Path(config.gateway.state) / "classifier", config.classifier)
    message = parse(ham())
    learning.learn([Sample(features_of(message, False), digest_of(message), Label.SPAM)], teacher="joe")
    learning.close()
    assert not telling.teacher(config)(ham(), None, "joe")


def test_a_teacher_is_their_mailbox(config: Config) -> None:
    teach = telling.teacher(config)
    teach(ham(), Label.SPAM, "Joe@Example.org")
    assert teach(ham(), None, "<joe@example.org>")


def test_one_name_teaches_so_much_a_day(tmp_path: Path) -> None:
    config = Config(gateway=Gateway(state=str(tmp_path)), classifier=Classifier(teacher_daily=2))
    teach = telling.teacher(config)
    assert [teach(ham(n), Label.SPAM, "joe") for n in range(3)] == [True, True, False]
    assert teach(ham(2), Label.SPAM, "kim")


def test_forgetting_makes_nothing_that_is_not_there(config: Config) -> None:
    assert not telling.teacher(config)(ham(), None, "joe")
    assert not (Path(config.gateway.state) / "classifier").exists()


def test_what_cannot_be_opened_is_said(config: Config) -> None:
    place = Path(config.gateway.state) / "classifier"
    telling.teacher(config)(ham(), Label.SPAM, "joe")
    for file in place.glob("training.db*"):
        file.unlink()
    (place / "training.db").write_bytes(b"no database at all, but long enough to be one" * 100)
    with pytest.raises(StoreError):
        telling.teacher(config)(ham(), Label.SPAM, "joe")


def test_it_leaves_no_file_open(config: Config) -> None:
    teach = telling.teacher(config)
    teach(ham(), Label.SPAM, "joe")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for n in range(3):
        teach(ham(n), Label.SPAM, "joe")
        teach(ham(n), None, "joe")
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
