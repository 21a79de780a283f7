"""Templates of random programs: what a line can look like.

They are chosen for what a formula has to find out: shapes that meet again behind branches, rounds
that keep, double or lengthen what arrives, letters where numbers could stand.
"""

from __future__ import annotations

# In a template, `<rule>` is one of the alternatives of a rule, `<K1-4>` a number from 1 to 4 that
# may be written with a letter K. What `<rule$x>` gives is the same wherever `$x` stands in a line.
GRAMMAR: dict[str, tuple[str, ...]] = {
    "line": (
        *("<layer>", "<layer>", "<axes>", "<add>", "<add>", "<concat>", "<concat>", "<gate>", "<nested>"),
        *("<skip>", "<skip>", "<skip>", "<names>", "<names>", "<repeat>", "<repeat>", "<repeat>", "<count>"),
        *("<count>", "<count>", "<ladder>", "<ladder>", "<ladder>", "<block>", "<call>", "<call>"),
    ),
    # ------------------------------------------------------------ numbers
    "maps": ("<N1-6>", "<N1-6>", "maps", "2*maps"),
    "rounds": ("<D1-3>", "<D1-3>", "<D1-3>", "<D1-3> - 1", "2"),  # also no round at all
    "stride": ("<S1-3>", "2"),
    # ------------------------------------------------------------ layers
    "keeping": (
        *("relu", "conv 3 -> maps, pad 1", "batchnorm", "prelu", "dropout 0.5", "identity", "layernorm"),
        *("conv 1 -> maps, no bias", "conv 5 -> maps, pad half", "conv 3 -> maps, pad 2, dilation 2"),
        *("conv 3 -> maps, pad same", "depthwise 3, pad 1", "maxpool 3, stride 1, pad 1"),
        "conv 1 -> 2*maps; relu; conv 1 -> maps//2",
    ),
    "kept": ("<keeping>", "<keeping>; <keeping>"),
    "layer": (
        *("conv <K1-4> -> <maps><attributes>",) * 4,
        *("maxpool <K2-3><pooling>", "avgpool <K2-3><pooling>", "depthwise <K1-3><attributes>"),
        *("deconv <K1-4> -> <maps>, stride <S1-3>", "deconv 3 -> <maps>, stride 2, pad 1, outpad 1"),
        *("conv 3 -> 2*<N1-3>, groups 2", "local <K1-3> -> 2, stride <S1-2>", "subsample <K1-3>"),
        *("dense -> <N1-6>", "fc -> <N1-6>", "rbf -> 3", "globalpool", "adaptiveavgpool 2", "flatten"),
        *("upsample 2", "pad 1:2", "crop 1", "conv 3 -> 2, pad 0:1", "lrn 5", "softmax"),
        *("groupnorm 2", "instancenorm", "scale", "gelu", "silu", "hardswish"),
        *("adaptivemaxpool <K1-3>", "<activation>", "<activation>"),
        *("split 2, part 2", "shuffle 2", "pixelshuffle 2", "pixelunshuffle 2", "maxunpool 2"),
    ),
    "activation": (
        *("relu6", "leakyrelu 0.1", "elu", "tanh", "hardtanh", "swish", "mish", "softplus", "sigmoid"),
    ),
    "attributes": (
        *("", ", stride <S1-3>", ", pad <P0-2>", ", stride <S1-3>, pad <P0-2>", ", pad same", ", no bias"),
        *(", pad half, dilation 2", ", stride <S1-3>, pad same"),
    ),
    "pooling": ("", ", stride <S1-3>", ", stride <S1-3>, pad 1", ", ceil", ", stride <S1-3>, ceil"),
    "axes": (
        *("conv <K1-3> x 1 -> <maps>", "conv 1x3 -> <maps>, pad 0x1", "maxpool 2x1, stride 1 x <K1-3>"),
        "conv 3x2 -> 2, stride <S1-2> x 2, pad 1:0 x 0:1",
    ),
    # Behind these the extent is (I - 1)//S + 1.
    "strided": (
        *("conv 3 -> <maps$m>, stride <stride$s>, pad 1", "conv 1 -> <maps$m>, stride <stride$s>, no bias"),
        "conv 5 -> <maps$m>, stride <stride$s>, pad half; relu",
        "conv 4 -> <maps$m>, stride <stride$s>, pad same",
        "conv 3 -> <maps$m>, stride <stride$s>, pad 2, dilation 2",
    ),
    "reduced": (
        *("conv 3 -> <maps>, stride <stride$s>, pad 1", "maxpool 3, stride <stride$s>, pad 1"),
        *("conv 1 -> <maps>, stride <stride$s>", "depthwise 3, stride <stride$s>, pad 1; batchnorm"),
        "avgpool 5, stride <stride$s>, pad 2",
    ),
    # ------------------------------------------------------------ branches
    "add": (
        *("add { | <kept> | identity }", "add { | <kept> | <kept> | conv 1 -> maps }; relu"),
        *("add { | <strided> | <strided> }", "add { | <strided> | <strided> | <strided> }"),
    ),
    "concat": (
        *("concat { | identity | <kept>; conv 1 -> <maps> }", "concat { | <kept> | <kept> | <keeping> }"),
        *("concat { | <reduced> | <reduced> }", "concat { | <reduced> | <reduced> | <reduced> }"),
    ),
    "gate": (
        "multiply { | identity | globalpool; conv 1 -> 2*maps; relu; conv 1 -> maps//2; sigmoid }",
        *("multiply { | <keeping> | globalpool; dense -> maps }", "multiply { | <keeping> | conv 1 -> 1 }"),
        "multiply { | adaptiveavgpool 1; conv 1 -> maps, no bias; hardsigmoid | <keeping> }",
    ),
    "nested": (
        *("add { | <add>; conv 1 -> 3 | conv 1 -> 3 }", "concat { | <gate> | <gate>; relu }"),
        *("add { | <kept>; <gate> | add { | <kept> | identity } }", "concat { | <concat> | <strided> }"),
    ),
    # ------------------------------------------------------------ names
    "names": (
        "<a$a>: conv 3 -> maps, pad 1; relu; share <a$a>",
        "<a$a>: { conv 1 -> maps; batchnorm; relu }; <b$b>: share <a$a>; share <a$a>; add <b$b>",
        "<a$a>: conv 1 -> <maps>; from <a$a>; add { | identity | conv 1 -> maps }",
        "add { | <a$a>: conv 3 -> maps, pad 1 | avgpool 3, stride 1, pad 1; share <a$a> }",
        "<a$a>: <keeping>; <kept>; <join> <a$a>",
        "<a$a>: { c: conv 1 -> maps; relu }; conv 1 -> maps; add <a$a>.c",
    ),
    "join": ("add", "concat", "multiply"),
    "block": (
        *("<b$b>: { <kept>; c: conv 1 -> <maps> }", "<b$b>: repeat <rounds> { <kept> }"),
        *("<b$b>: add { | <kept>; c: conv 1 -> maps | identity }", "if 1 == 2 { fc -> 1 } else { <kept> }"),
        *("if maps >= 1 and 2 > 1 { <layer> }", "{ let w = <maps>; conv 1 -> w; conv 1 -> w }"),
    ),
    "def": (
        "def <f>(M) { conv 3 -> M; relu; conv 3 -> M }",
        "def <f>(M, S = 1) { add { | conv 3 -> M, stride S, pad 1; relu; c: conv 1 -> M"
        " | if S == 1 { identity } else { conv 1 -> M, stride S } } }",
        "def <f>(g) { concat { | identity | conv 1 -> 2*g; batchnorm; c: conv 3 -> g, pad 1 } }",
        "def <f>(M) { repeat 2 { conv 3 -> M, pad 1; relu }; c: conv 1 -> M }",
        "def <f>(M, t = 2) { if t > 1 { conv 1 -> t*maps }; depthwise 3, pad 1; conv 1 -> M }",
        "def <f>(M) { c: conv 1 -> M; relu; conv 3 -> M, pad 1; add c }",
        "def <f>(M) { let h = M//2; c: conv 1 -> h + 1; conv 3 -> M, pad same }",
    ),
    # ------------------------------------------------------------ rounds
    "repeat": ("repeat <rounds> { <body> }",),
    "body": (
        *("<kept>", "add { | <kept> | identity }; relu", "conv 3 -> <N1-6>, pad 1; <keeping>"),
        "concat { | identity | conv 1 -> <maps>; conv 3 -> <N1-4>, pad 1 }",
        *("conv <K2-3> -> <N1-4>", "conv 3 -> <maps>; relu", "conv 3 -> 2*maps, stride 2, pad 1"),
        *("maxpool 2; conv 1 -> maps + <N1-3>", "maxpool <K2-3>, stride <S1-2>"),
        "deconv 2 -> maps, stride 2",
        *("repeat <D1-2> { <kept> }; conv 1 -> maps", "<gate>", "<add>", "<concat>", "<reduced>", "<call>"),
        *("<a$c>: <keeping>; <kept>; add <a$c>", "conv 1 -> 2*maps; conv 3 -> maps//2, pad 1"),
    ),
    "count": ("repeat i in <range> { <indexed> }",),
    "range": ("1..<D1-3>", "1..<D1-3>", "0..<D1-3>", "<D1-3>..1", "2..<D1-3> + 1", "1..3", "3..1"),
    "indexed": (
        *("conv 3 -> <N1-3>*i + 1, pad 1; relu", "conv 3 -> 2**i, pad 1", "conv 1 -> <N1-3>*2**i; relu"),
        *("conv 3 -> maps, pad i, dilation i", "conv 3 -> maps, pad 2**i, dilation 2**i"),
        *("conv 2 -> <maps>, dilation 2**i, pad 2**i:0", "conv 2*i + 1 -> maps, pad i; relu"),
        *("<e$e>[i]: conv 1 -> <N1-3>*i + 1; <keeping>", "concat { | identity | conv 1 -> i + 1 }"),
        *("add { | <kept>; conv 1 -> i + 2 | conv 1 -> i + 2 }", "depthwise 3 -> 2*maps, pad 1"),
        *("repeat <D1-2> { conv 1 -> i + 1 }", "repeat i { relu; conv 1 -> maps }"),
        "<e$e>[i]: { conv 3 -> <N1-3>*(i + 1), pad 1; c: relu }; conv 1 -> maps; add <e$e>[i].c",
        *("<e$e>[i]: conv 1 -> <N1-3>; <keeping>; add <e$e>[i]", "conv 3 -> maps + i, stride <S1-2>, pad 1"),
        *("<e$e>[i]: <keeping>; <kept>; concat <e$e>[i]", "maxpool 2, stride i", "conv 3 -> i + 1, stride 2"),
        "conv 1 -> <N1-3>; <e$e>[i]: relu; from <e$e>[i]; add { | <keeping> | identity }",
        *("conv 3 -> 12//i + 1, pad 1", "conv 1 -> <N1-6>*i % 5 + 1", "conv 3 -> maps//i + 1, pad 1; relu"),
    ),
    # An encoder, and a decoder that meets what the encoder left on its way.
    "ladder": (
        "repeat i in 1..<D1-2$d> { <e$e>[i]: conv 3 -> <N1-3$n>*2**i, pad 1; <down> }; <keeping>; repeat i in"
        " <D1-2$d>..1 { deconv 2 -> <N1-3$n>*2**i, stride 2; <meet>; conv 3 -> <N1-3$n>*2**i, pad 1 }",
        "repeat i in 1..<D1-2$d> { <e$e>[i]: conv 3 -> <N1-3>; <down> }; conv 1 -> <maps>; repeat i in"
        " <D1-2$d>..1 { deconv 2 -> maps, stride 2; concat crop(<e$e>[i]); conv 1 -> <N1-3>*i; relu }",
        "repeat i in 1..<D1-2$d> { <e$e>[i]: conv 1 -> <N1-3$n>; <down> };"
        " repeat i in <D1-2$d>..1 { upsample 2; conv 3 -> <N1-3$n>, pad 1; <meet>; relu }",
        "repeat i in 1..<D1-3$d> { <e$e>[i]: conv 3 -> <maps>, pad 1; <down> };"
        " repeat i in <levels> { from <e$e>[i]; <keeping>; conv 1 -> <N1-3> + i }",
        "repeat i in <D1-3$d>..1 { <e$e>[i]: conv 3 -> <N1-3>*i, pad 1 };"
        " repeat i in <levels> { <keeping>; from <e$e>[i]; conv 3 -> <maps>, stride <S1-2> }",
    ),
    "levels": ("1..<D1-3$d>", "<D1-3$d>..1"),
    "down": ("maxpool 2", "conv 3 -> maps, stride 2, pad 1", "avgpool 2", "conv 2 -> 2*maps, stride 2"),
    "meet": ("concat crop(<e$e>[i])", "concat crop(<e$e>[i])", "concat <e$e>[i]", "add <e$e>[i]"),
    # ------------------------------------------------------------ the beginning
    "begin": (
        *("input <C1-4> @ <shape>",) * 5,
        "left: input <C1-4$c> @ <shape$x>; t: <tower>; p: relu;"
        " right: input <C1-4$c> @ <shape$x>; share t; <tail>",
        "left: input <C1-4> @ <shape$x>; conv 3 -> 4, pad 1; p: relu;"
        " right: input 2 @ <shape$x>; conv 1 -> 4; <tail>",
    ),
    "shape": ("<I5-24$i> x <I5-24$i>", "<I5-24$i> x <I5-24$i>", "<I5-24>", "<I5-24> x <H5-9>", "<H4-16> x 9"),
    "tower": ("conv 1 -> <maps>", "{ conv 3 -> 2; relu }", "conv 3 -> 4, stride 2, pad 1"),
    "tail": ("add p", "concat p", "multiply p"),
}  # fmt: skip
