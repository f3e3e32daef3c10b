# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One test for each quirk that no other differential test shows by itself.

The numbers are those of docs/reference/published_weight_quirks.md.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from anyview.core.errors import CheckpointError
from anyview.geometry.cameras import normalize_known_cameras
from anyview.geometry.ray_pose import cameras_from_ray_map
from anyview.geometry.rays import directions_cam, ray_map_from_cameras
from anyview.geometry.rotations import rotation_angle
from anyview.geometry.se3 import camera_centres, invert
from anyview.model.backbone import Backbone
from anyview.model.camera import decode_pose, encode_pose
from anyview.model.published_keys import own_key
from anyview.model.published_state import to_ours
from anyview.structures.sky import SKY_THRESHOLD, sky_mask

from .closeness import assert_close_in_std, assert_intrinsics_close
from .inputs import random_cameras, random_images, random_rotations
from .official import Official, silence
from .pairs import Pair

pytestmark = pytest.mark.reference
GetPair = Callable[[str], Pair]


@contextmanager
def shifted(*parameters: Tensor, by: Tensor | float) -> Iterator[None]:
    """Add to parameters, which both networks of a pair share, and put them back."""
    before = [p.detach().clone() for p in parameters]
    with torch.no_grad():
        for parameter in parameters:
            parameter.add_(by)
    try:
        yield
    finally:
        with torch.no_grad():
            for parameter, value in zip(parameters, before, strict=True):
                parameter.copy_(value)


def test_quirk_03_ray_channels_are_exchanged(pair: GetPair) -> None:
    """QUIRK-03: published rays are direction, origin; ours origin, direction."""
    networks = pair("even")
    images = random_images(1, 2, 28, 42, seed=1)
    seen: list[Tensor] = []
    hook = networks.reference.head.register_forward_hook(
        lambda _module, _inputs, output: seen.append(output["ray"])
    )
    with hook:
        networks.run_reference(images)
    ours = networks.run_ours(images).ray_map
    assert ours is not None
    assert_close_in_std(ours[..., 3:], seen[0][..., :3])
    assert_close_in_std(ours[..., :3], seen[0][..., 3:])


def test_quirk_04_coarser_ray_outputs_are_never_used(pair: GetPair) -> None:
    """QUIRK-04: three of four ray output stacks are in the files and in no computation."""
    networks = pair("even")
    scratch = networks.reference.head.scratch
    idle = [
        parameter
        for stacks, layers in (
            (scratch.output_conv1_aux, range(5)),
            (scratch.output_conv2_aux, (0, 5)),
        )
        for level in range(3)
        for layer in layers
        for parameter in stacks[level][layer].parameters()
    ]
    images = random_images(1, 2, 28, 42, seed=1)
    before = networks.run_reference(images)
    with shifted(*idle, by=100.0):
        after = networks.run_reference(images)
    for name in ("depth", "ray", "ray_conf"):
        assert torch.equal(before[name], after[name])
    held = sum(value.numel() for value in networks.published.values())
    assert held - sum(p.numel() for p in idle) == sum(p.numel() for p in networks.ours.parameters())


def test_quirk_05_one_norm_serves_all_ray_outputs(pair: GetPair) -> None:
    """QUIRK-05: published once; four equal copies are read too, differing ones refused."""
    networks = pair("even")
    norms = [stack[2] for stack in networks.reference.head.scratch.output_conv2_aux]
    assert all(norm.weight is norms[0].weight for norm in norms)
    stem = "model.head.scratch.output_conv2_aux"
    assert sum(k.startswith(stem) and ".2.weight" in k for k in networks.published) == 1
    copies = {f"model.{k}": v for k, v in networks.reference.state_dict().items()}
    assert sum(k.startswith(stem) and k.endswith(".2.weight") for k in copies) == 4
    once, four_times = to_ours(networks.published), to_ours(copies)
    assert once.keys() == four_times.keys()
    copies[f"{stem}.3.2.weight"] = copies[f"{stem}.3.2.weight"] + 1
    with pytest.raises(CheckpointError, match="shared ray LayerNorm"):
        to_ours(copies)


