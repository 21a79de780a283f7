"""A fixed vocabulary: the language is tested without the registry of layers."""

from __future__ import annotations

from pathlib import Path

import pytest

from symcnn.language.lexer import Vocabulary

LAYERS = """
    input conv deconv depthwise local maxpool avgpool globalpool adaptiveavgpool adaptivemaxpool
    subsample dense fc rbf batchnorm lrn dropout relu relu6 tanh sigmoid softmax prelu flatten
    upsample pad crop identity
"""


@pytest.fixture(scope="session")
def words() -> Vocabulary:
    return Vocabulary(
        layers=frozenset(LAYERS.split()),
        attributes=frozenset("stride pad dilation groups table outpad".split()),
        flags=frozenset("ceil fixed bias".split()),
    )


@pytest.fixture(scope="session")
def samples() -> dict[str, str]:
    """Return the example programs by name."""
    folder = Path(__file__).parents[1] / "data" / "samples"
    found = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.cnn"))}
    assert len(found) >= 16
    return found
