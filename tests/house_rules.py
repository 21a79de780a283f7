"""The rules of the house, as functions from {module: source} to a list of violations.

They read the source with `ast` and import nothing, so each can be shown a small bad example
(test_architecture.py) and can judge a module that does not even import.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

Modules = Mapping[str, str]

# From the ground up; a part may import from its own line and from the lines above it. `contents` is
# symcnn/__init__.py: the command line may use the public names, nothing below it may.
ORDER = (
    ("source", "depth"),
    ("errors",),
    ("symbols", "files", "clock"),
    ("algebra", "language"),
    ("layers", "numeric"),
    ("network",),
    ("verbs", "render"),
    ("notes", "bridges"),
    ("catalogue",),
    ("api",),
    ("verify",),
    ("contents",),
    ("cli",),
    ("__main__",),
)
_RANK = {part: rank for rank, parts in enumerate(ORDER) for part in parts}

CORE = {"click", "lark", "rich", "sympy"}
# Optional package -> the modules that may import it.
OPTIONAL: dict[str, tuple[str, ...]] = {
    "markdown_it": ("symcnn.notes.fences",),
    "pytest": ("symcnn.notes.plugin", "symcnn.notes.collector"),
    "numpy": ("symcnn.numeric.packages",),
    "torch": ("symcnn.bridges.torch", "symcnn.bridges.torch_layers"),
    "hypothesis": ("symcnn.verify.strategies", "symcnn.verify.checker"),
    "z3": ("symcnn.verify.translating", "symcnn.verify.prover"),
}

MODULE_LINES = 300
FUNCTION_LINES = 40


class Late(NamedTuple):
    """Permission to import inside a function or by a computed name; "a.*" stands for the modules within a."""

    importer: str
    imported: str
    reason: str


LATE = (
    Late("symcnn.language.parser", "symcnn.language.messages", "only a mistake needs the messages"),
    Late("symcnn.language.loader", "tempfile", "only the first run of all writes the cache"),
    Late("symcnn", "*", "the table of contents loads a name when it is asked for"),
    Late(
        "symcnn.algebra", "*", "the same: the words of the layers are known without SymPy, their formulas not"
    ),
    Late(
        "symcnn.cli.*", "*", "a command loads what it needs when it runs: --help and fmt start without SymPy"
    ),
    Late("symcnn.numeric.packages", "numpy", "numbers need no NumPy, only arrays do"),
    Late("symcnn.verify.randoms", "symcnn.verify.translating", "Z3 is one of several ways, where it is"),
    Late("symcnn.verify.ways", "symcnn.bridges.torch", "PyTorch is one of several ways, where it is"),
    Late("symcnn.verify.registration", "symcnn.verify.strategies", "only where Hypothesis is loaded already"),
    Late("symcnn.layers", "symcnn.layers.*", "the registry finds the family files by itself"),
    Late(
        "symcnn.notes.plugin", "symcnn.notes.collector", "pytest loads the plugin always, few ask for claims"
    ),
)


class Import(NamedTuple):
    importer: str
    target: str  # a module where known, else the package; "*" if computed
    line: int
    late: bool  # inside a function, or by a computed name


def read_package(folder: Path) -> dict[str, str]:
    """Return the modules of a package folder with their sources."""
    modules = {}
    for path in sorted(folder.rglob("*.py")):
        parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules[name] = path.read_text(encoding="utf-8")
    return modules


# ------------------------------------------------------------- who may import whom
def upward_imports(modules: Modules) -> list[str]:
    found = [
        f"{name}: the part '{_part(name)}' has no place in the order" for name in modules if _rank(name) < 0
    ]
    for step in _inside(modules):
        if 0 <= _rank(step.importer) < _rank(step.target):
            found.append(f"{step.importer}:{step.line}: imports upward: {step.target}")
    return found


def import_cycles(modules: Modules) -> list[str]:
    """Cycles between modules, and between the parts that they belong to."""
    edges = [(step.importer, step.target) for step in _inside(modules) if not step.late]
    parts = [(_part(a), _part(b)) for a, b in edges if _part(a) != _part(b)]
    return [" -> ".join(reversed(cycle)) for pairs in (edges, parts) if (cycle := _cycle(pairs))]


def hidden_imports(modules: Modules) -> list[str]:
    return [
        f"{step.importer}:{step.line}: hidden import of {step.target}"
        for step in _imports(modules)
        if step.late and not any(_permits(rule, step) for rule in LATE)
    ]


def unlisted_imports(modules: Modules, optional: Mapping[str, tuple[str, ...]] = OPTIONAL) -> list[str]:
    """Packages that are neither Python's, nor a core dependency, nor listed for this module."""
    known = CORE | set(sys.stdlib_module_names) | {"symcnn", "*"}
    found = []
    for step in _imports(modules):
        package = step.target.partition(".")[0]
        if package not in known and step.importer not in optional.get(package, ()):
            found.append(f"{step.importer}:{step.line}: imports the optional package {package}")
    return found


