# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""An any-view network whose scale a metric network sets: all in metres (DA3, section 4.3)."""

from dataclasses import replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from anyview.model.config import NestedConfig, ReferenceView
from anyview.model.exact_quantile import exact_quantile
from anyview.model.network import HEAD_CHUNK, Network
from anyview.model.outputs import CANONICAL_FOCAL_PX, NetworkOutput, OutputRequest
from anyview.model.sky_fill import FAR_QUANTILE, MIN_PIXELS
from anyview.structures.sky import sky_mask

MIN_METRIC_DEPTH_M = 0.01
MIN_RELATIVE_DEPTH = 0.001
"""Pixels must exceed both depths to have a say in the scale."""

FAR_LIMIT_M = 200.0
"""Sky is not put farther away than this."""


class NestedNetwork(nn.Module):
    """Two networks on the same images.

    Args:
        any_view: Gives depth, cameras, rays and Gaussians at an arbitrary scale.
        metric: Gives canonical metric depth of each image, and sky.
    """

    def __init__(self, any_view: Network, metric: Network) -> None:
        super().__init__()
        self.config = NestedConfig(any_view.config, metric.config)
        self.any_view = any_view
        self.metric = metric

    def forward(
        self,
        images: Float[Tensor, "B V 3 H W"],
        extrinsics: Float[Tensor, "B V 4 4"] | None = None,
        intrinsics: Float[Tensor, "B V 3 3"] | None = None,
        *,
        valid: Bool[Tensor, "B V H W"] | None = None,
        request: OutputRequest = OutputRequest(),  # noqa: B008 - frozen
        reference_view: ReferenceView = "saddle_balanced",
        head_chunk: int = HEAD_CHUNK,
    ) -> NetworkOutput:
        """Predict what is asked for in metres; each scene of the batch for itself.

        One factor a scene brings depth, camera translations, ray origins and Gaussians to metres
        alike. Sky pixels get a far depth and confidence 1. A scene whose scale cannot be found
        (hardly anything but sky, or no depth to compare) has ``scale`` NaN and is left as the
        any-view network gives it, in scene units.

        Args:
            images: ImageNet-normalised RGB; H and W multiples of 14.
            extrinsics: World-to-camera of known cameras, for the any-view network.
            intrinsics: K in pixels of ``images``; with extrinsics. The scale hangs on the
                predicted ones.
            valid: False where a pixel (padding, masked) has no say in the scale, nor in how far
                sky is put.
            request: What to compute.
            reference_view: How the reference view is chosen with 3 views or more and no cameras.
            head_chunk: Views that dense heads work on at a time: less memory, same result.

        Raises:
            InputError: If a side is not a multiple of 14, or cameras are half given.
            OptionError: If Gaussians are asked of a network without that head.
        """
        has_length = request.depth or request.cameras or request.rays or request.gaussians
        wanted = replace(request, sky=False)
        if has_length:
            wanted = replace(wanted, depth=True, cameras=True)
        out = self.any_view(
            images,
            extrinsics,
            intrinsics,
            request=wanted,
            reference_view=reference_view,
            head_chunk=head_chunk,
        )
        if has_length or request.sky:
            single = self.metric(
                images,
                valid=valid,
                request=OutputRequest(depth=has_length, cameras=False),
                head_chunk=head_chunk,
            )
            out.sky = single.sky
        if has_length:
            counted = torch.ones_like(single.depth, dtype=torch.bool) if valid is None else valid
            _bring_to_metres(out, single.depth, counted)
        return _only(out, request)


