# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Everything about K, and the frame and scale that known cameras are brought to.

K is in pixels of a stated image and pixel (row i, column j) has its centre at (j + 0.5, i + 0.5).
With that convention a resize is a pure scaling of K and a crop a pure shift.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry import se3

MIN_TAN_HALF_FOV = 1e-6
"""Lower clamp of tan(fov / 2), as the published camera decoder has it."""

MIN_CAMERA_SPREAD = 0.1
"""Lower clamp of the median camera distance that known translations are divided by."""

MAX_FOCAL_RATIO = 4.0
"""fx / fy outside [1/4, 4] is taken for a mistake: anamorphic lenses reach 2."""

MIN_FOV_DEG, MAX_FOV_DEG = 0.2, 179.0
"""Fields of view outside this range are taken for a mistake in the focal length."""


def transform_intrinsics(
    intrinsics: Float[Tensor, "*batch 3 3"],
    target_from_source: Float[Tensor, "*#batch 3 3"],
) -> Float[Tensor, "*batch 3 3"]:
    """K after an affine map of the image's pixel coordinates.

    Args:
        intrinsics: K in pixels of the source image.
        target_from_source: Affine map of homogeneous pixel coordinates (u, v, 1).

    Returns:
        K in pixels of the target image.
    """
    return target_from_source.to(intrinsics) @ intrinsics


def resize_intrinsics(
    intrinsics: Float[Tensor, "*batch 3 3"], scale_x: int | float, scale_y: int | float
) -> Float[Tensor, "*batch 3 3"]:
    """K after the image is resized by ``scale_x`` and ``scale_y`` (new size / old size).

    Exact, without a half-pixel term, because pixel centres are at +0.5.
    """
    factors = intrinsics.new_tensor([scale_x, scale_y, 1.0])
    return intrinsics * factors[:, None]


def crop_intrinsics(
    intrinsics: Float[Tensor, "*batch 3 3"], left: int | float, top: int | float
) -> Float[Tensor, "*batch 3 3"]:
    """K after ``left`` columns and ``top`` rows of pixels are cut off."""
    # Row 2 of K is (0, 0, 1): subtracting multiples of it shifts the principal point only.
    shift = intrinsics.new_tensor([left, top, 0.0])
    return intrinsics - shift[:, None] * intrinsics[..., 2:, :]


def pad_intrinsics(
    intrinsics: Float[Tensor, "*batch 3 3"], left: int | float, top: int | float
) -> Float[Tensor, "*batch 3 3"]:
    """K after ``left`` columns and ``top`` rows of pixels are added."""
    return crop_intrinsics(intrinsics, -left, -top)


def fov_from_intrinsics(
    intrinsics: Float[Tensor, "*batch 3 3"], height: int, width: int
) -> tuple[Float[Tensor, "*batch"], Float[Tensor, "*batch"]]:
    """Fields of view, ``2 atan(size / 2 / f)``: those of a centred principal point.

    Args:
        intrinsics: K in pixels of the ``height`` x ``width`` image.
        height: Image height in pixels.
        width: Image width in pixels.

    Returns:
        Vertical and horizontal field of view in radians.
    """
    vertical = 2 * torch.atan(height / 2 / intrinsics[..., 1, 1])
    horizontal = 2 * torch.atan(width / 2 / intrinsics[..., 0, 0])
    return vertical, horizontal


def intrinsics_from_fov(
    fov_vertical: Float[Tensor, "*batch"],
    fov_horizontal: Float[Tensor, "*batch"],
    height: int,
    width: int,
) -> Float[Tensor, "*batch 3 3"]:
    """K with its principal point at the image centre (W / 2, H / 2).

    Args:
        fov_vertical: Vertical field of view in radians; tan(fov / 2) is clamped below at 1e-6.
        fov_horizontal: Horizontal field of view in radians, clamped alike.
        height: Image height in pixels.
        width: Image width in pixels.

    Returns:
        K in pixels of the ``height`` x ``width`` image.
    """
    fx = width / 2 / torch.tan(fov_horizontal / 2).clamp_min(MIN_TAN_HALF_FOV)
    fy = height / 2 / torch.tan(fov_vertical / 2).clamp_min(MIN_TAN_HALF_FOV)
    zero, one = torch.zeros_like(fx), torch.ones_like(fx)
    rows = (fx, zero, one * (width / 2), zero, fy, one * (height / 2), zero, zero, one)
    return torch.stack(rows, dim=-1).unflatten(-1, (3, 3))


