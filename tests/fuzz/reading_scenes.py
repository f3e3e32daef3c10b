# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Readers of scenes: our own format, shards, foreign data sets, sets for evaluation."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from anyview.data.converters.registry import convert
from anyview.data.findings import FailureReport
from anyview.data.overlap import overlap_of, read_overlap, write_overlap
from anyview.data.scene import Frame, Held, Origin, Scene, SparseDepth, TeacherLabels
from anyview.data.scene_checks import check_scene_folder
from anyview.data.scene_folder import read_scene, write_scene, write_teacher_labels
from anyview.data.shard_stream import ShardStream
from anyview.data.shards import ShardLibrary, write_shards
from anyview.evaluation.baselines import read_mean_shape
from anyview.evaluation.frozen_worlds import read_worlds
from anyview.evaluation.image_sets import find_sets, read_set
from anyview.training.label_fit import LabelFit
from anyview.training.label_options import FitLimits
from anyview.training.label_record import LabelRecord, document_of, fits_of
from tests.data.converters import test_co3d, test_colmap, test_nerfstudio, test_scannetpp
from tests.data.converters.hypersim_miniature import write_scene_files

HEIGHT, WIDTH = 20, 28
K = np.array([[30.0, 0, WIDTH / 2], [0, 30.0, HEIGHT / 2], [0, 0, 1]])
RECORD = LabelRecord("abc", 28, FitLimits())


def scene(*, sparse: bool = False) -> Scene:
    """Two frames before a wall."""
    frames = []
    for index in range(2):
        pose = np.eye(4)
        pose[0, 3] = 0.1 * index
        depth = np.full((HEIGHT, WIDTH), 2.0, np.float32)
        points = SparseDepth(
            np.array([[5.5, 6.5], [9.0, 4.0]], np.float32),
            np.array([2.0, 2.0], np.float32),
            np.array([4, 8]),
        )
        frames.append(
            Frame(
                name=f"view {index}",
                size=(HEIGHT, WIDTH),
                read_image=Held(np.full((HEIGHT, WIDTH, 3), 90, np.uint8)),
                intrinsics=K,
                cam_from_world=pose,
                read_depth=None if sparse else Held(depth),
                read_sparse=Held(points) if sparse else None,
                masks={"sky": Held(depth > 3)},
            )
        )
    kind = "sparse" if sparse else "exact"
    return Scene("wall", tuple(frames), Origin("made", "CC0"), kind, is_metric=True)


def _scene(folder: Path, *, sparse: bool = False) -> list[Path]:
    where = write_scene(scene(sparse=sparse), folder / "wall", depth_format="npy")
    write_overlap(where, overlap_of(read_scene(where)))
    if not sparse:
        labels = TeacherLabels(
            teacher="large",
            weights_hash="abc",
            is_aligned=True,
            readers={"view 0": Held(np.ones((HEIGHT, WIDTH), np.float32))},
        )
        fit = LabelFit("aligned", 5, 1.0, 0.0, 1.0, 0.1)
        write_teacher_labels(where, labels, extra=RECORD.document({"view 0": fit}))
    # The description is damaged as often as all else together.
    others = sorted(p for p in where.rglob("*") if p.is_file() and p.name != "scene.json")
    return [path for other in others for path in (where / "scene.json", other)]


def _read_scene(folder: Path) -> object:
    where = folder / "wall"
    check_scene_folder(where)
    found = read_scene(where)
    for frame in found.frames:
        frame.read_image()
        for read in (frame.read_depth, frame.read_sparse, *frame.masks.values()):
            if read is not None:
                read()
    for labels in found.teachers.values():
        for read in labels.readers.values():
            read()
    return read_overlap(where, len(found.frames)) or overlap_of(found)


def _labels(folder: Path) -> list[Path]:
    _scene(folder)
    return [folder / "wall" / "teacher" / "large" / "teacher.json"]


def _read_labels(folder: Path) -> object:
    where = folder / "wall"
    RECORD.stored(where, "large", overwrite=True)
    document = document_of(where, "large")
    return None if document is None else fits_of(document, where)


def _shards(folder: Path) -> list[Path]:
    _scene(folder)
    write_shards([folder / "wall"], folder / "shards")
    shutil.rmtree(folder / "wall")
    return sorted((folder / "shards").iterdir())


def _read_shards(folder: Path) -> object:
    where = folder / "shards"
    library = ShardLibrary(where)
    failures = FailureReport()
    found = list(ShardStream(where, 0, failures=failures).epoch(0))
    for index in range(len(library)):
        for frame in library[index][0].frames:
            frame.read_image()
    return found


def _convert(kind: str, folder: Path) -> object:
    """As the command does, its results taken away."""
    target = folder / "converted"
    try:
        return convert(kind, folder / "source", target)
    finally:
        left = (
            [p.name for p in target.rglob("*") if p.name.startswith(".")] if target.is_dir() else []
        )
        shutil.rmtree(target, ignore_errors=True)
        assert not left, f"temporary files stay behind: {left}"


