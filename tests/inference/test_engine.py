# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The predictor on the smallest networks: every option, determinism, order of views, refusals."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError, MemoryLimitError, OptionError
from anyview.geometry.lens import Lens
from anyview.inference.engine import Predictor
from anyview.inference.options import InputOptions, PredictOptions
from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.model.weights_info import info_of_variant
from anyview.structures.rig import Rig
from anyview.structures.views import View, ViewSet

HEIGHT, WIDTH = 60, 80
OPTIONS = PredictOptions(resolution=56)


def predictor_of(name: str) -> Predictor:
    variant = VARIANTS[name]
    return Predictor(
        build(variant.config, seed=3), info_of_variant(variant), device="cpu", dtype="float32"
    )


PREDICTORS = {
    name: predictor_of(name) for name in ("nano", "nano-gaussians", "nano-metric", "nano-nested")
}


@pytest.fixture
def nano() -> Predictor:
    return PREDICTORS["nano"]


def images(count: int, height: int = HEIGHT, width: int = WIDTH) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    v, u = np.mgrid[0:height, 0:width]
    waves = [128 + 100 * np.sin(u / (9 + i) + i) * np.cos(v / (7 + 2 * i)) for i in range(count)]
    return [
        (wave[..., None] + rng.normal(0, 10, (height, width, 3))).clip(0, 255).astype(np.uint8)
        for wave in waves
    ]


def cameras(count: int) -> tuple[np.ndarray, np.ndarray]:
    extrinsics = np.tile(np.eye(4), (count, 1, 1))
    extrinsics[:, 0, 3] = -3.0 * np.arange(count)
    intrinsics = np.tile([[70.0, 0, 40], [0, 72, 30], [0, 0, 1]], (count, 1, 1))
    return extrinsics, intrinsics


def tensors(prediction) -> dict[str, np.ndarray]:
    return prediction.numpy()


def test_default_prediction_is_complete(nano):
    result = nano.predict(images(3), options=OPTIONS)
    assert result.depth.shape == (3, 42, 56)
    assert (result.depth > 0).all()
    assert (result.conf >= 1).all()
    assert result.extrinsics.shape == (3, 3, 4)
    assert result.intrinsics.shape == (3, 3, 3)
    assert result.sky is None
    assert result.ray_map is None
    assert result.valid is None
    assert not result.is_metric
    assert result.original_sizes.tolist() == [[HEIGHT, WIDTH]] * 3
    assert not result.depth.is_inference()
    assert len(result.names) == 3


def test_record_says_what_was_run(nano):
    result = nano.predict(images(2), options=OPTIONS)
    record = result.provenance
    assert record["model"] == "nano"
    assert record["weights"] is None
    assert record["device"] == "cpu"
    assert record["dtype"] == "float32"
    assert record["resolution"] == 56
    assert record["options"]["resolution"] == 56
    assert record["intrinsics"] == "predicted"
    assert record["cameras_shown_to_network"] == "nothing"
    assert set(record["timings_s"]) == {"read", "preprocess", "network", "postprocess"}
    assert record["torch"] == torch.__version__
    import json

    json.dumps(dict(record))


@pytest.mark.parametrize("pose", ["camera", "rays", "rays-centred", "rays-published"])
def test_same_input_same_bits(nano, pose):
    options = replace(OPTIONS, rays=True, pose=pose, feature_layers=(1, 3))
    one, two = (tensors(nano.predict(images(3), options=options)) for _ in range(2))
    assert one.keys() == two.keys()
    assert {"ray_map", "ray_conf", "features_1", "features_3"} <= one.keys()
    for name, value in one.items():
        assert np.array_equal(value, two[name]), name


def test_nothing_global_changes(nano):
    before = (
        torch.get_rng_state(),
        torch.get_num_threads(),
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
        torch.backends.mkldnn.enabled,
    )
    nano.predict(images(2), options=replace(OPTIONS, pose="rays"))
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1:] == (
        torch.get_num_threads(),
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
        torch.backends.mkldnn.enabled,
    )


def test_views_permuted_outputs_permuted(nano):
    """With the first view fixed as the reference, the order of the others means nothing."""
    options = replace(OPTIONS, reference_view="first", rays=True)
    given, order = images(4), [0, 3, 1, 2]
    straight = tensors(nano.predict(given, options=options))
    permuted = tensors(nano.predict([given[i] for i in order], options=options))
    for name in ("depth", "conf", "extrinsics", "intrinsics", "ray_map"):
        expected = straight[name][order]
        scale = np.abs(expected).std() + 1e-6
        assert np.abs(permuted[name] - expected).max() < 1e-3 * scale, name


