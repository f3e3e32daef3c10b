# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The protocol of every suite.

Of the published ones: docs/BENCHMARK.md of the reference implementation (visual geometry), Eigen
et al. 2014 and Garg et al. 2016 (NYU, KITTI), Ranftl et al. 2022 (depth caps: 10 m NYU, 80 m KITTI,
72 m ETH3D).
"""

from collections.abc import Mapping
from types import MappingProxyType

from anyview.core.errors import OptionError
from anyview.evaluation.benchmark.protocols import (
    EIGEN_CROP,
    GARG_CROP,
    DataSource,
    DepthSpec,
    FrameSpec,
    PoseSpec,
    ProtocolSpec,
    ReconstructionSpec,
)

_DA3_BENCH = "https://huggingface.co/datasets/depth-anything/DA3-BENCH"
_INDOOR_VOXEL = 4 / 512
_INDOOR = ReconstructionSpec(0.05, _INDOOR_VOXEL, 0.04, thinning=_INDOOR_VOXEL)
_RELATIVE = ReconstructionSpec(
    *(0.05, 0.0, 0.0),
    unit="median-depth",
    max_depth=4.0,
    samples=200_000,
    thinning=0.025,
    camera_fit="cameras",
    fusion="points",
    posed_fusion="points",
)
"""Of our own suites, which have few and small views: pixels as points, of which exact depth makes
the exact surface. A distance field needs many views; of one view of thin things, exact depth and
voxels of 2.5 % of the median depth, it finds half of the surface."""

_MONO = FrameSpec(most=None, view_counts=(1,))
_LONG = FrameSpec(most=None, choice="even")
_ETH3D_SIDE = 2048
"""ETH3D's images of 24 megapixels would fill the memory; models shrink them further anyway."""

_ETH3D_FILES = (
    "<scene>/images/dslr_images/*.JPG",
    "<scene>/dslr_calibration_jpg/cameras.txt and images.txt",
    "<scene>/ground_truth_depth/dslr_images/*.JPG (float32, row by row)",
    "<scene>/masks_for_images/dslr_images/*.png (optional; 1 = occluded)",
)


