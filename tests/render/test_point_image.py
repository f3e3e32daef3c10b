# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.render.point_image import Dots, draw_points

K = torch.tensor([[10.0, 0, 10], [0, 10, 8], [0, 0, 1]])
RED, BLUE = [255, 0, 0], [0, 0, 255]


def draw(points, colors, **options):
    dots = Dots(torch.tensor(points, dtype=torch.float32), torch.tensor(colors, dtype=torch.uint8))
    return draw_points(
        [dots],
        torch.eye(4),
        K,
        16,
        20,
        **options,
    )


def test_a_point_becomes_a_square_about_its_pixel():
    picture = draw([[0.0, 0.0, 2.0]], [RED])
    red = (picture == torch.tensor(RED, dtype=torch.uint8)[:, None, None]).all(dim=0)
    assert red.nonzero().tolist() == [[7, 9], [7, 10], [8, 9], [8, 10]]
    assert (picture[:, ~red] == 255).all()


def test_the_nearest_point_wins_in_any_order():
    near, far = [0.0, 0.0, 1.0], [0.0, 0.0, 3.0]
    first = draw([near, far], [RED, BLUE])
    assert torch.equal(first, draw([far, near], [BLUE, RED]))
    assert first[:, 8, 10].tolist() == RED


def test_of_equally_near_points_the_first_wins():
    assert draw([[0.0, 0, 1], [0.0, 0, 1]], [BLUE, RED])[:, 8, 10].tolist() == BLUE


def test_points_behind_outside_and_not_finite_are_left_out():
    nan = float("nan")
    points = [[0.0, 0, -1], [50.0, 0, 1], [nan, 0, 1], [0.0, 0, nan]]
    assert (draw(points, [RED] * 4, background=(1, 2, 3))[0] == 1).all()
    none = Dots(torch.zeros(0, 3), torch.zeros(0, 3, dtype=torch.uint8))
    assert (draw_points([none], torch.eye(4), K, 4, 4) == 255).all()


def test_near_hides_far_across_layers_and_sizes():
    red = Dots(torch.tensor([[0.0, 0, 3]]), torch.tensor([RED], dtype=torch.uint8), 6)
    blue = Dots(torch.tensor([[0.0, 0, 1]]), torch.tensor([BLUE], dtype=torch.uint8), 2)
    picture = draw_points([red, blue], torch.eye(4), K, 16, 20)
    assert picture[:, 8, 10].tolist() == BLUE
    assert picture[:, 6, 8].tolist() == RED
    assert int((picture[0] != 255).sum()) == 4
    assert int((picture[2] != 255).sum()) == 36 - 4
