"""How PyTorch does what each layer of the language does: one recipe per layer, at given numbers.

Layers that PyTorch does not have are called by plain names (`TableConv`, `Rbf`); they are written
in the bridge itself and come along with a printed program.
"""

from __future__ import annotations

from symcnn.bridges import sliding
from symcnn.bridges.calls import Apply, Call, Expression, Infix, Item, Method, Value
from symcnn.bridges.sites import AXES, Recipe, Site, axes, numbers, padded, site
from symcnn.bridges.steps import Step
from symcnn.errors import UsageError
from symcnn.layers import activation, channels, conv, linear, norm, pool, reshape
from symcnn.layers.base import Layer
from symcnn.layers.merge import Merge


def recipe(step: Step, shared: bool = False) -> Expression:
    """Return what PyTorch does in a step; raises UsageError, with the layer's label, where it cannot.

    `shared` layers are applied in several places, so that nothing in them may depend on one of these.
    """
    if isinstance(step.layer, Merge):
        return _meet(step)
    for cls in type(step.layer).__mro__:
        if cls in RECIPES:
            return RECIPES[cls](site(step, shared))
    raise UsageError(f"'{step.label}': there is no '{step.layer.name}' for PyTorch")


def _meet(step: Step) -> Expression:
    values: tuple[Expression, ...] = tuple(map(Value, step.inputs))
    if len(values) == 1:
        return values[0]
    if step.layer.name == "concat":
        return Call("torch.cat", (values,), (("dim", 1),))
    return Infix("+" if step.layer.name == "add" else "*", values)


def _last(made: Expression, s: Site) -> Expression:
    """Return a layer that acts on the last axis, applied to the maps."""
    if s.rank == 0:
        return Apply(made, s.value)
    return Method(Apply(made, Method(s.value, "movedim", (1, -1))), "movedim", (-1, 1))


# ------------------------------------------------------------------ units
def _fc(s: Site) -> Expression:
    made = _linear(s, s.maps * _product(s.extents))
    return Apply(made, Method(s.value, "flatten", (1,)) if s.rank else s.value)


def _dense(s: Site) -> Expression:
    return _last(_linear(s, s.maps), s)


def _linear(s: Site, fan_in: int) -> Expression:
    bias = () if s.layer.bias else (("bias", False),)
    return s.trained(Call("nn.Linear", (fan_in, int(s.layer.units)), bias))


def _rbf(s: Site) -> Expression:
    return _last(s.trained(Call("Rbf", (s.maps, int(s.layer.units)))), s)


def _product(factors: tuple[int, ...]) -> int:
    found = 1
    for factor in factors:
        found *= factor
    return found


# ------------------------------------------------------------------ normalisation
def _scaled(s: Site, made: Expression) -> Expression:
    """Return a normalisation with its scale, and its shift unless there is `no bias`."""
    return s.trained(made if s.layer.bias else Call("without_bias", (made,)))


def _batchnorm(s: Site) -> Expression:
    if s.rank > AXES or (s.shared and s.rank > 1):  # the positions count as one axis
        made = _scaled(s, Call("nn.BatchNorm1d", (s.maps,)))
        return Method(Apply(made, Method(s.value, "flatten", (2,))), "reshape_as", (s.value,))
    return Apply(_scaled(s, Call(f"nn.BatchNorm{max(s.rank, 1)}d", (s.maps,))), s.value)


def _layernorm(s: Site) -> Expression:
    bias = () if s.layer.bias else (("bias", False),)
    return _last(s.trained(Call("nn.LayerNorm", (s.maps,), bias)), s)


def _groupnorm(s: Site) -> Expression:
    return Apply(_scaled(s, Call("nn.GroupNorm", (int(s.layer.groups), s.maps))), s.value)


def _instancenorm(s: Site) -> Expression:
    affine = bool(s.layer.affine)
    if 1 <= s.rank <= AXES and _product(s.extents) > 1 and not s.shared:
        keywords = (("affine", True),) if affine else ()
        return Apply(s.trained(Call(f"nn.InstanceNorm{s.rank}d", (s.maps,), keywords)), s.value)
    # as many groups as maps: the same, also for single positions, which PyTorch refuses above
    keywords = () if affine else (("affine", False),)
    return Apply(s.trained(Call("nn.GroupNorm", (s.maps, s.maps), keywords)), s.value)


def _scale(s: Site) -> Expression:
    return Apply(s.trained(Call("Scale", (s.maps,))), s.value)


def _lrn(s: Site) -> Expression:
    made = Call("nn.LocalResponseNorm", (int(s.layer.across),))
    if s.rank:
        return Apply(made, s.value)
    return Method(Apply(made, Method(s.value, "unsqueeze", (2,))), "squeeze", (2,))