def test_quirk_06_position_table_is_resized_by_a_factor(pair: GetPair) -> None:
    """QUIRK-06: (n + 0.1) / 37, which an output size does not reproduce."""
    networks = pair("even")
    backbone = networks.ours.backbone
    assert isinstance(backbone, Backbone)
    transformer = networks.reference.backbone.pretrained
    height, width = 6, 9
    tokens = torch.zeros(1, 1 + height * width, backbone.config.width)
    with torch.no_grad():
        # Its second and third argument are called w and h and are height and width.
        theirs = transformer.interpolate_pos_encoding(tokens, height * 14, width * 14)
        ours = backbone._positions(height, width)
        table = backbone.position_embedding[:, 1:].unflatten(1, (37, 37)).permute(0, 3, 1, 2)
        by_size = F.interpolate(table, size=(height, width), mode="bicubic").flatten(2).mT
    assert_close_in_std(ours, theirs)
    assert (by_size - theirs[:, 1:]).abs().max() > 0.1 * theirs.std()


def test_quirk_07_confidence_is_at_least_one(pair: GetPair) -> None:
    """QUIRK-07: exp(x) + 1, of depth and of rays."""
    networks = pair("even")
    images = random_images(1, 1, 28, 42, seed=1)
    scratch = networks.reference.head.scratch
    last_channel = torch.tensor([0.0, -100.0])
    ray_channel = torch.tensor([0.0] * 6 + [-100.0])
    # Our ray output is a reordered copy: its confidence is the same last channel.
    with (
        shifted(scratch.output_conv2[2].bias, by=last_channel),
        shifted(
            scratch.output_conv2_aux[3][5].bias,
            networks.ours.head.ray_out.last.bias,
            by=ray_channel,
        ),
    ):
        ours, theirs = networks.run_ours(images), networks.run_reference(images)
    for found in (ours.conf, ours.ray_conf, theirs["depth_conf"], theirs["ray_conf"]):
        assert found is not None
        assert torch.all(found == 1.0)


