"""From formulas to programs: every kind of node that the algebra has, by a rule of the integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import sympy
from sympy import Add, Expr, Mul, Pow, Symbol

from symcnn.algebra.functions import Divisible, FloorLog2, Gcd, Max, Min
from symcnn.algebra.polynomial import is_integer_valued, weigh
from symcnn.algebra.powers import natural
from symcnn.algebra.quotient import FloorDiv, Mod
from symcnn.depth import deep_recursion
from symcnn.errors import UsageError
from symcnn.numeric.program import Builder, Input, Program, Relation, Result
from symcnn.numeric.ratios import Factors, Ratio, Term, added, multiplied


def inputs_of(symbols: Sequence[Symbol]) -> tuple[Input, ...]:
    """Return the inputs for symbols: two for one that need not be an integer."""
    found = []
    for s in symbols:
        found.append(Input(s.name))
        if not s.is_integer:
            found.append(Input(s.name, over=True))
    return tuple(found)


class Lowering:
    """Turns expressions in the given symbols into steps of one program.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> lowering = Lowering([I])
    >>> lowering.answer(FloorDiv(I, 2) + 1)
    Result(whole=5, rest=4, over=1)
    """

    def __init__(self, symbols: Sequence[Symbol], *more: str) -> None:
        self.builder = Builder((*inputs_of(symbols), *map(Input, more)))
        self._known: dict[Expr, Ratio] = {}
        self._symbols: dict[Expr, tuple[str, ...]] = {}
        place = 0
        for s in symbols:
            whole = self.builder.input(place)
            over = self._number(1) if s.is_integer else self.builder.input(place + 1)
            self._known[s] = Ratio(whole, over)
            place += 1 if s.is_integer else 2

    # ---------------------------------------------------------------- what is asked
    def answer(self, expr: Expr) -> Result:
        """Return the place of the value of an expression as a whole number and a rest."""
        with deep_recursion():
            whole, over = self._lower(expr)
        if self.builder.known(over) == 1:
            return Result(whole, self._number(0), over)
        make = self.builder.make
        return Result(make("//", whole, over), make("%", whole, over), over)

    def demand(self, expr: Expr, relation: str, why: str) -> None:
        """Let the program check that an expression compares so with zero, whatever else it does."""
        with deep_recursion():
            whole, _ = self._positive(self._lower(expr))
        bound = 1 if relation == ">" else 0
        self.builder.check(whole, _RELATIONS[relation], bound, why, self._names(expr))

    # ---------------------------------------------------------------- by kind of node
    def _number(self, value: int) -> int:
        return self.builder.number(value)

    def _lower(self, expr: Expr) -> Ratio:
        if expr not in self._known:
            self._known[expr] = self._rule(expr)
        return self._known[expr]

    def _rule(self, expr: Expr) -> Ratio:
        if expr.is_Rational:
            return Ratio(self._number(int(expr.p)), self._number(int(expr.q)))
        if isinstance(expr, Add):
            return added(self.builder, [self._term(a) for a in expr.args])
        if isinstance(expr, Mul) or (isinstance(expr, Pow) and expr.exp.is_Integer):
            return multiplied(self.builder, self._term(expr))
        rule = _RULES.get(expr.func)
        if expr.is_Symbol:
            raise UsageError(f"no value is given for '{expr}'")
        if rule is None:
            raise UsageError(f"'{expr.func.__name__}' has no exact value in integers: {_shown(expr)}")
        return rule(self, expr)

    def _term(self, expr: Expr) -> Term:
        """Return a product as a number, values above and values below."""
        number, above, below = Fraction(1), Factors(), Factors()
        for factor in Mul.make_args(expr):
            base, exponent = (factor.base, int(factor.exp)) if _is_plain_power(factor) else (factor, 1)
            up, down = self._lower(base)
            if exponent < 0:
                self._nonzero(up, base)
                up, down = down, up
            for place, side, sign in ((up, above, 1), (down, below, -1)):
                known = self.builder.known(place)
                if known and abs(exponent) * known.bit_length() <= _MAX_NUMBER:
                    number *= Fraction(known) ** (sign * abs(exponent))
                else:
                    side[place] += abs(exponent)
        return Term(number, above, below)

    def _power(self, expr: Pow) -> Ratio:
        """A power with a symbolic exponent, which may turn out below zero."""
        make = self.builder.make
        base, exponent = self._lower(expr.base), self._integer(self._lower(expr.exp), "the exponent", expr)
        if natural(expr.exp):
            why = f"the exponent of {_shown(expr)} is below zero"
            self.builder.check(exponent, ">=", 0, why, self._names(expr.exp))
            return Ratio(make("**", base.whole, exponent), make("**", base.over, exponent))
        up = make("max", exponent, self._number(0))
        down = make("max", make("-", self._number(0), exponent), self._number(0))
        self._nonzero(make("**", base.whole, down), expr.base)
        return Ratio(
            make("*", make("**", base.whole, up), make("**", base.over, down)),
            make("*", make("**", base.over, up), make("**", base.whole, down)),
        )

    def _quotient(self, expr: Expr) -> Ratio:
        """A quotient; p // (c s) for a number c is (p // s) // c, and multiples of s need no division."""
        p, q = expr.args
        number, s = q.as_coeff_Mul(rational=True)
        if number.is_Integer and number > 0 and s != 1 and is_integer_valued(s) and is_integer_valued(p):
            parts = [term / s for term in Add.make_args(p)]
            outer = [part for part in parts if _is_whole(part)]
            inner = Add(*(part * s for part in parts if not _is_whole(part)))
            top, divisor = self._lower(inner), self._lower(s)
            if all(self.builder.known(r.over) == 1 for r in (top, divisor)):
                self._nonzero(divisor.whole, q)
                quotient = self.builder.make("//", top.whole, divisor.whole)
                terms = [self._term(part) for part in outer]
                terms.append(Term(Fraction(1), Factors([quotient]), Factors()))
                whole = added(self.builder, terms)
                return self._divided(whole, Ratio(self._number(int(number)), self._number(1)), q)
        return self._divided(self._lower(p), self._lower(q), q)

    def _divided(self, p: Ratio, q: Ratio, shown: Expr) -> Ratio:
        self._nonzero(q.whole, shown)
        make = self.builder.make
        top, bottom = make("*", p.whole, q.over), make("*", p.over, q.whole)
        return Ratio(make("//", top, bottom), self._number(1))

    def _remainder(self, expr: Expr) -> Ratio:
        p, q = (self._lower(a) for a in expr.args)
        self._nonzero(q.whole, expr.args[1])
        make = self.builder.make
        rest = make("%", make("*", p.whole, q.over), make("*", p.over, q.whole))
        return Ratio(rest, make("*", p.over, q.over))

    def _extreme(self, expr: Expr, operator: str) -> Ratio:
        make = self.builder.make
        whole, over = self._positive(self._lower(expr.args[0]))
        for a in expr.args[1:]:
            other = self._positive(self._lower(a))
            if other.over == over:
                whole = make(operator, whole, other.whole)
            else:
                whole = make(operator, make("*", whole, other.over), make("*", other.whole, over))
                over = make("*", over, other.over)
        return Ratio(whole, over)

    def _absolute(self, expr: Expr) -> Ratio:
        whole, over = self._lower(expr.args[0])
        return Ratio(self.builder.make("abs", whole), self.builder.make("abs", over))

    def _gcd(self, expr: Expr) -> Ratio:
        a, b = (self._integer(self._lower(x), "an argument", expr) for x in expr.args)
        return Ratio(self.builder.make("gcd", a, b), self._number(1))

    def _log2(self, expr: Expr) -> Ratio:
        whole, over = self._positive(self._lower(expr.args[0]))
        below = self.builder.make("//", whole, over)
        why = f"the argument of {_shown(expr)} is below 1"
        self.builder.check(below, ">=", 1, why, self._names(expr))
        return Ratio(self.builder.make("log2", below), self._number(1))

    def _divisible(self, expr: Expr) -> Ratio:
        """The multiple of d nearest to n/m, d more where that is below nine tenths of n/m."""
        make, number = self.builder.make, self._number
        n, m = self._positive(self._lower(expr.args[0]))
        d = self._integer(self._lower(expr.args[1]), "the divisor", expr)
        self._nonzero(d, expr.args[1])
        half = make("*", d, m)
        top = make("+", make("*", n, number(2)), half)
        rounded = make("*", make("//", top, make("*", half, number(2))), d)
        nearest = make("max", d, rounded)
        missing = make("-", make("*", n, number(9)), make("*", make("*", nearest, m), number(10)))
        more = make("min", make("max", missing, number(0)), number(1))
        return Ratio(make("+", nearest, make("*", more, d)), number(1))

    def _ceiling(self, expr: Expr) -> Ratio:
        whole, over = self._lower(expr.args[0])
        zero, make = self._number(0), self.builder.make
        return Ratio(make("-", zero, make("//", make("-", zero, whole), over)), self._number(1))

    def _floor(self, expr: Expr) -> Ratio:
        whole, over = self._lower(expr.args[0])
        return Ratio(self.builder.make("//", whole, over), self._number(1))

    # ---------------------------------------------------------------- sums
    def _sum(self, expr: sympy.Sum) -> Ratio:
        """A sum over a range: of numerators brought to the least common multiple of all denominators."""
        *others, (index, first, last) = expr.limits  # the last is outermost
        body = sympy.Sum(expr.function, *others) if others else expr.function
        ends = [self._integer(self._lower(end), "a bound", expr) for end in (first, last)]
        captured = sorted(body.free_symbols - {index}, key=lambda s: (s.name, type(s).__name__))
        inner = Lowering([index, *captured])
        whole, over = inner._lower(body)
        places = [place for s in captured for place in self._places(s)]
        one = inner._number(1)
        if inner.builder.known(over) == 1:
            program = inner.builder.program((Result(whole, inner._number(0), one),))
            return Ratio(self._ranged("total", program, ends, places), self._number(1))
        common = self._ranged(
            "common", inner.builder.program((Result(over, inner._number(0), over),)), ends, places
        )
        scaled = Lowering([index, *captured], "common")
        whole, over = scaled._lower(body)
        factor = scaled.builder.make("//", scaled.builder.input(len(scaled.builder.inputs) - 1), over)
        top = scaled.builder.make("*", whole, factor)
        program = scaled.builder.program((Result(top, scaled._number(0), scaled._number(1)),))
        return Ratio(self._ranged("total", program, ends, [*places, common]), common)

    def _places(self, s: Symbol) -> tuple[int, ...]:
        whole, over = self._lower(s)
        return (whole,) if s.is_integer else (whole, over)

    def _ranged(self, operator: str, body: Program, ends: list[int], places: list[int]) -> int:
        return self.builder.make(operator, *ends, *places, body=self.builder.add_body(body))

    # ---------------------------------------------------------------- what must hold
    def _nonzero(self, place: int, shown: Expr) -> None:
        self.builder.check(place, "!=", 0, f"division by zero: {_shown(shown)}", self._names(shown))

    def _names(self, expr: Expr) -> tuple[str, ...]:
        """Return the names of the symbols of an expression; each part of it is looked at once."""
        if expr not in self._symbols:
            found = {expr.name} if expr.is_Symbol else {n for a in expr.args for n in self._names(a)}
            self._symbols[expr] = tuple(sorted(found))
        return self._symbols[expr]

    def _positive(self, ratio: Ratio) -> Ratio:
        """Return an equal ratio with a denominator above zero."""
        if self.builder.positive(ratio.over):
            return ratio
        make = self.builder.make
        return Ratio(make("*", ratio.whole, ratio.over), make("*", ratio.over, ratio.over))

    def _integer(self, ratio: Ratio, what: str, shown: Expr) -> int:
        if self.builder.known(ratio.over) == 1:
            return ratio.whole
        rest = self.builder.make("%", ratio.whole, ratio.over)
        self.builder.check(rest, "==", 0, f"{what} of {_shown(shown)} is no integer", self._names(shown))
        return self.builder.make("//", ratio.whole, ratio.over)