def test_scenes_of_a_batch_do_not_see_each_other(nano):
    def prepared(given):
        views = tuple(
            View(torch.from_numpy(x).permute(2, 0, 1).contiguous(), f"v{i}")
            for i, x in enumerate(given)
        )
        return nano.prepare(ViewSet(views), OPTIONS)

    first, second = prepared(images(3)), prepared(images(3)[::-1])
    together = nano.predict_prepared([first, second], OPTIONS)
    for scene, result in zip((first, second), together, strict=True):
        alone = nano.predict_prepared([scene], OPTIONS)[0]
        torch.testing.assert_close(result.depth, alone.depth, rtol=1e-4, atol=0)
        torch.testing.assert_close(result.extrinsics, alone.extrinsics, rtol=0, atol=1e-4)
    assert not torch.allclose(together[0].depth, together[1].depth, rtol=1e-2)


def test_mixed_orientations_are_padded_and_marked(nano):
    given = [*images(2), images(1, WIDTH, HEIGHT)[0]]
    result = nano.predict(given, options=OPTIONS)
    assert result.depth.shape == (3, 42, 56)
    assert result.valid[:2].all()
    assert int((~result.valid[2]).sum()) > 0
    assert (result.conf[~result.valid] == 1).all()


@pytest.mark.parametrize("fit", ["resize", "crop"])
@pytest.mark.parametrize("resize", ["longest", "shortest"])
def test_resize_options_reach_the_grid(nano, fit, resize):
    result = nano.predict(images(1), options=PredictOptions(resolution=50, resize=resize, fit=fit))
    expected = {
        ("longest", "resize"): (42, 56),  # 37.5 x 50
        ("longest", "crop"): (28, 42),
        ("shortest", "resize"): (56, 70),  # 50 x 67
        ("shortest", "crop"): (42, 56),
    }[(resize, fit)]
    assert tuple(result.depth.shape[1:]) == expected


def test_resolution_defaults_to_the_models(nano):
    assert max(nano.predict(images(1)).depth.shape[1:]) == nano.info.default_resolution


@pytest.mark.parametrize("mode", ["keep", "align"])
def test_known_cameras_are_shown_and_returned(nano, mode):
    extrinsics, intrinsics = cameras(3)
    options = replace(OPTIONS, known_cameras=mode)
    result = nano.predict(images(3), extrinsics=extrinsics, intrinsics=intrinsics, options=options)
    assert result.provenance["cameras_shown_to_network"] == "poses and intrinsics"
    assert result.provenance["intrinsics"] == "the given intrinsics"
    expected = intrinsics * np.array([56 / WIDTH, 42 / HEIGHT, 1.0])[:, None]
    np.testing.assert_allclose(result.intrinsics, expected, rtol=1e-5)
    if mode == "keep":
        np.testing.assert_array_equal(result.extrinsics, extrinsics[:, :3].astype(np.float32))
    assert "given poses" in result.scale_note
    unknown = nano.predict(images(3), options=options)
    assert not torch.allclose(result.depth, unknown.depth, rtol=1e-3)


def test_known_poses_scale_the_depth(nano):
    """The same poses in another unit give the same scene in that unit."""
    extrinsics, intrinsics = cameras(3)
    metres = nano.predict(images(3), extrinsics=extrinsics, intrinsics=intrinsics, options=OPTIONS)
    extrinsics[:, :3, 3] *= 1000
    millimetres = nano.predict(
        images(3), extrinsics=extrinsics, intrinsics=intrinsics, options=OPTIONS
    )
    torch.testing.assert_close(millimetres.depth, 1000 * metres.depth, rtol=1e-3, atol=0)


def test_poses_alone_take_a_first_pass(nano):
    extrinsics, _ = cameras(2)
    result = nano.predict(images(2), extrinsics=extrinsics[:, :3], options=OPTIONS)
    assert result.provenance["cameras_shown_to_network"] == "poses"
    np.testing.assert_array_equal(result.extrinsics, extrinsics[:, :3].astype(np.float32))
    alone = nano.predict(images(2), options=OPTIONS)
    with_first = nano.predict(
        images(2),
        extrinsics=extrinsics,
        intrinsics=alone.original_intrinsics.numpy(),
        options=OPTIONS,
    )
    torch.testing.assert_close(result.depth, with_first.depth, rtol=1e-3, atol=0)


