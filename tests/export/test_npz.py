# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json
import zipfile

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.export.npz import FORMAT_VERSION, read_npz, write_npz
from anyview.export.options import ExportOptions
from anyview.geometry.lens import Lens
from anyview.structures.original_size import at_original_size
from anyview.structures.prediction import Prediction

OPTIONS = ExportOptions()


@pytest.fixture(scope="module")
def file(room, tmp_path_factory):
    (path,) = write_npz(room, tmp_path_factory.mktemp("npz"), OPTIONS)
    return path


def assert_equal(first: Prediction, second: Prediction) -> None:
    a, b = first.numpy(), second.numpy()
    assert a.keys() == b.keys()
    for name in a:
        assert a[name].dtype == b[name].dtype
        assert np.array_equal(a[name], b[name], equal_nan=a[name].dtype.kind == "f"), name
    for name in ("names", "is_metric", "scale_note"):
        assert getattr(first, name) == getattr(second, name)
    assert dict(first.provenance) == dict(second.provenance)


def test_every_field_comes_back(room, file):
    # Guards the guard: a field that is added to Prediction must be filled in the fixture.
    for field in dataclasses.fields(Prediction):
        if field.name != "lenses":  # they have a test of their own
            assert getattr(room, field.name) is not None, field.name
    assert set(vars(room)) == set(vars(read_npz(file)))
    assert_equal(read_npz(file), room)
    assert set(room.numpy()) - {"original_intrinsics"} >= {
        field.name
        for field in dataclasses.fields(Prediction)
        if isinstance(getattr(room, field.name), torch.Tensor)
    }


def test_lenses_come_back(room, tmp_path):
    """With them depth can be read on the distorted pixels, by whoever reads the file."""
    height, width = (int(side) for side in room.original_sizes[1])
    lens = Lens(70.1, 73.2, 44.3, 27.4, height, width, radial=(0.1, -1 / 3))
    lenses = (None, lens, *[None] * (len(room) - 2))
    prediction = dataclasses.replace(room, lenses=lenses)
    back = read_npz(write_npz(prediction, tmp_path, OPTIONS)[0])
    assert back.lenses == lenses
    assert_equal(back, prediction)
    found, expected = at_original_size(back, 1), at_original_size(prediction, 1)
    assert torch.equal(found.depth.nan_to_num(0), expected.depth.nan_to_num(0))


def test_absent_fields_stay_absent(mono, tmp_path):
    back = read_npz(write_npz(mono, tmp_path, OPTIONS)[0])
    assert_equal(back, mono)
    assert back.conf is None
    assert back.gaussians is None
    assert dict(back.features) == {}


def test_values_that_are_not_numbers_come_back(mono, tmp_path):
    depth = mono.depth.clone()
    depth[0, 0, :3] = torch.tensor([torch.nan, torch.inf, -1.0])
    prediction = dataclasses.replace(mono, depth=depth)
    assert_equal(read_npz(write_npz(prediction, tmp_path, OPTIONS)[0]), prediction)


@pytest.mark.parametrize("names", [("写真", "a b", "c/d"), ("x" * 500, "y", "bad\udcff")])
def test_any_name_comes_back(room, tmp_path, names):
    prediction = dataclasses.replace(room, names=names)
    assert read_npz(write_npz(prediction, tmp_path, OPTIONS)[0]).names == names


def test_anyone_with_numpy_can_read_it(room, file):
    with np.load(file) as arrays:
        assert np.array_equal(arrays["depth"], room.depth.numpy())
        assert arrays["images"].shape == tuple(room.images.shape)
        assert arrays["extrinsics"].shape == (3, 3, 4)
        assert np.array_equal(arrays["original_intrinsics"], room.original_intrinsics.numpy())
        assert arrays["names"].tolist() == list(room.names)
        assert bool(arrays["is_metric"]) is True
        assert str(arrays["unit"]) == "m"
        assert json.loads(str(arrays["provenance"]))["model"] == "nano"
        assert int(arrays["format_version"]) == FORMAT_VERSION


