# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from PIL import Image

from anyview.core.errors import InputError, OptionError
from anyview.data.scene import SparseDepth
from anyview.data.stored_arrays import (
    WORST_ROUNDING,
    StoredDepth,
    StoredImage,
    StoredMask,
    StoredSparse,
    write_depth_file,
    write_mask_file,
    write_sparse_file,
)
from anyview.data.stores import FolderStore


@given(
    scale=st.floats(1e-3, 1e5),
    spread=st.floats(1.0, 1e4),
    kind=st.sampled_from(["auto", "png", "npy"]),
)
@settings(max_examples=20, deadline=None)
def test_depth_comes_back_within_the_rounding_that_the_format_promises(
    tmp_path_factory, scale, spread, kind
):
    folder = tmp_path_factory.mktemp("depth")
    depth = (scale * np.geomspace(1, spread, 20 * 20).reshape(20, 20)).astype(np.float32)
    depth[0, :3] = 0, -1, np.nan
    name, step = write_depth_file(folder / "a.b", depth, kind)
    assert name == ("a.b.npy" if step is None else "a.b.png")
    back = StoredDepth(FolderStore(folder), name, step)()
    assert back.dtype == np.float32
    assert (back[0, :3] == 0).all()
    known = depth[1:]
    if step is None:
        np.testing.assert_array_equal(back[1:], known)
        assert kind != "png"
    else:
        assert np.abs(back[1:] - known).max() <= 0.5 * step * (1 + 1e-3) + 1e-6 * known.max()
        assert kind != "npy"
        if kind == "auto":
            assert step / 2 <= WORST_ROUNDING * known.min() * 1.5


def test_auto_takes_sixteen_bits_for_rooms_and_floats_for_far_views(tmp_path):
    room = np.linspace(1, 6, 400, dtype=np.float32).reshape(20, 20)
    assert write_depth_file(tmp_path / "room", room, "auto") == ("room.png", 1e-4)
    far = np.geomspace(1, 5000, 400, dtype=np.float32).reshape(20, 20)
    assert write_depth_file(tmp_path / "far", far, "auto") == ("far.npy", None)
    assert write_depth_file(tmp_path / "none", 0 * far, "auto") == ("none.png", 1e-3)
    with pytest.raises((OptionError, TypeCheckError), match="exr"):
        write_depth_file(tmp_path / "x", far, "exr")


def test_masks_and_points_come_back(tmp_path):
    store = FolderStore(tmp_path)
    mask = np.random.default_rng(0).random((20, 30)) > 0.5
    write_mask_file(tmp_path / "m.png", mask)
    np.testing.assert_array_equal(StoredMask(store, "m.png")(), mask)
    rng = np.random.default_rng(1)
    sparse = SparseDepth(
        rng.random((9, 2)).astype(np.float32), rng.random(9).astype(np.float32), np.arange(9)
    )
    for points in (sparse, SparseDepth(sparse.pixels, sparse.depth)):
        write_sparse_file(tmp_path / "s.npz", points)
        back = StoredSparse(store, "s.npz")()
        np.testing.assert_array_equal(back.pixels, points.pixels)
        np.testing.assert_array_equal(back.depth, points.depth)
        assert (back.point_ids is None) == (points.point_ids is None)
    np.testing.assert_array_equal(StoredSparse(store, "s.npz")().depth, sparse.depth)


def test_images_are_upright_and_copied_only_if_they_lie_upright(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif)
    Image.fromarray(pixels).save(tmp_path / "flat.png")
    store = FolderStore(tmp_path)
    turned, flat = StoredImage(store, "turned.jpg"), StoredImage(store, "flat.png")
    assert turned().shape == (30, 20, 3)
    assert turned.upright_bytes() is None
    np.testing.assert_array_equal(flat(), pixels)
    assert flat.upright_bytes() == (".png", (tmp_path / "flat.png").read_bytes())
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(flat))(), pixels)  # noqa: S301


def test_damaged_files_are_named(tmp_path):
    store = FolderStore(tmp_path)
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\x01")
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 cut off")
    np.save(tmp_path / "whole.npy", np.zeros((3, 3), int))
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    Image.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "grey8.png")
    for reader, message in (
        (StoredDepth(store, "a.npy"), r"a\.npy: damaged"),
        (StoredDepth(store, "whole.npy"), "one array .* of floats"),
        (StoredDepth(store, "grey8.png", 0.001), "not a 16-bit grey PNG"),
        (StoredSparse(store, "a.npz"), r"a\.npz: damaged"),
        (StoredSparse(store, "other.npz"), "no sparse depth"),
        (StoredMask(store, "a.npy"), "not an image"),
        (StoredImage(store, "gone.png"), "no such file"),
    ):
        with pytest.raises(InputError, match=message):
            reader()
