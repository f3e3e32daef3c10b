# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.model.build import build
from anyview.model.registry import VARIANTS


def test_untrained_depth_already_depends_on_the_image():
    """The usual initialisation gives .005; training then settles on the mean depth."""
    network = build(VARIANTS["tiny"].config, seed=0)
    x = torch.randn(8, 1, 3, 56, 84, generator=torch.Generator().manual_seed(0))
    log_depth = network(x).depth.log()
    assert 0.1 < log_depth.std(dim=0).mean() < 1.5


def test_untrained_cameras_are_sane():
    network = build(VARIANTS["nano"].config, seed=0)
    out = network(torch.randn(1, 3, 3, 56, 84, generator=torch.Generator().manual_seed(0)))
    focal = out.intrinsics[..., 0, 0] / 84
    assert (focal > 0.2).all()
    assert (focal < 20).all()
    assert (out.pose_encoding[..., 7:] > 0).any(), "the ReLU before the field of view is alive"
