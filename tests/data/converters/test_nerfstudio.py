# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""transforms.json of every flavour: the spot lies where the frame's own camera puts it."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError
from anyview.data.converters.nerfstudio import find_nerfstudio
from anyview.data.converters.options import ConvertOptions
from anyview.io.ply import write_ply
from anyview.structures.points import PointCloud
from tests.data.converters.miniature import (
    SPOT,
    K,
    cameras,
    check_frame,
    depth_along,
    look,
    spot_image,
)

CAMERA = {"fl_x": 60.0, "fl_y": 62.0, "cx": 31.0, "cy": 25.5, "w": 64, "h": 48}


def opengl(cam_from_world: np.ndarray) -> np.ndarray:
    """Camera-to-world with columns right, up, backwards."""
    world_from_cam = np.linalg.inv(cam_from_world)
    right, down, forward, origin = world_from_cam.T
    return np.stack([right, -down, -forward, origin], axis=1)


def write_data(folder, *, common=None, own=None, depth=False, mask=False):
    """A nerfstudio folder; ``common`` are keys of the file, ``own`` of each frame."""
    (folder / "images").mkdir(parents=True)
    frames = []
    for number, view in enumerate(cameras()):
        name = f"images/frame_{number}.png"
        Image.fromarray(spot_image(view.spot()[0], view.shape)).save(folder / name)
        frame = {"file_path": name, "transform_matrix": opengl(view.cam_from_world).tolist()}
        if depth:
            z = depth_along(view, view.rays())
            levels = np.rint(z * 1000).astype(np.uint16)
            levels[0, 0] = 0
            frame["depth_file_path"] = f"depth_{number}.png"
            Image.fromarray(levels).save(folder / frame["depth_file_path"])
        if mask:
            valid = np.full(view.shape, 255, dtype=np.uint8)
            valid[:10] = 0
            frame["mask_path"] = f"mask_{number}.png"
            Image.fromarray(valid).save(folder / frame["mask_path"])
        frames.append({**frame, **(own or {})})
    document = {**(CAMERA if common is None else common), "frames": frames}
    (folder / "transforms.json").write_text(json.dumps(document))
    return document


def rewrite(folder, change):
    path = folder / "transforms.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def read(folder, **options):
    [source] = find_nerfstudio(folder, ConvertOptions(**options))
    return source.read()


@pytest.mark.parametrize("common", [CAMERA, {**CAMERA, "camera_model": "PINHOLE"}, {"k1": 0.0}])
def test_global_and_own_intrinsics(tmp_path, common):
    write_data(tmp_path, common=common, own=CAMERA if "fl_x" not in common else None, depth=True)
    found = read(tmp_path)
    assert [frame.name for frame in found.frames] == ["frame_0", "frame_1", "frame_2"]
    assert found.depth_kind == "measured"
    for frame, view in zip(found.frames, cameras(), strict=True):
        check_frame(frame)
        np.testing.assert_array_equal(frame.intrinsics, K)
        np.testing.assert_allclose(frame.cam_from_world, view.cam_from_world, atol=1e-12)
        assert frame.read_depth()[0, 0] == 0


def test_own_intrinsics_win_over_global_ones(tmp_path):
    write_data(tmp_path, common={**CAMERA, "fl_x": 999.0}, own={"fl_x": 60.0})
    for frame in read(tmp_path).frames:
        check_frame(frame)


@pytest.mark.parametrize(
    ("model", "coefficients"),
    [
        ("OPENCV", {"k1": -0.2, "k2": 0.03, "p1": 0.002, "p2": -0.003}),
        ("OPENCV_FISHEYE", {"k1": 0.05, "k2": -0.02, "k3": 0.01, "k4": -0.003}),
    ],
)
def test_distortion_is_undone_in_image_depth_and_mask(tmp_path, model, coefficients):
    pycolmap = pytest.importorskip("pycolmap")
    write_data(tmp_path, common={**CAMERA, "camera_model": model, **coefficients}, mask=True)
    order = ("k1", "k2", "p1", "p2") if model == "OPENCV" else ("k1", "k2", "k3", "k4")
    params = [60, 62, 31, 25.5, *(coefficients[key] for key in order)]
    camera = pycolmap.Camera(model=model, width=64, height=48, params=params)

    def add(document):
        for number, view in enumerate(cameras()):
            spot = view.cam_from_world[:3, :3] @ SPOT + view.cam_from_world[:3, 3]
            image = spot_image(camera.img_from_cam(spot[None])[0], view.shape)
            Image.fromarray(image).save(tmp_path / "images" / f"frame_{number}.png")
            flat = camera.cam_from_img(view.pixel_centres().reshape(-1, 2))
            rays = np.concatenate([flat, np.ones((len(flat), 1))], -1).reshape(48, 64, 3)
            levels = np.rint(depth_along(view, rays) * 1000).astype(np.uint16)
            Image.fromarray(levels).save(tmp_path / f"depth_{number}.png")
            document["frames"][number]["depth_file_path"] = f"depth_{number}.png"

    rewrite(tmp_path, add)
    for frame, view in zip(read(tmp_path).frames, cameras(), strict=True):
        check_frame(frame)
        # Depth of every pixel, against the plane seen by the new pinhole camera.
        rays = type(view)(frame.intrinsics, view.cam_from_world).rays()
        depth = frame.read_depth()
        np.testing.assert_allclose(depth, depth_along(view, rays), rtol=0.01)
        ignore = frame.masks["ignore"]()
        assert ignore.shape == (48, 64)
        assert 0 < ignore.mean() < 0.3


