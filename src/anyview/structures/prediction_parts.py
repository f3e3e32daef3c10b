# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Some views of a prediction, and a prediction moved into another world."""

from collections.abc import Sequence
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from anyview.geometry.se3 import to_homogeneous
from anyview.geometry.sim3 import Sim3
from anyview.structures.prediction import Prediction

_WHOLE = ("gaussians", "features", "is_metric", "scale_note", "provenance")


def select_views(prediction: Prediction, views: Sequence[int]) -> Prediction:
    """A prediction of some of its views, in the order given; Gaussians, of all views, are left out.

    Args:
        prediction: It is not changed.
        views: Places of views; at least one.
    """
    index = torch.tensor(list(views), dtype=torch.long)
    parts: dict[str, Any] = {}
    for item in fields(prediction):
        value = getattr(prediction, item.name)
        if item.name in _WHOLE or value is None:
            continue
        if isinstance(value, Tensor):
            parts[item.name] = value[index]
        else:
            parts[item.name] = tuple(value[view] for view in views)
    features = {layer: value[index] for layer, value in prediction.features.items()}
    return replace(prediction, **parts, gaussians=None, features=MappingProxyType(features))


def moved(prediction: Prediction, target_from_world: Sim3) -> Prediction:
    """The same in another world frame and unit: depth, cameras and rays; Gaussians are left out.

    Args:
        prediction: With cameras.
        target_from_world: One similarity.
    """
    assert prediction.extrinsics is not None
    cameras = to_homogeneous(prediction.extrinsics.double())
    scale = float(target_from_world.scale)
    rays = prediction.ray_map
    if rays is not None:
        origin, direction = rays[..., :3].double(), rays[..., 3:].double()
        turned = direction @ target_from_world.rotation.double().mT
        rays = torch.cat((target_from_world.apply(origin), turned), dim=-1).float()
    return replace(
        prediction,
        depth=prediction.depth * scale,
        extrinsics=target_from_world.apply_to_cameras(cameras)[:, :3].float(),
        ray_map=rays,
        gaussians=None,
    )