def _colmap(text: bool, folder: Path) -> list[Path]:
    test_colmap.write_model(folder / "source", "OPENCV", text=text)
    return sorted(p for p in (folder / "source" / "sparse").rglob("*") if p.is_file())


def _nerfstudio(folder: Path) -> list[Path]:
    test_nerfstudio.write_data(folder / "source", depth=True, mask=True)
    source = folder / "source"
    return [source / "transforms.json"] * 3 + sorted(source.glob("*_0.png"))


def _co3d(folder: Path) -> list[Path]:
    test_co3d.write_category(folder / "source")
    source = folder / "source"
    return [p for p in sorted(source.rglob("*")) if p.suffix == ".jgz"] * 2 + sorted(
        source.rglob("frame000001*")
    )


def _hypersim(folder: Path) -> list[Path]:
    write_scene_files(folder / "source", hdr=True)
    files = sorted(p for p in (folder / "source").rglob("*") if p.is_file())
    return [p for p in files if p.suffix == ".csv" or "keyframe" in p.name or "0000" in p.name]


def _scannetpp(folder: Path) -> list[Path]:
    scene_folder = folder / "source" / "data" / "abc"
    test_scannetpp.write_dslr(scene_folder)
    base = scene_folder / "dslr"
    transforms = base / "nerfstudio" / "transforms.json"
    return [transforms] * 2 + sorted(base.rglob("*000000.*"))


def _picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((HEIGHT, WIDTH, 3), 90, np.uint8)).save(path)


def _grey16(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((HEIGHT, WIDTH), 2000, np.uint16)).save(path)


def _frozen(folder: Path) -> list[Path]:
    views = []
    for index in range(2):
        file, depth = f"images/{index}.png", f"depth/{index}.png"
        _picture(folder / file)
        _grey16(folder / depth)
        pose = np.eye(4).tolist()
        views.append(
            {"file": file, "depth": depth, "depth_unit": 0.001, "K": K.tolist(), "T_w2c": pose}
        )
    scenes = [{"name": "000", "kind": "0", "views": views}]
    (folder / "scenes.json").write_text(json.dumps({"scenes": scenes}))
    return [folder / "scenes.json"] * 3 + [folder / "depth" / "0.png"]


def _image_set(folder: Path) -> list[Path]:
    entries = []
    for index in range(2):
        _picture(folder / f"images/{index}.png")
        _grey16(folder / f"depth/{index}.png")
        pose = np.eye(4).tolist()
        entries.append(
            {
                "file": f"images/{index}.png",
                "K": K.tolist(),
                "T_w2c": pose,
                "depth": f"depth/{index}.png",
            }
        )
    (folder / "cameras.json").write_text(json.dumps({"convention": "", "images": entries}))
    (folder / "meta.json").write_text(json.dumps({"name": "set", "depth_unit_m": 0.001}))
    return [folder / "cameras.json"] * 2 + [folder / "meta.json"]


def _point_set(folder: Path) -> list[Path]:
    _image_set(folder)
    index = json.loads((folder / "cameras.json").read_text())
    for entry in index["images"]:
        entry["depth"] = None
    (folder / "cameras.json").write_text(json.dumps(index))
    rows = np.array([[0, 0, 5.2, 6.1, 2.0], [1, 0, 7.0, 3.0, 2.1]], np.float32)
    np.savez(folder / "sparse.npz", obs=rows)
    return [folder / "sparse.npz"]


def _mean_shape(folder: Path) -> list[Path]:
    np.savez(folder / "shape.npz", log_depth=np.zeros((4, 5), np.float32), images=np.array(3))
    return [folder / "shape.npz"]


Entry = tuple[Callable[[Path], list[Path]], Callable[[Path], object]]

READERS: dict[str, Entry] = {
    "scene": (_scene, _read_scene),
    "scene sparse": (partial(_scene, sparse=True), _read_scene),
    "label record": (_labels, _read_labels),
    "shards": (_shards, _read_shards),
    "convert colmap text": (partial(_colmap, True), partial(_convert, "colmap")),
    "convert colmap binary": (partial(_colmap, False), partial(_convert, "colmap")),
    "convert nerfstudio": (_nerfstudio, partial(_convert, "nerfstudio")),
    "convert co3d": (_co3d, partial(_convert, "co3d")),
    "convert hypersim": (_hypersim, partial(_convert, "hypersim")),
    "convert scannetpp": (_scannetpp, partial(_convert, "scannetpp")),
    "frozen worlds": (_frozen, read_worlds),
    "image set": (_image_set, lambda folder: [read_set(found) for found in find_sets(folder)]),
    "image set of points": (_point_set, lambda folder: [read_set(f) for f in find_sets(folder)]),
    "mean shape": (_mean_shape, lambda folder: read_mean_shape(folder / "shape.npz")),
}
"""Name -> how a sound input is written, and how it is read."""
