"""Formulas as programs of integer operations: exact at any magnitude, on numbers and on arrays.

A formula is lowered once to steps on integers (`lowering`); bounds of every step over the given values
(`intervals`) decide how wide the integers must be; `source` writes the steps as Python, `kernel` as
NumPy on blocks of rows. Nothing but `lowering` knows SymPy.
"""
