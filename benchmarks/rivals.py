"""The rivals: torchinfo on the meta device, and the symbolic shape inference of onnxruntime.

Both look at the same networks, those of torchvision (of LeNet-5, and of AlexNet as one
tower, a plain sequence). torchinfo builds the network without weights and counts one input
size. onnxruntime gets an export with one letter for both axes of the input, made before
the clock starts, and finds shapes only; its weights are left out, so that it copies none.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

Action = Callable[[], object]

# Milliseconds, recorded on 2 cores with torch 2.13, torchinfo 1.8 and onnxruntime 1.2x.
RECORDED: dict[str, dict[str, float]] = {
    "torchinfo": {
        "lenet5": 2.6, "alexnet": 4.0, "vgg16": 10.6, "resnet18": 30, "resnet50": 79, "resnet152": 236,
        "densenet121": 195, "mobilenet_v2": 118, "googlenet": 77,
    },
    "onnxruntime": {
        "lenet5": 4.9, "alexnet": 18.8, "vgg16": 14.5, "resnet18": 37, "resnet50": 90, "resnet152": 271,
        "densenet121": 454, "mobilenet_v2": 87, "googlenet": 153,
    },
}  # fmt: skip
NETS = tuple(RECORDED["torchinfo"])
_POOLED = ("vgg16",)  # the last pooling changes nothing at 224, and cannot be exported with a letter
_PLAIN = {"vgg16": {"init_weights": False},
          "googlenet": {"init_weights": False, "aux_logits": False, "transform_input": False}}  # fmt: skip


def torchinfo(name: str) -> Action | None:
    """Return torchinfo on a network, with its construction; None where it is not installed."""
    build = _builder(name)
    try:
        import torch
        import torchinfo
    except ImportError:
        return None
    if build is None:
        return None

    def run() -> None:
        with torch.device("meta"):
            model = build()
        torchinfo.summary(model, _input(name), verbose=0, device="meta")

    return run


def onnxruntime(name: str) -> Action | None:
    """Return symbolic shape inference on an export of a network; None where it is not installed."""
    build = _builder(name)
    try:
        import torch
        from onnx import load_from_string
        from onnxruntime.tools.symbolic_shape_infer import SymbolicShapeInference
    except ImportError:
        return None
    if build is None:
        return None
    model, data = build().eval(), io.BytesIO()
    if name in _POOLED:
        model.avgpool = torch.nn.Identity()
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, (torch.zeros(_input(name)),), data, dynamo=False, export_params=False,
            input_names=["x"], dynamic_axes={"x": {2: "I", 3: "I"}},
        )  # fmt: skip
    graph = load_from_string(data.getvalue())
    return lambda: SymbolicShapeInference.infer_shapes(graph, auto_merge=True)


def _input(name: str) -> tuple[int, int, int, int]:
    return {"lenet5": (1, 1, 32, 32), "alexnet": (1, 3, 227, 227)}.get(name, (1, 3, 224, 224))


def _builder(name: str) -> Callable[[], Any] | None:
    """Return what builds a network, None where torch, or torchvision for most, is not installed."""
    try:
        import torch
    except ImportError:
        return None
    if name in ("lenet5", "alexnet"):
        return lambda: torch.nn.Sequential(*(_lenet5() if name == "lenet5" else _alexnet()))
    models = _torchvision()
    return models and (lambda: getattr(models, name)(weights=None, **_PLAIN.get(name, {})))


@cache
def _torchvision() -> Any:
    """Return the networks of torchvision, which without its compiled part lacks two operators."""
    try:
        import torch

        library = torch.library.Library("torchvision", "FRAGMENT")
        for operator in ("nms", "qnms"):
            if not hasattr(torch.ops.torchvision, operator):
                library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        from torchvision import models
    except (ImportError, RuntimeError):
        return None
    _KEPT.append(library)
    return models


_KEPT: list[Any] = []  # a library that is forgotten takes its operators along


def _lenet5() -> list[Any]:
    from torch import nn

    return [
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Tanh(), nn.Conv2d(6, 16, 5), nn.Tanh(),
        nn.AvgPool2d(2), nn.Tanh(), nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84),
        nn.Tanh(), nn.Linear(84, 10),
    ]  # fmt: skip


def _alexnet() -> list[Any]:
    from torch import nn

    return [
        nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Conv2d(96, 256, 5, padding=2),
        nn.ReLU(), nn.MaxPool2d(3, 2), nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 256, 3, padding=1),
        nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(9216, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000),
    ]  # fmt: skip
