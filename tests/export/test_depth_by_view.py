# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth files in both sizes: the same surface, by one rule for all formats."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError
from anyview.export.depth_by_view import depth_by_view, require_size
from anyview.export.file_stems import file_stems
from anyview.export.options import ExportOptions
from anyview.export.registry import export_prediction
from anyview.export.valid_depth import depth_or_nan
from anyview.structures.original_size import at_original_size

ORIGINAL = ExportOptions(size="original")


def test_processed_size_is_the_depth_as_it_is(room):
    found = dict(depth_by_view(room, ExportOptions()))
    assert list(found) == list(file_stems(room.names))
    torch.testing.assert_close(
        torch.stack(list(found.values())), depth_or_nan(room), equal_nan=True
    )


def test_original_sizes_may_differ_from_view_to_view(room):
    sizes = torch.tensor([[72, 48], [36, 48], [18, 24]])
    maps = torch.stack([torch.diag(torch.tensor([24 / w, 18 / h, 1.0])) for h, w in sizes.tolist()])
    mixed = replace(room, original_sizes=sizes, processed_from_original=maps)
    for view, (_, depth) in enumerate(depth_by_view(mixed, ORIGINAL)):
        assert list(depth.shape) == sizes[view].tolist()
        expected = at_original_size(mixed, view).depth
        torch.testing.assert_close(depth, expected, equal_nan=True)


def test_every_format_of_depth_has_the_same_pixels(room, tmp_path):
    export_prediction(room, tmp_path, "depth-png,depth-npy,view-npz", ORIGINAL)
    step = json.loads((tmp_path / "depth/depth.json").read_text(encoding="utf-8"))["unit_per_step"]
    for view, name in enumerate(file_stems(room.names)):
        expected = at_original_size(room, view).depth.numpy()
        assert expected.shape == (72, 48)
        stored = np.load(tmp_path / f"depth_npy/{name}.npy")
        np.testing.assert_array_equal(stored, np.nan_to_num(expected, nan=0.0))
        with Image.open(tmp_path / f"depth/{name}.png") as image:
            levels = np.asarray(image).astype(np.float64)
        assert np.abs(levels * step - stored).max() <= 0.51 * step
        with np.load(tmp_path / f"views/{name}.npz") as arrays:
            np.testing.assert_array_equal(arrays["depth"], expected)


def test_unknown_original_sizes_are_refused_before_anything_is_written(room, tmp_path):
    blind = replace(room, original_sizes=None)
    require_size(blind, ExportOptions())
    with pytest.raises(InputError, match="does not know the sizes"):
        export_prediction(blind, tmp_path / "out", "npz,depth-png", ORIGINAL)
    assert not (tmp_path / "out").exists()