def _all() -> tuple[ProtocolSpec, ...]:
    pose, apart = PoseSpec(), PoseSpec(min_baseline_share=1e-3)
    return (
        ProtocolSpec(
            "nyu",
            DataSource(
                "NYU Depth v2, the 654 test images of the labelled set",
                "https://cs.nyu.edu/~fergus/datasets/nyu_depth_v2.html",
                "research use; no licence is stated",
                "nyu_depth_v2_labeled.mat (rawDepths) and splits.mat",
                ("nyu_depth_v2_labeled.mat", "splits.mat"),
            ),
            _MONO,
            depth=DepthSpec(most=10.0, clamps=True, crop=EIGEN_CROP),
            lens=True,
        ),
        ProtocolSpec(
            "kitti",
            DataSource(
                "KITTI depth, Eigen's test split with the annotated depth (652 of 697 images)",
                "https://www.cvlibs.net/datasets/kitti/eval_depth.php?benchmark=depth_prediction",
                "CC BY-NC-SA 3.0",
                "raw data, synced and rectified; data_depth_annotated",
                (
                    "eigen_test_files.txt (a line for each image)",
                    "raw/<date>/calib_cam_to_cam.txt",
                    "raw/<date>/<drive>/image_02/data/<frame>.png or .jpg",
                    "depth/train|val/<drive>/proj_depth/groundtruth/image_02/<frame>.png",
                ),
            ),
            _MONO,
            depth=DepthSpec(most=80.0, clamps=True, crop=GARG_CROP),
            lens=True,
        ),
        ProtocolSpec(
            "eth3d-mono",
            DataSource(
                "ETH3D, high-resolution multi-view training images, each alone",
                "https://www.eth3d.net/datasets",
                "CC BY-NC-SA 4.0",
                "multi_view_training_dslr_jpg.7z and multi_view_training_dslr_depth.7z",
                _ETH3D_FILES,
            ),
            FrameSpec(most=None, view_counts=(1,), image_side=_ETH3D_SIDE),
            depth=DepthSpec(most=72.0, clamps=True),
            lens=True,
        ),
        ProtocolSpec(
            "eth3d",
            DataSource(
                "ETH3D, 11 multi-view training scenes",
                _DA3_BENCH,
                "CC BY-NC-SA 4.0",
                "eth3d.zip of DA3-BENCH",
                (*_ETH3D_FILES, "<scene>/combined_mesh.ply"),
            ),
            FrameSpec(image_side=_ETH3D_SIDE),
            pose=pose,
            reconstruction=ReconstructionSpec(
                0.25, 5 * _INDOOR_VOXEL, 0.2, thinning=5 * _INDOOR_VOXEL
            ),
        ),
        ProtocolSpec(
            "hiroom",
            DataSource(
                "HiRoom, 24 synthetic rooms",
                _DA3_BENCH,
                "research only; see https://jerrypiglet.github.io/SVLightVerse/",
                "hiroom.zip of DA3-BENCH",
                (
                    "selected_scene_list_val.txt (a path below data/ in each line)",
                    "data/<scene>/image/*, depth/*.png (65535 = 100 m), pose/*.npy, cam_K.npy",
                    "data/<scene>/aliasing_mask/*.png (optional)",
                    "fused_pcd/<last three parts of the scene joined by ->.ply",
                ),
            ),
            pose=pose,
            reconstruction=_INDOOR,
        ),
        ProtocolSpec(
            "dtu",
            DataSource(
                "DTU, 22 scans of 49 views",
                _DA3_BENCH,
                "research only; see https://roboimagedata.compute.dtu.dk/",
                "dtu.zip of DA3-BENCH (MVSNet's layout)",
                (
                    "Rectified/<scan>/rect_<view from 001>_*.png",
                    "Cameras/<view from 00000000>_cam.txt",
                    "depth_raw/Depths/<scan>/depth_visual_<view from 0000>.png",
                    "Points/stl/stl<scan, three digits>_total.ply",
                    "SampleSet/mvs_data/ObsMask/ObsMask<scan>_10.mat and Plane<scan>.mat",
                ),
            ),
            reconstruction=ReconstructionSpec(
                *(None, 0.0, 0.0),
                samples=4_000_000,
                thinning=0.2,
                fusion="points",
                posed_fusion="consistent-points",
                consistency=0.2,
                consistent_views=4,
                outlier=20.0,
            ),
        ),
        ProtocolSpec(
            "dtu64",
            DataSource(
                "DTU, 13 scans of 64 views, poses only",
                _DA3_BENCH,
                "research only; see https://roboimagedata.compute.dtu.dk/",
                "dtu64.zip of DA3-BENCH",
                ("<scan>/image/<view from 00000000>.png", "Cameras/<view>_cam.txt"),
            ),
            pose=pose,
        ),
        ProtocolSpec(
            "7scenes",
            DataSource(
                "7Scenes, one sequence of each scene",
                _DA3_BENCH,
                "Microsoft Research licence, non-commercial",
                "7scenes.zip of DA3-BENCH",
                (
                    "7Scenes/<scene>/seq-01/frame-<six digits>.color.png, .depth.png, .pose.txt",
                    "(seq-02 of stairs)",
                    "7Scenes/meshes/<scene>.ply",
                ),
            ),
            pose=pose,
            reconstruction=_INDOOR,
        ),
        ProtocolSpec(
            "scannetpp",
            DataSource(
                "ScanNet++, iPhone frames of 20 scenes with new poses",
                _DA3_BENCH,
                "ScanNet++ Terms of Use, non-commercial",
                "scannetpp.zip of DA3-BENCH",
                (
                    "<scene>/merge_dslr_iphone/colmap/sparse_render_rgb (a COLMAP model)",
                    "<scene>/merge_dslr_iphone/images/<name in the model>",
                    "<scene>/merge_dslr_iphone/render_depth/<frame>.png (mm)",
                    "<scene>/scans/mesh_aligned_0.05.ply",
                ),
            ),
            pose=pose,
            reconstruction=ReconstructionSpec(
                0.05, 0.02, 0.15, max_depth=5.0, thinning=0.02, box_margin=0.1
            ),
        ),
        ProtocolSpec(
            "tum",
            DataSource(
                "TUM RGB-D, long sequences",
                "https://cvg.cit.tum.de/data/datasets/rgbd-dataset/download",
                "CC BY 4.0",
                "one archive a sequence, as unpacked",
                (
                    "rgbd_dataset_freiburg<1-3>_<name>/rgb.txt, depth.txt, groundtruth.txt, rgb/, "
                    "depth/",
                ),
            ),
            _LONG,
            depth=DepthSpec(most=10.0),
            pose=pose,
            trajectory=True,
            lens=True,
        ),
        ProtocolSpec(
            "kitti-odometry",
            DataSource(
                "KITTI odometry, sequences 00 to 10",
                "https://www.cvlibs.net/datasets/kitti/eval_odometry.php",
                "CC BY-NC-SA 3.0",
                "data_odometry_color, data_odometry_calib, data_odometry_poses",
                (
                    "sequences/<two digits>/image_2/<frame>.png and calib.txt",
                    "poses/<two digits>.txt",
                ),
            ),
            _LONG,
            pose=pose,
            trajectory=True,
            lens=True,
        ),
        ProtocolSpec(
            "worlds",
            DataSource(
                "Frozen worlds: small synthetic scenes",
                "any folder of this format, such as 'anyview' trainings are validated on",
                "that of the folder",
                "evaluation.frozen_worlds",
                ("scenes.json", "images/*", "depth/*.png (16 bit)"),
            ),
            FrameSpec(most=None, view_counts=(1, 2, 0), subset="first"),
            depth=DepthSpec(),
            pose=apart,
            reconstruction=_RELATIVE,
            lens=True,
            images=True,
        ),
        ProtocolSpec(
            "real-mini",
            DataSource(
                "Small sets of real images with poses, dense or sparse depth",
                "any folder of this format",
                "that of each set, in its meta.json",
                "evaluation.image_sets",
                (
                    "<set>/cameras.json and meta.json",
                    "<set>/images/*",
                    "<set>/depth/*.png or sparse.npz (optional)",
                ),
            ),
            FrameSpec(most=None, view_counts=(1, 2, 4, 8, 0)),
            depth=DepthSpec(),
            pose=PoseSpec(min_baseline_share=0.05),
            reconstruction=_RELATIVE,
            lens=True,
            images=True,
        ),
        ProtocolSpec(
            "synthetic",
            DataSource(
                "Synthetic scenes from numbers that no training uses",
                "made here when they are first needed (extra 'train')",
                "Apache-2.0",
                "evaluation.benchmark.suites.synthetic_scenes",
                ("any folder that may be written to",),
            ),
            FrameSpec(most=None, view_counts=(1, 2, 0), subset="first"),
            depth=DepthSpec(),
            pose=apart,
            reconstruction=_RELATIVE,
            lens=True,
            images=True,
        ),
    )


PROTOCOLS: Mapping[str, ProtocolSpec] = MappingProxyType({item.suite: item for item in _all()})
"""Protocol by suite."""


def protocol_of(suite: str) -> ProtocolSpec:
    """The protocol of a suite.

    Raises:
        OptionError: If there is no such suite.
    """
    if suite not in PROTOCOLS:
        raise OptionError(f"Unknown suite {suite!r}; accepted: {', '.join(PROTOCOLS)}.")
    return PROTOCOLS[suite]
