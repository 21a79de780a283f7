"""The oracle: a plain interpreter of the language. Numbers in, numbers out, everything gone through.

It unrolls a network at given numbers, slides its windows, lists connections and weights, and
counts them. Of the engine it knows the syntax tree, and which words are layers; no formula, no
SymPy. Slow and obvious on purpose. To be read in this order: `arithmetic` (expressions),
`windows` and `views` (what an output reads), `counting` (one layer), `reading` (a layer of the
tree), `results`, `interpreter` (statements), `claiming` (claims).
"""