def test_masked_pixels_are_ignored_ones(tmp_path):
    write_data(tmp_path, mask=True)
    ignore = read(tmp_path).frames[0].masks["ignore"]()
    assert ignore[:10].all()
    assert not ignore[10:].any()


def test_applied_transform_and_scale_are_undone(tmp_path):
    new_from_old = look((0.4, 1.0, -2.0), (30.0, 20.0, 50.0))
    write_data(tmp_path, depth=True)

    def change(document):
        document["applied_transform"] = new_from_old[:3].tolist()
        document["applied_scale"] = 0.25
        for frame in document["frames"]:
            pose = new_from_old @ np.array(frame["transform_matrix"])
            pose[:3, 3] *= 0.25
            frame["transform_matrix"] = pose.tolist()

    rewrite(tmp_path, change)
    for frame, view in zip(read(tmp_path).frames, cameras(), strict=True):
        check_frame(frame)
        np.testing.assert_allclose(frame.cam_from_world, view.cam_from_world, atol=1e-9)


def test_depth_units_of_the_option_and_of_the_file(tmp_path):
    write_data(tmp_path, depth=True)
    metres = read(tmp_path, is_metric=True)
    assert metres.is_metric
    double = read(tmp_path, depth_unit=2e-3).frames[0].read_depth()
    np.testing.assert_allclose(double, 2 * metres.frames[0].read_depth())
    rewrite(tmp_path, lambda document: document.update(depth_unit_scale_factor=5e-3))
    stated = read(tmp_path, depth_unit=2e-3).frames[0].read_depth()
    np.testing.assert_allclose(stated, 5 * metres.frames[0].read_depth(), rtol=1e-6)


def test_camera_angle_of_blender_files_and_images_without_a_suffix(tmp_path):
    angle = 2 * np.arctan(32 / 60)
    write_data(tmp_path, common={"camera_angle_x": angle})
    rewrite(
        tmp_path,
        lambda document: [
            frame.update(file_path=frame["file_path"][:-4]) for frame in document["frames"]
        ],
    )
    frame = read(tmp_path).frames[0]
    np.testing.assert_allclose(frame.intrinsics, [[60, 0, 32], [0, 60, 24], [0, 0, 1]], atol=1e-9)


def test_points_of_the_ply_file_become_sparse_depth_and_hidden_ones_do_not(tmp_path):
    write_data(tmp_path)
    behind = SPOT * 2.0  # on the first camera's ray, behind the spot
    xyz = torch.from_numpy(np.stack([SPOT, behind, [0.0, 0.0, -5.0]])).float()
    cloud = PointCloud(points=xyz, colors=torch.zeros(3, 3, dtype=torch.uint8), conf=None)
    write_ply(tmp_path / "sparse_pc.ply", cloud)
    rewrite(tmp_path, lambda document: document.update(ply_file_path="sparse_pc.ply"))
    found = read(tmp_path)
    assert found.depth_kind == "sparse"
    first, view = found.frames[0].read_sparse(), cameras()[0]
    assert first.point_ids.tolist() == [0]
    pixel, z = view.spot()
    np.testing.assert_allclose(first.pixels[0], pixel, atol=1e-4)
    np.testing.assert_allclose(first.depth[0], z, rtol=1e-6)


def _drop(key):
    return lambda document: document.pop(key)


def _frame(change):
    return lambda document: change(document["frames"][1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_drop("frames"), "lacks 'frames'"),
        (lambda d: d.update(frames=[]), "has no frames"),
        (lambda d: d.update(frames=3), "JSON array"),
        (lambda d: d.update(applied_scale=-1), "applied_scale"),
        (lambda d: d.update(applied_transform=[[1, 0], [0, 1]]), "shape"),
        (lambda d: d.update(applied_transform=np.diag([1, 1, -1, 1.0]).tolist()), "left-handed"),
        (lambda d: d.update(ply_file_path="absent.ply"), "absent.ply"),
    ],
)
def test_what_all_frames_need_is_named(tmp_path, change, message):
    write_data(tmp_path)
    rewrite(tmp_path, change)
    with pytest.raises(InputError, match=message):
        read(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.pop("transform_matrix"), "lacks 'transform_matrix'"),
        (lambda f: f["transform_matrix"][0].__setitem__(3, float("nan")), "NaN"),
        (lambda f: f.update(transform_matrix=np.diag([1, 1, -1, 1.0]).tolist()), "left-handed"),
        (lambda f: f.update(transform_matrix=[[1, 2], [3, 4]]), "shape"),
        (lambda f: f.pop("file_path"), "lacks 'file_path'"),
        (lambda f: f.update(file_path="../outside.png"), "leads out"),
        (lambda f: f.update(file_path="images/absent.png"), "no such file"),
        (lambda f: f.update(depth_file_path="absent.png"), "not there"),
        (lambda f: f.update(camera_model="EQUIRECTANGULAR"), "EQUIRECTANGULAR.*accepted"),
        (lambda f: f.update(fl_x="sixty"), "finite number"),
        (lambda f: f.update(fl_x=-60.0), "not positive"),
    ],
)
def test_a_bad_frame_is_left_out_and_named(tmp_path, change, message):
    write_data(tmp_path)
    rewrite(tmp_path, _frame(change))
    found = read(tmp_path)
    assert len(found.frames) == 2
    [left_out] = found.left_out
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(left_out.reason)


def test_absent_and_damaged_files(tmp_path):
    with pytest.raises(InputError, match=r"transforms\.json"):
        find_nerfstudio(tmp_path, ConvertOptions())
    (tmp_path / "transforms.json").write_text("{")
    with pytest.raises(InputError, match="not a readable JSON"):
        read(tmp_path)
