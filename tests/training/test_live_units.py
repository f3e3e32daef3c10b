# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.training.live_units import features_seen, live_share


def test_live_share_sees_dead_units():
    decoder = build(VARIANTS["nano"].config, seed=0).camera_decoder
    features = torch.randn(4, 2, 64, generator=torch.Generator().manual_seed(0))
    assert live_share(features, decoder) > 0.9
    decoder.hidden[1].bias.fill_(-100.0)
    assert live_share(features, decoder) == 0


def test_what_the_decoder_is_given_is_seen_in_the_block_alone():
    decoder = build(VARIANTS["nano"].config, seed=0).camera_decoder
    features = torch.ones(1, 2, 64, requires_grad=True)
    with features_seen(decoder) as seen:
        decoder(features)
    decoder(2 * features)
    assert len(seen) == 1
    assert torch.equal(seen[0], torch.ones(1, 2, 64))
    assert not seen[0].requires_grad
