"""The package works in the three forms in which people have it: wheel, editable install, bare checkout.

The wheel is built through the sdist, because that is what a package index serves and where files get lost.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Parsing needs the grammar, the zoo needs the catalogue.
PROBE = """
import json, sys, symcnn
net = symcnn.parse("input 1@8x8; conv 3x3 -> 4")
found = {"from": symcnn.__file__, "version": symcnn.__version__, "params": str(net.params)}
found["zoo"] = str(symcnn.zoo("alexnet").at(I=227, classes=1000).params)
print(json.dumps(found))
"""


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    """Run a command that must succeed and return its output."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=_clean_environment() | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONUTF8": "1"}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and the wheel from it, with the build tools that are installed here."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-P", "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


def environment(folder: Path) -> tuple[Path, Path]:
    """Make an empty environment that sees the dependencies of this one; return its Python and scripts.

    What is installed into it comes first on the path, whatever else is installed here: the line that adds
    the packages of this environment is read last.
    """
    venv.create(folder, with_pip=False)
    places = {"base": str(folder), "platbase": str(folder), "installed_base": sys.base_prefix}
    purelib = Path(sysconfig.get_path("purelib", "venv", vars=places))
    scripts = Path(sysconfig.get_path("scripts", "venv", vars=places))
    (purelib / "zz_dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return scripts / Path(sys.executable).name, scripts


def install(python: Path, *what: str | Path, cwd: Path) -> None:
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-build-isolation")
    run(python, "-m", "pip", "install", *options, "--ignore-installed", *what, cwd=cwd)


def check(python: Path | str, home: Path, cwd: Path, **env: str) -> None:
    """Show that the package is found below `home`, and its grammar and zoo with it."""
    found = json.loads(run(python, "-c", PROBE, cwd=cwd, **env).splitlines()[-1])
    assert Path(found["from"]).is_relative_to(home)
    assert found["version"] == version()
    assert found["params"] == "40"  # 4 kernels of 3x3 on one map, and 4 biases
    assert found["zoo"] == "62378344"


def version() -> str:
    source = (ROOT / "symcnn" / "__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    assert match
    return match[1]


def test_sdist_holds_all_that_a_wheel_and_the_tests_need(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = ("grammar/symcnn.lark", "tests/conftest.py", "docs/conf.py", "README.md", "LICENSE", ".ci/run")
    assert set(needed) <= names
    assert {path.name for path in (ROOT / "symcnn/catalogue").glob("*.cnn")} <= {
        Path(name).name for name in names
    }


def test_wheel_holds_the_package_with_its_data_and_nothing_else(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    zoo = {f"symcnn/catalogue/{path.name}" for path in (ROOT / "symcnn/catalogue").glob("*.cnn")}
    assert zoo
    assert zoo | {"symcnn/grammar/symcnn.lark", "symcnn/py.typed", "symcnn/__main__.py"} <= names
    assert {name.partition("/")[0] for name in names} == {"symcnn", f"symcnn-{version()}.dist-info"}
    assert not [name for name in names if "__pycache__" in name]


def test_wheel_works(dist: Path, tmp_path: Path) -> None:
    python, scripts = environment(tmp_path / "venv")
    install(python, *dist.glob("*.whl"), cwd=tmp_path)
    check(python, home=tmp_path, cwd=tmp_path)
    assert version() in run(scripts / "symcnn", "--version", cwd=tmp_path)
    assert version() in run(python, "-m", "symcnn", "--version", cwd=tmp_path)


def test_editable_install_works(tmp_path: Path) -> None:
    python, scripts = environment(tmp_path / "venv")
    install(python, "--editable", ROOT, cwd=tmp_path)
    check(python, home=ROOT, cwd=tmp_path)
    assert version() in run(scripts / "symcnn", "--version", cwd=tmp_path)


def test_bare_checkout_works(tmp_path: Path) -> None:
    check(sys.executable, home=ROOT, cwd=tmp_path, PYTHONPATH=str(ROOT))


def test_hooks_run_the_commands_of_ci() -> None:
    """Only the folder into which the docs are written differs."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    entries = re.findall(r"^ +entry: (.+)$", hooks, re.MULTILINE)
    assert len(entries) == 5
    assert [entry for entry in entries if entry.removesuffix(" docs/_build") not in script] == []
