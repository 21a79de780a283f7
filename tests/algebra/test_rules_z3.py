"""Every rewrite rule is proved by Z3, and a near miss of each refuted; what is beyond Z3 is checked by cases.

No rule without a proof: `rules_table` names for each function of the algebra what proves it, and a function
or an answer that is not in that table fails here. So does `unknown`: only a proof counts.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest
import z3
from sympy import Expr, Integer

from algebra.checks import CHECKS
from algebra.rules import CONCRETE, INDUCTIONS, RULES, Floors, a, b, p
from algebra.rules_table import OF_LAYERS, Entry, entries
from symcnn.algebra.conditions import Condition, split, tidy
from symcnn.algebra.domain import Domain
from symcnn.algebra.functions import Max, Min
from symcnn.algebra.quotient import FloorDiv, Mod, ceil_div
from symcnn.symbols import symbol
from symcnn.verify.translating import Translation

TIMEOUT = 10_000  # milliseconds for one question; most take a few
SMALL = 12  # a near miss shows itself below this
ROOT = Path(__file__).resolve().parents[2]
STATEMENTS = {**RULES, **INDUCTIONS}
KINDS = {
    "for all integers, by Z3": RULES,
    "by induction, each step by Z3": INDUCTIONS,
    "for the numbers of a range, by Z3": CONCRETE,
    "case by case, or as polynomials at enough points": CHECKS,
}
MODULES = tuple(dict.fromkeys(name.split(".")[0] for name in entries()))


def ask(*statements: z3.BoolRef, limit: int = TIMEOUT) -> z3.CheckSatResult:
    solver = z3.Solver()
    solver.set("timeout", limit)
    solver.add(*statements)
    return solver.check()


def small(statements: list[z3.BoolRef]) -> list[z3.BoolRef]:
    """Bounds for all the letters in the statements."""
    letters, todo = {}, list(statements)
    while todo:
        term = todo.pop()
        if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            letters[str(term)] = term
        todo += term.children()
    return [bound for s in letters.values() for bound in (s >= -SMALL, s <= SMALL)]


# ------------------------------------------------------------------ the proofs
@pytest.mark.parametrize("name", STATEMENTS)
def test_the_rule_holds_for_all_integers(name: str) -> None:
    floors = Floors()
    claim = STATEMENTS[name](floors, 0)
    assert ask(*floors.premises, *small(floors.premises)) == z3.sat  # the rule says something
    assert ask(*floors.premises, z3.Not(claim)) == z3.unsat


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_rule_off_by_one_does_not_hold(name: str) -> None:
    floors = Floors()
    claim = STATEMENTS[name](floors, 1)
    statements = [*floors.premises, z3.Not(claim)]
    assert ask(*statements, *small(statements)) == z3.sat


@pytest.mark.parametrize("name", CONCRETE)
def test_the_rule_holds_for_numbers_of_a_range(name: str) -> None:
    build, cases = CONCRETE[name]
    missed = 0
    for case in cases:
        floors, near = Floors(), Floors()
        claim, wrong = build(floors, 0, *case), build(near, 1, *case)
        assert ask(*floors.premises, z3.Not(claim)) == z3.unsat, case
        missed += ask(*near.premises, z3.Not(wrong)) == z3.sat
    assert missed > len(cases) / 2


@pytest.mark.parametrize("name", CHECKS)
def test_the_rule_holds_in_every_case(name: str) -> None:
    CHECKS[name]()


@pytest.mark.parametrize(
    "wrong", ["nested ceil in floor", "ceil is floor", "a factor stays", "sympy's dropped floor"]
)
def test_well_known_mistakes_are_refuted(wrong: str) -> None:
    f = Floors()
    f.given(a >= 1, b >= 1)
    claim = {
        "nested ceil in floor": lambda: f.floor(f.ceil(p, a), b) == f.floor(p, a * b),
        "ceil is floor": lambda: f.ceil(p, a) == f.floor(p, a),
        "a factor stays": lambda: 2 * f.floor(p, 2) == p,
        "sympy's dropped floor": lambda: 6 * f.floor(b * (2 * a + 2), 6) == b * (2 * a + 2),
    }[wrong]()
    statements = [*f.premises, z3.Not(claim)]
    assert ask(*statements, *small(statements)) == z3.sat


# ------------------------------------------------------------------ no rule without a proof
def test_every_function_says_what_proves_it() -> None:
    """A new function, or a new answer of one, needs a line in the table."""
    found = {name: answers for module in MODULES for name, answers in _functions(module)}
    assert unproved(found, entries()) == []


def unproved(found: Mapping[str, int], table: Mapping[str, Entry]) -> list[str]:
    """Return the functions that the table does not know as they are, and those that are no more."""
    new = [
        name
        for name, answers in found.items()
        if name not in table or table[name].answers not in (None, answers)
    ]
    return [*new, *(name for name in table if name not in found)]


def test_what_is_not_in_the_table_is_seen() -> None:
    source = "class A:\n    def f(self):\n        return 1\n\ndef g(x):\n    yield 1\n    yield 2"
    found = dict(_inside(ast.parse(source), "m"))
    assert found == {"m.A.f": 1, "m.g": 2}
    table = {"m.A.f": Entry(1, ("a",)), "m.g": Entry(2, ("b",))}
    assert unproved(found, table) == []
    assert unproved(found, {"m.A.f": Entry(2, ("a",)), "m.g": Entry(None, (), "prints")}) == ["m.A.f"]
    assert unproved(found, {"m.A.f": Entry(1, ("a",)), "m.h": Entry(1, ("c",))}) == ["m.g", "m.h"]


def test_no_answer_is_no_proof() -> None:
    """Fermat's theorem for cubes is true; Z3 does not know, and so it would not count."""
    made = Translation()
    cubes = made.term(I**3) + made.term(K**3) != made.term(S**3)
    assert ask(*made.premises, z3.Not(cubes), limit=100) == z3.unknown


