# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.geometry.homography_split import fit_centred, split_lower, split_upper
from anyview.geometry.rotations import random_rotation, rotation_angle, rotation_from_axis_angle


def inverse_intrinsics(focal, principal, skew=0.0):
    K = torch.zeros(len(focal), 3, 3, dtype=torch.float64)
    K[:, 0, 0], K[:, 1, 1] = focal.unbind(-1)
    K[:, :2, 2] = principal
    K[:, 0, 1] = skew
    K[:, 2, 2] = 1
    return torch.linalg.inv(K)


def planted(count=6, off_centre=0.0, skew=0.0, seed=0):
    g = torch.Generator().manual_seed(seed)
    rotation = random_rotation((count,), g, dtype=torch.float64)
    focal = 0.8 + torch.rand(count, 2, generator=g, dtype=torch.float64)
    principal = off_centre * torch.randn(count, 2, generator=g, dtype=torch.float64)
    scale = 0.1 + torch.rand(count, 1, 1, generator=g, dtype=torch.float64)
    return rotation, focal, principal, scale * rotation @ inverse_intrinsics(focal, principal, skew)


class TestSplitUpper:
    @pytest.mark.parametrize("off_centre", [0.0, 0.3, 2.0])
    def test_recovers_any_principal_point(self, off_centre):
        rotation, focal, principal, H = planted(off_centre=off_centre)
        found = split_upper(H)
        for a, b in zip(found, (rotation, focal, principal), strict=True):
            torch.testing.assert_close(a, b)

    def test_skew_moves_neither_rotation_nor_principal_point(self):
        rotation, focal, principal, H = planted(off_centre=0.3, skew=0.2)
        for a, b in zip(split_upper(H), (rotation, focal, principal), strict=True):
            torch.testing.assert_close(a, b)


class TestSplitLower:
    def test_is_the_orthogonal_lower_triangular_split(self):
        rotation, focal, _, _ = planted()
        lower = torch.diag_embed(torch.cat((1 / focal, torch.ones(6, 1)), dim=-1))
        lower[:, 1, 0], lower[:, 2, 0], lower[:, 2, 1] = 0.1, 0.2, -0.3
        found_rotation, found_focal, last_row = split_lower(3.0 * rotation @ lower)
        torch.testing.assert_close(found_rotation, rotation)
        torch.testing.assert_close(found_focal, focal)
        expected = torch.tensor([0.2, -0.3]).double().expand(6, 2)
        torch.testing.assert_close(last_row, expected, rtol=1e-7, atol=1e-7)

    def test_recovers_a_centred_camera(self):
        rotation, focal, principal, H = planted()
        for a, b in zip(split_lower(H), (rotation, focal, principal), strict=True):
            torch.testing.assert_close(a, b)

    def test_is_wrong_off_centre_with_the_sign_turned(self):
        """QUIRK-08: 2.5 % of the width cost more than two degrees."""
        rotation = torch.eye(3).double()[None]
        principal = torch.tensor([[0.05, 0.0]]).double()
        H = rotation @ inverse_intrinsics(torch.tensor([[1.2, 1.2]]).double(), principal)
        found, _, found_principal = split_lower(H)
        assert torch.rad2deg(rotation_angle(found)).item() == pytest.approx(2.4, abs=0.3)
        assert found_principal[0, 0] < -0.02


def moments_of(H, noise, seed=0):
    """Normal matrix of the transform from a grid to its noisy image under H."""
    g = torch.Generator().manual_seed(seed)
    axis = torch.linspace(-1, 1, 9, dtype=torch.float64)
    x, y = (c.flatten() for c in torch.meshgrid(axis, axis, indexing="xy"))
    p = torch.stack((x, y, torch.ones_like(x)), dim=-1)
    mapped = p @ H.mT
    target = mapped[..., :2] / mapped[..., 2:]
    target = target + noise * torch.randn(target.shape, generator=g, dtype=torch.float64)
    zero = torch.zeros_like(p).expand(len(H), -1, -1)
    points = p.expand(len(H), -1, -1)
    rows_u = torch.cat((points, zero, -target[..., :1] * points), dim=-1)
    rows_v = torch.cat((zero, points, -target[..., 1:] * points), dim=-1)
    rows = torch.cat((rows_u, rows_v), dim=1)
    return rows.mT @ rows


class TestFitCentred:
    def planted(self):
        """Cameras that look roughly along z, as the fit asks for."""
        g = torch.Generator().manual_seed(3)
        rotation = rotation_from_axis_angle(
            0.2 * torch.randn(5, 3, generator=g, dtype=torch.float64)
        )
        focal = 0.8 + torch.rand(5, 2, generator=g, dtype=torch.float64)
        return rotation, focal, rotation @ inverse_intrinsics(focal, torch.zeros(5, 2))

    def test_finds_the_camera_from_a_poor_start(self):
        rotation, focal, H = self.planted()
        start = H + 0.03 * torch.randn(
            H.shape, generator=torch.Generator().manual_seed(4), dtype=torch.float64
        )
        found, found_focal, principal = fit_centred(start, moments_of(H, noise=0.0))
        torch.testing.assert_close(found, rotation, rtol=0, atol=1e-8)
        torch.testing.assert_close(found_focal, focal, rtol=0, atol=1e-8)
        assert not principal.any()

    def test_noise_free_start_stays(self):
        rotation, focal, H = self.planted()
        found, found_focal, _ = fit_centred(H, moments_of(H, noise=0.0))
        torch.testing.assert_close(found, rotation)
        torch.testing.assert_close(found_focal, focal)

    def test_no_camera_nearby_costs_less(self):
        _, _, H = self.planted()
        moments = moments_of(H, noise=0.02)

        def cost(rotation, focal):
            h = (rotation @ inverse_intrinsics(focal, torch.zeros(5, 2))).flatten(1)
            return torch.einsum("mi,mij,mj->m", h, moments, h)

        rotation, focal, _ = fit_centred(H, moments)
        least = cost(rotation, focal)
        for axis in range(3):
            for step in (-1e-4, 1e-4):
                turn = torch.zeros(3).double()
                turn[axis] = step
                assert (cost(rotation @ rotation_from_axis_angle(turn), focal) > least).all()
        for index in range(2):
            for factor in (1 - 1e-4, 1 + 1e-4):
                stretched = focal.clone()
                stretched[:, index] *= factor
                assert (cost(rotation, stretched) > least).all()


@pytest.mark.parametrize("split", [split_upper, split_lower])
@pytest.mark.parametrize("fill", [0.0, float("nan")])
def test_nothing_raises(split, fill):
    H = torch.full((2, 3, 3), fill).double()
    assert split(H)[0].shape == (2, 3, 3)
    assert fit_centred(H, torch.zeros(2, 9, 9).double())[0].shape == (2, 3, 3)
