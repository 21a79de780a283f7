"""Sphinx configuration; the table of layers is written here at build time, from the registry."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

HERE = Path(__file__).resolve().parent
_VERSION = re.search(r'^__version__ = "(.+)"$', (HERE.parent / "symcnn/__init__.py").read_text("utf-8"), re.M)

project = "symcnn"
author = "symcnn contributors"
project_copyright = "2026, symcnn contributors"
release = _VERSION[1] if _VERSION else ""

extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_generated"]

html_theme = "furo"
html_title = "symcnn"


def write_layers(app: Sphinx, config: Config) -> None:
    """Ask the engine for its table of layers: no list of layers is kept by hand."""
    target = HERE / "_generated" / "layers.md"
    # -P: the package that is installed, not whatever lies in the current folder.
    command = [sys.executable, "-P", "-X", "utf8", "-m", "symcnn", "layers", "--markdown"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise ExtensionError(f"symcnn layers --markdown failed:\n{done.stderr}")
    target.parent.mkdir(exist_ok=True)
    # An unchanged table keeps its date, and the page need not be built again.
    if not target.exists() or target.read_text(encoding="utf-8") != done.stdout:
        target.write_text(done.stdout, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect the table of layers, and let blocks in our language pass as text."""
    app.connect("config-inited", write_layers)
    app.add_lexer("symcnn", TextLexer)
