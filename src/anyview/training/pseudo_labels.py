# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A teacher's labels for folders of scenes (DA3, section 3.3: teacher, pseudo-labels).

Each frame is predicted by itself. Where it has depth of its own, sparse or noisy, the prediction is
aligned to it; the labels of a scene lie beside its data in ``teacher/NAME``, appear whole or not at
all, and carry what was found. A run that was stopped goes on with the scenes that lack labels.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from anyview.core.errors import InputError
from anyview.data.scene import FloatArray, Frame, Scene, TeacherLabels
from anyview.data.scene_folder import find_scenes, read_scene, write_teacher_labels
from anyview.inference.engine import Predictor
from anyview.inference.options import PredictOptions
from anyview.inference.prepared_scene import PreparedScene
from anyview.structures.prediction import Prediction
from anyview.structures.sky import sky_mask
from anyview.structures.views import View, ViewSet
from anyview.training.known_depth import depth_map, has_depth, known_depth
from anyview.training.label_fit import LabelFit, LabelStatus, fit_label, label_of
from anyview.training.label_options import LabelOptions
from anyview.training.label_record import LabelRecord, weights_hash
from anyview.training.label_sheet import LabelRow, write_label_sheet
from anyview.training.teacher_labels import relative_name

SHEET_FRAMES = 6
"""Frames of a scene that are drawn, evenly spread."""


@dataclass(frozen=True)
class SceneLabels:
    """What became of one scene.

    Attributes:
        folder: Of the scene.
        fits: How each frame was aligned, by its name.
        was_there: Whether the labels were there already.
    """

    folder: Path
    fits: Mapping[str, LabelFit]
    was_there: bool


@dataclass(frozen=True)
class LabelReport:
    """What became of all scenes.

    Attributes:
        scenes: One by one.
        unreadable: Scenes that could not be labelled, with the reason.
    """

    scenes: tuple[SceneLabels, ...]
    unreadable: tuple[str, ...]

    def frames(self) -> Counter[LabelStatus]:
        """Frames by what became of them."""
        return Counter(fit.status for scene in self.scenes for fit in scene.fits.values())

    def failures(self) -> Iterator[str]:
        """A line for each frame without a label."""
        for scene in self.scenes:
            for name, fit in scene.fits.items():
                if fit.status == "failed":
                    yield f"{scene.folder}: {name}: {fit.reason}"


def label_scenes(
    root: str | Path,
    predictor: Predictor,
    options: LabelOptions | None = None,
    *,
    sheets: str | Path | None = None,
    on_scene: Callable[[int, int], None] | None = None,
) -> LabelReport:
    """Label all scenes at or below a folder.

    Scenes that cannot be read are reported and left out.

    Args:
        root: See ``find_scenes``.
        predictor: The teacher: a monocular or any-view model.
        options: None for the defaults.
        sheets: Folder for one PNG a scene; None: no pictures.
        on_scene: Told after each scene how many are done, of how many.

    Raises:
        InputError: If there is no scene.
        OptionError: If a scene has labels of that name by other weights or options.
        OutputError: If labels cannot be written.
    """
    options = options or LabelOptions()
    root, found, unreadable = Path(root), [], []
    folders = find_scenes(root)
    for done, folder in enumerate(folders, start=1):
        sheet = None
        if sheets is not None:
            words = folder.relative_to(root).parts or (folder.resolve().name,)
            sheet = Path(sheets) / f"{'-'.join(words)}.png"
        try:
            found.append(label_scene(folder, predictor, options, sheet=sheet))
        except InputError as error:
            unreadable.append(str(error))
        if on_scene is not None:
            on_scene(done, len(folders))
    return LabelReport(tuple(found), tuple(unreadable))