def _ray_map(off_centre: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """A ray map of planted cameras on 20 x 28, with their extrinsics and K (84 x 112 pixels)."""
    extrinsics, intrinsics = random_cameras(1, 3, 84, 112, seed=3)
    extrinsics, intrinsics = extrinsics[0], intrinsics[0].clone()
    generator = torch.Generator().manual_seed(1)
    skew = 0.2 * torch.randn(3, 3, 3, generator=generator)
    extrinsics[:, :3, :3] = torch.linalg.matrix_exp(skew - skew.mT)
    intrinsics[:, 0, 2] += off_centre * 112
    ray_map = ray_map_from_cameras(extrinsics, intrinsics, 20, 28, image_size=(84, 112))
    return ray_map, torch.ones(3, 20, 28), extrinsics, intrinsics


def test_quirk_08_published_split_needs_a_centred_principal_point(package: Official) -> None:
    """QUIRK-08: exact at the centre; 2.5 % off it more than a degree wrong, as the reference."""
    solve = package.module("utils.ray_utils").get_extrinsic_from_camray
    for off_centre, wrong in ((0.0, False), (0.025, True)):
        ray_map, conf, extrinsics, _ = _ray_map(off_centre)
        published = torch.cat((ray_map[..., 3:], ray_map[..., :3]), dim=-1)[None]
        with silence():
            theirs = invert(solve(published, conf[None], 20, 28)[0][0])
        truth = extrinsics[:, :3, :3]
        errors = {
            name: torch.rad2deg(rotation_angle(found[:, :3, :3] @ truth.mT)).max()
            for name, found in (
                ("theirs", theirs),
                ("published", _cameras(ray_map, conf, "published")),
                ("qr", _cameras(ray_map, conf, "qr")),
            )
        }
        assert errors["qr"] < 0.05
        for name in ("theirs", "published"):
            assert (errors[name] > 1.0) == wrong, errors


def _cameras(ray_map: Tensor, conf: Tensor, method: str) -> Tensor:
    found = cameras_from_ray_map(ray_map, conf, 84, 112, method=method)  # type: ignore[arg-type]
    return found.cam_from_world


def test_quirk_10_one_sky_threshold(package: Official, pair: GetPair) -> None:
    """QUIRK-10: the reference fills from 0.3 on and returns a mask from 0.5 on."""
    output_processor = package.module("utils.io.output_processor").OutputProcessor()
    networks = pair("monocular")
    images = random_images(1, 2, 42, 70, seed=2)
    ours, theirs = networks.run_ours(images), networks.run_reference(images)
    assert ours.sky is not None
    assert ours.depth is not None
    filled = ours.depth == ours.depth[sky_mask(ours.sky)].unique()
    between = (theirs["sky"] > SKY_THRESHOLD + 1e-3) & (theirs["sky"] < 0.5)
    assert between.any()
    their_mask = torch.from_numpy(output_processor(theirs).sky)
    assert filled[between].all()
    assert sky_mask(ours.sky)[between].all()
    assert not their_mask[between[0]].any()


def test_quirk_11_far_depth_is_exact_and_the_same_twice(pair: GetPair) -> None:
    """QUIRK-11: above 100 000 pixels the reference draws a subsample without a seed."""
    networks = pair("monocular")
    images = random_images(1, 1, 448, 448, seed=2)
    with shifted(networks.reference.head.scratch.sky_output_conv2[2].bias, by=-0.6):
        ours = [networks.run_ours(images) for _ in range(2)]
        theirs = [networks.run_reference(images) for _ in range(2)]
    far = []
    for sky, depth in (
        *((o.sky, o.depth) for o in ours),
        *((t["sky"], t["depth"]) for t in theirs),
    ):
        assert sky is not None
        assert depth is not None
        is_sky = sky_mask(sky)
        assert int((~is_sky).sum()) > 100_000
        far.append(depth[is_sky].unique())
    assert torch.equal(far[0], far[1])
    assert not torch.equal(far[2], far[3])
    assert (far[0] - far[2]).abs() < 0.05 * theirs[0]["depth"].std()


def test_quirk_12_pixels_are_sampled_at_their_centres(package: Official) -> None:
    """QUIRK-12: the reference's exporters unproject at integer coordinates, half a pixel off."""
    _, intrinsics = random_cameras(1, 2, 4, 6, seed=4)
    geometry = package.module("utils.geometry")
    with silence():
        theirs = geometry.unproject_depth(torch.ones(1, 2, 4, 6, 1), intrinsics)[0]
    shift = torch.zeros(2, 3, 3)
    shift[:, :2, 2] = 0.5
    torch.testing.assert_close(directions_cam(intrinsics[0] + shift, 4, 6), theirs)
    off = (directions_cam(intrinsics[0], 4, 6) - theirs)[..., :2]
    half_pixel = 0.5 / torch.diagonal(intrinsics[0, :, :2, :2], dim1=-2, dim2=-1)
    torch.testing.assert_close(off, half_pixel[:, None, None].expand_as(off))


def test_quirk_13_pose_from_rays_is_seeded(package: Official) -> None:
    """QUIRK-13: the reference draws from the global generator; ours gives the same bits twice."""
    ray_map, conf, _, _ = _ray_map(0.0)
    generator = torch.Generator().manual_seed(2)
    ray_map = ray_map + 0.1 * torch.randn(ray_map.shape, generator=generator)
    solve = package.module("utils.ray_utils").get_extrinsic_from_camray
    published = torch.cat((ray_map[..., 3:], ray_map[..., :3]), dim=-1)[None]
    with silence():
        theirs = [solve(published, conf[None].clone(), 20, 28)[0] for _ in range(2)]
    assert not torch.equal(*theirs)
    before = torch.get_rng_state()
    for method in ("published", "qr"):
        assert torch.equal(_cameras(ray_map, conf, method), _cameras(ray_map, conf, method))
    assert torch.equal(before, torch.get_rng_state())


def test_quirk_21_pose_encoding(package: Official) -> None:
    """QUIRK-21: quaternion of any length, field of view clamped, principal point left out."""
    transform = package.module("model.utils.transform")
    generator = torch.Generator().manual_seed(5)
    encoding = torch.randn(2, 4, 9, generator=generator)
    encoding[..., 3:7] *= 3.0
    encoding[..., 7:] = encoding[..., 7:].abs().clamp(max=2.0)
    encoding[0, 0, 7:] = 0.0  # what a dead ReLU gives
    world_from_cam, intrinsics = transform.pose_encoding_to_extri_intri(encoding, (56, 84))
    ours, our_intrinsics = decode_pose(encoding, 56, 84)
    torch.testing.assert_close(invert(ours)[..., :3, :], world_from_cam, atol=1e-5, rtol=1e-5)
    assert_intrinsics_close(our_intrinsics, intrinsics)
    assert (our_intrinsics[..., :2, 2] == torch.tensor([42.0, 28.0])).all()

    extrinsics, intrinsics = random_cameras(2, 4, 56, 84, seed=6)
    intrinsics[..., :2, 2] += 5.0
    theirs = transform.extri_intri_to_pose_encoding(invert(extrinsics), intrinsics, (56, 84))
    torch.testing.assert_close(
        encode_pose(extrinsics, intrinsics, 56, 84), theirs, atol=1e-5, rtol=1e-5
    )


def test_quirk_22_rays_have_their_own_grid(pair: GetPair) -> None:
    """QUIRK-22: eight times the patch grid, not the image's."""
    networks = pair("even")
    images = random_images(1, 1, 28, 70, seed=1)
    ours, theirs = networks.run_ours(images).ray_map, networks.run_reference(images)["ray"]
    assert ours is not None
    assert ours.shape == theirs.shape == (1, 1, 16, 40, 6)


def test_quirk_24_what_the_heads_read(pair: GetPair) -> None:
    """QUIRK-24: two streams, the final norm on the second only; cameras read them before it."""
    networks = pair("odd")
    images = random_images(2, 3, 28, 42, seed=1)
    with silence(), torch.no_grad():
        theirs, _ = networks.reference.backbone(images)
        ours = networks.ours.backbone(images)
    width = networks.ours.backbone.config.width
    for (within, last), (patches, _) in zip(ours.taken, theirs, strict=True):
        assert_close_in_std(within, patches[..., :width])
        assert_close_in_std(last, patches[..., width:])
        # A normalised stream has the norm's own weights as its spread over tokens; the other not.
        assert within.std() > 1.2 * last.std()
    assert_close_in_std(ours.camera, theirs[-1][1])


def test_quirk_25_given_poses_are_divided_by_their_lower_median() -> None:
    """QUIRK-25: the first view's own 0 counts, so two views always end at the clamp of 0.1."""
    for views, rank in ((2, 0), (3, 1), (4, 1), (5, 2)):
        extrinsics, _ = random_cameras(1, views, 10, 10, seed=views)
        normalized, spread = normalize_known_cameras(extrinsics[0])
        centres = camera_centres(extrinsics[0])
        distances = (centres - centres[0]).norm(dim=-1).sort().values
        torch.testing.assert_close(spread, distances[rank].clamp_min(0.1))
        torch.testing.assert_close(
            camera_centres(normalized).norm(dim=-1).sort().values, distances / spread
        )
        torch.testing.assert_close(normalized[0], torch.eye(4), atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", ["even", "odd", "monocular"])
def test_quirk_26_epsilon_of_every_norm(pair: GetPair, name: str) -> None:
    """QUIRK-26: 1e-6 in the blocks of the backbone where the code says so, 1e-5 elsewhere."""
    networks = pair(name)
    ours = {n: m.eps for n, m in networks.ours.named_modules() if isinstance(m, nn.LayerNorm)}
    seen = set()
    for path, module in networks.reference.named_modules():
        if isinstance(module, nn.LayerNorm):
            key = own_key(f"{path}.weight")
            assert key is not None, path
            own = key.removesuffix(".weight")
            assert ours[own] == module.eps, f"{own}: {ours[own]} != {module.eps}"
            seen.add(own)
    assert seen == ours.keys()
    assert set(ours.values()) == {1e-5, 1e-6}


def test_quirk_27_views_are_not_ordered(pair: GetPair) -> None:
    """QUIRK-27: across views every patch stands at one place; only the first view is special."""
    networks = pair("even")
    images = random_images(1, 4, 28, 42, seed=1)
    order = [0, 3, 1, 2]
    theirs = [
        networks.run_reference(x, ref_view_strategy="first")["depth"]
        for x in (images, images[:, order])
    ]
    ours = [networks.run_ours(x, reference_view="first").depth for x in (images, images[:, order])]
    for first, second in (ours, theirs):
        assert first is not None
        assert second is not None
        assert_close_in_std(second, first[:, order])


def test_rotations_of_the_inputs_are_rotations() -> None:
    """Or the tests of cameras would be of something else."""
    found = random_rotations(50, generator=torch.Generator().manual_seed(0)).double()
    torch.testing.assert_close(
        found @ found.mT, torch.eye(3).double().expand(50, 3, 3), atol=1e-6, rtol=0
    )
    torch.testing.assert_close(torch.linalg.det(found), torch.ones(50).double())