def _functions(module: str) -> Iterator[tuple[str, int]]:
    """Yield the functions of a module, each with the number of its answers."""
    tree = ast.parse((ROOT / "symcnn" / "algebra" / f"{module}.py").read_text(encoding="utf-8"))
    yield from _inside(tree, module)


def _inside(node: ast.AST, path: str) -> Iterator[tuple[str, int]]:
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.ClassDef):
            yield from _inside(each, f"{path}.{each.name}")
        elif isinstance(each, ast.FunctionDef):
            ends = (ast.Return, ast.Yield, ast.YieldFrom)
            yield f"{path}.{each.name}", sum(isinstance(n, ends) for n in ast.walk(each))


def test_every_proof_exists_and_is_used() -> None:
    known = [name for kind in KINDS.values() for name in kind]
    assert len(known) == len(set(known))
    used = {proof for entry in entries().values() for proof in entry.proofs} | set(OF_LAYERS)
    assert used == set(known)
    assert all(entry.proofs or entry.reason for entry in entries().values())


def test_the_modules_with_rules_are_in_the_table() -> None:
    named = {
        "rewriting",
        "quotient",
        "division",
        "divisibility",
        "powers",
        "exponents",
        "sums",
        "progressions",
    }
    named |= {"series", "settling", "functions", "window", "identity", "signs", "conditions"}
    assert set(MODULES) == named


# ------------------------------------------------------------------ what the code does, proved
I, K, S, N, R = symbol("I"), symbol("K"), symbol("S"), symbol("N"), symbol("R", "integer")
TOPS = [
    I, 2 * I + 3, I - 5, 4 * I + 6 * K - 1, I * K, -I, -3 * I + 2, I / 2 + 1, 6 * R - 4, I * S + 7,
    FloorDiv(I, 2) + 1, FloorDiv(I + 1, 3) - 2, 2 * FloorDiv(R, 4) + I, -FloorDiv(I, 2) + 3,
    FloorDiv(I - 3, S) + K,
]  # fmt: skip
QUOTIENTS = list(product(TOPS, [Integer(n) for n in (1, 2, 3, 4, 6, 12)] + [S, 2 * S]))
QUOTIENTS += list(product([Integer(n) for n in (-3, -2, -1, 1, 2, 3)], [S, S + 1, S + 2, 2 * S, S + K]))
QUOTIENTS += [(S * I + n, S * K) for n in (-1, 0, 1)] + [(2 * S * I - 2, 2 * S), (S * I + S * K, S)]


def proved(goal: z3.BoolRef, made: Translation, premises: tuple[Condition, ...] = ()) -> bool:
    given = [made.condition(c) for c in premises]
    return bool(ask(*made.premises, *given, z3.Not(goal)) == z3.unsat)