def test_some_poses_are_not_shown_and_come_back(nano):
    """The encoder takes cameras of all views: with some the run is that without any."""
    extrinsics, intrinsics = cameras(3)
    result = nano.predict(
        images(3),
        extrinsics=[extrinsics[0], None, extrinsics[2]],
        intrinsics=[None, intrinsics[1], None],
        options=OPTIONS,
    )
    assert result.provenance["cameras_shown_to_network"] == "nothing"
    assert result.provenance["intrinsics"] == "the given intrinsics (for 1 of 3 images)"
    np.testing.assert_array_equal(result.extrinsics[[0, 2]], extrinsics[[0, 2], :3])
    expected = intrinsics[1] * np.array([56 / WIDTH, 42 / HEIGHT, 1.0])[:, None]
    np.testing.assert_allclose(result.intrinsics[1], expected, rtol=1e-5)
    assert "2 of 3 views" in result.scale_note
    alone = nano.predict(images(3), options=OPTIONS)
    torch.testing.assert_close(result.intrinsics[[0, 2]], alone.intrinsics[[0, 2]])
    factor = float((result.depth / alone.depth).median())
    torch.testing.assert_close(result.depth, alone.depth * factor, rtol=1e-4, atol=0)


def test_poses_of_all_and_intrinsics_of_some(nano):
    """The first pass gives the intrinsics that are missing."""
    extrinsics, intrinsics = cameras(3)
    alone = nano.predict(images(3), options=OPTIONS).original_intrinsics.double().numpy()
    result = nano.predict(
        images(3), extrinsics=extrinsics, intrinsics=[intrinsics[0], None, None], options=OPTIONS
    )
    assert result.provenance["cameras_shown_to_network"] == "poses"
    mixed = np.concatenate((intrinsics[:1], alone[1:]))
    same = nano.predict(images(3), extrinsics=extrinsics, intrinsics=mixed, options=OPTIONS)
    torch.testing.assert_close(result.depth, same.depth, rtol=1e-3, atol=0)


def test_lenses_are_undone_and_their_k_comes_back(nano):
    """K of the lens is that of the original image; the network saw pinhole images at their K."""
    lens = Lens(70.0, 73.0, 44.0, 27.0, HEIGHT, WIDTH, radial=(-0.2, 0.03))
    given = images(3)
    crop = nano.predict(given, lenses=[lens, None, lens], options=OPTIONS)
    assert crop.lenses == (lens, None, lens)
    assert crop.provenance["intrinsics"] == "the given intrinsics (for 2 of 3 images)"
    torch.testing.assert_close(
        crop.original_intrinsics[0].double(), lens.intrinsics(), rtol=1e-5, atol=1e-3
    )
    assert crop.valid is None
    plain = nano.predict(given, options=OPTIONS)
    assert plain.lenses is None
    assert not torch.equal(crop.images[0], plain.images[0])
    assert torch.equal(crop.images[1], plain.images[1])
    keep = nano.predict(given, lenses=lens, options=replace(OPTIONS, undistort="keep"))
    assert not keep.valid.all()
    assert (keep.conf[~keep.valid] == 1).all()
    assert (keep.intrinsics[:, 0, 0] < crop.intrinsics[0, 0, 0]).all()
    shown = nano.predict(given, lenses=lens, extrinsics=cameras(3)[0], options=OPTIONS)
    assert shown.provenance["cameras_shown_to_network"] == "poses and intrinsics"


def test_a_lens_for_one_image_is_shown(nano):
    lens = Lens(70.0, 73.0, 44.0, 27.0, HEIGHT, WIDTH, radial=(-0.2, 0.03))
    result = nano.predict(images(1), lenses=lens, options=OPTIONS)
    assert result.provenance["cameras_shown_to_network"] == "intrinsics"


