# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Features matched between images and checked for one geometry, in a database of COLMAP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from anyview.sfm.features import Features, extract_features
from anyview.sfm.priors import SharedLens
from anyview.sfm.settings import MatchSettings
from anyview.structures.views import View

DATABASE = "matches.db"

Pair = tuple[int, int]
"""Positions of two views, the smaller first."""


@dataclass(frozen=True)
class Matches:
    """Features of all views and which of them are the same point.

    Attributes:
        database: COLMAP's, with the same content; view i is image i + 1.
        features: Of each view.
        lenses: Which views share one, with what is known of it.
        pairs: By the views, [M, 2] positions in their features; those that fit one geometry.
    """

    database: Path
    features: tuple[Features, ...]
    lenses: tuple[SharedLens, ...]
    pairs: Mapping[Pair, npt.NDArray[np.uint32]]

    @property
    def num_matches(self) -> int:
        """Over all pairs."""
        return sum(len(rows) for rows in self.pairs.values())

    def lens_of(self, view: int) -> SharedLens:
        """The lens of a view."""
        return next(lens for lens in self.lenses if view in lens.views)


def match_views(
    views: Sequence[View],
    lenses: Sequence[SharedLens],
    folder: Path,
    settings: MatchSettings,
    pycolmap: ModuleType,
) -> Matches:
    """Find the features of all views and match them.

    Args:
        views: At least two.
        lenses: Every view in exactly one.
        folder: Where the database is written.
        settings: How.
        pycolmap: The library.
    """
    features = extract_features(views, settings, pycolmap)
    path = folder / DATABASE
    with pycolmap.Database.open(path) as database:
        _write(database, features, lenses, pycolmap)
    matching = pycolmap.FeatureMatchingOptions()
    matching.use_gpu = False
    matching.num_threads = settings.num_threads
    checking = pycolmap.TwoViewGeometryOptions()
    checking.ransac.random_seed = settings.seed
    if is_long_video(views, settings):
        pairing = pycolmap.SequentialPairingOptions()
        pairing.overlap = settings.overlap
        pairing.num_threads = settings.num_threads
        match = pycolmap.match_sequential
    else:
        pairing = pycolmap.ExhaustivePairingOptions()
        match = pycolmap.match_exhaustive
    match(path, matching, pairing, checking, pycolmap.Device.cpu)
    with pycolmap.Database.open(path) as database:
        pairs = _read_pairs(database, pycolmap)
    return Matches(path, tuple(features), tuple(lenses), pairs)


def is_long_video(views: Sequence[View], settings: MatchSettings) -> bool:
    """Whether views are matched with their neighbours in time only."""
    in_time = all(view.time_s is not None for view in views)
    return in_time and len(views) > settings.exhaustive_up_to


def camera_of(lens: SharedLens, pycolmap: ModuleType, camera_id: int) -> Any:
    """A lens in COLMAP's words: a measured K as it is, others with one focal length to refine."""
    K = lens.intrinsics
    if lens.is_fixed:
        model = "PINHOLE"
        params = [K[0, 0], K[1, 1], K[0, 2], K[1, 2]]
    else:
        model = "SIMPLE_PINHOLE"
        params = [(K[0, 0] + K[1, 1]) / 2, K[0, 2], K[1, 2]]
    camera = pycolmap.Camera(
        model=model,
        width=lens.width,
        height=lens.height,
        params=[float(value) for value in params],
        camera_id=camera_id,
    )
    camera.has_prior_focal_length = not lens.is_guess
    return camera


def view_name(index: int) -> str:
    """Name of an image; COLMAP takes the order of names for that of a video."""
    return f"{index:06d}"


def _write(
    database: Any, features: Sequence[Features], lenses: Sequence[SharedLens], pycolmap: ModuleType
) -> None:
    """Cameras, images and features; ids are positions + 1."""
    for number, lens in enumerate(lenses, start=1):
        database.write_camera(camera_of(lens, pycolmap, number), use_camera_id=True)
        sensor = pycolmap.sensor_t(pycolmap.SensorType.CAMERA, number)
        rig = pycolmap.Rig()
        rig.rig_id = number
        rig.add_ref_sensor(sensor)
        database.write_rig(rig, use_rig_id=True)
        for view in lens.views:
            image = pycolmap.Image(name=view_name(view), camera_id=number, image_id=view + 1)
            database.write_image(image, use_image_id=True)
            frame = pycolmap.Frame()
            frame.frame_id = view + 1
            frame.rig_id = number
            frame.add_data_id(pycolmap.data_t(sensor, view + 1))
            database.write_frame(frame, use_frame_id=True)
    for view, found in enumerate(features, start=1):
        database.write_keypoints(view, found.keypoints)
        sift = pycolmap.FeatureExtractorType.SIFT
        database.write_descriptors(view, pycolmap.FeatureDescriptors(sift, found.descriptors))


def _read_pairs(database: Any, pycolmap: ModuleType) -> dict[Pair, npt.NDArray[np.uint32]]:
    kinds = pycolmap.TwoViewGeometryConfiguration
    refused = (kinds.UNDEFINED, kinds.DEGENERATE, kinds.WATERMARK)
    pairs = {}
    for pair_id, geometry in zip(*database.read_two_view_geometries(), strict=True):
        if geometry.config in refused or not len(geometry.inlier_matches):
            continue
        first, second = (int(i) - 1 for i in pycolmap.pair_id_to_image_pair(pair_id))
        rows = np.asarray(geometry.inlier_matches)
        pairs[(first, second) if first < second else (second, first)] = (
            rows if first < second else rows[:, ::-1]
        )
    return dict(sorted(pairs.items()))
