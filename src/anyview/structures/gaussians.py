# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""3-D Gaussians of a scene, as plain tensors in the world frame."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True)
class Gaussians:
    """Gaussians in the world frame of the prediction that holds them.

    The batch axes are absent in a ``Prediction`` and ``B`` in a network output.

    Attributes:
        means: Centres, scene units (metres if the prediction is metric).
        scales: Standard deviations along the own axes, same unit, positive.
        rotations_wxyz: Quaternions world-from-Gaussian, scalar first.
        harmonics: Spherical-harmonic coefficients per colour channel, real basis, degree 2.
        opacities: In [0, 1].
    """

    means: Float[Tensor, "*batch N 3"]
    scales: Float[Tensor, "*batch N 3"]
    rotations_wxyz: Float[Tensor, "*batch N 4"]
    harmonics: Float[Tensor, "*batch N 3 K"]
    opacities: Float[Tensor, "*batch N"]
