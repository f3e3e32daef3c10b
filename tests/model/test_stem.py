# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import torch

from anyview.model.build import build
from anyview.model.config import config_from_dict
from anyview.model.outputs import OutputRequest
from anyview.model.registry import VARIANTS
from anyview.model.stem import ConvolutionalStem

_NANO = VARIANTS["nano"].config
_CONFIG = replace(_NANO, backbone=replace(_NANO.backbone, stem_channels=8))


def _images(views: int) -> torch.Tensor:
    return torch.randn(2, views, 3, 28, 42, generator=torch.Generator().manual_seed(1))


def test_gives_the_patch_grid_and_half_resolution_maps():
    tokens, maps = ConvolutionalStem(8, 32)(torch.randn(2, 3, 28, 42))
    assert tokens.shape == (2, 32, 2, 3)
    assert maps.shape == (2, 8, 14, 21)


def test_a_network_with_a_stem_returns_what_one_without_does():
    request = OutputRequest(rays=True)
    plain, stemmed = (build(c, seed=0)(_images(2), request=request) for c in (_NANO, _CONFIG))
    for name in ("depth", "conf", "ray_map", "pose_encoding"):
        assert getattr(plain, name).shape == getattr(stemmed, name).shape


def test_depth_reads_the_stem_beside_the_tokens():
    network = build(_CONFIG, seed=0)
    before = network(_images(1)).depth
    network.head.stem_adapt.weight.mul_(2)
    assert not torch.equal(before, network(_images(1)).depth)


def test_head_chunks_do_not_change_the_result():
    network = build(_CONFIG, seed=0)
    whole, parts = (network(_images(3), head_chunk=n).depth for n in (8, 1))
    torch.testing.assert_close(whole, parts)


def test_config_survives_a_round_trip_and_old_configs_have_no_stem():
    assert config_from_dict(_CONFIG.to_dict()) == _CONFIG
    old = _NANO.to_dict()
    del old["backbone"]["stem_channels"]
    assert config_from_dict(old) == _NANO
