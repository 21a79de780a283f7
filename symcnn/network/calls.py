"""Calls of a `def`: arguments by position and by name, defaults."""

from __future__ import annotations

from symcnn.errors import NetworkError
from symcnn.language import syntax
from symcnn.network.scope import Scope, Template, Value, counted, evaluate


def arguments(node: syntax.Apply, template: Template, here: Scope) -> dict[str, Value]:
    """Return the values of the parameters of a call that stands in the scope `here`.

    Raises NetworkError for arguments too many, unknown, given twice or missing.
    """
    parameters = {p.name: p for p in template.definition.parameters}
    order = list(parameters)
    names: dict[str, Value] = {}
    for position, argument in enumerate(node.arguments):
        if argument.name is None and position >= len(order):
            raise NetworkError(f"'{node.name}' takes {counted(len(order))}", argument.span)
        name = argument.name or order[position]
        if name not in parameters:
            raise NetworkError(
                f"'{node.name}' has no parameter '{name}'",
                argument.span,
                hint=f"it has: {', '.join(order)}",
            )
        if name in names:
            raise NetworkError(f"'{name}' is given twice", argument.span)
        names[name] = _argument(argument.value, here)
    inside = template.scope.inner(names)
    for name, parameter in parameters.items():
        if name in names:
            continue
        if parameter.default is None:
            raise NetworkError(f"'{node.name}' needs a value for '{name}'", node.span)
        names[name] = evaluate(parameter.default, inside)
    return names


def _argument(size: syntax.Size, scope: Scope) -> Value:
    values = []
    for axis in size.axes:
        if isinstance(axis, syntax.Sides):
            raise NetworkError("an argument is one number, or one per axis", axis.span)
        values.append(evaluate(axis, scope))
    return values[0] if len(values) == 1 else tuple(values)
