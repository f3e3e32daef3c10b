# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch
import torch.nn.functional as F

from anyview.model.backbone import Backbone
from anyview.model.build import build
from anyview.model.registry import VARIANTS

NANO = VARIANTS["nano"].config


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return build(NANO, seed=1).backbone


def images(scenes=1, views=4, height=42, width=56, seed=0):
    return torch.randn(
        scenes, views, 3, height, width, generator=torch.Generator().manual_seed(seed)
    )


def last(backbone, x, **options):
    return backbone(x, **options).taken[-1][-1]


def test_scenes_of_a_batch_do_not_see_each_other(backbone):
    x = images(2)
    both = last(backbone, x)
    for i in range(2):
        torch.testing.assert_close(both[i : i + 1], last(backbone, x[i : i + 1]))


def test_views_see_each_other_but_not_before_the_alternation(backbone):
    x, changed = images(), images()
    changed[:, 3] += 1.0
    assert not torch.allclose(last(backbone, x)[:, 0], last(backbone, changed)[:, 0])
    early = NANO.backbone.alternating_from - 1
    before = [
        backbone(z, feature_layers=(early,), reference_view="first").features[early]
        for z in (x, changed)
    ]
    assert torch.equal(before[0][:, :3], before[1][:, :3])


def test_views_permute_with_a_fixed_reference(backbone):
    x = images()
    order = [0, 3, 1, 2]
    out = last(backbone, x, reference_view="first")
    permuted = last(backbone, x[:, order], reference_view="first")
    torch.testing.assert_close(permuted, out[:, order], atol=1e-4, rtol=1e-4)


def test_the_reference_is_found_wherever_it_stands(backbone):
    """With a strategy that looks at the images, any order of views gives the same result."""
    x = images(views=5)
    order = [4, 2, 0, 3, 1]
    out, permuted = backbone(x), backbone(x[:, order])
    assert order[int(permuted.reference)] == int(out.reference)
    torch.testing.assert_close(
        permuted.taken[-1][-1], out.taken[-1][-1][:, order], atol=1e-4, rtol=1e-4
    )
    torch.testing.assert_close(permuted.camera, out.camera[:, order], atol=1e-4, rtol=1e-4)


def test_features_come_back_in_input_order(backbone):
    """The reference implementation returns them in the reordered order: QUIRK-03, not copied."""
    x = images(views=5)
    layer = NANO.backbone.depth - 1
    order = [3, 0, 4, 1, 2]
    out = backbone(x, feature_layers=(layer,)).features[layer]
    permuted = backbone(x[:, order], feature_layers=(layer,)).features[layer]
    torch.testing.assert_close(permuted, out[:, order], atol=1e-4, rtol=1e-4)


def test_camera_tokens_replace_the_learned_ones_and_the_reference_choice(backbone):
    x = images(views=3)
    tokens = torch.randn(1, 3, NANO.backbone.width, generator=torch.Generator().manual_seed(5))
    out = backbone(x, tokens)
    assert out.reference.tolist() == [0]
    assert not torch.allclose(out.taken[-1][-1], last(backbone, x, reference_view="first"))


def test_position_table_is_used_as_it_is_at_its_own_grid(backbone):
    grid = NANO.backbone.position_grid
    assert backbone._positions(grid, grid) is backbone.position_embedding
    resized = backbone._positions(grid + 1, grid - 1)
    table = backbone.position_embedding[:, 1:].unflatten(1, (grid, grid)).permute(0, 3, 1, 2)
    published = F.interpolate(
        table, scale_factor=((grid + 1.1) / grid, (grid - 0.9) / grid), mode="bicubic"
    )
    torch.testing.assert_close(resized[:, 1:], published.flatten(2).mT)
    by_size = F.interpolate(table, size=(grid + 1, grid - 1), mode="bicubic")
    assert not torch.allclose(published, by_size), "QUIRK-06 makes a difference"


def test_no_block_runs_beyond_the_last_one_that_is_read():
    backbone = build(VARIANTS["small"].config, device="meta").backbone
    assert backbone.config.taken_layers[-1] == len(backbone.blocks) - 1
    mono = build(VARIANTS["nano-mono"].config, seed=0).backbone
    calls = []
    for i, block in enumerate(mono.blocks):
        block.register_forward_hook(lambda *_, i=i: calls.append(i))
    mono(images(views=1))
    assert calls == list(range(mono.config.taken_layers[-1] + 1))


def test_monocular_views_are_independent():
    mono = build(VARIANTS["nano-mono"].config, seed=0).backbone
    x = images(views=3)
    out = last(mono, x)
    torch.testing.assert_close(out[:, 1:2], last(mono, x[:, 1:2]))
    assert len(mono(x).taken[0]) == 1
