# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.model.build import build
from anyview.model.initialization import sine_cosine
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


def test_positions_are_told_apart_and_near_ones_are_alike():
    table = sine_cosine(8, 192)
    assert table.shape == (64, 192)
    distances = torch.cdist(table, table)
    assert distances[~torch.eye(64, dtype=torch.bool)].min() > 1
    assert distances[0, 1] < distances[0, 7]


def test_the_first_cross_view_blocks_attend_to_equal_patches():
    backbone = build(VARIANTS["tiny"].config, seed=0).backbone
    for index in (5, 7, 9):
        query, key, _ = backbone.blocks[index].attention.qkv.weight.chunk(3)
        assert torch.equal(query[:128], key[:128]) == (index in (5, 7))
        assert not torch.equal(query[128:], key[128:])