def _dropout(s: Site) -> Expression:
    share = s.layer.share
    if not 0 <= share <= 1:
        fact = f"'{s.step.label}': PyTorch drops a share from 0 to 1, not {share}"
        raise UsageError(fact, hint="dropout 0.5")
    return Apply(Call("nn.Dropout", (float(share),)), s.value)


# ------------------------------------------------------------------ activations
def _simple(name: str, *arguments: str, **keywords: int) -> Recipe:
    """Return the recipe of a layer without weights; the arguments are fields of ours."""

    def made(s: Site) -> Expression:
        values = tuple(float(getattr(s.layer, field)) for field in arguments)
        return Apply(Call(f"nn.{name}", values, tuple(keywords.items())), s.value)

    return made


def _prelu(s: Site) -> Expression:
    slopes = 1 if s.layer.shared else s.maps
    return Apply(s.trained(Call("nn.PReLU", (slopes,) if slopes != 1 else ())), s.value)


# ------------------------------------------------------------------ what only moves values
def _same(s: Site) -> Expression:
    return s.value


def _upsample(s: Site) -> Expression:
    factors = s.layer.factor
    name = "nn.Upsample"
    s.named("Upsample")
    if all(f.is_Integer for f in factors):
        return Apply(Call(name, (), (("scale_factor", axes(factors)),)), s.value)
    return Apply(Call(name, (), (("size", axes(s.out.extents)),)), s.value)


def _border(sign: int) -> Recipe:
    def made(s: Site) -> Expression:
        return padded(s.value, tuple((sign * int(a), sign * int(b)) for a, b in s.layer.border))

    return made


def _split(s: Site) -> Expression:
    parts = Method(s.value, "chunk", (int(s.layer.groups),), (("dim", 1),))
    return Item(parts, int(s.layer.part) - 1)


def _shuffle(s: Site) -> Expression:
    apart = Method(s.value, "unflatten", (1, (int(s.layer.groups), -1)))
    return Method(Method(apart, "transpose", (1, 2)), "flatten", (1, 2))


def _pixels(name: str) -> Recipe:
    """Return the recipe of a pixel shuffle: PyTorch's on two axes with one factor, else ours."""

    def made(s: Site) -> Expression:
        factors = numbers(s.layer.factor)
        if len(factors) == 2 and factors[0] == factors[1]:
            return Apply(Call(f"nn.{name}", (factors[0],)), s.value)
        return Apply(Call(f"{name}Nd", (factors,)), s.value) if s.rank else s.value

    return made


def _flatten(s: Site) -> Expression:
    return Method(s.value, "flatten", (1,)) if s.rank else s.value


RECIPES: dict[type[Layer], Recipe] = {
    conv.Conv: sliding.convolution,
    conv.Depthwise: sliding.depthwise,
    conv.Local: sliding.local,
    conv.Deconv: sliding.transposed,
    pool.MaxPool: sliding.maximum,
    pool.AvgPool: sliding.average,
    pool.Subsample: sliding.subsample,
    pool.MaxUnpool: sliding.unpool,
    pool.GlobalPool: sliding.global_pool,
    pool.AdaptiveAvgPool: sliding.adaptive("AdaptiveAvgPool"),
    pool.AdaptiveMaxPool: sliding.adaptive("AdaptiveMaxPool"),
    linear.Fc: _fc,
    linear.Dense: _dense,
    linear.Rbf: _rbf,
    norm.BatchNorm: _batchnorm,
    norm.LayerNorm: _layernorm,
    norm.GroupNorm: _groupnorm,
    norm.InstanceNorm: _instancenorm,
    norm.Scale: _scale,
    norm.Lrn: _lrn,
    norm.Dropout: _dropout,
    activation.Relu: _simple("ReLU"),
    activation.Relu6: _simple("ReLU6"),
    activation.LeakyRelu: _simple("LeakyReLU", "slope"),
    activation.Elu: _simple("ELU", "scale"),
    activation.Tanh: _simple("Tanh"),
    activation.Sigmoid: _simple("Sigmoid"),
    activation.HardTanh: _simple("Hardtanh"),
    activation.HardSigmoid: _simple("Hardsigmoid"),
    activation.HardSwish: _simple("Hardswish"),
    activation.Silu: _simple("SiLU"),
    activation.Gelu: _simple("GELU"),
    activation.Mish: _simple("Mish"),
    activation.Softplus: _simple("Softplus"),
    activation.Softmax: _simple("Softmax", dim=1),
    activation.Prelu: _prelu,
    reshape.Input: _same,
    reshape.Identity: _same,
    reshape.Flatten: _flatten,
    reshape.Upsample: _upsample,
    reshape.Pad: _border(1),
    reshape.Crop: _border(-1),
    channels.Split: _split,
    channels.Shuffle: _shuffle,
    channels.PixelShuffle: _pixels("PixelShuffle"),
    channels.PixelUnshuffle: _pixels("PixelUnshuffle"),
}
