# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What "the same output" means: errors in units of the reference's own spread."""

import torch
from torch import Tensor

TOLERANCE = 1e-3
"""Largest error accepted, as a fraction of the standard deviation of the reference's output."""

ROTATION_TOLERANCE_DEG = 0.01


def assert_close_in_std(
    ours: Tensor, theirs: Tensor, tol: float = TOLERANCE, *, spread: Tensor | None = None
) -> None:
    """Fail unless every error is at most ``tol`` standard deviations of ``theirs``.

    Args:
        ours: Our output.
        theirs: The reference's, same shape.
        tol: Fraction of the spread.
        spread: Used instead of the spread of ``theirs``, for parts with too few numbers.
    """
    assert ours.shape == theirs.shape, f"shape {tuple(ours.shape)} != {tuple(theirs.shape)}"
    ours, theirs = ours.double(), theirs.double()
    assert torch.isfinite(theirs).all(), "the reference's output is not finite: no test"
    assert torch.isfinite(ours).all(), "our output is not finite"
    scale = theirs.std() if spread is None else spread.double()
    assert scale > 1e-6, f"the reference's output does not vary (std {scale:.2e}): no test"
    error = (ours - theirs).abs().max() / scale
    assert error <= tol, f"largest error is {error:.2e} of the spread {scale:.3g}, above {tol:.0e}"


def rotation_error_deg(ours: Tensor, theirs: Tensor) -> Tensor:
    """Angle between rotation matrices ``[..., 3, 3]`` in degrees, accurate near zero."""
    ours, theirs = ours.double(), theirs.double()
    chord = (ours - theirs).flatten(-2).norm(dim=-1)  # 2 sqrt(2) sin(angle / 2)
    return torch.rad2deg(2 * torch.asin((chord / 8**0.5).clamp(max=1.0)))


def assert_rotations_close(
    ours: Tensor, theirs: Tensor, tol_deg: float = ROTATION_TOLERANCE_DEG
) -> None:
    """Fail unless every rotation is within ``tol_deg`` degrees."""
    assert ours.shape == theirs.shape, f"shape {tuple(ours.shape)} != {tuple(theirs.shape)}"
    error = rotation_error_deg(ours, theirs).max()
    assert error <= tol_deg, f"largest rotation error is {error:.4f} degrees, above {tol_deg}"


def assert_cameras_close(ours: Tensor, theirs: Tensor, tol: float = TOLERANCE) -> None:
    """World-to-camera matrices: rotations in degrees, translations in spreads."""
    assert_rotations_close(ours[..., :3, :3], theirs[..., :3, :3])
    assert_close_in_std(ours[..., :3, 3], theirs[..., :3, 3], tol)


def assert_intrinsics_close(ours: Tensor, theirs: Tensor, tol: float = 1e-4) -> None:
    """K matrices: focal lengths by relative error, all other entries exactly."""
    assert ours.shape == theirs.shape, f"shape {tuple(ours.shape)} != {tuple(theirs.shape)}"
    ours_focal, theirs_focal = (
        torch.diagonal(k, dim1=-2, dim2=-1)[..., :2] for k in (ours, theirs)
    )
    error = (ours_focal / theirs_focal - 1).abs().max()
    assert error <= tol, f"largest relative error of a focal length is {error:.2e}, above {tol:.0e}"
    rest = ~torch.eye(3, dtype=torch.bool).logical_and(torch.tensor([True, True, False]))
    assert torch.equal(ours[..., rest], theirs[..., rest]), "principal points differ"
