# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Rigid transforms as 4 x 4 matrices, named ``target_from_source`` so that products chain.

``extrinsics`` of the public interface are world-to-camera with OpenCV axes (x right, y down,
z forward); inside, the same matrices are called ``cam_from_world``.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError

_MEANING = "Extrinsics are world-to-camera [R | t] with OpenCV axes (x right, y down, z forward)."

FLIP_YZ = torch.diag(torch.tensor([1.0, -1.0, -1.0, 1.0], dtype=torch.float64))
"""Between OpenGL camera axes (x right, y up, z backwards) and ours (y down, z forward)."""


def to_homogeneous(
    extrinsics: Float[Tensor, "*batch rows columns"],
) -> Float[Tensor, "*batch 4 4"]:
    """Append the row 0 0 0 1 to [R | t]; 4 x 4 matrices are returned as they are.

    Only the shape is looked at; ``validate_extrinsics`` looks at the numbers.

    Raises:
        InputError: If the matrices are neither 3 x 4 nor 4 x 4.
    """
    if extrinsics.shape[-2:] == (4, 4):
        return extrinsics
    if extrinsics.shape[-2:] != (3, 4):
        raise InputError(
            f"extrinsics has shape {tuple(extrinsics.shape)}; accepted are [..., 3, 4] and "
            f"[..., 4, 4], one matrix for each view. {_MEANING}"
        )
    last = extrinsics.new_tensor([0.0, 0.0, 0.0, 1.0]).expand(*extrinsics.shape[:-2], 1, 4)
    return torch.cat([extrinsics, last], dim=-2)


def validate_extrinsics(
    extrinsics: Float[Tensor, "*batch rows columns"],
    *,
    tolerance: float = 5e-3,
    name: str = "extrinsics",
) -> Float[Tensor, "*batch 4 4"]:
    """Check that given camera matrices are rigid transforms.

    Args:
        extrinsics: World-to-camera, [..., 3, 4] or [..., 4, 4].
        tolerance: Largest accepted entry of |R^T R - I|; the default lets matrices that were
            printed with three digits pass.
        name: What the matrices are called in messages.

    Returns:
        The same matrices as [..., 4, 4], unchanged otherwise.

    Raises:
        InputError: If a matrix has the wrong shape, a NaN or infinite entry, a last row other
            than 0 0 0 1, a scaled or skewed rotation part, or a mirror (determinant -1). The
            message names the first such view.
    """
    matrices = to_homogeneous(extrinsics)

    def refuse(bad: Tensor, problem: str, fix: str) -> None:
        if not bool(bad.any()):
            return
        index = tuple(int(i) for i in bad.nonzero()[0])
        label = f"{name}[{', '.join(map(str, index))}]" if index else name
        raise InputError(f"{label} {problem}. {fix} {_MEANING}")

    refuse(
        ~matrices.isfinite().all(dim=(-2, -1)),
        "has a NaN or infinite entry",
        "Where a camera is unknown give None, or NaN for the whole matrix.",
    )
    wide = matrices.detach().cpu().double()
    rotation = wide[..., :3, :3]
    last_row_error = (wide[..., 3, :] - wide.new_tensor([0.0, 0.0, 0.0, 1.0])).abs().amax(-1)
    refuse(
        last_row_error > tolerance,
        "has a last row other than 0 0 0 1",
        "Is the matrix transposed? The translation belongs in the last column.",
    )
    gram = rotation.mT @ rotation
    size = gram.diagonal(dim1=-2, dim2=-1).mean(-1).sqrt()
    identity = torch.eye(3, dtype=wide.dtype)
    error = (gram - identity).abs().amax(dim=(-2, -1))
    shape_error = (gram - size.square()[..., None, None] * identity).abs().amax(dim=(-2, -1))
    scaled = (error > tolerance) & (size > tolerance) & (shape_error <= tolerance * size.square())
    refuse(
        scaled,
        "is not rigid: its rotation part is scaled" + _first(size, scaled),
        "Divide the scale out of the rotation part; extrinsics hold no scale.",
    )
    skewed = error > tolerance
    refuse(
        skewed,
        "is not rigid: R^T R differs from the identity" + _first(error, skewed),
        f"At most {tolerance:g} is accepted; make the columns orthonormal.",
    )
    refuse(
        torch.linalg.det(rotation) < 0,
        "is left-handed: its rotation part has determinant -1",
        "Flip one more axis or swap two; from OpenGL axes negate both y and z.",
    )
    return matrices


def _first(values: Tensor, bad: Tensor) -> str:
    """The value of the first bad entry as text for a message."""
    return f" by {float(values[bad][0]):.4g}" if bool(bad.any()) else ""


def rigid_transform(
    rotation: Float[Tensor, "*batch 3 3"], translation: Float[Tensor, "*batch 3"]
) -> Float[Tensor, "*batch 4 4"]:
    """The 4 x 4 matrix of x -> R x + t."""
    return to_homogeneous(torch.cat([rotation, translation[..., None]], dim=-1))


def invert(target_from_source: Float[Tensor, "*batch 4 4"]) -> Float[Tensor, "*batch 4 4"]:
    """``source_from_target`` of a rigid transform, by transposing its rotation."""
    rotation = target_from_source[..., :3, :3].mT
    translation = -(rotation @ target_from_source[..., :3, 3:])[..., 0]
    return rigid_transform(rotation, translation)


def compose(*transforms: Float[Tensor, "*#batch 4 4"]) -> Float[Tensor, "*batch 4 4"]:
    """``c_from_a = compose(c_from_b, b_from_a)``, for one or more transforms."""
    result, *rest = transforms
    for transform in rest:
        result = result @ transform
    return result


def transform_points(
    target_from_source: Float[Tensor, "*batch 4 4"], points: Float[Tensor, "*batch N 3"]
) -> Float[Tensor, "*batch N 3"]:
    """Points of the source frame in the target frame, same unit."""
    rotation, translation = target_from_source[..., :3, :3], target_from_source[..., :3, 3]
    return points @ rotation.mT + translation[..., None, :]


def camera_centres(cam_from_world: Float[Tensor, "*batch 4 4"]) -> Float[Tensor, "*batch 3"]:
    """Camera centres -R^T t in the world frame."""
    return -(cam_from_world[..., :3, :3].mT @ cam_from_world[..., :3, 3:])[..., 0]


def relative_to_first(
    cam_from_world: Float[Tensor, "*batch V 4 4"],
) -> Float[Tensor, "*batch V 4 4"]:
    """The same cameras in the frame of the first one, which becomes exactly the identity."""
    relative = cam_from_world @ invert(cam_from_world[..., :1, :, :])
    identity = torch.eye(4, dtype=relative.dtype, device=relative.device)
    return torch.cat([identity.expand_as(relative[..., :1, :, :]), relative[..., 1:, :, :]], -3)
