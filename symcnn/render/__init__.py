"""Formulas, shapes and tables for reading: one layout of a formula, printed in several forms."""
