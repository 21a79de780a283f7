"""Full texts of the errors of meaning: a program in NAME.cnn, what is said of it in NAME.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from symcnn.errors import SymcnnError
from symcnn.network.model import Model
from symcnn.source import Source
from symcnn.verbs.claims import check

CASES = sorted((Path(__file__).parents[1] / "data" / "messages_network").glob("*.cnn"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_message(path: Path) -> None:
    with pytest.raises(SymcnnError) as caught:
        check(Model.read(Source(path.name, path.read_text(encoding="utf-8"))))
    assert f"{caught.value}\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_place_moves_with_the_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    places = []
    for before in ("", "\n# moved\n\n"):
        with pytest.raises(SymcnnError) as caught:
            check(Model.read(Source(path.name, before + text)))
        assert caught.value.place is not None
        places.append(caught.value.place)
    assert (places[0].line + 3, places[0].column) == places[1]
