"""Series of rounds: windows in a row, and what arrives at round i, in closed form.

The solutions of the recurrences are known ones (Graham, Knuth & Patashnik, Concrete
Mathematics, sections 2.2 and 3.2); none is believed: it is returned only if it starts right and
one round takes it on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Add, Expr, Mul, S, Sum, Symbol

from symcnn.algebra.conditions import Condition
from symcnn.algebra.domain import Domain
from symcnn.algebra.polynomial import expanded, is_integer_valued, over, terms
from symcnn.algebra.quotient import FloorDiv
from symcnn.algebra.sums import afford
from symcnn.algebra.sums import summation as summation
from symcnn.algebra.window import Window
from symcnn.errors import DomainError
from symcnn.symbols import gap
from symcnn.symbols import index as index_symbol

_PEELED = 3  # terms of a sum that a proof takes off at its end


# ------------------------------------------------------------------ windows
def power(window: Window, n: Expr, domain: Domain) -> Window:
    """Return the window of n equal windows in a row; n may be 0.

    >>> from symcnn.symbols import symbol
    >>> power(Window(S(3), S(2)), symbol("D"), Domain())
    Window(size=2*2**D - 1, jump=2**D, before=0, after=0)
    """
    return compose(window, index_symbol("i", "nonnegative"), S.Zero, n - 1, domain)


@lru_cache(maxsize=10_000)
def compose(window: Window, index: Symbol, first: Expr, last: Expr, domain: Domain) -> Window:
    """Return the window of the windows at index = first, ..., last in a row.

    Size and padding may depend on the index, the jump may not. With n windows before it, a
    window counts jump**n times.

    >>> from symcnn.symbols import index, symbol
    >>> i = index("i")
    >>> compose(Window(1 + 2**i), i, S.One, symbol("D"), Domain()).size
    2*2**D - 1
    """
    if window.jump.has(index):
        raise DomainError(
            f"the jump {window.jump} changes with {index}", hint="it must not, to be taken many times"
        )
    n = expanded(last - first + 1)
    if window.jump.is_Rational and window.jump != 1:
        afford(window.jump, S.Zero, n)
    times = window.jump ** expanded(index - first)

    def total(part: Expr) -> Expr:
        return summation(part * times, index, first, last, domain)

    size = expanded(1 + total(window.size - 1))
    return Window(size, expanded(window.jump**n), total(window.before), total(window.after))


# ------------------------------------------------------------------ recurrences
@dataclass(frozen=True)
class Recurrence:
    """`step` turns what arrives at a round into what arrives at the next, from `start` at `first`."""

    step: Expr
    arriving: Symbol
    start: Expr
    index: Symbol
    first: Expr
    direction: int
    domain: Domain

    @property
    def rounds(self) -> Expr:
        """The number of rounds before round `index`."""
        return expanded(self.direction * (self.index - self.first))

    def after(self, value: Expr) -> Expr:
        """Return what a round makes of a value."""
        return self.step.xreplace({self.arriving: value})

    def later(self, formula: Expr) -> Expr:
        """Return a formula one round later."""
        return formula.xreplace({self.index: self.index + self.direction})

    def accumulated(self, part: Expr, ratio: Expr, *, last_first: bool) -> Expr:
        """Return the sum of `part` over the rounds before this one, each `ratio` times the one beside it.

        The last one counts once if `last_first`, else the first one.
        """
        here = gap(self.index)
        low, high = (self.first, here - 1) if self.direction > 0 else (here + 1, self.first)
        once = here - self.direction if last_first else self.first
        times = ratio ** expanded((once - self.index) * (self.direction if last_first else -self.direction))
        return summation(part * times, self.index, low, high, self.domain).xreplace({here: self.index})


def recur(
    step: Expr, arriving: Symbol, start: Expr, index: Symbol, first: Expr, direction: int, domain: Domain
) -> Expr | None:
    """Return what arrives at round `index`, None where no closed form was shown to be right.

    Round `first` gets `start`; round i turns what arrives, a, into step(a, i), which arrives at
    round i + direction. The index is never before `first`.

    >>> from symcnn.symbols import index, symbol
    >>> D, I, N, a, i = symbol("D"), symbol("I"), symbol("N"), symbol("a"), index("i")
    >>> recur(FloorDiv(a - 4, 2), a, I, i, S.One, 1, Domain())
    (I + 4)//(2**(i - 1)) - 4
    >>> recur(2 * a, a, N, i, D, -1, Domain())
    2**(-i + D)*N
    """
    given = Recurrence(step, arriving, start, index, first, direction, domain)
    if not step.has(arriving):
        return _where(given, given.step.xreplace({index: index - direction}))
    linear = _linear(given)
    if linear is not None:
        return _where(given, _accumulated(given, *linear))
    rounded = _rounded(given)
    return None if rounded is None else _collapsed(given, *rounded)


def _where(given: Recurrence, found: Expr) -> Expr | None:
    """Return a solution if induction shows it right, else None."""
    try:
        at_first = found.xreplace({given.index: given.first})
    except ZeroDivisionError:  # 100 // (i - 1) has no value in round 1, where `start` arrives
        return None
    on = given.after(found) - given.later(found)
    return found if _vanishes(at_first - given.start, given) and _vanishes(on, given) else None


def _vanishes(difference: Expr, given: Recurrence) -> bool:
    return given.domain.proves(Condition(_aligned(difference, given), "=="))


# ------------------------------------------------------------------ alpha a + beta
def _linear(given: Recurrence) -> tuple[Expr, Expr] | None:
    """Return alpha and beta of a step alpha a + beta, alpha the same in every round."""
    alpha, beta = S.Zero, S.Zero
    for m, c in terms(given.step).items():
        if not m.has(given.arriving):
            beta += c * m
            continue
        factor = over(m, given.arriving)
        if factor is None or factor.has(given.arriving) or factor.has(given.index):
            return None
        alpha += c * factor
    return alpha, beta


def _accumulated(given: Recurrence, alpha: Expr, beta: Expr) -> Expr:
    if alpha == 1:
        return expanded(given.start + given.accumulated(beta, S.One, last_first=True))
    return expanded(alpha**given.rounds * given.start) + given.accumulated(beta, alpha, last_first=True)


# ------------------------------------------------------------------ quotients of quotients
def _rounded(given: Recurrence) -> tuple[Expr, Expr] | None:
    """Return c and j of a step (a + c) // j, j the same in every round."""
    parts = terms(given.step)
    inner = [m for m in parts if m.has(given.arriving)]
    if len(inner) != 1 or not isinstance(inner[0], FloorDiv) or abs(parts[inner[0]]) != 1:
        return None
    p, j = inner[0].args
    beside = Add(*(c * m for m, c in parts.items() if m != inner[0]))
    if parts[inner[0]] == -1:  # -(p // j) = (-p - 1) // j + 1
        p, beside = -p - 1, beside + 1
    shift = expanded(p - given.arriving + j * beside)
    if shift.has(given.arriving) or j.has(given.arriving) or j.has(given.index):
        return None
    return (shift, j) if is_integer_valued(p) and is_integer_valued(shift) and j.is_positive else None


