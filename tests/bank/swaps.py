"""Where a mutant differs from the source: the one function whose code can be put in place of the old one."""

from __future__ import annotations

import gc
from inspect import CO_OPTIMIZED
from types import CodeType, FunctionType

Path = tuple[int, ...]  # which of the inner codes, from the module inwards


def place(old: CodeType, new: CodeType) -> Path | None:
    """Return the way to the outermost function in which two modules differ; None: they differ outside of any.

    Lines and columns do not count.
    """
    if old.co_flags & CO_OPTIMIZED:  # a function; modules and bodies of classes are not
        return () if old.co_freevars == new.co_freevars else None
    ours, theirs = _inner(old), _inner(new)
    if _alone(old) != _alone(new) or len(ours) != len(theirs):
        return None
    for at, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if _differ(mine, other):
            below = place(mine, other)
            return None if below is None else (at, *below)
    return None


def within(code: CodeType, path: Path) -> CodeType:
    """Return the inner code that a path leads to."""
    for at in path:
        code = _inner(code)[at]
    return code


def running(file: str) -> list[FunctionType]:
    """Return the functions of a file that there are now, whatever was made of them: methods, caches."""
    found = [thing for thing in gc.get_objects() if type(thing) is FunctionType]
    return [function for function in found if function.__code__.co_filename == file]


def name(code: CodeType) -> str:
    """Return a name for the code of a function that stays when lines move; lambdas share theirs."""
    return code.co_qualname


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _alone(code: CodeType) -> tuple[object, ...]:
    """Return what a code is without those inside it; by `repr`, as 1 == True."""
    constants = [repr(c) for c in code.co_consts if not isinstance(c, CodeType)]
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    return code.co_code, constants, names, code.co_exceptiontable


def _differ(old: CodeType, new: CodeType) -> bool:
    ours, theirs = _inner(old), _inner(new)
    if _alone(old) != _alone(new) or len(ours) != len(theirs):
        return True
    return any(_differ(mine, other) for mine, other in zip(ours, theirs, strict=True))
