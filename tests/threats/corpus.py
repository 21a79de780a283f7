"""Texts as long as a block of text may be, each nasty in one way of its own.

`nasty(name, size)` builds one of a chosen size. They are no random bytes: most of them are correct
programs, as a wrong one is refused early.
"""

from __future__ import annotations

from collections.abc import Callable

Unit = Callable[[int], str]
SIZE = 1 << 18


def filled(size: int, head: str, unit: Unit | str, tail: str = "", between: str = "\n") -> str:
    """Return head, as many units as fit into the size, and tail."""
    parts, left, number = [], size - len(head.encode()) - len(tail.encode()), 0
    while True:
        number += 1
        part = unit if isinstance(unit, str) else unit(number)
        left -= len(part.encode()) + len(between)
        if left < 0:
            return head + between.join(parts) + tail
        parts.append(part)


def nested(opening: str, inner: str, closing: str, depth: int) -> str:
    """Return something inside so many brackets."""
    return opening * depth + inner + closing * depth


ONE = "input 1 @ 64x64\n"
ANY = "input C @ I x I\n"


def _half(size: int, first: Callable[[int], str], second: Callable[[int], str]) -> str:
    return first(size // 2) + "\n" + second(size // 2)


def _doubling(inner: str, times: int, start: str) -> str:
    """Return definitions that call each other twice: 2**times copies of what is inside."""
    lines = [f"def f0() {{ {inner} }}"]
    lines += [f"def f{i + 1}() {{ f{i}(); f{i}() }}" for i in range(times)]
    return "\n".join([*lines, start + f"f{times}()", "assert params >= 0"])


def _table(row: str, rows: int) -> str:
    """Return a convolution with so many equal rows in its table."""
    return f"input 6@9x9\nconv 3 -> {rows}, table [{','.join([row] * rows)}]"


CORPUS: dict[str, Callable[[int], str]] = {
    # ------------------------------------------------------------------ chains
    "a chain of one layer": lambda n: filled(n, ONE, "conv 3x3 -> 8, pad 1"),
    "a chain of letters": lambda n: filled(n, ANY, "conv 3x3 -> N, pad 1"),
    "a chain that shrinks": lambda n: filled(n, ANY, "conv 3x3 -> 8"),
    "a chain of halves": lambda n: filled(n, ANY, "conv 3x3 -> 8, stride 2"),
    "a chain that doubles": lambda n: filled(n, ANY, "upsample 2"),
    "a chain that doubles its maps": lambda n: filled(n, ANY, "conv 1 -> 2*maps"),
    "a chain that squares its maps": lambda n: filled(n, ANY, "conv 1 -> maps*maps + 1"),
    "a chain of the same letters": lambda n: filled(n, ANY, "conv K -> N, stride S, pad P"),
    "a chain of many letters": lambda n: filled(
        n, ANY, lambda i: f"conv K{i} -> N{i}, stride S{i}, pad P{i}"
    ),
    "a chain of different maps": lambda n: filled(n, ANY, lambda i: f"conv 3x3 -> {i}, pad 1"),
    "a chain of different windows": lambda n: filled(n, ANY, lambda i: f"maxpool {i % 97 + 2}, stride 1"),
    "a chain of letters for maps": lambda n: filled(n, ANY, lambda i: f"conv 1 -> N{i}"),
    "a chain of activations": lambda n: filled(n, ONE, "relu", between=";"),
    "a chain of three axes": lambda n: filled(n, "input 1@A x B x I\n", "conv 1x2x3 -> 4, pad 0:1 x 1 x 2"),
    "a chain of groups": lambda n: filled(n, "input 4*G @ I x I\n", "conv 3 -> 4*G, groups G, pad 1"),
    "a chain of shuffles": lambda n: filled(
        n, "input 4*G @ I x I\n", "shuffle 4; split 2, part 1; conv 1 -> 4*G"
    ),
    "a chain of dense layers": lambda n: filled(n, ANY, lambda i: f"fc -> F{i % 9}"),
    "a chain up and down": lambda n: filled(n, ANY, "maxpool 2; upsample 2"),
    "a chain of adaptive pools": lambda n: filled(n, ANY, lambda i: f"adaptiveavgpool {i % 50 + 1}"),
    "a chain of ceilings": lambda n: filled(n, ANY, "maxpool 3, stride 2, ceil; pad 3"),
    "labels": lambda n: filled(n, ANY, lambda i: f"a{i}: relu"),
    "claimed shapes": lambda n: filled(n, ANY, "conv 3 -> 8, pad 1 => 8 @ I x I"),
    # ------------------------------------------------------------------ graphs
    "branches of one layer": lambda n: filled(n, ANY + "concat {", "conv 1 -> 1", "}", "|"),
    "branches of many maps": lambda n: filled(n, ANY + "concat {", lambda i: f"conv 1 -> {i}", "}", "|"),
    "branches of letters": lambda n: filled(n, ANY + "concat {", lambda i: f"conv 1 -> N{i}", "}", "|"),
    "branches of windows": lambda n: filled(
        n, ANY + "add {", lambda i: f"conv {2 * i % 99 + 1} -> 1, pad half", "}", "|"
    ),
    "branches under conditions": lambda n: filled(
        n, ANY + "concat {identity|", lambda i: f"maxpool {i + 1}; upsample {i + 1}", "}", "|"
    ),
    "residual blocks": lambda n: filled(
        n, "input N @ I x I\n", "add { conv 3 -> N, pad 1; relu | identity }"
    ),
    "residuals with conditions": lambda n: filled(
        n, "input N @ I x I\n", lambda i: f"add {{ maxpool {i + 1}; upsample {i + 1} | identity }}"
    ),
    "residuals with letters": lambda n: filled(
        n, "input N @ I x I\n", lambda i: f"add {{ maxpool S{i}; upsample S{i} | identity }}"
    ),
    "dense blocks": lambda n: filled(n, ANY, "concat { identity | conv 3 -> k, pad 1 }").replace(
        ANY, "symbol k\n" + ANY
    ),
    "branches in branches": lambda n: filled(n, ANY, nested("concat { relu | ", "identity", "}", 99)),
    "one join of many": lambda n: filled(
        n * 3 // 4,
        ANY,
        lambda i: f"a{i}: conv 1 -> {i % 7 + 1}",
        "\nconcat " + ",".join(f"a{i + 1}" for i in range(n // 40)),
    ),
    "joins of the first": lambda n: filled(n, ANY + "a: conv 3 -> 4, pad 1\n", "conv 1 -> 4; add a"),
    "joins of crops": lambda n: filled(n, ANY + "a: conv 3 -> 4\n", "conv 3 -> 4; concat crop(a)"),
    "shared layers": lambda n: filled(n, "input 8@I x I\na: conv 3 -> 8, pad 1\n", "share a"),
    "many inputs": lambda n: filled(n, "", lambda i: f"input {i} @ I x I; conv 3 -> 4"),
    "many nets": lambda n: filled(n, "", lambda i: f"net a{i} {{ input {i}@I x I; conv 3 -> 4 }}"),
    "choices": lambda n: filled(n, ANY, "if maps >= 1 { relu } else { conv 1 -> 2 }"),
    # ------------------------------------------------------------------ definitions
    "definitions": lambda n: filled(
        n, ANY, lambda i: f"def f{i}(M, S = 1) {{ conv 3 -> M, stride S, pad 1 }}; f{i}({i})"
    ),
    "calls": lambda n: filled(n, ANY + "def f(M) { conv 3 -> M, pad 1; relu }\n", lambda i: f"f({i})"),
    "calls of letters": lambda n: filled(
        n, ANY + "def f(M) { conv 3 -> M, pad 1; relu }\n", lambda i: f"f(N{i})"
    ),
    "doubling calls": lambda n: _doubling("relu", 16, ONE),
    "doubling calls of layers": lambda n: _doubling("conv 3 -> 8, pad 1", 16, ANY),
    "doubling calls that shrink": lambda n: _doubling("conv 3 -> maps + 1, stride 2", 16, ANY),
    "doubling calls beyond the limit": lambda n: _doubling("conv 3 -> 8, pad 1", 17, ANY),
    "formulas": lambda n: filled(n, "let a0 = N\n", lambda i: f"let a{i} = a{i - 1} + N{i}"),
    "formulas that double": lambda n: filled(
        n, "let a0 = N + M\n", lambda i: f"let a{i} = a{i - 1}*a{i - 1} + 1"
    ),
    "rules of rules": lambda n: filled(
        n, "let f0(y) = y + 1\n", lambda i: f"let f{i}(y) = f{i - 1}(y + {i})", f"\nlet a = f{90}(N)"
    ),
    "unused symbols": lambda n: filled(n, "symbol ", lambda i: f"a{i}", between=","),
    "used symbols": lambda n: _half(
        n,
        lambda m: filled(m, "symbol ", lambda i: f"a{i}", between=","),
        lambda m: filled(m * 9 // 10, ANY, lambda i: f"conv 1 -> a{i}"),
    ),
    "bounds of one symbol": lambda n: filled(
        n, "symbol I where ", lambda i: f"I >= {i}", "\n" + ANY + "conv 3 -> 8", ","
    ),
    "remainders of one symbol": lambda n: filled(
        n, "symbol I where ", lambda i: f"I % {i + 1} == 0", "\n" + ANY + "conv 3 -> 8", ","
    ),
    "conditions on pairs": lambda n: (
        filled(n // 16, "symbol ", lambda i: f"a{i}", " where ", ",")
        + filled(
            n * 7 // 8,
            "",
            lambda i: f"a{i % 400 + 1}*a{i % 397 + 1} >= a{i % 101 + 1}",
            "\n" + ANY + "conv 3 -> a1",
            ",",
        )
    ),
    "configs of configs": lambda n: filled(
        n, "symbol I\nconfig c0: I = 1\n", lambda i: f"config c{i}: c{i - 1}, I = {i}"
    ),
    "configs that double": lambda n: filled(
        n, "symbol I\nconfig c0: I = 1\n", lambda i: f"config c{i}: c{i - 1}, c{i - 1}"
    ),
    "configs of many": lambda n: filled(
        n, "symbol I\nconfig c: I = 1", lambda i: f"N{i} = {i}", "\n" + ANY + "conv 3 -> N1", between=","
    ).replace("I = 1N1", "I = 1, N1"),
    # ------------------------------------------------------------------ repeats
    "repeats": lambda n: filled(n, ANY, "repeat D { conv 3 -> 8, pad 1 }"),
    "repeats of letters": lambda n: filled(n, ANY, lambda i: f"repeat D{i} {{ conv 3 -> N{i}, pad 1 }}"),
    "repeats that shrink": lambda n: filled(n, ANY, lambda i: f"repeat D{i} {{ conv 3 -> 8 }}"),
    "repeats that halve": lambda n: filled(n, ANY, "repeat D { conv 3 -> 8, pad 1; maxpool 2 }"),
    "repeats in repeats": lambda n: filled(n, ANY, nested("repeat 2 { ", "conv 3 -> 8, pad 1", " }", 90)),
    "letters in repeats in repeats": lambda n: (
        ANY + "".join(f"repeat D{i} {{ " for i in range(60)) + "conv 3 -> 8, pad 1" + " }" * 60
    ),
    "indices in repeats in repeats": lambda n: (
        ANY
        + "".join(f"repeat i{i} in 1..D{i} {{ " for i in range(30))
        + "conv 3 -> "
        + "+".join(f"i{i}" for i in range(30))
        + ", pad 1"
        + " }" * 30
    ),
    "huge repeats": lambda n: filled(n, ANY, "repeat 10**12 { conv 3 -> 8, pad 1 }"),
    "a repeat of a long chain": lambda n: filled(
        n, ANY + "repeat D {\n", lambda i: f"conv 3 -> {i % 9 + 1}, pad 1", "\n}"
    ),
    "a repeat written out": lambda n: filled(
        n, ANY + "repeat i in 1..1000 {\n", "adaptiveavgpool i; conv 2 -> i, pad i", "\n}"
    ),
    "repeats written out in repeats": lambda n: (
        ANY + "repeat i in 1..999 { repeat j in 1..999 { adaptiveavgpool i + j; conv 2 -> i*j, pad i } }"
    ),
    # ------------------------------------------------------------------ tables and sizes
    "a table of lists": lambda n: _table("[1,2,3]", (n - 60) // 8),
    "a table of ranges": lambda n: _table("0..5", (n - 60) // 5),
    "a table of the longest ranges": lambda n: _table("0..65535", (n - 60) // 9).replace("6@", "65536@"),
    "a table of counts": lambda n: filled(
        n, "input 9@9x9\nconv 3 -> N, table [", lambda i: f"{i} of {i % 9}", "]", ","
    ),
    "a table of long ranges": lambda n: filled(
        n, "input 10**6@9x9\nconv 3 -> N, table [", "0..999999", "]", ","
    ),
    "many axes": lambda n: filled(n, "input 1@9x9\nconv 3", "3", " -> 4", "x").replace("conv 33", "conv 3x3"),
    # ------------------------------------------------------------------ expressions
    "a sum of ones": lambda n: filled(n, "let a = ", "1", between="+"),
    "a sum of letters": lambda n: filled(n, "let a = ", lambda i: f"N{i}", between="+"),
    "a sum of products": lambda n: filled(
        n, "let a = ", lambda i: f"N{i % 97}*N{i % 89}*N{i % 83}", between="+"
    ),
    "a product of sums": lambda n: filled(n, "let a = ", lambda i: f"(N{i}+1)", between="*"),
    "a product of letters": lambda n: filled(n, "let a = ", lambda i: f"N{i}", between="*"),
    "a product of numbers": lambda n: filled(n, "let a = ", lambda i: f"{i + 1}", between="*"),
    "a chain of quotients": lambda n: filled(n, "let a = N", lambda i: f"//{i % 9 + 2}", between=""),
    "a chain of letters divided": lambda n: filled(n, "let a = N", lambda i: f"//S{i}", between=""),
    "a sum of quotients": lambda n: filled(n, "let a = ", lambda i: f"(N+{i})//{i + 1}", between="+"),
    "a sum of fractions": lambda n: filled(
        n, "symbol r where r rational\nlet a = ", lambda i: f"r/{i + 1}", between="+"
    ),
    "a sum of powers": lambda n: filled(n, "let a = ", lambda i: f"2**(N{i % 50}+{i})", between="+"),
    "a maximum of many": lambda n: filled(n, "let a = max(", lambda i: f"N{i}", ")", ","),
    "a maximum of sums": lambda n: filled(n, "let a = max(", lambda i: f"N{i % 50}+M{i % 49}", ")", ","),
    "maxima in maxima": lambda n: filled(n, "let a = ", nested("max(N,1+", "M", ")", 90), between="+"),
    "brackets in brackets": lambda n: filled(n, "let a = ", nested("(1+", "N", ")", 95), between="+"),
    "quotients in quotients": lambda n: filled(n, "let a = ", nested("(1+", "N", ")//3", 95), between="+"),
    "divisible parts": lambda n: filled(n, "let a = ", lambda i: f"divisible(N*{i}/{i + 1}, 8)", between="+"),
    "logarithms": lambda n: filled(n, "let a = ", lambda i: f"floor(log2(N+{i}))", between="+"),
    "remainders": lambda n: filled(n, "let a = ", lambda i: f"(N**2+{i})%{i + 1}", between="+"),
    # ------------------------------------------------------------------ claims
    "claims of numbers": lambda n: filled(n, ONE + "conv 3 -> 4\n", "assert params == 40"),
    "claims of letters": lambda n: filled(
        n, ANY + "conv 3 -> 4\n", lambda i: f"assert size + {i} == I + {i - 2}"
    ),
    "refuted claims": lambda n: filled(n, ANY + "conv 3 -> 4\n", lambda i: f"assert size == I + {i}"),
    "undecided claims": lambda n: filled(
        n, ANY + "conv 3 -> 4\n", lambda i: f"assert I**3 + {i}*K**3 != N**3"
    ),
    "claims at values": lambda n: filled(
        n, ANY + "conv 3 -> 4\n", lambda i: f"assert size == {i + 7} given I = {i + 9}"
    ),
    "claims at values of a long chain": lambda n: _half(
        n,
        lambda m: filled(m, ANY, "conv 3x3 -> N, pad 1"),
        lambda m: filled(m, "", lambda i: f"assert size == {i} given I = {i}"),
    ),
    "claims at values about one layer each": lambda n: _half(
        n,
        lambda m: filled(m, ANY, lambda i: f"a{i}: conv 3x3 -> N, pad 1"),
        lambda m: filled(m, "", lambda i: f"assert size(a{i}) == {i} given I = {i}"),
    ),
    "claims about a long chain": lambda n: _half(
        n,
        lambda m: filled(m, ANY, lambda i: f"a{i}: conv 3x3 -> {i}, pad 1"),
        lambda m: filled(m, "", lambda i: f"assert receptive(a{i}) == {2 * i + 1}"),
    ),
    "claims about the whole": lambda n: _half(
        n,
        lambda m: filled(m, ANY, lambda i: f"conv 3x3 -> N{i}, pad 1"),
        lambda m: filled(m, "", lambda i: f"assert params + macs > {i}"),
    ),
    "claims with long formulas": lambda n: filled(
        n, ANY + "conv 3 -> 4\n", lambda i: "assert " + "+".join(f"N{j}" for j in range(99)) + f" >= {i}"
    ),
    "claims in a repeat": lambda n: filled(
        n, ANY + "repeat D { conv 3 -> 8, pad 1\n", "assert size == I", "\n}"
    ),
    "chains of comparisons": lambda n: filled(n, ANY + "assert ", lambda i: f"I + {i}", between="<"),
    # ------------------------------------------------------------------ no programs
    "comments": lambda n: filled(n, "", "# a remark"),
    "blank lines": lambda n: "\n" * n,
    "one long comment": lambda n: "#" + "é" * (n // 2 - 1),
    "one long note": lambda n: ONE + 'assert params == 0 "' + "a" * (n - 60) + '"',
    "semicolons": lambda n: ";" * n,
    "open brackets": lambda n: "(" * n,
    "open strings": lambda n: '"' * n,
    "one long name": lambda n: "a" * n,
    "one long number": lambda n: "1" * n,
    "unknown names": lambda n: filled(n, "", lambda i: f"let a{i} = 1", "\nlet b = a0x"),
    "an unknown label": lambda n: filled(n, ANY, lambda i: f"abcdefghij{i}: relu", "\nfrom abcdefghijx"),
    "noise": lambda n: "".join(chr(32 + (i * 7919 + i * i // 7) % 95) for i in range(n)),
}


def nasty(name: str, size: int = SIZE) -> str:
    """Return a text of the corpus of at most that many bytes."""
    text = CORPUS[name](size)
    if len(text.encode()) > size + 100:
        raise AssertionError(f"{name}: {len(text.encode())} bytes")
    return text
