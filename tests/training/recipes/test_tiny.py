# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.training.recipes.tiny import tiny, tiny_gpu, tiny_more, tiny_sharp


def test_all_three_train_one_network_that_fits_the_package():
    networks = {tiny().network, tiny_sharp().network, tiny_gpu().network}
    assert len(networks) == 1
    network = build(networks.pop(), device="meta")
    assert 2 * sum(p.numel() for p in network.parameters()) < 25e6, "float16 bytes"


def test_single_views_come_first_and_the_whole_loss_later():
    first, last = tiny().phases[0], tiny().phases[-1]
    share = {phase: {k.name: s for s, k in phase.kinds} for phase in (first, last)}
    assert share[first]["single"] > 0.5 > share[last]["single"]
    assert "full4" in share[last]


def test_parts_of_a_training_see_different_scenes():
    one, two = tiny(), tiny_sharp()
    assert one.window.last_needed(one.num_steps) <= two.window.first
    assert two.last_size > one.last_size


def test_scenes_have_the_views_and_pixels_that_steps_ask_for():
    for recipe in (tiny(), tiny_sharp(), tiny_gpu()):
        for phase in recipe.phases:
            for _, kind in phase.kinds:
                assert kind.views <= recipe.worlds.views
                assert kind.width <= recipe.worlds.width
                assert kind.width * recipe.worlds.height == kind.height * recipe.worlds.width


def test_going_on_keeps_the_network_and_weighs_pose_more():
    more = tiny_more()
    assert more.network == VARIANTS["tiny"].config
    for _, kind in more.phases[0].kinds:
        assert kind.weights.fov == 2.0
        assert (kind.weights.direction == 0.0) == (kind.views == 1)