def test_nothing_in_it_is_pickled(file):
    with np.load(file, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fuibU" for name in arrays.files)


def test_what_is_read_can_be_written_again_to_the_same_bytes(file, tmp_path):
    (again,) = write_npz(read_npz(file), tmp_path, OPTIONS)
    assert again.read_bytes() == file.read_bytes()


def rewrite(file, target, **changed):
    """A copy with arrays replaced, or left out where None is given."""
    with np.load(file) as arrays:
        content = {name: arrays[name] for name in arrays.files}
    content.update(changed)
    np.savez(target, **{k: v for k, v in content.items() if v is not None})
    return target


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"format_version": None}, "no format_version"),
        ({"format_version": np.array(FORMAT_VERSION + 1)}, "Update anyview"),
        ({"format_version": np.array(0)}, "format version 0"),
        ({"format_version": np.array("1")}, "no format_version"),
        ({"depth": None}, "depth is missing"),
        ({"names": None}, "names is missing"),
        ({"is_metric": None}, "is_metric is missing"),
        ({"is_metric": np.array(3)}, "is_metric is int64"),
        ({"provenance": np.array("[1]")}, "provenance is a list"),
        ({"provenance": np.array("{")}, "is not a valid prediction"),
        ({"depth": np.zeros((3, 18, 24))}, "depth is float64"),
        ({"depth": np.zeros((18, 24), np.float32)}, "depth is float32 with 2 axes"),
        ({"conf": np.zeros((3, 1, 1), np.float32)}, r"conf has shape \(3, 1, 1\)"),
        ({"ray_conf": np.zeros((2, 6, 8), np.float32)}, "ray_conf"),
        ({"ray_map": np.zeros((3, 6, 8, 5), np.float32)}, "ray_map has shape"),
        ({"extrinsics": np.zeros((3, 4, 4), np.float32)}, r"expected \[V 3 4\] with {'V': 3}"),
        ({"names": np.array(["a", "a", "b"])}, "not unique"),
        ({"intrinsics": None}, "given together"),
        ({"gaussians_scales": None}, "gaussians_scales is missing"),
        (
            {"gaussians_scales": np.zeros((4, 3), np.float32)},
            r"gaussians_scales has shape \(4, 3\)",
        ),
        ({"features_x": np.zeros((3, 1, 1, 1), np.float32)}, "features_x"),
        ({"surprise": np.zeros(3)}, "surprise"),
        ({"intrinsics": np.zeros((3, 3, 3), np.float32)}, "without an inverse"),
    ],
)
def test_a_file_that_is_not_quite_ours_is_refused_with_the_cause(file, tmp_path, changed, said):
    with pytest.raises(InputError, match=said):
        read_npz(rewrite(file, tmp_path / "changed.npz", **changed))


def test_foreign_and_absent_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="no file"):
        read_npz(tmp_path / "absent.npz")
    with pytest.raises(InputError, match="no file"):
        read_npz(tmp_path)
    for name, content in (
        ("empty", b""),
        ("text", b"hello"),
        ("pickle", b"\x80\x04N."),
        ("zip", b"PK\x03\x04"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match="cannot be read"):
            read_npz(tmp_path / name)
    np.save(tmp_path / "bare.npy", np.zeros(3))
    with pytest.raises(InputError, match="not an npz file"):
        read_npz(tmp_path / "bare.npy")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("photo.jpg", b"not an array")
    with pytest.raises(InputError, match="cannot be read"):
        read_npz(tmp_path / "photos.zip")
    np.savez(tmp_path / "other.npz", x=np.zeros(3), y=np.zeros(2))
    with pytest.raises(InputError, match=r"not written by this program.*x, y"):
        read_npz(tmp_path / "other.npz")


def test_pickled_objects_are_refused_and_never_run(file, tmp_path):
    ran = []

    class Trap:
        def __reduce__(self):
            return ran.append, (1,)

    path = rewrite(file, tmp_path / "trap.npz", provenance=np.array([Trap()], dtype=object))
    with pytest.raises(InputError, match="Python objects"):
        read_npz(path)
    assert ran == []


def test_a_member_that_promises_more_than_there_is_is_refused(file, tmp_path):
    path = tmp_path / "huge.npz"
    with zipfile.ZipFile(path, "w") as archive, archive.open("depth.npy", "w") as member:
        np.lib.format.write_array_header_1_0(
            member, {"descr": "<f4", "fortran_order": False, "shape": (10**6, 10**6, 100)}
        )
        member.write(b"\0" * 64)
    with pytest.raises(InputError):
        read_npz(path)


def test_damage_anywhere_is_refused_or_harmless(mono, tmp_path):
    whole = write_npz(mono, tmp_path, OPTIONS)[0].read_bytes()
    random, path, refused = np.random.default_rng(0), tmp_path / "damaged.npz", 0
    for _ in range(200):
        damaged = bytearray(whole)
        damaged[random.integers(len(whole))] ^= int(random.integers(1, 256))
        path.write_bytes(damaged)
        try:
            read_npz(path)
        except InputError:
            refused += 1
    assert refused > 150
    for length in random.integers(0, len(whole), 50):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError):
            read_npz(path)


def test_read_only_records_inside_the_provenance_are_written(room, tmp_path):
    nested = dataclasses.replace(room, provenance={"deep": room.provenance})
    back = read_npz(write_npz(nested, tmp_path, OPTIONS)[0])
    assert back.provenance["deep"]["model"] == "nano"


def test_a_provenance_that_json_cannot_express_is_our_mistake_and_leaves_no_file(room, tmp_path):
    with pytest.raises(TypeError, match="provenance holds a Tensor"):
        write_npz(dataclasses.replace(room, provenance={"x": room.depth}), tmp_path, OPTIONS)
    assert list(tmp_path.iterdir()) == []