def validate_intrinsics(
    intrinsics: Float[Tensor, "V 3 3"],
    sizes: Sequence[tuple[int, int]],
    names: Sequence[str] | None = None,
) -> None:
    """Refuse a K that cannot belong to its image.

    Args:
        intrinsics: K of each view in pixels of its own image.
        sizes: Height and width of each image in pixels.
        names: Names of the views for the message; without them they are numbered from 0.

    Raises:
        InputError: At the first view whose K is unusable; names the view, shows K, says why.
    """
    if len(sizes) != intrinsics.shape[0]:
        raise InputError(
            f"{intrinsics.shape[0]} intrinsics were given for {len(sizes)} images; "
            "give one 3 x 3 matrix for each image, in the same order."
        )
    for index, (height, width) in enumerate(sizes):
        K = intrinsics[index].detach().double().cpu()
        fault = _fault_of_intrinsics(K, height, width)
        if fault:
            name = str(index) if names is None else f"{index} ({names[index]})"
            raise InputError(
                f"The intrinsics of view {name}, a {width} x {height} image, cannot be used: "
                f"{fault} Given: {[[round(x, 4) for x in row] for row in K.tolist()]}. Accepted: "
                "[[fx, 0, cx], [0, fy, cy], [0, 0, 1]] in pixels of that image."
            )


def _fault_of_intrinsics(K: Tensor, height: int, width: int) -> str:
    """What is wrong with one K, or an empty string."""
    if not torch.isfinite(K).all():
        return "they hold NaN or infinite numbers."
    if (K[2] - K.new_tensor([0.0, 0.0, 1.0])).abs().max() > 1e-4:
        return "the last row is not (0, 0, 1)."
    (fx, skew, cx), (shear, fy, cy), _ = K.tolist()
    if fx <= 0 or fy <= 0:
        return f"the focal lengths {fx:g} and {fy:g} are not positive."
    if abs(shear) > 1e-4 * fy or abs(skew) > 0.1 * fx:
        return "entries that should be zero are not; the matrix may be transposed or singular."
    if fx < 10 and fy < 10 and 0 <= cx <= 1 and 0 <= cy <= 1:
        return "they look normalised by the image size; multiply row 0 by the width, 1 by height."
    for axis, f, size in (("horizontal", fx, width), ("vertical", fy, height)):
        fov = float(torch.rad2deg(2 * torch.atan(torch.tensor(size / 2 / f))))
        if not MIN_FOV_DEG <= fov <= MAX_FOV_DEG:
            return f"the {axis} field of view would be {fov:.3g} degrees."
    if not 1 / MAX_FOCAL_RATIO <= fx / fy <= MAX_FOCAL_RATIO:
        return f"fx / fy is {fx / fy:.3g}, outside [1/4, 4]."
    return _fault_of_principal_point(cx / width, cy / height, width, height)


def _fault_of_principal_point(x: float, y: float, width: int, height: int) -> str:
    """Whether a principal point, in units of the image size, betrays a K of another image.

    A one-sided crop may well push it to one border or past it. In the outer twentieth of both
    axes at once, or half an image outside, it is the K of a larger or smaller image.
    """
    far = not (-0.5 <= x <= 1.5 and -0.5 <= y <= 1.5)
    both = not (0.05 <= x <= 0.95 or 0.05 <= y <= 0.95)
    if not (far or both):
        return ""
    fault = f"the principal point ({x * width:.1f}, {y * height:.1f}) is far from the centre."
    if x > 0.9 and y > 0.9:
        fault += (
            f" They may belong to an image of about {2 * x * width:.0f} x {2 * y * height:.0f} "
            "pixels: scale them to this one with resize_intrinsics."
        )
    return fault


def normalize_known_cameras(
    cam_from_world: Float[Tensor, "*batch V 4 4"],
) -> tuple[Float[Tensor, "*batch V 4 4"], Float[Tensor, "*batch"]]:
    """Cameras in the frame of the first view, at the scale that the network is given.

    Translations are divided by the median distance of the camera centres to the first view's,
    that one's own 0 included and the lower median taken, clamped below at 0.1 (the published
    product; so two views nearer than 0.1, and all pairs, are divided by 0.1).

    Args:
        cam_from_world: Known cameras in any world frame, at any scale.

    Returns:
        The cameras, first one the identity, and the scale that translations were divided by.
    """
    relative = se3.relative_to_first(cam_from_world)
    distances = se3.camera_centres(relative).norm(dim=-1)
    # torch.median takes the lower of the two middle values, as the published product does.
    scale = distances.median(dim=-1).values.clamp_min(MIN_CAMERA_SPREAD)
    return _scale_translations(relative, 1 / scale), scale


def restore_known_cameras(
    normalized: Float[Tensor, "*batch V 4 4"],
    scale: Float[Tensor, "*batch"],
    first_cam_from_world: Float[Tensor, "*batch 4 4"],
) -> Float[Tensor, "*batch V 4 4"]:
    """The inverse of ``normalize_known_cameras``, given the first view's own camera."""
    return _scale_translations(normalized, scale) @ first_cam_from_world[..., None, :, :]


def _scale_translations(cameras: Tensor, factor: Tensor) -> Tensor:
    translation = cameras[..., :3, 3] * factor[..., None, None]
    return se3.rigid_transform(cameras[..., :3, :3], translation)