_MAX_NUMBER = 4096  # bits of a number that is calculated here rather than by the program
_SHOWN = 60  # nodes of a formula in a message
_RELATIONS: Mapping[str, Relation] = {">=": ">=", ">": ">=", "==": "==", "!=": "!="}


def _shown(expr: Expr) -> str:
    """Return a formula as it stands in a message; written out, a long one could be endless."""
    return str(expr) if weigh(expr).nodes <= _SHOWN else "a long formula"


def _is_plain_power(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.exp.is_Integer


def _is_whole(part: Expr) -> bool:
    """Whether a term that was divided is an integer without a division, by its structure."""
    return is_integer_valued(part) and all(natural(f.exp) for f in Mul.make_args(part) if f.is_Pow)


_RULES: Mapping[object, Callable[[Lowering, Expr], Ratio]] = {
    Pow: Lowering._power,
    FloorDiv: Lowering._quotient,
    Mod: Lowering._remainder,
    Max: lambda self, expr: self._extreme(expr, "max"),
    Min: lambda self, expr: self._extreme(expr, "min"),
    sympy.Max: lambda self, expr: self._extreme(expr, "max"),
    sympy.Min: lambda self, expr: self._extreme(expr, "min"),
    sympy.Abs: Lowering._absolute,
    sympy.floor: Lowering._floor,
    sympy.ceiling: Lowering._ceiling,
    Gcd: Lowering._gcd,
    FloorLog2: Lowering._log2,
    Divisible: Lowering._divisible,
    sympy.Sum: Lowering._sum,
}