def stereo_rig(frames: int) -> Rig:
    own = torch.eye(4, dtype=torch.float64).repeat(2, 1, 1)
    own[1, 0, 3] = -0.3
    views = torch.arange(2 * frames)
    return Rig(own, views % 2, views // 2)


def test_a_rig_and_a_pose_of_each_frame_are_all_poses(nano):
    """What follows by the rig is shown to the network like what was given."""
    rig = stereo_rig(2)
    track = torch.from_numpy(cameras(2)[0])
    poses = rig.cam_from_world(track)
    some = [poses[0], None, None, poses[3]]
    result = nano.predict(images(4), extrinsics=some, rig=rig, options=OPTIONS)
    assert result.provenance["cameras_shown_to_network"] == "poses"
    torch.testing.assert_close(result.extrinsics, poses[:, :3].float(), rtol=0, atol=1e-6)
    everything = nano.predict(images(4), extrinsics=poses, options=OPTIONS)
    torch.testing.assert_close(result.depth, everything.depth, rtol=1e-4, atol=0)
    assert "The rig gives 2 of 4 poses" in result.scale_note
    metres = replace(OPTIONS, known_unit="m")
    assert nano.predict(images(4), extrinsics=some, rig=rig, options=metres).is_metric


def test_a_rig_alone_says_nothing_to_a_monocular_model():
    metric = PREDICTORS["nano-metric"]
    with pytest.raises(InputError, match="a rig alone says nothing"):
        metric.predict(images(2), rig=stereo_rig(1), options=OPTIONS)
    extrinsics, intrinsics = cameras(2)
    poses = [extrinsics[0], None]
    result = metric.predict(
        images(2), extrinsics=poses, intrinsics=intrinsics, rig=stereo_rig(1), options=OPTIONS
    )
    assert float(result.extrinsics[1, 0, 3]) == pytest.approx(-0.3)


def test_a_rig_must_describe_the_images(nano):
    with pytest.raises(InputError, match="rig has 4 entries for 3 images"):
        nano.predict(images(3), rig=stereo_rig(2), options=OPTIONS)


def test_intrinsics_alone_are_shown_for_one_view_only(nano):
    _, intrinsics = cameras(2)
    one = nano.predict(images(1), intrinsics=intrinsics[:1], options=OPTIONS)
    assert one.provenance["cameras_shown_to_network"] == "intrinsics"
    two = nano.predict(images(2), intrinsics=intrinsics, options=OPTIONS)
    assert two.provenance["cameras_shown_to_network"] == "nothing"
    unknown = nano.predict(images(2), options=OPTIONS)
    assert torch.equal(two.depth, unknown.depth)
    expected = intrinsics * np.array([56 / WIDTH, 42 / HEIGHT, 1.0])[:, None]
    np.testing.assert_allclose(two.intrinsics, expected, rtol=1e-5)


@pytest.mark.parametrize("count", [1, 2])
def test_gaussians(count):
    result = PREDICTORS["nano-gaussians"].predict(
        images(count), options=replace(OPTIONS, gaussians=True)
    )
    assert len(result.gaussians.means) == count * 42 * 56
    assert (result.gaussians.scales > 0).all()


def test_metric_model_with_and_without_focal():
    metric = PREDICTORS["nano-metric"]
    unknown = metric.predict(images(1), options=OPTIONS)
    assert not unknown.is_metric
    assert "Not metric" in unknown.scale_note
    assert unknown.extrinsics is None
    assert unknown.sky is not None
    known = metric.predict(images(1), intrinsics=cameras(1)[1], options=OPTIONS)
    assert known.is_metric
    focal = (70 * 56 / WIDTH + 72 * 42 / HEIGHT) / 2
    torch.testing.assert_close(known.depth, unknown.depth * focal / 300)
    many = metric.predict(
        images(2), extrinsics=cameras(2)[0], intrinsics=cameras(2)[1], options=OPTIONS
    )
    assert many.is_metric
    assert many.extrinsics is not None


def test_nested_model_is_metric_and_takes_poses():
    nested = PREDICTORS["nano-nested"]
    options = replace(OPTIONS, gaussians=True, rays=True)
    alone = nested.predict(images(2), options=options)
    assert alone.is_metric
    assert alone.sky is not None
    extrinsics, intrinsics = cameras(2)
    for given in ({"intrinsics": intrinsics}, {}):
        posed = nested.predict(images(2), extrinsics=extrinsics, options=options, **given)
        assert not posed.is_metric
        np.testing.assert_array_equal(posed.extrinsics, extrinsics[:, :3].astype(np.float32))
    focal = nested.predict(images(2), intrinsics=intrinsics, options=options)
    assert focal.is_metric
    factor = float((focal.depth / alone.depth).median())
    ratio = (focal.intrinsics[:, 0, 0] + focal.intrinsics[:, 1, 1]) / (
        alone.intrinsics[:, 0, 0] + alone.intrinsics[:, 1, 1]
    )
    assert factor == pytest.approx(float(ratio.median()), rel=1e-4)


def test_exif_focal_length():
    metric = PREDICTORS["nano-metric"]
    image = torch.from_numpy(images(1)[0]).permute(2, 0, 1).contiguous()
    views = ViewSet((View(image, "photo", focal_px=80.0),))
    offered = metric.predict_views(views, OPTIONS)
    assert not offered.is_metric
    assert "focal='exif'" in offered.scale_note
    used = metric.predict_views(views, replace(OPTIONS, focal="exif"))
    assert used.is_metric
    assert used.provenance["intrinsics"] == "EXIF"
    torch.testing.assert_close(used.depth, offered.depth * 56.0 / 300)


def test_monocular_model_needs_intrinsics_with_poses():
    with pytest.raises(InputError, match=r"predicts no cameras.*give intrinsics"):
        PREDICTORS["nano-metric"].predict(images(2), extrinsics=cameras(2)[0], options=OPTIONS)


def test_monocular_model_completes_no_cameras():
    extrinsics, intrinsics = cameras(3)
    with pytest.raises(InputError, match=r"extrinsics of 1 and intrinsics of 2 are missing"):
        PREDICTORS["nano-metric"].predict(
            images(3),
            extrinsics=[extrinsics[0], None, extrinsics[2]],
            intrinsics=[intrinsics[0], None, None],
            options=OPTIONS,
        )


@pytest.mark.parametrize(
    ("model", "options", "words"),
    [
        ("nano-metric", {"pose": "rays"}, "no.*ray map|has none"),
        ("nano-metric", {"rays": True}, "no ray map"),
        ("nano", {"gaussians": True}, "no Gaussian head"),
        ("nano", {"feature_layers": (1, 4)}, "layers 0 to 3"),
    ],
)
def test_what_a_model_cannot_do_is_said_before_files_are_read(model, options, words):
    with pytest.raises(OptionError, match=words):
        PREDICTORS[model].predict("no/such/file.jpg", options=options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"resolutoin": 56}, "Did you mean 'resolution'"),
        ({"resolution": 13}, "at least 14"),
        ({"seed": -1}, "seed is -1"),
        ({"max_memory_gb": 0.0}, "max_memory_gb"),
    ],
)
def test_bad_options_are_refused(nano, options, words):
    with pytest.raises(OptionError, match=words):
        nano.predict(images(1), options=options)


