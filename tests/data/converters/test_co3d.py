# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A small CO3Dv2 category: PyTorch3D's cameras and half-float depth become ours."""

import gzip
import json

import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.data.converters.co3d import HalfFloatDepth, find_co3d, lens_of
from anyview.data.converters.options import ConvertOptions
from tests.data.converters.miniature import (
    K,
    cameras,
    check_frame,
    depth_along,
    spot_image,
)

SCALE = 2.5
FLIP = np.diag([-1.0, -1.0, 1.0])


def viewpoint(view, kind="ndc_isotropic"):
    """PyTorch3D: x_cam = x_world R + T with x left, y up; screen = half - unit * ndc."""
    half = np.array([view.width, view.height]) / 2
    unit = np.full(2, half.min()) if kind == "ndc_isotropic" else half
    result = {
        "R": (FLIP @ view.cam_from_world[:3, :3]).T.tolist(),
        "T": (FLIP @ view.cam_from_world[:3, 3]).tolist(),
        "focal_length": (np.array([view.K[0, 0], view.K[1, 1]]) / unit).tolist(),
        "principal_point": ((half - view.K[:2, 2]) / unit).tolist(),
    }
    return {**result, "intrinsics_format": kind} if kind != "default" else result


def half_bits(depth):
    return np.ascontiguousarray((depth / SCALE).astype(np.float16)).view(np.uint16)


def write_category(root, kind="ndc_isotropic", change=None):
    """``root/apple`` with two sequences of the same three frames, one of them out of order."""
    category = root / "apple"
    records = []
    for sequence, order in (("110_1", (0, 1, 2)), ("22_2", (2, 0, 1))):
        base = category / sequence
        for name in ("images", "depths", "depth_masks", "masks"):
            (base / name).mkdir(parents=True)
        for number in order:
            view = cameras()[number]
            stem = f"frame{number + 1:06d}"
            Image.fromarray(spot_image(view.spot()[0], view.shape)).save(
                base / "images" / f"{stem}.jpg", quality=100, subsampling=0
            )
            depth = depth_along(view, view.rays())
            bits = half_bits(depth)
            bits[0, 0] = np.array(np.inf, np.float16).view(np.uint16)
            Image.fromarray(bits).save(base / "depths" / f"{stem}.png")
            trusted = np.ones(view.shape, bool)
            trusted[-4:] = False
            Image.fromarray(trusted).save(base / "depth_masks" / f"{stem}.png")
            probability = np.zeros(view.shape, np.uint8)
            probability[10:20, 30:40] = 200
            probability[20:22] = 100
            Image.fromarray(probability).save(base / "masks" / f"{stem}.png")
            below = f"apple/{sequence}"
            records.append(
                {
                    "sequence_name": sequence,
                    "frame_number": number,
                    "frame_timestamp": 0.1 * number,
                    "image": {"path": f"{below}/images/{stem}.jpg", "size": list(view.shape)},
                    "depth": {
                        "path": f"{below}/depths/{stem}.png",
                        "scale_adjustment": SCALE,
                        "mask_path": f"{below}/depth_masks/{stem}.png",
                    },
                    "mask": {"path": f"{below}/masks/{stem}.png", "mass": 100.0},
                    "viewpoint": viewpoint(view, kind),
                    "meta": None,
                }
            )
    if change is not None:
        change(records)
    with gzip.open(category / "frame_annotations.jgz", "wt") as file:
        json.dump(records, file)
    return category


def read(source):
    return [item.read() for item in find_co3d(source, ConvertOptions())]


@pytest.mark.parametrize("kind", ["ndc_isotropic", "ndc_norm_image_bounds", "default"])
def test_frames_agree_with_their_cameras(tmp_path, kind):
    write_category(tmp_path, kind)
    scenes = read(tmp_path)
    assert [scene.name for scene in scenes] == ["apple_110_1", "apple_22_2"]
    for found in scenes:
        assert not found.is_metric
        assert found.depth_kind == "measured"
        assert [frame.name for frame in found.frames] == ["000000", "000001", "000002"]
        for frame, view in zip(found.frames, cameras(), strict=True):
            check_frame(frame)
            np.testing.assert_allclose(frame.intrinsics, K, atol=1e-12)
            np.testing.assert_allclose(frame.cam_from_world, view.cam_from_world, atol=1e-12)