def label_scene(
    folder: Path, predictor: Predictor, options: LabelOptions, *, sheet: Path | None = None
) -> SceneLabels:
    """Label one scene, unless that was done already.

    Frames with depth get labels in the scene's unit, in the set ``NAME``; frames without any get
    the teacher's depth as it is, in the set ``NAME-relative``.

    Args:
        folder: Of the scene.
        predictor: The teacher.
        options: How.
        sheet: Picture to draw; None: none.

    Raises:
        InputError: If the scene cannot be read.
        OptionError: As ``label_scenes``.
        OutputError: If labels cannot be written.
    """
    scene = read_scene(folder)
    teacher = options.name or predictor.info.name
    record = LabelRecord(
        weights_hash(predictor.network, predictor.info),
        options.resolution or predictor.info.default_resolution,
        options.limits,
    )
    sets: dict[str, list[str]] = {}
    for frame in scene.frames:
        name = teacher if has_depth(frame) else relative_name(teacher)
        sets.setdefault(name, []).append(frame.name)
    stored = [record.stored(folder, name, overwrite=options.overwrite) for name in sets]
    if all(fits is not None for fits in stored):
        known = {name: fit for fits in stored if fits is not None for name, fit in fits.items()}
        return SceneLabels(folder, known, was_there=True)
    with tempfile.TemporaryDirectory() as spill:
        labels = _Labels(scene, options, Path(spill), draws=sheet is not None)
        labels.predict(predictor)
        for name, frames in sets.items():
            write_teacher_labels(
                folder,
                TeacherLabels(
                    teacher=name,
                    weights_hash=record.weights_hash,
                    is_aligned=name == teacher,
                    readers=labels.readers(frames),
                ),
                overwrite=name in scene.teachers,
                extra=record.document({frame: labels.fits[frame] for frame in frames}),
            )
    if sheet is not None:
        write_label_sheet(sheet, labels.rows, title=f"{scene.name}: labels of {teacher}")
    return SceneLabels(folder, labels.fits, was_there=False)


@dataclass(frozen=True)
class _Spilled:
    """Reader of a label that waits on the disk: a long scene does not fit in memory."""

    path: Path

    def __call__(self) -> FloatArray:
        label: FloatArray = np.load(self.path)
        return label


class _Labels:
    """The labels of one scene while they are made."""

    def __init__(self, scene: Scene, options: LabelOptions, spill: Path, *, draws: bool) -> None:
        self.scene, self.options, self.spill = scene, options, spill
        self.fits: dict[str, LabelFit] = {}
        self.rows: list[LabelRow] = []
        self._places = {frame.name: index for index, frame in enumerate(scene.frames)}
        count = len(scene.frames) if draws else 0
        drawn = np.linspace(0, count - 1, min(count, SHEET_FRAMES)).round()
        self._drawn = {int(index) for index in drawn}

    def predict(self, predictor: Predictor) -> None:
        """Predict and align all frames, those of one size in batches."""
        how = PredictOptions(resolution=self.options.resolution)
        waiting: list[tuple[Frame, PreparedScene]] = []

        def run() -> None:
            predictions = predictor.predict_prepared([p for _, p in waiting], how)
            for (frame, _), prediction in zip(waiting, predictions, strict=True):
                self._add(frame, prediction)
            waiting.clear()

        for frame in self.scene.frames:
            image = torch.from_numpy(frame.read_image()).permute(2, 0, 1)
            prepared = predictor.prepare(ViewSet((View(image, frame.name),)), how)
            if waiting and waiting[0][1].batch_key != prepared.batch_key:
                run()
            waiting.append((frame, prepared))
            if len(waiting) == self.options.batch_size:
                run()
        if waiting:
            run()

    def readers(self, frames: list[str]) -> dict[str, _Spilled]:
        """Readers of the labels that frames of one set have."""
        kept = [name for name in frames if self.fits[name].status != "failed"]
        return {name: _Spilled(self._path(name)) for name in kept}

    def _path(self, name: str) -> Path:
        return self.spill / f"{self._places[name]}.npy"

    def _add(self, frame: Frame, prediction: Prediction) -> None:
        teacher = prediction.depth[0]
        sky = None if prediction.sky is None else sky_mask(prediction.sky[0])
        fit = fit_label(teacher, known_depth(frame), self.options.limits, sky=sky)
        self.fits[frame.name] = fit
        label = torch.zeros_like(teacher)
        if fit.status != "failed":
            label = label_of(teacher, fit, sky=sky)
            np.save(self._path(frame.name), label.numpy())
        if self._places[frame.name] in self._drawn:
            raw = depth_map(frame, int(teacher.shape[0]), int(teacher.shape[1]))
            image = prediction.images[0].float() / 255
            self.rows.append(LabelRow(frame.name, image, raw, teacher, label, fit))