def _collapsed(given: Recurrence, shift: Expr, j: Expr) -> Expr | None:
    """Return n times a -> (a + c) // j as one quotient (e + c(0) + c(1) j + ...) // j**n.

    For floor((floor(x/m) + c)/j) = floor((x + c m)/(m j)), numerator and divisor are followed
    from round to round.
    """
    if not is_integer_valued(given.start):
        return None
    top = given.start + given.accumulated(shift, j, last_first=False)
    bottom = j**given.rounds
    at_first = {given.index: given.first}
    follows = (
        top.xreplace(at_first) - given.start,
        bottom.xreplace(at_first) - 1,
        top + shift * bottom - given.later(top),
        j * bottom - given.later(bottom),
    )
    return FloorDiv(top, bottom) if all(_vanishes(d, given) for d in follows) else None


# ------------------------------------------------------------------ sums in a proof
def _aligned(expr: Expr, given: Recurrence) -> Expr:
    """Return the expression with its sums over the rounds before round `index`, the other terms taken off.

    What does not depend on the variable of a sum stands before it.
    """
    return expr.xreplace({total: _opened(total, given) for total in expr.atoms(Sum)})


def _opened(total: Expr, given: Recurrence) -> Expr:
    (variable, low, high), *others = total.limits
    if not others and expanded(high - low) == -1:
        return S.Zero
    end, target = (high, given.index - 1) if given.direction > 0 else (low, given.index + 1)
    beyond = expanded(given.direction * (end - target))
    if others or not (beyond.is_Integer and 0 <= beyond <= _PEELED):
        return total
    peeled = [total.function.xreplace({variable: end - given.direction * n}) for n in range(int(beyond))]
    limits = (low, target) if given.direction > 0 else (target, high)
    inner, outer = _parted(total.function, variable)
    return Add(outer * Sum(inner, (variable, *limits)), *peeled)


def _parted(body: Expr, variable: Symbol) -> tuple[Expr, Expr]:
    """Return the factors with and without a symbol, powers taken apart: S**(i - b) = S**(-b) S**i."""
    inner, outer = [S.One], [S.One]
    for factor in Mul.make_args(body):
        base, exponent = factor.as_base_exp()
        for m, c in terms(exponent).items() if not base.has(variable) else ():
            (inner if m.has(variable) else outer).append(base ** (c * m))
        if base.has(variable):
            inner.append(factor)
    return Mul(*inner), Mul(*outer)
