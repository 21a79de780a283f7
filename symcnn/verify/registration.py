"""Hypothesis learns of our strategies, and neither package loads the other for that."""

from __future__ import annotations

import sys


def register() -> None:
    """Let `st.from_type(symcnn.Network)` draw networks, once both packages are there.

    Hypothesis calls this when it is imported (its entry point), symcnn when `Network` is
    first asked for: whichever comes second finds the other one loaded.
    """
    if "symcnn.api" not in sys.modules or "hypothesis" not in sys.modules:
        return
    from symcnn.verify.strategies import register_networks

    register_networks()