def metric_scale(
    depth: Float[Tensor, "V H W"],
    conf: Float[Tensor, "V H W"],
    metres: Float[Tensor, "V H W"],
    sky: Float[Tensor, "V H W"],
    valid: Bool[Tensor, "V H W"] | None = None,
) -> Float[Tensor, ""]:
    """The factor from relative to metric depth of one scene, by least squares.

    Over pixels that are not sky, whose confidence is at least the median of those, and whose
    depths are not tiny.

    Args:
        depth: Relative z-depth.
        conf: Its confidence.
        metres: Metric z-depth.
        sky: Sky score.
        valid: Pixels to look at; None for all.

    Returns:
        A positive factor, or NaN if hardly anything is not sky or no pixel qualifies.
    """
    seen = ~sky_mask(sky)
    if valid is not None:
        seen &= valid
    if int(seen.sum()) <= MIN_PIXELS:
        return depth.new_tensor(torch.nan)
    used = seen & (conf >= exact_quantile(conf[seen], 0.5))
    used &= (metres > MIN_METRIC_DEPTH_M) & (depth > MIN_RELATIVE_DEPTH)
    relative, metric = depth[used], metres[used]
    # 0 / 0 where no pixel qualifies.
    return (relative * metric).sum() / relative.square().sum()


def _bring_to_metres(
    out: NetworkOutput, canonical: Float[Tensor, "B V H W"], valid: Bool[Tensor, "B V H W"]
) -> None:
    assert out.depth is not None
    assert out.conf is not None
    assert out.sky is not None
    assert out.intrinsics is not None
    focal = (out.intrinsics[..., 0, 0] + out.intrinsics[..., 1, 1]) / 2
    metres = canonical * (focal / CANONICAL_FOCAL_PX)[..., None, None]
    out.scale = torch.stack(
        [
            metric_scale(*scene)
            for scene in zip(out.depth, out.conf, metres, out.sky, valid, strict=True)
        ]
    )
    _multiply_lengths(out, torch.where(out.scale.isfinite(), out.scale, 1.0))
    _set_sky(out, out.scale.isfinite(), valid)


def _multiply_lengths(out: NetworkOutput, factor: Float[Tensor, " B"]) -> None:
    """Everything that has a length, Gaussians too, which the reference forgets (QUIRK-17)."""
    assert out.depth is not None
    assert out.extrinsics is not None
    assert out.pose_encoding is not None
    each = factor[:, None, None]
    out.depth = out.depth * each[..., None]
    out.extrinsics = out.extrinsics.clone()
    out.extrinsics[..., :3, 3] *= each
    out.pose_encoding = out.pose_encoding.clone()
    out.pose_encoding[..., :3] *= each
    if out.ray_map is not None:
        out.ray_map = out.ray_map.clone()
        out.ray_map[..., :3] *= each[..., None, None]
    if out.gaussians is not None:
        out.gaussians = replace(
            out.gaussians, means=out.gaussians.means * each, scales=out.gaussians.scales * each
        )


def _set_sky(
    out: NetworkOutput, metric: Bool[Tensor, " B"], valid: Bool[Tensor, "B V H W"]
) -> None:
    """Sky of metric scenes: a far depth, as certain as depth can be."""
    assert out.depth is not None
    assert out.conf is not None
    assert out.sky is not None
    is_sky = sky_mask(out.sky) & metric[:, None, None, None]
    # A scene without a scale may have no valid pixel; nothing of it is set, so any number serves.
    rest = ~is_sky & (valid | ~metric[:, None, None, None])
    far = [
        exact_quantile(depth[scene], FAR_QUANTILE).clamp(max=FAR_LIMIT_M)
        for depth, scene in zip(out.depth, rest, strict=True)
    ]
    out.depth = torch.where(is_sky, torch.stack(far)[:, None, None, None], out.depth)
    out.conf = torch.where(is_sky, 1.0, out.conf)


def _only(out: NetworkOutput, request: OutputRequest) -> NetworkOutput:
    """Drop what was computed on the way only."""
    if not request.depth:
        out.depth = out.conf = None
    if not request.cameras:
        out.extrinsics = out.intrinsics = out.pose_encoding = None
    if not request.sky:
        out.sky = None
    return out
