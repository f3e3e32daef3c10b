# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What the user gave as one scene, images, cameras, a rig, brought to the predictor."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from anyview.core.errors import OptionError
from anyview.inference.engine import Predictor
from anyview.inference.inputs import read_views
from anyview.inference.matched_views import views_with_cameras
from anyview.inference.options import InputOptions, PredictOptions
from anyview.io.camera_files import read_cameras
from anyview.io.camera_set import CameraSet
from anyview.io.listing import is_rig_folder
from anyview.io.rig_folder import read_rig_folder
from anyview.structures.prediction import Prediction


@dataclass(frozen=True)
class SceneInputs:
    """Images of one scene and what is known of their cameras.

    Attributes:
        images: As typed, or the images of a rig by frame and camera.
        cameras: Of a file or a rig, or None.
    """

    images: tuple[str, ...]
    cameras: CameraSet | None


def find_inputs(inputs: tuple[str, ...], cameras_file: Path | None) -> SceneInputs:
    """Look at cameras and rigs; no image is opened.

    Args:
        inputs: As typed.
        cameras_file: What --cameras was given, or None.

    Raises:
        InputError: If cameras or a rig cannot be read.
        OptionError: If a rig is given beside other things.
    """
    rigs = [given for given in inputs if is_rig_folder(given)]
    if not rigs:
        return SceneInputs(inputs, None if cameras_file is None else read_cameras(cameras_file))
    if len(inputs) > 1 or cameras_file is not None:
        raise OptionError(
            f"{rigs[0]} is a rig by its rig.json, which has the cameras too: give it alone, "
            "without --cameras."
        )
    rig = read_rig_folder(Path(rigs[0]).expanduser())
    return SceneInputs(tuple(str(path) for path in rig.images), rig.cameras)


def predict_inputs(
    predictor: Predictor,
    given: SceneInputs,
    options: PredictOptions,
    input_options: InputOptions,
    on_problem: Callable[[str], None],
) -> tuple[Prediction, tuple[str, ...]]:
    """Read the images, give them their cameras, predict.

    Args:
        predictor: The model.
        given: From ``find_inputs``.
        options: How to predict.
        input_options: How to read.
        on_problem: Told of images that are skipped.

    Returns:
        The prediction, and a sentence for each thing to know about the cameras.
    """
    cameras = given.cameras
    if cameras is None or not cameras.is_named:
        # In order: one for each image, those that are skipped included.
        prediction = predictor.predict(
            list(given.images),
            extrinsics=None if cameras is None else cameras.extrinsics,
            intrinsics=None if cameras is None else cameras.intrinsics,
            options=options,
            input_options=input_options,
            on_problem=on_problem,
        )
        return prediction, ()
    predictor.check_options(options)  # before files are read
    started = time.perf_counter()
    views = read_views(list(given.images), options=input_options, on_problem=on_problem)
    views, notes = views_with_cameras(views, cameras)
    read_s = time.perf_counter() - started
    return predictor.predict_views(views, options, read_s=read_s), notes
