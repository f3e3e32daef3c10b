# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a network is asked for and what it returns (batched, with gradients, in its own units)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jaxtyping import Float, Int
from torch import Tensor

from anyview.structures.gaussians import Gaussians

CANONICAL_FOCAL_PX = 300.0
"""Focal length that metric networks predict depth for: metres = depth * focal / 300 (DA3, 4.3)."""


@dataclass(frozen=True)
class OutputRequest:
    """What to compute. What is not asked for costs nothing.

    Attributes:
        depth: Depth, with confidence in any-view networks.
        cameras: Cameras from the decoder (any-view networks).
        rays: The ray map and its confidence (any-view networks).
        sky: The sky score (monocular, metric and nested networks).
        gaussians: 3-D Gaussians (networks with a Gaussian head); implies depth and cameras.
        feature_layers: Backbone blocks whose normalised patch tokens are returned.
    """

    depth: bool = True
    cameras: bool = True
    rays: bool = False
    sky: bool = True
    gaussians: bool = False
    feature_layers: tuple[int, ...] = ()


@dataclass
class NetworkOutput:
    """Batched output of a network; a part that was not asked for, or does not exist, is None.

    Views are always in input order. Scale and world frame are the network's own: about the
    reference view's camera, scene units (metres for nested networks).

    Attributes:
        depth: z-depth > 0. For the metric network: canonical, metres = depth * focal / 300.
        conf: Confidence of depth, >= 1.
        extrinsics: World-to-camera.
        intrinsics: K in pixels of the input images, principal point at the centre.
        pose_encoding: Camera centre (3), quaternion world-from-camera x y z w (4, unnormalised),
            vertical and horizontal field of view in radians (2).
        ray_map: Origin first, direction second, on a grid of 8 x the patch grid.
        ray_conf: Confidence of the ray map, >= 1.
        sky: Sky score >= 0; below 0.3 is not sky.
        gaussians: World-frame Gaussians, batch axis first.
        features: Patch tokens after the final norm, by block index, views in input order.
        reference_view: Index of the reference view of each scene.
        scale: Nested networks: the factor that relative depth, camera centres and Gaussians of
            each scene were multiplied by; NaN where it could not be found, and nothing was.
    """

    depth: Float[Tensor, "B V H W"] | None = None
    conf: Float[Tensor, "B V H W"] | None = None
    extrinsics: Float[Tensor, "B V 4 4"] | None = None
    intrinsics: Float[Tensor, "B V 3 3"] | None = None
    pose_encoding: Float[Tensor, "B V 9"] | None = None
    ray_map: Float[Tensor, "B V Hr Wr 6"] | None = None
    ray_conf: Float[Tensor, "B V Hr Wr"] | None = None
    sky: Float[Tensor, "B V H W"] | None = None
    gaussians: Gaussians | None = None
    features: Mapping[int, Float[Tensor, "B V h w D"]] = field(default_factory=dict)
    reference_view: Int[Tensor, " B"] | None = None
    scale: Float[Tensor, " B"] | None = None
