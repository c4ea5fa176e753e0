from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from gatekeeper.classifier.features import features_of
from gatekeeper.classifier.model import Model
from gatekeeper.cli.main import main
from gatekeeper.message import parse
from gatekeeper.stores import model_file
from models import samples
from models.__main__ import PLACE, made


def test_the_model_that_is_shipped_is_what_its_maker_makes() -> None:
    """To the last bit of a float, which another processor may round otherwise."""
    found = model_file.read(PLACE)
    assert found
    shipped, _ = found
    arrays = made()[0].arrays()
    assert shipped.keys() == arrays.keys()
    for name, array in arrays.items():
        assert shipped[name].dtype == array.dtype
        np.testing.assert_allclose(shipped[name], array, rtol=1e-4, atol=1e-6, err_msg=f"{name}: run python -m models")


def test_its_card_says_what_is_in_it() -> None:
    card = model_file.read_card(PLACE)
    assert card
    assert card["messages"] == {"spam": len(list(samples.spam())), "ham": len(list(samples.ham()))}
    assert card["words"] == len(made()[0].counts.keys)
    assert not card["measured"]["enough"]


def test_samples_are_all_different_and_the_same_every_time() -> None:
    spam, ham = list(samples.spam()), list(samples.ham())
    assert len({*spam, *ham}) == len(spam) + len(ham) == 140
    assert (spam, ham) == (list(samples.spam()), list(samples.ham()))


@pytest.mark.parametrize(("kind", "band"), [(samples.spam, "spam"), (samples.ham, "ham")])
def test_any_command_takes_it_for_a_state_directory(kind: object, band: str, tmp_path: Path) -> None:
    letter = tmp_path / "letter.eml"
    letter.write_bytes(next(kind()))  # type: ignore[operator]
    said = CliRunner().invoke(main, ["classify", "--state", str(PLACE.parent), str(letter)])
    assert said.exit_code == 0, said.output
    assert said.stdout.split()[1] == band
    assert sorted(path.name for path in PLACE.parent.rglob("*")) == ["classifier", "model-1.npz", "model.json"]


def test_what_it_never_saw_it_is_not_sure_of() -> None:
    """Nobody is to take it for knowledge."""
    found = model_file.read(PLACE)
    assert found
    stranger = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: qwertz\r\n\r\nasdf yxcv\r\n"
    assert 0.02 < Model.from_arrays(found[0]).judge(features_of(parse(stranger))).score < 0.98