def test_depth_is_half_float_scaled_and_masked(tmp_path):
    write_category(tmp_path)
    frame = read(tmp_path)[0].frames[1]
    depth, view = frame.read_depth(), cameras()[1]
    assert (depth[-4:] == 0).all()
    assert depth[0, 0] == 0  # infinite in the file
    known = depth > 0
    assert known.mean() > 0.85
    np.testing.assert_allclose(depth[known], depth_along(view, view.rays())[known], rtol=1e-3)


def test_object_masks_are_cut_at_one_half(tmp_path):
    write_category(tmp_path)
    objects = read(tmp_path)[0].frames[0].masks["objects"]()
    expected = np.zeros((48, 64), bool)
    expected[10:20, 30:40] = True
    np.testing.assert_array_equal(objects, expected)


def test_a_category_alone(tmp_path):
    category = write_category(tmp_path)
    assert [s.name for s in find_co3d(category, ConvertOptions())] == ["apple_110_1", "apple_22_2"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.update(viewpoint=None), "lacks 'viewpoint'"),
        (lambda r: r["viewpoint"]["T"].__setitem__(0, float("nan")), "NaN"),
        (lambda r: r["viewpoint"]["T"].__setitem__(0, 8e16), "reconstruction failed"),
        (lambda r: r["viewpoint"].update(intrinsics_format="pixels"), "'pixels' is not read"),
        (lambda r: r["viewpoint"].update(R=[[1, 0], [0, 1]]), "shape"),
        (lambda r: r["image"].update(path="apple/absent.jpg"), "no such file"),
        (lambda r: r["image"].update(path="../../etc/passwd"), "leads out"),
        (lambda r: r["depth"].update(path="apple/absent.png"), "not there"),
        (lambda r: r["depth"].update(scale_adjustment=0), "scale_adjustment"),
        (lambda r: r["mask"].update(path="apple/absent.png"), "not there"),
        (lambda r: r["image"].update(size=[64, 64]), "only a resize"),
    ],
)
def test_a_bad_frame_is_left_out_and_named(tmp_path, change, message):
    write_category(tmp_path, change=lambda records: change(records[1]))
    found = read(tmp_path)[0]
    assert len(found.frames) == 2
    [left_out] = found.left_out
    assert left_out.name == "000001"
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(left_out.reason)


def test_frames_may_lack_depth_and_masks(tmp_path):
    def strip(records):
        for record in records:
            record.update(depth=None, mask=None)

    write_category(tmp_path, change=strip)
    found = read(tmp_path)[0]
    assert found.depth_kind is None
    assert all(frame.read_depth is None and not frame.masks for frame in found.frames)


def test_absent_empty_and_damaged_annotations(tmp_path):
    with pytest.raises(InputError, match="no CO3D category"):
        list(find_co3d(tmp_path, ConvertOptions()))
    category = write_category(tmp_path, change=lambda records: records.clear())
    with pytest.raises(InputError, match="has no frames"):
        list(find_co3d(tmp_path, ConvertOptions()))
    path = category / "frame_annotations.jgz"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(InputError, match="not a readable JSON"):
        list(find_co3d(tmp_path, ConvertOptions()))


def test_depth_masks_of_another_size_are_refused(tmp_path):
    Image.fromarray(half_bits(np.full((20, 30), 2.0))).save(tmp_path / "depth.png")
    Image.fromarray(np.ones((18, 30), bool)).save(tmp_path / "mask.png")
    with pytest.raises(InputError, match="must agree"):
        HalfFloatDepth(tmp_path / "depth.png", 1.0, tmp_path / "mask.png")()


def test_images_without_pixels_are_refused():
    with pytest.raises(InputError, match="no pixels"):
        lens_of({}, 0, 64, "here")
