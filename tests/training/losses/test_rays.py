# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.training.losses.rays import ray_loss

VIEWS = torch.tensor([[True, False], [True, True]])


def planted():
    g = torch.Generator().manual_seed(0)
    rays, truth = torch.randn(2, 2, 2, 3, 4, 6, generator=g, dtype=torch.float64).unbind()
    conf = 1 + torch.rand(2, 2, 3, 4, generator=g, dtype=torch.float64)
    return rays.requires_grad_(), truth, conf.requires_grad_()


def loop(rays, truth, conf, views, norm):
    total, count = 0.0, 0
    for view in range(4):
        if not views.flatten()[view]:
            continue
        for cell in range(12):
            difference = (rays - truth).flatten(2, 3).flatten(0, 1)[view, cell].tolist()
            squared = sum(x * x for x in difference)
            error = {
                "l1": sum(map(abs, difference)),
                "l2": math.sqrt(squared),
                "squared": squared,
            }[norm]
            if conf is not None:
                c = conf.flatten(2).flatten(0, 1)[view, cell].item()
                error = c * error - 0.2 * math.log(c)
            total, count = total + error, count + 1
    return total / count


@pytest.mark.parametrize("norm", ["l1", "l2", "squared"])
@pytest.mark.parametrize("with_conf", [False, True])
def test_it_is_the_formula_and_its_gradient_is_right(norm, with_conf):
    rays, truth, conf = planted()
    given = conf if with_conf else None
    loss = ray_loss(rays, truth, VIEWS, conf=given, norm=norm)
    assert loss.item() == pytest.approx(loop(rays, truth, given, VIEWS, norm), rel=1e-12)
    assert torch.autograd.gradcheck(
        lambda r, c: ray_loss(r, truth, VIEWS, conf=c if with_conf else None, norm=norm),
        (rays, conf),
        fast_mode=True,
    )


def test_all_views_without_a_mask():
    rays, truth, _ = planted()
    expected = loop(rays, truth, None, torch.ones_like(VIEWS), "l1")
    assert ray_loss(rays, truth).item() == pytest.approx(expected, rel=1e-12)


def test_views_without_camera_get_no_gradient():
    rays, truth, conf = planted()
    ray_loss(rays, truth, VIEWS, conf=conf).backward()
    assert not rays.grad[0, 1].any()
    assert not conf.grad[0, 1].any()
    assert rays.grad[0, 0].all()
    none = torch.zeros_like(VIEWS)
    loss = ray_loss(rays, truth, none, conf=conf)
    assert loss == 0
    assert not torch.autograd.grad(loss, rays)[0].any()


def test_detached_confidence_leaves_the_gradient_of_rays_alone():
    rays, truth, conf = planted()
    with_conf = ray_loss(rays, truth, conf=conf, detached=True)
    plain = ray_loss(rays, truth)
    torch.testing.assert_close(
        torch.autograd.grad(with_conf, rays)[0], torch.autograd.grad(plain, rays)[0]
    )
