# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""COLMAP's camera models as lenses, and lenses as COLMAP's camera models."""

from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.io.colmap_records import ColmapCamera

LENS_MODELS: dict[str, tuple[str, int, int, bool]] = {
    "SIMPLE_PINHOLE": ("perspective", 1, 0, False),
    "PINHOLE": ("perspective", 2, 0, False),
    "SIMPLE_RADIAL": ("perspective", 1, 1, False),
    "RADIAL": ("perspective", 1, 2, False),
    "OPENCV": ("perspective", 2, 2, True),
    "SIMPLE_FISHEYE": ("fisheye", 1, 0, False),
    "FISHEYE": ("fisheye", 2, 0, False),
    "SIMPLE_RADIAL_FISHEYE": ("fisheye", 1, 1, False),
    "RADIAL_FISHEYE": ("fisheye", 1, 2, False),
    "OPENCV_FISHEYE": ("fisheye", 2, 4, False),
}
"""Family of each model that becomes a lens, its numbers of focal lengths and of radial
coefficients, and whether tangential ones follow. FULL_OPENCV is read too if k4 to k6 are 0."""


def lens_of_colmap(camera: ColmapCamera) -> Lens:
    """A COLMAP camera as a lens.

    Raises:
        InputError: If its model is none of those that can be undistorted.
    """
    values = list(camera.params)
    if camera.model == "FULL_OPENCV" and not any(values[9:]):
        fx, fy, cx, cy, k1, k2, p1, p2, k3 = values[:9]
        return Lens(
            fx,
            fy,
            cx,
            cy,
            camera.height,
            camera.width,
            radial=(k1, k2, k3),
            tangential=(p1, p2),
        )
    if camera.model not in LENS_MODELS:
        raise InputError(
            f"COLMAP camera {camera.id} has the model {camera.model}; accepted are "
            f"{', '.join(LENS_MODELS)}, and FULL_OPENCV with k4 = k5 = k6 = 0. Run "
            "'colmap image_undistorter' and use its output."
        )
    family, num_focals, num_radial, has_tangential = LENS_MODELS[camera.model]
    focals, (cx, cy) = values[:num_focals], values[num_focals : num_focals + 2]
    rest = values[num_focals + 2 :]
    return Lens(
        fx=focals[0],
        fy=focals[-1],
        cx=cx,
        cy=cy,
        height=camera.height,
        width=camera.width,
        model="fisheye" if family == "fisheye" else "perspective",
        radial=tuple(rest[:num_radial]),
        tangential=(rest[num_radial], rest[num_radial + 1]) if has_tangential else (0.0, 0.0),
    )


def colmap_camera_of(lens: Lens, camera_id: int) -> ColmapCamera:
    """A lens as the COLMAP camera with the fewest parameters that every version of COLMAP reads.

    PINHOLE without distortion, else OPENCV, OPENCV_FISHEYE or FULL_OPENCV.

    Raises:
        InputError: If it has more coefficients than COLMAP has places.
    """
    model, params = "PINHOLE", [lens.fx, lens.fy, lens.cx, lens.cy]
    radial = list(lens.radial)
    while radial and radial[-1] == 0:
        radial.pop()
    if lens.model == "fisheye" and len(radial) <= 4:
        model = "OPENCV_FISHEYE"
        params += [*radial, 0.0, 0.0, 0.0, 0.0][:4]
    elif lens.model == "perspective" and len(radial) <= 3:
        if not lens.is_pinhole:
            model = "OPENCV" if len(radial) <= 2 else "FULL_OPENCV"
            k1, k2, k3 = [*radial, 0.0, 0.0, 0.0][:3]
            params += [k1, k2, *lens.tangential]
            params += [k3, 0.0, 0.0, 0.0] if model == "FULL_OPENCV" else []
    else:
        raise InputError(f"COLMAP has no camera model for {len(radial)} radial coefficients.")
    return ColmapCamera(camera_id, model, lens.width, lens.height, tuple(map(float, params)))


def colmap_pinhole_of(
    intrinsics: Float[Tensor, "3 3"], height: int, width: int, camera_id: int
) -> ColmapCamera:
    """A PINHOLE camera of K; skew, which COLMAP does not have, is dropped."""
    K = intrinsics.detach().double().cpu()
    params = (float(K[0, 0]), float(K[1, 1]), float(K[0, 2]), float(K[1, 2]))
    return ColmapCamera(camera_id, "PINHOLE", width, height, params)