def test_bad_input_options_are_refused(nano):
    with pytest.raises(OptionError, match="on_error"):
        nano.predict(images(1), input_options={"on_eror": "skip"})


@pytest.mark.parametrize("strategy", ["first", "middle", "saddle_balanced", "saddle_sim_range"])
def test_reference_views(nano, strategy):
    result = nano.predict(images(4), options=replace(OPTIONS, reference_view=strategy))
    assert torch.isfinite(result.depth).all()


def test_too_much_is_refused_before_it_starts(nano, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("the network must not run")

    monkeypatch.setattr(nano.network, "forward", never)
    with pytest.raises(MemoryLimitError, match="resolution"):
        nano.predict(images(6), options=PredictOptions(resolution=1008, max_memory_gb=0.2))


def test_predictor_follows_its_network():
    predictor = predictor_of("nano")
    assert predictor.device == torch.device("cpu")
    assert predictor.dtype == torch.float32
    assert repr(predictor) == "Predictor('nano', device='cpu', dtype='float32')"
    predictor.network.to("meta")
    assert predictor.device.type == "meta"


def test_half_precision_gives_float32_results():
    variant = VARIANTS["nano"]
    half = Predictor(
        build(variant.config, seed=3), info_of_variant(variant), device="cpu", dtype="bfloat16"
    )
    assert half.dtype == torch.bfloat16
    result = half.predict(images(2), options=OPTIONS)
    assert result.depth.dtype == torch.float32
    assert result.provenance["dtype"] == "bfloat16"


def test_bad_images_can_be_skipped(nano, tmp_path):
    from PIL import Image

    for index, image in enumerate(images(2)):
        Image.fromarray(image).save(tmp_path / f"{index}.png")
    (tmp_path / "bad.png").write_text("no picture")
    problems: list[str] = []
    result = nano.predict(
        tmp_path,
        options=OPTIONS,
        input_options=InputOptions(on_error="skip"),
        on_problem=problems.append,
    )
    assert len(result) == 2
    assert len(problems) == 1
    assert "bad.png" in problems[0]
    with pytest.raises(InputError, match=r"bad\.png"):
        nano.predict(tmp_path, options=OPTIONS)
