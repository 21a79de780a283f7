"""symcnn export: the golden file, and a program that is written whole."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from cli.console import Case, check, golden, run

import symcnn
from symcnn.bridges.source import to_source

NET = "input 1@28x28; conv 5x5 -> 20; maxpool 2x2; fc -> 10"


@pytest.mark.parametrize("case", golden("export"))
def test_golden(case: Case) -> None:
    check(case)


def test_a_file_is_written_as_it_is_printed(folder: Path) -> None:
    printed = run("export", "-e", NET, "--to", "torch").stdout
    assert printed == to_source(symcnn.parse(NET))
    result = run("export", "-e", NET, "--to", "torch", "-o", "net.py")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert (folder / "net.py").read_text(encoding="utf-8") == printed


def test_a_mistake_leaves_the_file_as_it_was(folder: Path) -> None:
    (folder / "net.py").write_text("kept", encoding="utf-8")
    assert run("export", "-e", "input 1@8; conv 3 -> N", "--to", "torch", "-o", "net.py").exit_code == 2
    assert (folder / "net.py").read_text(encoding="utf-8") == "kept"


def test_a_configuration_of_the_zoo() -> None:
    text = run("export", "resnet18", "--to", "torch", "--at", "defaults").stdout
    classes = [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    assert classes == ["ResnetBasic"]
    assert "11,689,512 trained parameters" in text


def test_nothing_of_pytorch_is_loaded(package_env: dict[str, str], folder: Path) -> None:
    command = [sys.executable, "-P", "-X", "importtime", "-m", "symcnn", "export", "-e", NET, "--to", "torch"]
    done = subprocess.run(command, env=package_env, capture_output=True, encoding="utf-8", check=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "symcnn.bridges.source" in loaded
    assert loaded & {"torch", "numpy", "symcnn.bridges.torch", "symcnn.bridges.torch_layers"} == set()
