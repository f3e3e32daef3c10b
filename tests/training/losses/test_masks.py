# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.training.losses.masks import mask_loss


def planted():
    g = torch.Generator().manual_seed(0)
    score = torch.rand(2, 3, 4, 5, generator=g, dtype=torch.float64)
    return score.requires_grad_(), torch.rand(2, 3, 4, 5, generator=g) > 0.5


@pytest.mark.parametrize("some", [False, True])
def test_it_is_the_mean_square_over_known_images(some):
    score, mask = planted()
    known = torch.tensor([[True, False, True], [False, True, True]]) if some else None
    terms = []
    for scene in range(2):
        for view in range(3):
            if known is None or known[scene, view]:
                pairs = zip(
                    score[scene, view].flatten().tolist(),
                    mask[scene, view].flatten().tolist(),
                    strict=True,
                )
                terms += [(s - float(m)) ** 2 for s, m in pairs]
    assert mask_loss(score, mask, known).item() == pytest.approx(sum(terms) / len(terms))
    assert torch.autograd.gradcheck(lambda s: mask_loss(s, mask, known), (score,), fast_mode=True)


def test_without_known_images_it_is_zero():
    score, mask = planted()
    loss = mask_loss(score, mask, torch.zeros(2, 3, dtype=torch.bool))
    loss.backward()
    assert loss == 0
    assert not score.grad.any()
