"""The house keeps its rules; each rule is first shown to fail on a small bad example."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import house_rules as rules
import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "symcnn"
Rule = Callable[[rules.Modules], list[str]]

RULES: list[Rule] = [
    rules.upward_imports,
    rules.import_cycles,
    rules.hidden_imports,
    rules.unlisted_imports,
    rules.long_modules,
    rules.long_functions,
    rules.created_symbols,
    rules.unsafe_calls,
    rules.bare_errors,
    rules.missing_docstrings,
    rules.foreign_paths,
]

_FORTY = "\n".join(f"    a{i} = {i}" for i in range(40))
_EXAMPLE = '    """Do it.\n' + "\n".join(f"    >>> {i}" for i in range(60)) + '\n    """\n    return 1'

# Rule, the part of the message that names the place, and modules that break it.
BAD = [
    (rules.upward_imports, "symcnn.errors:1", {"symcnn.errors": "from symcnn.layers.conv import Conv"}),
    (rules.upward_imports, "symcnn.layers.conv:1", {"symcnn.layers.conv": "import symcnn.cli.main"}),
    (rules.upward_imports, "symcnn.verbs.solver:1", {"symcnn.verbs.solver": "from symcnn import parse"}),
    (rules.upward_imports, "symcnn.symbols:2", {"symcnn.symbols": "def f():\n    import symcnn.algebra"}),
    (
        rules.upward_imports,
        "symcnn.layers.conv:1",
        {
            "symcnn.layers.conv": "from ..network import graph",
            "symcnn.layers": "",
            "symcnn.network.graph": "",
        },
    ),
    (rules.upward_imports, "'plugins' has no place", {"symcnn.plugins.one": ""}),
    (
        rules.import_cycles,
        "symcnn.algebra.one -> symcnn.algebra.two -> symcnn.algebra.one",
        {
            "symcnn.algebra.one": "import symcnn.algebra.two",
            "symcnn.algebra.two": "import symcnn.algebra.one",
        },
    ),
    (
        rules.import_cycles,
        "algebra -> language -> algebra",
        {
            "symcnn.algebra.one": "import symcnn.language.one",
            "symcnn.language.two": "from symcnn.algebra import two",
            "symcnn.language.one": "",
            "symcnn.algebra.two": "",
        },
    ),
    (
        rules.hidden_imports,
        "symcnn.layers.conv:2: hidden import of symcnn.network",
        {"symcnn.layers.conv": "def f():\n    import symcnn.network"},
    ),
    (
        rules.hidden_imports,
        "symcnn.algebra.window:2",
        {"symcnn.algebra.window": "def f():\n    import symcnn.algebra.domain"},
    ),
    (rules.hidden_imports, "symcnn.layers:2", {"symcnn.layers": "def f():\n    import symcnn.algebra"}),
    (rules.hidden_imports, "symcnn.errors:2", {"symcnn.errors": "def f():\n    import sympy"}),
    (
        rules.hidden_imports,
        "symcnn.verbs.a:3",
        {"symcnn.verbs.a": "import importlib\n\nimportlib.import_module(x)"},
    ),
    (rules.hidden_imports, "symcnn.verbs.a:1", {"symcnn.verbs.a": "f = lambda: __import__('symcnn.cli')"}),
    (rules.unlisted_imports, "symcnn.verbs.sweeper:1", {"symcnn.verbs.sweeper": "import numpy as np"}),
    (rules.long_modules, "symcnn.source: 301 lines", {"symcnn.source": "a = 1\n" * 301}),
    (rules.long_functions, "symcnn.source:1: f has 41 lines", {"symcnn.source": f"def f():\n{_FORTY}"}),
    (
        rules.long_functions,
        "symcnn.source:2: m has 41 lines",
        {"symcnn.source": "class A:\n  async def m(self):\n" + _FORTY},
    ),
    (rules.created_symbols, "symcnn.layers:2", {"symcnn.layers": "from sympy import Symbol as S_\nS_('I')"}),
    (rules.created_symbols, "symcnn.layers:2", {"symcnn.layers": "import sympy as sp\nsp.symbols('I K')"}),
    (rules.created_symbols, "symcnn.layers:2", {"symcnn.layers": "import sympy\nsympy.core.symbol.Dummy()"}),
    (rules.created_symbols, "symcnn.layers:1", {"symcnn.layers": "from sympy.abc import x"}),
    (rules.unsafe_calls, "unsafe call: eval", {"symcnn.cli": "eval('1')"}),
    (rules.unsafe_calls, "unsafe call: exec", {"symcnn.cli": "def f(t):\n    exec(t)"}),
    (rules.unsafe_calls, "unsafe call: exec", {"symcnn.numeric.kernel": "exec(text)"}),
    (rules.unsafe_calls, "unsafe call: eval", {"symcnn.numeric.source": "eval(text)"}),
    (rules.unsafe_calls, "unsafe call: compile", {"symcnn.cli": "compile('1', '', 'eval')"}),
    (rules.unsafe_calls, "sympify", {"symcnn.cli": "from sympy import sympify\nsympify(text)"}),
    (rules.unsafe_calls, "sympy.S", {"symcnn.cli": "from sympy import S\nS(text)"}),
    (rules.unsafe_calls, "lambdify", {"symcnn.cli": "import sympy\nsympy.lambdify(x, y)"}),
    (
        rules.unsafe_calls,
        "parse_expr",
        {"symcnn.cli": "from sympy.parsing.sympy_parser import parse_expr\nparse_expr(t)"},
    ),
    (rules.unsafe_calls, "simplify", {"symcnn.cli": "from sympy import simplify\nsimplify(e)"}),
    (rules.unsafe_calls, "imports pickle", {"symcnn.cli": "import pickle"}),
    (rules.unsafe_calls, "os.system", {"symcnn.cli": "from os import system\nsystem('ls')"}),
    (
        rules.unsafe_calls,
        "subprocess.run",
        {"symcnn.cli": "import subprocess\nsubprocess.run('ls', shell=True)"},
    ),
    (rules.bare_errors, "raises ValueError", {"symcnn.cli": "raise ValueError('no')"}),
    (
        rules.bare_errors,
        "raises NotImplementedError",
        {"symcnn.cli": "def f():\n    raise NotImplementedError"},
    ),
    (rules.bare_errors, "symcnn.cli:1: assert", {"symcnn.cli": "assert x > 0"}),
    (rules.missing_docstrings, "symcnn.cli: no docstring", {"symcnn.cli": "import os"}),
    (rules.foreign_paths, "symcnn.cli:1", {"symcnn.cli": "HOME = '/root/.cache'"}),
]

# What stands close to the bad examples and is allowed.
GOOD = {
    "symcnn": '"""Contents."""\nfrom importlib import import_module\n\ndef __getattr__(name):\n'
    "    return getattr(import_module(HOMES[name]), name)",
    "symcnn.errors": '"""Errors."""\nfrom symcnn.source import Span\n',
    "symcnn.source": '"""Source."""\nimport re\nPATTERN = re.compile("a/tmp/b")\n',
    "symcnn.layers": '"""Layers."""\n\ndef load():\n    from symcnn.layers import conv\n',
    "symcnn.layers.conv": '"""Convolution."""\nfrom symcnn import algebra\n',
    "symcnn.symbols": '"""Legend."""\nfrom sympy import Symbol\nI = Symbol("I")\n',
    "symcnn.algebra": '"""Algebra."""\nfrom symcnn.algebra.one import f\n',
    "symcnn.algebra.one": '"""One."""\nimport sympy\nx = sympy.sympify(3, strict=True)\na = sympy.S.One\n',
    "symcnn.algebra.two": '"""Two."""\nfrom symcnn.algebra.one import x\nisinstance(x, sympy.Symbol)\n',
    "symcnn.verbs.compiler": f'"""Compile."""\ndef compile(x):\n{_EXAMPLE}\n\ncompile(1)\n',
    "symcnn.cli.main": '"""Main."""\nimport click\n\ndef main():\n    from symcnn.verbs import compiler\n',
    "symcnn.cli.git": '"""Run."""\nimport subprocess\nsubprocess.run([], shell=False)\nsubprocess.run([])\n',
    "symcnn.verbs": '"""Verbs."""\ntry:\n    f()\nexcept ValueError:\n    raise\n',
}


@pytest.mark.parametrize(("rule", "message", "modules"), BAD)
def test_rule_finds_the_bad_example(rule: Rule, message: str, modules: dict[str, str]) -> None:
    found = rule(modules)
    assert len(found) == 1
    assert message in found[0]


def test_every_rule_has_a_bad_example() -> None:
    assert {rule for rule, _, _ in BAD} == set(RULES)
    assert {name for name in vars(rules) if callable(getattr(rules, name)) and _is_rule(name)} == {
        rule.__name__ for rule in RULES
    }


def _is_rule(name: str) -> bool:
    return str(getattr(rules, name).__annotations__.get("return")) == "list[str]" and not name.startswith("_")


@pytest.mark.parametrize("rule", RULES)
def test_rule_allows_the_good_example(rule: Rule) -> None:
    assert rule(GOOD) == []


def test_text_becomes_code_in_one_place() -> None:
    """Once each: what is compiled there is looked at by `tests/numeric/test_source.py`."""
    source = rules.read_package(PACKAGE)["symcnn.numeric.source"]
    called = [name for name, _ in rules._calls(source)]
    assert (called.count("exec"), called.count("compile")) == (1, 1)
    assert rules.unsafe_calls({"symcnn.numeric.source": source}) == []


def test_an_optional_package_is_allowed_where_it_is_listed() -> None:
    modules = {"symcnn.bridges.onnx": "import onnx", "symcnn.verbs.a": "import onnx"}
    found = rules.unlisted_imports(modules, {"onnx": ("symcnn.bridges.onnx",)})
    assert found == ["symcnn.verbs.a:1: imports the optional package onnx"]


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps_the_rule(rule: Rule) -> None:
    modules = rules.read_package(PACKAGE)
    assert len(modules) > 10
    assert "\n".join(rule(modules)) == ""


# --------------------------------------------------------------- what is loaded when
OPTIONAL = {
    *("numpy", "numba", "z3", "islpy", "hypothesis", "pytest", "matplotlib", "IPython", "pygls", "pygments"),
    *("onnx", "onnxruntime", "torch", "keras", "tensorflow", "dask", "distributed", "pyarrow", "sphinx"),
}


def _loaded(*arguments: str, env: dict[str, str], cwd: Path) -> set[str]:
    """Return the top-level names of all that a fresh Python imports."""
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", *arguments],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_the_probe_sees_what_is_loaded(package_env: dict[str, str], tmp_path: Path) -> None:
    assert "sympy" in _loaded("-c", "import sympy", env=package_env, cwd=tmp_path)


def test_import_symcnn_loads_no_optional_package(package_env: dict[str, str], tmp_path: Path) -> None:
    loaded = _loaded("-c", "import symcnn; symcnn.parse", env=package_env, cwd=tmp_path)
    assert "symcnn" in loaded
    assert loaded & OPTIONAL == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["fmt", "net.cnn"]], ids=" ".join)
def test_light_commands_do_not_load_sympy(
    arguments: list[str], package_env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "net.cnn").write_text("input 1@8x8\nconv 3x3 -> 4\n", encoding="utf-8")
    loaded = _loaded("-m", "symcnn", *arguments, env=package_env, cwd=tmp_path)
    assert "click" in loaded
    assert loaded & ({"sympy", "mpmath"} | OPTIONAL) == set()