# --------------------------------------------------------------------------- sizes
def long_modules(modules: Modules) -> list[str]:
    return [
        f"{name}: {lines} lines"
        for name, source in modules.items()
        if (lines := len(source.splitlines())) > MODULE_LINES
    ]


def long_functions(modules: Modules) -> list[str]:
    """Functions beyond the limit; the docstring with its examples does not count."""
    found = []
    for name, source in modules.items():
        for node in ast.walk(_tree(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = _span(node) - (_span(node.body[0]) if ast.get_docstring(node) is not None else 0)
                if lines > FUNCTION_LINES:
                    found.append(f"{name}:{node.lineno}: {node.name} has {lines} lines")
    return found


# ------------------------------------------------------------------------- content
_CREATORS = {"Symbol", "symbols", "var", "Dummy", "Wild", "Idx", "IndexedBase", "MatrixSymbol"}
# Text becomes code, or the time has no bound.
_UNSAFE_SYMPY = {
    "parse_expr",
    "lambdify",
    "nsimplify",
    "simplify",
    "solve",
    "solveset",
    "ufuncify",
    "autowrap",
}
_UNSAFE = {"eval", "exec", "compile", "os.system", "os.popen", "os.startfile", "yaml.load"}
# The one place where text becomes code: text of our own making, matched against a pattern before.
_COMPILER = {("symcnn.numeric.source", "exec"), ("symcnn.numeric.source", "compile")}
_UNSAFE_IMPORTS = {"pickle", "marshal", "shelve", "dill", "code", "codeop"}


def created_symbols(modules: Modules) -> list[str]:
    found = []
    for name, source in modules.items():
        if name == "symcnn.symbols":
            continue
        for called, node in _calls(source):
            if _of_sympy(called) in _CREATORS:
                found.append(f"{name}:{node.lineno}: creates a symbol: {called}")
    found += [
        f"{step.importer}:{step.line}: takes ready-made symbols from sympy.abc"
        for step in _imports(modules)
        if step.target.startswith("sympy.abc")
    ]
    return found


def unsafe_calls(modules: Modules) -> list[str]:
    found = [
        f"{step.importer}:{step.line}: imports {step.target}"
        for step in _imports(modules)
        if step.target.partition(".")[0] in _UNSAFE_IMPORTS
    ]
    for name, source in modules.items():
        for called, node in _calls(source):
            words = {word.arg: word.value for word in node.keywords}
            # With strict=True sympify refuses text; without it, text is evaluated.
            loose = _of_sympy(called) in {"sympify", "S"} and not _is_constant(words.get("strict"), True)
            shell = called.startswith("subprocess.") and not _is_constant(words.get("shell"), False, None)
            if (name, called) in _COMPILER:
                continue
            if called in _UNSAFE or _of_sympy(called) in _UNSAFE_SYMPY or loose or shell:
                found.append(f"{name}:{node.lineno}: unsafe call: {called}")
    return found


def bare_errors(modules: Modules) -> list[str]:
    """Errors that are not of our tree, and checks that vanish under `python -O`."""
    found = []
    for name, source in modules.items():
        for node in ast.walk(_tree(source)):
            if isinstance(node, ast.Assert):
                found.append(f"{name}:{node.lineno}: assert statement")
            elif isinstance(node, ast.Raise) and node.exc is not None:
                raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                if ast.unparse(raised) in {"ValueError", "NotImplementedError", "Exception"}:
                    found.append(f"{name}:{node.lineno}: raises {ast.unparse(raised)}")
    return found


def missing_docstrings(modules: Modules) -> list[str]:
    return [
        f"{name}: no docstring" for name, source in modules.items() if not ast.get_docstring(_tree(source))
    ]


_ELSEWHERE = re.compile(r"(?<![\w./-])/(?:home|root|work|tmp|opt|Users)/|\bshared/")


def foreign_paths(modules: Modules) -> list[str]:
    """Folders of one machine or one workplace: nothing outside the project may be named."""
    return [
        f"{name}:{number}: names a place outside the project: {match.group()}"
        for name, source in modules.items()
        for number, line in enumerate(source.splitlines(), 1)
        if (match := _ELSEWHERE.search(line))
    ]


# ------------------------------------------------------------------------- reading
@cache
def _tree(source: str) -> ast.Module:
    return ast.parse(source)


def _part(module: str) -> str:
    """Return the part of the house: the name below `symcnn`."""
    return module.partition(".")[2].partition(".")[0] or "contents"


def _rank(module: str) -> int:
    return _RANK.get(_part(module), -1)


def _span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _inside(modules: Modules) -> Iterator[Import]:
    return (step for step in _imports(modules) if step.target.partition(".")[0] == "symcnn")


def _imports(modules: Modules) -> Iterator[Import]:
    for name, source in modules.items():
        late = {
            inner
            for function in ast.walk(_tree(source))
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for inner in ast.walk(function)
        }
        for node in ast.walk(_tree(source)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for target in _targets(modules, name, node):
                    yield Import(name, target, node.lineno, node in late)
        for called, call in _calls(source):
            if called in {"importlib.import_module", "__import__"}:
                first = call.args[0] if call.args else None
                known = isinstance(first, ast.Constant) and isinstance(first.value, str)
                yield Import(name, str(first.value) if known else "*", call.lineno, True)


def _targets(modules: Modules, importer: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        package = any(name.startswith(importer + ".") for name in modules)
        up = importer.split(".")[: len(importer.split(".")) - node.level + package]
        base = ".".join([*up, base] if base else up)
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        yield inner if inner in modules or base == "sympy" else base


def _permits(rule: Late, step: Import) -> bool:
    # A computed name is judged by where it stands: it cannot be judged by where it leads.
    return _covers(rule.importer, step.importer) and (
        step.target == "*" or _covers(rule.imported, step.target)
    )


def _covers(pattern: str, name: str) -> bool:
    return pattern in {"*", name} or (pattern.endswith(".*") and f"{name}.".startswith(pattern[:-1]))


def _cycle(edges: list[tuple[str, str]]) -> list[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for importer, target in edges:
        sorter.add(importer, target)
    try:
        sorter.prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _calls(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a module with the full name of what is called, aliases resolved."""
    tree = _tree(source)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            names |= {alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
    # A function of our own may bear the name of a builtin.
    names |= {node.name: f".{node.name}" for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            root, dot, rest = ast.unparse(node.func).partition(".")
            yield names.get(root, root) + dot + rest, node


def _of_sympy(called: str) -> str | None:
    """Return the last name of something called from SymPy."""
    return called.rpartition(".")[2] if called.startswith("sympy.") else None


def _is_constant(node: ast.expr | None, *values: bool | None) -> bool:
    """Whether a keyword has one of these values; None stands for a keyword that is absent."""
    if node is None:
        return None in values
    return isinstance(node, ast.Constant) and any(node.value is value for value in values)