@pytest.mark.parametrize("number", range(len(QUOTIENTS)))
def test_what_becomes_of_a_quotient_is_proved_equal(number: int) -> None:
    """What the code makes of p // q, p % q and ceil(p/q) has the definition of the quotient."""
    top, bottom = QUOTIENTS[number]
    made = Translation()
    P, Q = made.term(top), made.term(bottom)
    down, up, rest = (made.term(f(top, bottom)) for f in (FloorDiv, ceil_div, Mod))
    assert proved(z3.And(Q * down <= P, Q * down + Q > P), made)
    assert proved(z3.And(Q * up >= P, Q * up - Q < P), made)
    assert proved(z3.And(rest >= 0, rest < Q), made)


KNOWN: list[tuple[tuple[Condition, ...], Expr]] = [
    ((Condition(Mod(I, 32), "=="),), FloorDiv(I - 1, 32) + 1),
    ((Condition(Mod(I, 4) - 3, "=="),), FloorDiv(3 * I + 5, 4) - Mod(I * I, 4)),
    ((Condition(Mod(I, 2) - 1, "=="), Condition(Mod(K, 4), "==")), FloorDiv(I * K + 2 * I + 1, 4)),
    ((Condition(I - K, ">="),), Max(I, K) + Min(I + 1, K) + FloorDiv(I - K, 3)),
    ((Condition(S - I - 1, ">="),), FloorDiv(I, S) + Mod(I, S)),
    ((Condition(Mod(I, S), "=="),), FloorDiv(I, S) * S + FloorDiv(2 * I + 3 * S, S) * S),
    ((Condition(Mod(I - 1, S), "=="),), S * FloorDiv(I - 1, S) + Mod(2 * I, S)),
    ((Condition(K - 3, ">="), Condition(5 - K, ">=")), FloorDiv(K, 6) + FloorDiv(K + 2, 3)),
]


@pytest.mark.parametrize(("conditions", "expr"), KNOWN)
def test_what_facts_make_of_a_formula_is_proved_equal(conditions: tuple[Condition, ...], expr: Expr) -> None:
    made = Translation()
    simple = Domain((), conditions).simplify(expr)
    assert simple != expr
    assert proved(made.term(simple) == made.term(expr), made, conditions)


@pytest.mark.parametrize(
    "condition",
    [
        Condition(FloorDiv(I - 67, 32), ">="), Condition(6 * I - 9 * K + 4, ">="),
        Condition(I / 2 - K / 3, ">="), Condition(FloorDiv(I, 2) + K - 5, ">="),
        Condition(4 * I - 6, "=="), Condition(3 * I - 6 * K, "!="),
        Condition(Min(I, K) - 3, ">="), Condition(2 * Min(I, K, S) + N - 7, ">"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_condition_is_proved_the_same(condition: Condition) -> None:
    made = Translation()
    whole = made.condition(condition)
    assert proved(whole == made.condition(tidy(condition)), made)
    assert proved(whole == z3.And(*map(made.condition, split(condition))), made)
    assert proved(z3.Not(whole) == made.condition(condition.negation), made)


@pytest.mark.parametrize(("one", "other"), list(product(range(-2, 3), repeat=2)))
def test_what_becomes_of_an_extremum_is_proved_equal(one: int, other: int) -> None:
    made = Translation()
    x, y, k = made.term(I + one), made.term(I + other), made.term(K)
    largest, least = made.term(Max(I + one, I + other, K)), made.term(Min(I + one, I + other, K))
    assert proved(z3.And(largest >= x, largest >= y, largest >= k), made)
    assert proved(z3.Or(largest == x, largest == y, largest == k), made)
    assert proved(z3.And(least <= x, least <= y, least <= k), made)
    assert proved(z3.Or(least == x, least == y, least == k), made)


# ------------------------------------------------------------------ the figures in the documents
def section() -> str:
    """Return the table of the section on rules, as it follows from what is here."""
    proofs = Counter(kind for kind, some in KINDS.items() for _ in some)
    lines = ["| proved | proofs |", "|---|---|", *(f"| {kind} | {proofs[kind]} |" for kind in KINDS)]
    table = entries().values()
    ruled = [entry for entry in table if entry.proofs]
    answers = sum(entry.answers or 0 for entry in ruled)
    lines += [
        "",
        f"They stand behind {len(ruled)} functions with {answers} answers, in {len(MODULES)} modules;",
    ]
    lines += [f"the other {len(table) - len(ruled)} functions there print, read or keep, and have no rule."]
    return "\n".join(lines)


def test_the_documents_have_these_figures() -> None:
    text = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- rules -->\n\n(.*?)\n\n<!-- end of rules -->", text, re.S)
    assert found is not None and found[1] == section()
