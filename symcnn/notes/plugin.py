"""The pytest plugin, as it is loaded in every run: two options, and nothing else until they are used."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("symcnn", "formulas of convolutional networks")
    group.addoption(
        "--symcnn",
        action="store_true",
        help="Collect the claims of .cnn files, and of the symcnn blocks in Markdown (.md).",
    )
    group.addoption(
        "--symcnn-undecided",
        choices=["skip", "fail"],
        default="skip",
        help="What an undecided claim counts as (default: skip).",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load what collects the claims, if that is asked for."""
    if config.getoption("--symcnn"):
        from symcnn.notes import collector

        config.pluginmanager.register(collector, "symcnn-claims")
