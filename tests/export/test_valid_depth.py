# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses

import torch

from anyview.export.valid_depth import depth_or_nan


def test_bad_depth_and_padding_become_nan_and_the_rest_stays(room):
    depth, valid = room.depth.clone(), room.valid.clone()
    depth[0, 0, :4] = torch.tensor([0.0, -1.0, torch.nan, torch.inf])
    valid[1, 2, 3] = False
    known = depth_or_nan(dataclasses.replace(room, depth=depth, valid=valid))
    bad = torch.zeros_like(valid)
    bad[0, 0, :4] = True
    bad[1, 2, 3] = True
    assert torch.equal(torch.isnan(known), bad)
    assert torch.equal(known[~bad], depth[~bad])
