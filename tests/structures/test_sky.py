# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.structures.sky import SKY_THRESHOLD, sky_mask


def test_the_threshold_itself_is_sky_and_what_is_below_is_not():
    below = torch.nextafter(torch.tensor(SKY_THRESHOLD), torch.tensor(0.0))
    scores = torch.tensor([[0.0, float(below)], [SKY_THRESHOLD, 7.0]])
    assert sky_mask(scores).tolist() == [[False, False], [True, True]]


def test_a_score_that_is_not_a_number_is_not_sky():
    assert not sky_mask(torch.tensor([torch.nan])).any()


def test_the_threshold_is_the_one_of_published_weights():
    assert SKY_THRESHOLD == 0.3
