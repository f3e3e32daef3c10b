# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A small ScanNet++ scene: fisheye and undistorted DSLR frames, iPhone frames, rendered depth."""

import json

import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.scannetpp import find_scannetpp
from tests.data.converters.miniature import (
    SPOT,
    Camera,
    K,
    cameras,
    check_frame,
    depth_along,
    spot_image,
)

pycolmap = pytest.importorskip("pycolmap")

FISHEYE = {"k1": 0.05, "k2": -0.02, "k3": 0.01, "k4": -0.003}
PERSPECTIVE = {"k1": -0.05, "k2": 0.01, "p1": 0.001, "p2": -0.002}
PINHOLE_K = np.array([[90.0, 0, 31], [0, 93.0, 25.5], [0, 0, 1]])


def transform_matrix(cam_from_mesh):
    """As the early nerfstudio that the data set used: flip camera axes, permute the world's."""
    pose = np.linalg.inv(cam_from_mesh)
    pose[:3, 1:3] *= -1
    pose = pose[[1, 0, 2, 3]]
    pose[2] *= -1
    return pose.tolist()


def document(intrinsics, model, coefficients, suffix, *, first_of_two=2):
    frames = [
        {
            "file_path": f"frame_{number:06d}{suffix}",
            "mask_path": f"frame_{number:06d}.png",
            "transform_matrix": transform_matrix(view.cam_from_world),
            "is_bad": False,
        }
        for number, view in enumerate(cameras())
    ]
    return {
        "fl_x": intrinsics[0, 0],
        "fl_y": intrinsics[1, 1],
        "cx": intrinsics[0, 2],
        "cy": intrinsics[1, 2],
        "w": 64,
        "h": 48,
        "camera_model": model,
        "has_mask": True,
        **coefficients,
        "frames": frames[:first_of_two],
        "test_frames": frames[first_of_two:],
    }


def distorted(model, coefficients):
    params = [K[0, 0], K[1, 1], K[0, 2], K[1, 2], *coefficients.values()]
    return pycolmap.Camera(model=model, width=64, height=48, params=params)


def write_images(folder, camera, suffix):
    folder.mkdir(parents=True)
    for number, view in enumerate(cameras()):
        if camera is None:
            pixel = Camera(PINHOLE_K, view.cam_from_world).spot()[0]
        else:
            spot = view.cam_from_world[:3, :3] @ SPOT + view.cam_from_world[:3, 3]
            pixel = camera.img_from_cam(spot[None])[0]
        path = folder / f"frame_{number:06d}{suffix}"
        Image.fromarray(spot_image(pixel, (48, 64))).save(path, "JPEG", quality=100, subsampling=0)


