# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a prediction: depth, cameras and what else was asked for, in one frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy.typing as npt
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from anyview.geometry.lens import Lens
from anyview.structures.gaussians import Gaussians


@dataclass(frozen=True)
class Prediction:
    """Everything predicted for the views of one scene, in one world frame at one scale.

    Tensors are float32 on the CPU unless said. Depth, confidence, sky and images share one
    pixel grid H x W (the processed images; pixel centres at +0.5); ``intrinsics`` are in pixels
    of that grid and ``original_intrinsics`` in pixels of the files that were given.

    Attributes:
        depth: z-depth, positive; metres if ``is_metric``, else scene units.
        images: The processed RGB images, 0 to 255.
        names: A short unique name for each view.
        conf: Confidence of depth, >= 1, not a probability; None for models without one.
        extrinsics: World-to-camera, OpenCV axes; None for models without cameras.
        intrinsics: K in pixels of the H x W grid; None for models without cameras.
        sky: Sky score as the head gives it (>= 0); None for models without one.
        valid: False in the padding around views whose shape differs from most others', where depth
            means nothing, and where masks leave pixels out. None if all pixels count.
        ray_map: Ray origin (first three) and direction (last three, z = 1 in the own camera,
            not normalised) in the world frame on its own grid; point = origin + depth * direction.
        ray_conf: Confidence of the ray map, >= 1.
        gaussians: 3-D Gaussians in the same frame, if asked for.
        features: Backbone patch features by layer index, views in input order, if asked for.
        original_sizes: Height and width of each original image.
        processed_from_original: Affine map of homogeneous pixel coordinates (u, v, 1). For a view
            with a lens, of the coordinates that its pixels would have without the distortion.
        lenses: For each view the distortion of the original image that was undone, or None; None
            if no view has one. Depth, images and intrinsics are those of pinhole cameras.
        is_metric: True only if depth, translations and Gaussians are in metres.
        scale_note: One sentence: where the scale comes from, or why it is not metric.
        provenance: JSON-able record: model, weights hash, options, versions.
    """

    depth: Float[Tensor, "V H W"]
    images: UInt8[Tensor, "V 3 H W"]
    names: tuple[str, ...]
    conf: Float[Tensor, "V H W"] | None = None
    extrinsics: Float[Tensor, "V 3 4"] | None = None
    intrinsics: Float[Tensor, "V 3 3"] | None = None
    sky: Float[Tensor, "V H W"] | None = None
    valid: Bool[Tensor, "V H W"] | None = None
    ray_map: Float[Tensor, "V Hr Wr 6"] | None = None
    ray_conf: Float[Tensor, "V Hr Wr"] | None = None
    gaussians: Gaussians | None = None
    features: Mapping[int, Float[Tensor, "V h w D"]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    original_sizes: Int[Tensor, "V 2"] | None = None
    processed_from_original: Float[Tensor, "V 3 3"] | None = None
    lenses: tuple[Lens | None, ...] | None = None
    is_metric: bool = False
    scale_note: str = ""
    provenance: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Check that all parts describe the same views on the same grid."""
        views, height, width = self.depth.shape
        grids: dict[str, tuple[int, ...]] = {"images": (views, 3, height, width)}
        for name in ("conf", "sky", "valid"):
            if getattr(self, name) is not None:
                grids[name] = (views, height, width)
        for name, shape in (
            ("extrinsics", (views, 3, 4)),
            ("intrinsics", (views, 3, 3)),
            ("original_sizes", (views, 2)),
            ("processed_from_original", (views, 3, 3)),
        ):
            if getattr(self, name) is not None:
                grids[name] = shape
        wrong = [
            f"{name} is {tuple(getattr(self, name).shape)}, expected {shape}"
            for name, shape in grids.items()
            if tuple(getattr(self, name).shape) != shape
        ]
        if len(self.names) != views:
            wrong.append(f"names has {len(self.names)} entries, expected {views}")
        if self.lenses is not None and len(self.lenses) != views:
            wrong.append(f"lenses has {len(self.lenses)} entries, expected {views}")
        if len(set(self.names)) != len(self.names):
            wrong.append("names are not unique")
        if (self.extrinsics is None) != (self.intrinsics is None):
            wrong.append("extrinsics and intrinsics must be given together")
        if wrong:
            raise ValueError(
                f"The parts of a prediction with depth {tuple(self.depth.shape)} do not agree: "
                + "; ".join(wrong)
            )

    def __len__(self) -> int:
        """Number of views."""
        return int(self.depth.shape[0])

    @property
    def unit(self) -> str:
        """``"m"`` if metric, else ``"scene units"``."""
        return "m" if self.is_metric else "scene units"

    @property
    def original_intrinsics(self) -> Float[Tensor, "V 3 3"] | None:
        """K in pixels of the original images, or None without cameras.

        That of a view with a lens is the lens's, whose distortion is in ``lenses``.
        """
        if self.intrinsics is None or self.processed_from_original is None:
            return self.intrinsics
        original_from_processed = torch.linalg.inv(self.processed_from_original.double())
        original: Tensor = (original_from_processed @ self.intrinsics.double()).float()
        return original

    def numpy(self) -> dict[str, npt.NDArray[Any]]:
        """The tensors as NumPy arrays by field name; absent ones are left out.

        Gaussians appear as ``gaussians_means`` and so on, features as ``features_<layer>``.
        """
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name in (
            "depth",
            "conf",
            "sky",
            "valid",
            "extrinsics",
            "intrinsics",
            "original_intrinsics",
            "ray_map",
            "ray_conf",
            "images",
            "original_sizes",
            "processed_from_original",
        ):
            value = getattr(self, name)
            if value is not None:
                arrays[name] = value.numpy()
        if self.gaussians is not None:
            for name, value in vars(self.gaussians).items():
                arrays[f"gaussians_{name}"] = value.numpy()
        for layer, value in self.features.items():
            arrays[f"features_{layer}"] = value.numpy()
        return arrays
