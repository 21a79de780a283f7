"""Questions that are compiled: nothing is compiled whose letters nobody gives."""

from __future__ import annotations

import pytest

import symcnn
from symcnn.errors import UsageError
from symcnn.symbols import index
from symcnn.verbs import compiler


def test_what_depends_on_a_round_is_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the answer to a question is, the index of a repeat in it has no value."""
    net = symcnn.parse("input 1@I; repeat i in 1..D { conv 3 -> i, pad 1 }")
    monkeypatch.setattr(compiler, "ask", lambda *_, **__: net.symbols["I"] + index("i"))
    with pytest.raises(UsageError) as caught:
        net.compile("maps(e[i])")
    assert str(caught.value) == (
        "error: 'maps(e[i])' depends on the round i\n  = hint: name the round, as in e[2]"
    )
