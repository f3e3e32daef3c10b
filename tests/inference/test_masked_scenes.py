# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Masks and padding from the files to the result: what is left out has no say anywhere."""

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.export.options import ExportOptions
from anyview.export.painting import conf_painting, depth_painting
from anyview.export.points import cloud_from_prediction
from anyview.inference.engine import Predictor
from anyview.inference.inputs import read_views
from anyview.inference.options import InputOptions, PredictOptions
from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.model.weights_info import info_of_variant
from anyview.structures.original_size import at_original_size

HEIGHT, WIDTH = 84, 112
OPTIONS = PredictOptions(resolution=56)


@pytest.fixture(scope="module")
def predictors():
    return {
        name: Predictor(
            build(VARIANTS[name].config, seed=3),
            info_of_variant(VARIANTS[name]),
            device="cpu",
            dtype="float32",
        )
        for name in ("nano", "nano-gaussians", "nano-nested")
    }


def photo(seed: int, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    rng = np.random.default_rng(seed)
    v, u = np.mgrid[0:height, 0:width]
    waves = [128 + 100 * np.sin(u / (9 + c)) * np.cos(v / (7 + c + seed)) for c in range(3)]
    return (
        (np.stack(waves, -1) + rng.normal(0, 9, (height, width, 3))).clip(0, 255).astype(np.uint8)
    )


def keep_all_but(rows: slice, columns: slice) -> np.ndarray:
    mask = np.ones((HEIGHT, WIDTH), dtype=np.uint8)
    mask[rows, columns] = 0
    return mask


HOLE = (slice(20, 50), slice(30, 80))
"""On the grid of 42 x 56: rows 10 to 25, columns 15 to 40."""


def valid_seen_by(predictor, *args, **kwargs):
    """The result, and which pixels the network was told to count."""
    seen = []
    handle = predictor.network.register_forward_pre_hook(
        lambda _module, _args, given: seen.append(given["valid"]), with_kwargs=True
    )
    try:
        return predictor.predict(*args, **kwargs), seen
    finally:
        handle.remove()


def test_masked_pixels_are_not_valid_and_nothing_is_made_of_them(predictors):
    expected = torch.ones(2, 42, 56, dtype=torch.bool)
    expected[1, 10:25, 15:40] = False
    result = predictors["nano-gaussians"].predict(
        [photo(0), photo(1)],
        masks=[None, keep_all_but(*HOLE)],
        options={"resolution": 56, "gaussians": True},
    )
    assert torch.equal(result.valid, expected)
    assert (result.conf[~expected] == 1).all()
    assert torch.isfinite(result.depth).all()  # still there for whoever wants it
    assert len(result.gaussians.means) == int(expected.sum())
    loose = ExportOptions(conf_percentile=0.0, edge_threshold=0.0, drop_sky=False)
    cloud = cloud_from_prediction(result, loose)
    assert len(cloud.points) == int(expected.sum())
    full = at_original_size(result, 1)
    assert torch.equal(full.depth.isnan(), torch.from_numpy(keep_all_but(*HOLE) == 0))


def test_masked_and_padded_values_change_no_colour_scale_and_no_percentile(predictors):
    result = predictors["nano"].predict(
        [photo(0), photo(1)], masks=np.stack([keep_all_but(*HOLE)] * 2), options=OPTIONS
    )
    options = ExportOptions()
    wild = result.depth.clone()
    wild[~result.valid] = 1e6
    conf = result.conf.clone()
    conf[~result.valid] = 1e6
    other = type(result)(**{**vars(result), "depth": wild, "conf": conf})
    for paint in (lambda p: depth_painting(p, options), conf_painting):
        assert paint(other).legend.scale == paint(result).legend.scale
    ours, theirs = (cloud_from_prediction(p, options).points for p in (result, other))
    torch.testing.assert_close(ours, theirs)


def test_the_network_is_told_what_counts(predictors):
    """Padding of a portrait and a mask both; of whole images it is told nothing."""
    for name in ("nano", "nano-nested"):
        result, (valid,) = valid_seen_by(
            predictors[name],
            [photo(0), photo(1), photo(2, WIDTH, HEIGHT)],
            masks=[keep_all_but(*HOLE), None, None],
            options=OPTIONS,
        )
        assert torch.equal(valid[0], result.valid)
        assert not valid[0, 0, 12, 20]
        assert valid[0, 1].all()
        assert not valid[0, 2, :, 0].any()  # beside the portrait
        _, (nothing,) = valid_seen_by(predictors[name], [photo(0)], options=OPTIONS)
        assert nothing is None


def test_the_background_is_filled_on_request(predictors):
    """What lies under the mask then makes no difference at all."""
    first, second = photo(0), photo(0)
    second[HOLE] = 255 - second[HOLE]
    # Resizing mixes the border of the hole into its neighbours: none at this size.
    options = {"resolution": 112, "mask_fill": "black"}
    run = [
        predictors["nano"].predict([image], masks=keep_all_but(*HOLE), options=options)
        for image in (first, second)
    ]
    torch.testing.assert_close(run[0].depth, run[1].depth, rtol=0, atol=0)
    assert not torch.equal(run[0].images, run[1].images)  # colours stay those of the photo
    left = [
        predictors["nano"].predict([image], masks=keep_all_but(*HOLE), options={"resolution": 112})
        for image in (first, second)
    ]
    assert not torch.equal(left[0].depth, left[1].depth)


def test_masks_from_a_folder_and_from_transparency(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "masks").mkdir()
    keep = keep_all_but(*HOLE)
    Image.fromarray(photo(0)).save(tmp_path / "images/a.jpg")
    Image.fromarray(keep * 255).save(tmp_path / "masks/a.jpg.png")
    other = keep_all_but(slice(0, 10), slice(None))
    Image.fromarray(np.dstack([photo(1), 255 * other])).save(tmp_path / "images/b.png")
    Image.fromarray(keep * 255).save(tmp_path / "masks/b.png")
    options = InputOptions(masks=str(tmp_path / "masks"))
    views = read_views(tmp_path / "images", options=options).views
    for view in views:
        assert torch.equal(view.mask, torch.from_numpy(keep == 0))
    both = read_views(
        tmp_path / "images", options=InputOptions(masks=str(tmp_path / "masks"), alpha="mask")
    ).views
    assert torch.equal(both[1].mask, torch.from_numpy((keep & other) == 0))
    with Image.open(tmp_path / "images/b.png") as opened:
        in_memory = read_views(opened, options=InputOptions(alpha="mask")).views[0]
    assert torch.equal(in_memory.mask, torch.from_numpy(other == 0))
    plain = read_views(tmp_path / "images").views
    assert all(view.mask is None for view in plain)
