"""The builder: makes the nodes of the syntax tree while Lark reads.

One method per rule of the grammar, under the rule's name; each gets the list of
what the rule consists of, tokens and nodes.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from symcnn.errors import LanguageError
from symcnn.language import syntax as s
from symcnn.language.lexer import MAX_EXPONENT, Token
from symcnn.source import Span

Parts = list[Any]

_FACTORS = {"k": 10**3, "M": 10**6, "G": 10**9}


class Builder:
    """Callbacks for the rules of grammar/symcnn.lark."""

    # -------------------------------------------------------------- expressions
    def number(self, parts: Parts) -> s.Number:
        token = parts[0]
        value, ulp = read_number(token.value)
        return s.Number(value, ulp, span=Span(token.start_pos, token.end_pos))

    def ref(self, parts: Parts) -> s.Ref:
        path: list[str] = []
        indices: list[s.Expr | None] = []
        for part in parts:
            if not isinstance(part, Token):
                indices[-1] = part
            elif part.type == "NAME":
                path.append(part.value)
                indices.append(None)
        return s.Ref(tuple(path), tuple(indices), span=Span(parts[0].start_pos, parts[-1].end_pos))

    def call(self, parts: Parts) -> s.Call:
        name = parts[0]
        return s.Call(name.value, tuple(parts[2:-1]), span=Span(name.start_pos, parts[-1].end_pos))

    def brackets(self, parts: Parts) -> s.Expr:
        inner: s.Expr = replace(parts[1], span=Span(parts[0].start_pos, parts[2].end_pos))
        return inner

    def power(self, parts: Parts) -> s.Power:
        base, exponent = parts
        literal = exponent.operand if isinstance(exponent, s.Negative) else exponent
        if isinstance(literal, s.Number) and literal.value > MAX_EXPONENT:
            raise LanguageError(f"this exponent is larger than {MAX_EXPONENT}", exponent.span)
        return s.Power(base, exponent, span=_cover(base, exponent))

    def negative(self, parts: Parts) -> s.Negative:
        return s.Negative(parts[1], span=Span(parts[0].start_pos, parts[1].span.end))

    def sum(self, parts: Parts) -> s.Sum:
        operators = ["+", *(token.value for token in parts[1::2])]
        return s.Sum(tuple(zip(operators, parts[::2], strict=True)), span=_cover(parts[0], parts[-1]))

    def product(self, parts: Parts) -> s.Product:
        operators = ["*", *(token.value for token in parts[1::2])]
        return s.Product(tuple(zip(operators, parts[::2], strict=True)), span=_cover(parts[0], parts[-1]))

    def sides(self, parts: Parts) -> s.Sides:
        return s.Sides(parts[0], parts[1], span=_cover(*parts))

    def size(self, parts: Parts) -> s.Size:
        return s.Size(tuple(parts), span=Span(parts[0].span.start, parts[-1].span.end))

    def shape(self, parts: Parts) -> s.Shape:
        return s.Shape(parts[0], parts[1], span=_cover(*parts))

    def relation(self, parts: Parts) -> s.Relation:
        operators = tuple(token.value for token in parts[1::2])
        return s.Relation(tuple(parts[::2]), operators, span=_cover(parts[0], parts[-1]))

    def is_(self, parts: Parts) -> s.Is:
        return s.Is(parts[0], parts[1].value, span=Span(parts[0].span.start, parts[1].end_pos))

    def expression(self, parts: Parts) -> s.Expr:
        inner: s.Expr = parts[0]
        return inner

    # ------------------------------------------------------------------- tables
    def times(self, parts: Parts) -> s.Times:
        return s.Times(parts[0], parts[1], span=_cover(*parts))

    def range(self, parts: Parts) -> s.Range:
        return s.Range(parts[0], parts[1], span=_cover(*parts))

    def table(self, parts: Parts) -> s.Table:
        return s.Table(tuple(parts[1:-1]), span=Span(parts[0].start_pos, parts[-1].end_pos))

    # ------------------------------------------------------------------- layers
    def layer(self, parts: Parts) -> s.Layer:
        word = parts[0]
        head = maps = None
        at = 1
        if at < len(parts) and isinstance(parts[at], (s.Size, s.Shape)):
            head = parts[at]
            at += 1
        if at < len(parts) and isinstance(parts[at], Token):  # the arrow
            maps = parts[at + 1]
            at += 2
        last = parts[-1]
        end = word.end_pos if last is word else last.span.end
        return s.Layer(
            word.value, head, maps, tuple(parts[at:]), span=Span(word.start_pos, end), word_span=word.span
        )

    def keyed(self, parts: Parts) -> s.Keyed:
        return s.Keyed(parts[0].value, parts[1], span=Span(parts[0].start_pos, parts[1].span.end))

    def negated(self, parts: Parts) -> s.Negated:
        return s.Negated(parts[1].value, span=Span(parts[0].start_pos, parts[1].end_pos))

    def flag(self, parts: Parts) -> s.Flag:
        return s.Flag(parts[0].value, span=parts[0].span)

    # -------------------------------------------------------------------- graph
    def step(self, parts: Parts) -> s.Step:
        label = claim = None
        first, last = parts[0], parts[-1]
        if isinstance(first, s.Label):
            label, parts = first, parts[1:]
        if isinstance(last, s.Shape):
            claim = last
        return s.Step(parts[0], label, claim, span=Span(first.span.start, last.span.end))

    def label(self, parts: Parts) -> s.Label:
        index = parts[2] if len(parts) > 1 else None
        return s.Label(parts[0].value, index, span=Span(parts[0].start_pos, parts[-1].end_pos))

    def apply(self, parts: Parts) -> s.Apply:
        name = parts[0]
        return s.Apply(name.value, tuple(parts[2:-1]), span=Span(name.start_pos, parts[-1].end_pos))

    def argument(self, parts: Parts) -> s.Argument:
        if len(parts) == 1:
            return s.Argument(parts[0], span=parts[0].span)
        return s.Argument(parts[1], parts[0].value, span=Span(parts[0].start_pos, parts[1].span.end))

    def merge(self, parts: Parts) -> s.Merge:
        return s.Merge(parts[0].value, tuple(parts[2:-1]), span=Span(parts[0].start_pos, parts[-1].end_pos))

    def branch(self, parts: Parts) -> s.Block:
        return s.Block(tuple(parts), span=_cover(parts[0], parts[-1]))

    def join(self, parts: Parts) -> s.Join:
        return s.Join(parts[0].value, tuple(parts[1:]), span=Span(parts[0].start_pos, parts[-1].span.end))

    def operand(self, parts: Parts) -> s.Operand:
        if len(parts) == 1:
            return s.Operand(parts[0], span=parts[0].span)
        return s.Operand(parts[2], parts[0].value, span=Span(parts[0].start_pos, parts[3].end_pos))

    def repeat(self, parts: Parts) -> s.Repeat:
        return s.Repeat(parts[1], parts[2], span=Span(parts[0].start_pos, parts[2].span.end))

    def repeat_over(self, parts: Parts) -> s.Repeat:
        word, index, over, body = parts
        return s.Repeat(over, body, index.value, span=Span(word.start_pos, body.span.end))

    def if_(self, parts: Parts) -> s.If:
        conditions = tuple(part for part in parts[1:] if not isinstance(part, s.Block))
        blocks = parts[1 + len(conditions) :]
        otherwise = blocks[1] if len(blocks) == 2 else None
        return s.If(conditions, blocks[0], otherwise, span=Span(parts[0].start_pos, parts[-1].span.end))

    def from_(self, parts: Parts) -> s.From:
        return s.From(parts[1], span=Span(parts[0].start_pos, parts[1].span.end))

    def share(self, parts: Parts) -> s.Share:
        return s.Share(parts[1], span=Span(parts[0].start_pos, parts[1].span.end))

    def block(self, parts: Parts) -> s.Block:
        return s.Block(tuple(parts[1:-1]), span=Span(parts[0].start_pos, parts[-1].end_pos))

    # ------------------------------------------------------------- declarations
    def symbols(self, parts: Parts) -> s.Symbols:
        declared = tuple(part for part in parts[1:] if isinstance(part, s.Declared))
        where = tuple(parts[1 + len(declared) :])
        return s.Symbols(declared, where, span=Span(parts[0].start_pos, parts[-1].span.end))

    def declared(self, parts: Parts) -> s.Declared:
        default = parts[1] if len(parts) == 2 else None
        return s.Declared(parts[0].value, default, span=_named(parts))

    def let(self, parts: Parts) -> s.Let:
        parameters = parts[2] if len(parts) == 4 else None
        return s.Let(parts[1].value, parts[-1], parameters, span=Span(parts[0].start_pos, parts[-1].span.end))

    def def_(self, parts: Parts) -> s.Def:
        word, name, parameters, body = parts
        return s.Def(name.value, parameters, body, span=Span(word.start_pos, body.span.end))

    def parameters(self, parts: Parts) -> tuple[s.Parameter, ...]:
        return tuple(parts)

    def parameter(self, parts: Parts) -> s.Parameter:
        default = parts[1] if len(parts) == 2 else None
        return s.Parameter(parts[0].value, default, span=_named(parts))

    def net(self, parts: Parts) -> s.Net:
        word, name, body = parts
        return s.Net(_unquote(name), body, span=Span(word.start_pos, body.span.end))

    def claim(self, parts: Parts) -> s.Assert:
        word, condition, *rest = parts
        given = next((part for part in rest if isinstance(part, s.Given)), None)
        note = next((_unquote(part) for part in rest if isinstance(part, Token)), None)
        last = parts[-1]
        end = last.end_pos if isinstance(last, Token) else last.span.end
        return s.Assert(condition, given, note, span=Span(word.start_pos, end))

    def config(self, parts: Parts) -> s.Config:
        word, name, given = parts
        return s.Config(name.value, given, span=Span(word.start_pos, given.span.end))

    def given_list(self, parts: Parts) -> s.Given:
        seen: set[tuple[type, str]] = set()
        for entry in parts:
            name = getattr(entry, "name", "defaults")
            if (type(entry), name) in seen:
                raise LanguageError(f"'{name}' is given twice", entry.span)
            seen.add((type(entry), name))
        return s.Given(tuple(parts), span=_cover(parts[0], parts[-1]))

    def defaults(self, parts: Parts) -> s.Defaults:
        return s.Defaults(span=parts[0].span)

    def config_name(self, parts: Parts) -> s.ConfigName:
        return s.ConfigName(parts[0].value, span=parts[0].span)

    def given(self, parts: Parts) -> s.Given:
        inner: s.Given = parts[0]
        return inner

    def binding(self, parts: Parts) -> s.Binding:
        return s.Binding(parts[0].value, parts[1], span=_named(parts))

    def output(self, parts: Parts) -> s.Output:
        return s.Output(tuple(parts[1:]), span=Span(parts[0].start_pos, parts[-1].span.end))

    def program(self, parts: Parts) -> s.Program:
        return s.Program(tuple(parts), span=_cover(parts[0], parts[-1]) if parts else Span(0, 0))


@lru_cache(maxsize=1024)
def read_number(text: str) -> tuple[Fraction, Fraction]:
    """Return value and unit in the last place of a literal: `1.97M` is 1 970 000 and 10 000.

    >>> [int(part) for part in read_number("1.97M")]
    [1970000, 10000]
    """
    unit = Fraction(_FACTORS.get(text[-1], 1))
    mantissa, _, exponent = text.rstrip("kMG").replace("_", "").lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    unit *= Fraction(10) ** (int(exponent or 0) - len(decimals))
    return int(whole + decimals) * unit, unit


def _cover(first: s.Node, last: s.Node) -> Span:
    return Span(first.span.start, last.span.end)


def _named(parts: Parts) -> Span:
    """Return the span of a name and, where there is one, its value."""
    return Span(parts[0].start_pos, parts[1].span.end if len(parts) == 2 else parts[0].end_pos)


def _unquote(token: Token) -> str:
    return token.value[1:-1] if token.type == "STRING" else token.value
