"""Sums, products and rounded quotients put in textbook order, from the inside of an expression outwards."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd, lcm
from typing import Any, NamedTuple

from sympy import Add, Basic, Expr, Integer, Mul, Pow, Rational, S, Symbol

from symcnn.algebra.polynomial import Terms, is_integer_valued, over, terms
from symcnn.algebra.powers import is_symbolic, normal, written
from symcnn.render import layout as to
from symcnn.render.layout import Layout
from symcnn.render.letters import Reader, factor_key, family, most, sum_key
from symcnn.render.window_form import Form, subtracted_form, window_form

ONE = to.Number(1)
Rule = Callable[["Arranger", Any], Layout]
_EFFECTIVE = 1 << 20


class Term(NamedTuple):
    """A term of a sum: where it stands, its sign, and what it is without."""

    key: Any
    negative: bool
    layout: Layout


class Arranger:
    """Arranges parts of one expression, each once; `rules` has one for every kind of part."""

    def __init__(self, rules: Callable[[Basic], Rule]) -> None:
        self._rules = rules
        self._layouts: dict[Basic, Layout] = {}
        self.letters = Reader()

    def arrange(self, expr: Basic) -> Layout:
        """Return the layout of a part."""
        found = self._layouts.get(expr)
        if found is None:
            found = self._layouts[expr] = self._rules(expr)(self, expr)
        return found

    # ---------------------------------------------------------------- sums
    def sum(self, parts: Terms) -> Layout:
        """Return coefficients times monomials as a sum in textbook order."""
        return signed(self._terms(parts))

    def _terms(self, parts: Terms) -> list[Term]:
        broken = {m: c for m, c in parts.items() if c.q != 1}
        if len(broken) > 1:
            whole = {m: c for m, c in parts.items() if c.q == 1}
            return [self._over_common(broken), *self._terms(whole)]
        powers, rest = self._over_powers(parts)
        if powers:
            return [*powers, *self._terms(rest)]
        grouped, rest = self._kernels(parts)
        return [*grouped, *(self._term(m, c) for m, c in rest.items())]

    def _over_common(self, parts: Terms) -> Term:
        """Return terms with fractions for coefficients as one, over their common denominator."""
        shared = lcm(*(int(c.q) for c in parts.values()))
        negative = all(c < 0 for c in parts.values())
        top = self.sum({m: abs(c * shared) if negative else c * shared for m, c in parts.items()})
        key = min((sum_key(self.letters(m)), self.letters.divisor(m)) for m in parts)
        return Term(key, negative, to.Fraction(top, to.Number(shared)))

    def _over_powers(self, parts: Terms) -> tuple[list[Term], Terms]:
        """Take terms over the same power with a symbolic exponent out as one: (I + 4)/2^i."""
        below: dict[Expr, Terms] = {}
        for monomial in parts:
            below.setdefault(_under(monomial), {})[monomial] = parts[monomial]
        rest, found = dict(parts), list[Term]()
        for bottom, over_it in below.items():
            if bottom == 1 or len(over_it) < 2:
                continue
            negative = all(c < 0 for c in over_it.values())
            shared, lower = _lowered(gcd(*(int(c) for c in over_it.values())), bottom)
            tops = {_above(m): (-c if negative else c) / shared for m, c in over_it.items()}
            key = min((sum_key(self.letters(m)), 0) for m in tops)
            found.append(Term(key, negative, to.Fraction(self.sum(tops), self.arrange(lower))))
            rest = {m: c for m, c in rest.items() if m not in over_it}
        return found, rest

    def _term(self, monomial: Expr, coefficient: Rational) -> Term:
        coefficient, monomial = _sign_first(coefficient, monomial)
        layout = self._product(abs(coefficient), monomial)
        key = (sum_key(self.letters(monomial)), self.letters.divisor(monomial))
        return Term(key, bool(coefficient < 0), layout)

    def _kernels(self, parts: Terms) -> tuple[list[Term], Terms]:
        """Take c m K − c m out of the terms as c m (K − 1), where there is anything beside them."""
        rest, found = dict(parts), list[Term]()
        for monomial, c in parts.items():
            for letter in _kernel_letters(monomial):
                m = over(monomial, letter)
                if m in (None, S.One) or monomial not in rest or rest.get(m) != -c:
                    continue
                del rest[monomial], rest[m]
                layout = self._product(abs(c), m * (letter - 1))
                found.append(Term((sum_key(self.letters(m)), 0), bool(c < 0), layout))
        return found, rest

    # ---------------------------------------------------------------- quotients
    def with_quotient(self, quotient: Expr, sign: int, beside: Terms) -> Layout:
        """Return a sum in which one quotient stands, added or (with the sign −1) subtracted."""
        p, q = quotient.args
        form = window_form(p, q, beside) if sign > 0 else subtracted_form(p, q, beside)
        if form is None:
            return self.sum({**beside, quotient: S.NegativeOne})
        return signed([self._quotient(form), *self._terms(form.beside)])

    def _quotient(self, form: Form) -> Term:
        """Return the rounded quotient of a form as a term."""
        kind = to.Ceil if form.up else to.Floor
        letters = most([self.letters(m) for m in form.top]) or self.letters(form.bottom)
        return Term((sum_key(letters), 1), False, kind(self.sum(form.top), self.arrange(form.bottom)))

    # ---------------------------------------------------------------- products
    def _product(self, coefficient: Rational, monomial: Expr) -> Layout:
        """Return a positive number times a monomial."""
        coefficient, monomial = _one_power(coefficient, monomial)
        tops: list[tuple[Any, Layout]] = []
        bottoms: list[tuple[Any, Layout]] = []
        for factor in Mul.make_args(monomial):
            base, exponent = factor.as_base_exp()
            inverse = _is_inverse(exponent)
            layout, exponent = self.arrange(base), -exponent if inverse else exponent
            shared = layout.bottom if isinstance(layout, to.Fraction) else None
            if isinstance(layout, to.Fraction) and isinstance(shared, to.Number) and exponent.is_Integer:
                power = int(-exponent if inverse else exponent)
                coefficient, layout = coefficient / Integer(shared.value) ** power, layout.top
            if exponent != 1:
                layout = to.Power(layout, self.arrange(exponent))
            if factor != 1:
                (bottoms if inverse else tops).append((self._place(base, exponent), layout))
        top = _multiplied(int(coefficient.p), tops)
        bottom = _multiplied(int(coefficient.q), bottoms)
        return top if bottom == ONE else to.Fraction(top, bottom)

    def _place(self, base: Expr, exponent: Expr) -> tuple[Any, ...]:
        constant, rest = base.as_coeff_Add()
        if constant == -1 and exponent == 1 and rest.is_Symbol and family(rest.name) == "K":
            return (_EFFECTIVE,)  # D·(K − 1), as in the effective kernel
        rounded = self.letters.divisor(base) > 0
        weights = exponent == 1 and self._weighs(base)
        key = factor_key(self.letters(base**exponent), rounded=rounded, weights=weights)
        return (*key, base.is_Add is True)

    def _weighs(self, factor: Expr) -> bool:
        """Whether a factor is a sum of weights and biases: one of its terms multiplies sizes."""
        products = (t for t in Add.make_args(factor) if t.as_coeff_Mul()[1].func in (Mul, Pow))
        return factor.is_Add is True and any(map(self.letters.has_size, products))

    def product(self, expr: Expr) -> Layout:
        """Return a product or a power, with its sign."""
        coefficient, monomial = expr.as_coeff_Mul(rational=True)
        if coefficient == 0:
            return to.Number(0)
        coefficient, monomial = _sign_first(coefficient, monomial)
        return signed([Term((), bool(coefficient < 0), self._product(abs(coefficient), monomial))])

    def logarithm(self, x: Expr) -> Layout:
        """Return ⌊log2 x⌋; where x = 2 y − 1 with an integer y, it is ⌈log2 y⌉."""
        halves = {m: c / 2 for m, c in terms(x + 1).items()}
        if x.is_Add and all(c.q == 1 and is_integer_valued(m) for m, c in halves.items()):
            return to.Ceil(to.Function("log2", (self.sum(halves),)), ONE)
        return to.Floor(to.Function("log2", (self.arrange(x),)), ONE)


# ------------------------------------------------------------------ small parts
def signed(found: list[Term]) -> Layout:
    """Return the terms in order, a positive one first; a single positive term as it is."""
    ordered = sorted(found, key=lambda term: term.key)
    first = next((at for at, term in enumerate(ordered) if not term.negative), 0)
    if not ordered:
        return to.Number(0)
    ordered.insert(0, ordered.pop(first))
    if len(ordered) == 1 and not ordered[0].negative:
        return ordered[0].layout
    return to.Sum(tuple(t.layout for t in ordered), tuple(t.negative for t in ordered))


def _sign_first(coefficient: Rational, monomial: Expr) -> tuple[Rational, Expr]:
    """Return −c, (N + 1) m for c, (−N − 1) m: a sum of negative terms gives its sign away."""
    if not monomial.is_Mul:
        return coefficient, monomial
    factors = list(monomial.args)
    for at, factor in enumerate(factors):
        if factor.is_Add and all(term.as_coeff_Mul()[0] < 0 for term in factor.args):
            factors[at], coefficient = -factor, -coefficient
    return coefficient, Mul(*factors)


def _is_below(factor: Expr) -> bool:
    """Whether a factor is a power with a symbolic exponent that stands under the line."""
    return is_symbolic(factor) and _is_inverse(factor.exp)


def _under(monomial: Expr) -> Expr:
    return Mul(*(1 / f for f in Mul.make_args(monomial) if _is_below(f)))


def _above(monomial: Expr) -> Expr:
    return Mul(*(f for f in Mul.make_args(monomial) if not _is_below(f)))


def _lowered(shared: int, bottom: Expr) -> tuple[Rational, Expr]:
    """Return what a common factor loses to the power under the line, and that power: 2/2^i = 1/2^(i − 1)."""
    kept, power = written(Integer(shared), 1 / bottom, merged=True).as_coeff_Mul(rational=True)
    return shared / kept, 1 / power


def _one_power(coefficient: Rational, monomial: Expr) -> tuple[Rational, Expr]:
    """Return 2^(2·i − 1) for 2^i·2^(i − 1)."""
    powers = [f for f in Mul.make_args(monomial) if is_symbolic(f) and f.base.is_Rational]
    if len(powers) < 2 or not all(p.base == powers[0].base for p in powers):
        return coefficient, monomial
    scale, merged = normal(Mul(*powers))
    rest = Mul(*(f for f in Mul.make_args(monomial) if f not in powers))
    coefficient, power = written(coefficient * scale, merged).as_coeff_Mul(rational=True)
    return coefficient, power * rest


def _is_inverse(exponent: Expr) -> bool:
    """Whether a power reads better under the line: I/2^(i − 1) for I·2^(1 − i)."""
    letters = [t for t in Add.make_args(exponent) if not t.is_Number] or [exponent]
    return all(t.as_coeff_Mul()[0] < 0 for t in letters)


def _multiplied(number: int, factors: list[tuple[Any, Layout]]) -> Layout:
    ordered = [layout for _, layout in sorted(factors, key=lambda factor: factor[0])]
    if number != 1 or not ordered:
        ordered.insert(0, to.Number(number))
    return ordered[0] if len(ordered) == 1 else to.Product(tuple(ordered))


def _kernel_letters(monomial: Expr) -> list[Symbol]:
    powers = monomial.as_powers_dict() if monomial.is_Mul else {}
    return [b for b, e in powers.items() if b.is_Symbol and e == 1 and family(b.name) == "K"]
