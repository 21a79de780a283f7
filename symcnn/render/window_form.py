"""The window form of a quotient: ⌊(I − 67)/32⌋ + 1 for what is compared as (I + 29)//32 − 2.

The canonical form keeps coefficients small; people recognise the receptive field in the
numerator and the `+ 1` behind it. All forms here are equal for every integer:

| form | identity | where |
|---|---|---|
| ⌊(p + q (t − 1))/q⌋ + 1 | ⌊p/q⌋ + t | t integer-valued |
| ⌊(p + q t)/q⌋ | ⌊p/q⌋ + t | t integer-valued |
| ⌈(p − q + 1)/q⌉ | ⌊p/q⌋ | p, q integer-valued, q > 0 |
| ⌈(q t − p)/q⌉ | t − ⌊p/q⌋ | p, q, t integer-valued, q > 0 |

The cheapest is taken. The window form counts its `+ 1` for nothing, and rounding up is
for a single term only (⌈I/32⌉), so that windows look alike: ⌊(I − K − 1)/2⌋ + 1.
"""

from __future__ import annotations

from typing import NamedTuple

from sympy import Expr, Integer, S

from symcnn.algebra.polynomial import Terms, degree, is_integer_valued, polynomial, terms

_MANY = 12  # terms beside a quotient that nobody wants in its numerator


class Form(NamedTuple):
    """A quotient and what is added to it: `beside` + ⌊top/bottom⌋, or ⌈ ⌉ where `up`."""

    beside: Terms
    up: bool
    top: Terms
    bottom: Expr


def window_form(p: Expr, q: Expr, beside: Terms) -> Form:
    """Return the form of ⌊p/q⌋ + beside that reads best.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> form = window_form(I + 29, Integer(32), {S.One: Integer(-2)})
    >>> sum(c * m for m, c in form.top.items()), form.beside
    (I - 67, {1: 1})
    """
    numerator = terms(p)
    forms = [Form(beside, False, numerator, q)]
    if beside and _movable(beside):
        whole = _plus(numerator, q, beside)
        window = Form({S.One: S.One}, False, _plus(whole, q, {S.One: S.NegativeOne}), q)
        forms = [window, Form({}, False, whole, q), *forms]
        if beside.get(S.One, S.Zero) > 1:  # the output outgrows the input: ⌊I/2⌋ + 3
            forms.reverse()
    forms = [better for form in forms for better in (_upward(form), form) if better]
    return min(forms, key=_cost)  # the first of equals


def subtracted_form(p: Expr, q: Expr, beside: Terms) -> Form | None:
    """Return a single quotient for beside − ⌊p/q⌋ where that is shorter: ⌈I/3⌉ for I − ⌊2·I/3⌋, else None.

    >>> from symcnn.symbols import symbol
    >>> I = symbol("I")
    >>> subtracted_form(I, Integer(2), {I: S.One}).up, subtracted_form(I, Integer(2), {symbol("K"): S.One})
    (True, None)
    """
    if not (beside and _movable(beside) and q.is_positive and is_integer_valued(q)):
        return None
    negative = {m: -c for m, c in terms(p).items()}
    if not all(c.q == 1 and is_integer_valued(m) for m, c in negative.items()):
        return None
    ceiled = _plus(_plus(negative, q, beside), q, {S.One: S.One})
    ceiled[S.One] = ceiled.get(S.One, S.Zero) - 1  # ⌈x/q⌉ = ⌊(x + q − 1)/q⌋
    form = window_form(polynomial(ceiled), q, {})
    return form if _cost(form) < _cost(window_form(p, q, {})) + _length(beside) else None


def _movable(beside: Terms) -> bool:
    """Whether the terms are integers and letters, so that they may stand in the numerator."""
    if len(beside) > _MANY or any(c.q != 1 for c in beside.values()):
        return False
    return all(m == 1 or (is_integer_valued(m) and _plain(m)) for m in beside)


def _plain(monomial: Expr) -> bool:
    return all(b.is_Symbol and e.is_Integer for b, e in monomial.as_powers_dict().items())


def _plus(numerator: Terms, q: Expr, beside: Terms) -> Terms:
    """Return numerator + q * beside."""
    result = dict(numerator)
    for m, c in beside.items():
        for n, d in terms(q * m).items():
            result[n] = result.get(n, S.Zero) + c * d
    return {m: c for m, c in result.items() if c != 0}


def _upward(form: Form) -> Form | None:
    """Return the form that rounds up, if its numerator is a single term."""
    q = form.bottom
    if not (q.is_positive and is_integer_valued(q)):
        return None
    if not all(c.q == 1 and is_integer_valued(m) for m, c in form.top.items()):
        return None
    ceiled = _plus(form.top, q, {S.One: S.NegativeOne})
    ceiled[S.One] = ceiled.get(S.One, S.Zero) + 1
    beside = dict(form.beside)
    top = {m: c for m, c in ceiled.items() if c != 0}
    if len(top) != 1 or S.One in top or min(top.values()) < 0:
        return None
    return Form(beside, True, top, q)


def _cost(form: Form) -> int:
    beside = 0 if form.beside == {S.One: Integer(1)} else _length(form.beside)
    return _length(form.top) + beside


def _length(parts: Terms) -> int:
    """Return letters and numbers to be read."""
    return sum(max(1, degree(m)) + (m != 1 and abs(c) != 1) for m, c in parts.items())