def write_depth(folder, camera, step=1):
    folder.mkdir(parents=True)
    for number, view in enumerate(cameras()):
        flat = camera.cam_from_img(view.pixel_centres().reshape(-1, 2))
        rays = np.concatenate([flat, np.ones((len(flat), 1))], -1).reshape(48, 64, 3)
        levels = np.rint(depth_along(view, rays) * 1000).astype(np.uint16)
        Image.fromarray(levels[step // 2 :: step, step // 2 :: step]).save(
            folder / f"frame_{number:06d}.png"
        )


def write_masks(folder):
    folder.mkdir(parents=True)
    for number in range(3):
        valid = np.full((48, 64), 255, np.uint8)
        valid[:, :8] = 0
        valid[:, 8] = 128
        Image.fromarray(valid).save(folder / f"frame_{number:06d}.png")


def write_dslr(scene, *, with_fisheye_images=True, with_undistorted=False):
    base = scene / "dslr"
    (base / "nerfstudio").mkdir(parents=True)
    camera = distorted("OPENCV_FISHEYE", FISHEYE)
    (base / "nerfstudio" / "transforms.json").write_text(
        json.dumps(document(K, "OPENCV_FISHEYE", FISHEYE, ".JPG"))
    )
    write_depth(base / "render_depth", camera)
    if with_fisheye_images:
        write_images(base / "resized_images", camera, ".JPG")
        write_masks(base / "resized_anon_masks")
    if with_undistorted:
        zeros = dict.fromkeys(FISHEYE, 0.0)
        (base / "nerfstudio" / "transforms_undistorted.json").write_text(
            json.dumps(document(PINHOLE_K, "PINHOLE", zeros, ".JPG"))
        )
        write_images(base / "resized_undistorted_images", None, ".JPG")
    return base


def write_iphone(scene):
    base = scene / "iphone"
    (base / "nerfstudio").mkdir(parents=True)
    camera = distorted("OPENCV", PERSPECTIVE)
    (base / "nerfstudio" / "transforms.json").write_text(
        json.dumps(document(K, "OPENCV", PERSPECTIVE, ".jpg"))
    )
    write_images(base / "rgb", camera, ".jpg")
    write_masks(base / "rgb_masks")
    write_depth(base / "render_depth", camera)
    write_depth(base / "depth", camera, step=2)
    return base


def rewrite(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def read(folder, **options):
    [source] = find_scannetpp(folder, ConvertOptions(**options))
    return source.read()


def check_depth_everywhere(found, rtol=0.01):
    for frame, view in zip(found.frames, cameras(), strict=True):
        check_frame(frame)
        np.testing.assert_allclose(frame.cam_from_world, view.cam_from_world, atol=1e-9)
        depth = frame.read_depth()
        rays = Camera(frame.intrinsics, view.cam_from_world).rays()
        assert (depth > 0).all()
        np.testing.assert_allclose(depth, depth_along(view, rays), rtol=rtol)


def test_fisheye_images_and_their_depth_are_undistorted(tmp_path):
    write_dslr(tmp_path / "abc")
    found = read(tmp_path / "abc")
    assert found.name == "abc_dslr"
    assert found.is_metric
    assert found.depth_kind == "measured"
    assert [frame.name for frame in found.frames] == [f"frame_{n:06d}" for n in range(3)]
    check_depth_everywhere(found)


def test_undistorted_images_get_the_fisheyes_depth(tmp_path):
    write_dslr(tmp_path / "abc", with_fisheye_images=False, with_undistorted=True)
    found = read(tmp_path / "abc")
    for frame in found.frames:
        np.testing.assert_array_equal(frame.intrinsics, PINHOLE_K)
    check_depth_everywhere(found)
    assert "no masks" in found.origin.note


def test_official_undistorted_images_are_preferred(tmp_path):
    write_dslr(tmp_path / "abc", with_undistorted=True)
    assert "resized_undistorted_images" in read(tmp_path / "abc").origin.note


def test_iphone_with_rendered_and_with_its_own_depth(tmp_path):
    write_iphone(tmp_path / "abc")
    rendered = read(tmp_path / "abc", sensor="iphone")
    check_depth_everywhere(rendered)
    assert rendered.is_ordered
    own = read(tmp_path / "abc", sensor="iphone", depth="sensor")
    check_depth_everywhere(own, rtol=0.02)


def test_anonymised_pixels_are_ignored(tmp_path):
    write_iphone(tmp_path / "abc")
    ignore = read(tmp_path / "abc", sensor="iphone").frames[0].masks["ignore"]()
    assert ignore[:, :6].all()
    assert not ignore[:, 12:].any()


def test_without_depth(tmp_path):
    write_dslr(tmp_path / "abc")
    found = read(tmp_path / "abc", depth="none")
    assert found.depth_kind is None
    assert all(frame.read_depth is None for frame in found.frames)


def test_all_scenes_of_a_root(tmp_path):
    for name in ("b2", "a10", "a9"):
        write_dslr(tmp_path / "data" / name)
    names = [source.name for source in find_scannetpp(tmp_path, ConvertOptions())]
    assert names == ["a9_dslr", "a10_dslr", "b2_dslr"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.update(is_bad=True), "marked as bad"),
        (lambda f: f["transform_matrix"][0].__setitem__(3, float("nan")), "NaN"),
        (lambda f: f.update(file_path="absent.JPG"), "no such file"),
        (lambda f: f.update(mask_path="absent.png"), "not there"),
        (lambda f: f.pop("file_path"), "lacks 'file_path'"),
    ],
)
def test_a_bad_frame_is_left_out_and_named(tmp_path, change, message):
    base = write_dslr(tmp_path / "abc")
    rewrite(base / "nerfstudio" / "transforms.json", lambda d: change(d["frames"][1]))
    found = read(tmp_path / "abc")
    assert len(found.frames) == 2
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(found.left_out[0].reason)


def test_depth_that_is_absent_is_named_with_the_tool_that_makes_it(tmp_path):
    base = write_dslr(tmp_path / "abc")
    (base / "render_depth" / "frame_000001.png").unlink()
    assert "not there" in read(tmp_path / "abc").left_out[0].reason
    (base / "render_depth").rename(base / "depths")
    with pytest.raises(InputError, match=r"common\.render"):
        read(tmp_path / "abc")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(camera_model="THIN_PRISM_FISHEYE"), "THIN_PRISM_FISHEYE"),
        (lambda d: d.pop("w"), "lacks 'w'"),
        (lambda d: d.update(frames=[], test_frames=[]), "has no frames"),
    ],
)
def test_what_all_frames_need_is_named(tmp_path, change, message):
    base = write_dslr(tmp_path / "abc")
    rewrite(base / "nerfstudio" / "transforms.json", change)
    with pytest.raises(InputError, match=message):
        read(tmp_path / "abc")


def test_no_scene_and_no_images(tmp_path):
    with pytest.raises(InputError, match="no ScanNet"):
        list(find_scannetpp(tmp_path, ConvertOptions()))
    (tmp_path / "abc" / "dslr").mkdir(parents=True)
    with pytest.raises(InputError, match="resized_images"):
        read(tmp_path / "abc")
