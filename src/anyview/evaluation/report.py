# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scores as Markdown tables, models side by side with answers that look at no image.

A model's number is bold where it is better than that of every such answer beside it. Depth is
``AbsRel / delta1``, pose is in areas in [0, 1] and degrees.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from anyview.evaluation.set_scores import MODEL, SetScores
from anyview.evaluation.world_scores import WorldScores
from anyview.metrics.depth import DepthScores
from anyview.metrics.pose import PoseScores
from anyview.metrics.scene_scores import LensScores, SceneScores

ABSENT = "-"

_DEPTH: Mapping[str, Callable[[WorldScores], DepthScores | None]] = {
    "1 view, first of each scene": lambda s: s.one_first,
    "1 view, all": lambda s: s.one.depth_each,
    "2 views, one scale": lambda s: s.two.depth_joint,
    "the same seen one by one": lambda s: s.two_stacked,
    "2 views, cameras given, one scale": lambda s: _joint(s.two_given),
    "all views, one scale": lambda s: s.many.depth_joint,
    "all views seen one by one": lambda s: s.many_stacked,
    "all views, cameras given, one scale": lambda s: _joint(s.many_given),
    "all views, cameras given, their unit": lambda s: _unaligned(s.many_given),
}


def world_report(models: Mapping[str, WorldScores], baselines: Mapping[str, WorldScores]) -> str:
    """Tables of scores on frozen worlds.

    Args:
        models: By name.
        baselines: By name; ``"constant"`` among them, whose cameras stand for all.
    """
    first = next(iter({**models, **baselines}.values()))
    still = baselines["constant"]
    sections = [
        f"Depth, {first.scenes} scenes, ratio of medians, AbsRel / delta1:",
        depth_table(models, baselines),
        "Relative pose; 2 views: the first with each other one; all views: all pairs. The axis and "
        "the constant lens below are chosen with the truth at hand:",
        pose_table(models, still),
        "Field of view (mean absolute error, degrees) and focal length (median relative error):",
        lens_table(models, still),
        "Depth by kind, delta1: 1 view / all views, one scale / the same with cameras given:",
        kind_table(models, baselines),
    ]
    return "\n\n".join(sections)


def depth_table(models: Mapping[str, WorldScores], baselines: Mapping[str, WorldScores]) -> str:
    """Depth on frozen worlds: one row a way of asking, one column a model or baseline."""
    rows = []
    for title, part in _DEPTH.items():
        rivals = [part(scores) for scores in baselines.values()]
        cells = [depth_cell(part(scores), rivals) for scores in models.values()]
        rows.append([title, *cells, *[depth_cell(rival) for rival in rivals]])
    spreads = [number(scores.one.spread) for scores in (*models.values(), *baselines.values())]
    rows.append(["std of log depth over images", *spreads])
    truth = number(next(iter(baselines.values())).one.spread_truth)
    return table(["depth", *models, *baselines], rows) + f"\n\nThat of the truth is {truth}."


def pose_table(models: Mapping[str, WorldScores], still: WorldScores) -> str:
    """Pose on frozen worlds: one row a model, number of views and source of cameras."""
    rows = []
    for views in ("two", "many"):
        title = {"two": "2", "many": "all"}[views]
        rival = getattr(still, views).pose_camera
        for name, scores in models.items():
            part = getattr(scores, views)
            rows.append([name, title, "camera", *pose_cells(part.pose_camera, rival)])
            rows.append([name, title, "rays", *pose_cells(part.pose_rays, rival)])
        rows.append(["no turn, best axis", title, "-", *pose_cells(rival)])
    return table(["model", "views", "from", *POSE_HEADER], rows)


def lens_table(models: Mapping[str, WorldScores], still: WorldScores) -> str:
    """Fields of view on frozen worlds, beside the best constant."""
    header = [
        "model",
        "from",
        "1 view",
        "2 views",
        "all views",
        "focal, all views",
        "bias, all views",
    ]
    rival = still.one.lens
    rows = []
    for name, scores in models.items():
        for source, part in (("camera", "lens"), ("rays", "lens_rays")):
            found: list[LensScores | None] = [
                getattr(run, part) for run in (scores.one, scores.two, scores.many)
            ]
            rows.append([name, source, *_lens_cells(found, rival)])
    constant = [run.lens for run in (still.one, still.two, still.many)]
    rows.append(["best constant", "truth", *_lens_cells(constant, None)])
    return table(header, rows)


def kind_table(models: Mapping[str, WorldScores], baselines: Mapping[str, WorldScores]) -> str:
    """Depth on each kind of world."""
    everyone = {**models, **baselines}
    kinds = next(iter(everyone.values())).by_kind
    header = ["model", *(f"{kind} ({scores.scenes})" for kind, scores in kinds.items())]
    rows = []
    for name, scores in everyone.items():
        cells = []
        for kind in kinds:
            found = scores.by_kind[kind]
            parts = (found.one, found.many, found.many_given)
            hits = [None if part is None else part.delta1 for part in parts]
            cells.append(" / ".join(number(value) for value in hits))
        rows.append([name, *cells])
    return table(header, rows)


def set_report(models: Mapping[str, Sequence[SetScores]]) -> str:
    """Tables of scores on image sets.

    Args:
        models: Scores on the same sets, in the same order, by the model's name.
    """
    sections = [
        "Depth of each image alone, ratio of medians, AbsRel / delta1 (* at sparse points):",
        set_depth_table(models),
        "Pose of all images of a set as one scene, all pairs; AUC30, rotation and direction in "
        "degrees (the best axis is chosen for each set with the truth at hand); field of view of "
        "each image alone beside the guess of a 60 degree lens:",
        set_pose_table(models),
    ]
    return "\n\n".join(sections)


def set_depth_table(models: Mapping[str, Sequence[SetScores]]) -> str:
    """Depth: one row a set, one column a model or baseline."""
    sets = next(iter(models.values()))
    names = dict.fromkeys(name for one in sets for name in (one.depth or {}) if name != MODEL)
    rows = []
    for index, one in enumerate(sets):
        if one.depth is None:
            continue
        rivals = [one.depth.get(name) for name in names]
        own = [(scores[index].depth or {}).get(MODEL) for scores in models.values()]
        title = one.name + ("*" if one.sparse_depth else "")
        maps = one.depth[MODEL].maps
        cells = [depth_cell(found, rivals) for found in own]
        rows.append([title, str(maps), *cells, *[depth_cell(rival) for rival in rivals]])
    return table(["set", "images", *models, *names], rows)


def set_pose_table(models: Mapping[str, Sequence[SetScores]]) -> str:
    """Pose and lens: one row a set and model."""
    rows = []
    for index, one in enumerate(next(iter(models.values()))):
        rival = one.pose_identity
        for name, scores in models.items():
            found = scores[index]
            fov = number(found.fov_deg, 1, better=_less(found.fov_deg, one.fov_guess_deg))
            for source, pose in (("camera", found.pose_camera), ("rays", found.pose_rays)):
                shown = fov if source == "camera" else ABSENT
                if pose is not None or shown != ABSENT:
                    rows.append([one.name, name, source, *_short_pose(pose, rival), shown])
        rows.append(
            [
                one.name,
                "no turn, best axis",
                "-",
                *_short_pose(rival, None),
                number(one.fov_guess_deg, 1),
            ]
        )
    return table(["set", "model", "from", "AUC30", "rotation", "direction", "fov"], rows)


POSE_HEADER = ("AUC3", "AUC5", "AUC15", "AUC30", "AUC30 published", "rotation", "direction")


def pose_cells(scores: PoseScores | None, rival: PoseScores | None = None) -> list[str]:
    """Cells under ``POSE_HEADER``."""
    areas = ("auc3", "auc5", "auc15", "auc30", "auc30_published")
    angles = ("median_rotation_deg", "median_direction_deg")
    cells = []
    for name in (*areas, *angles):
        own, other = (None if s is None else getattr(s, name) for s in (scores, rival))
        better = _less(other, own) if name in areas else _less(own, other)
        cells.append(number(own, 3 if name in areas else 1, better=better))
    return cells


def depth_cell(scores: DepthScores | None, rivals: Iterable[DepthScores | None] = ()) -> str:
    """``AbsRel / delta1``, bold where better than all rivals (of which there is one at least)."""
    if scores is None:
        return ABSENT
    present = [rival for rival in rivals if rival is not None]
    rel = bool(present) and all(_less(scores.abs_rel, rival.abs_rel) for rival in present)
    hits = bool(present) and all(_less(rival.delta1, scores.delta1) for rival in present)
    return f"{number(scores.abs_rel, better=rel)} / {number(scores.delta1, better=hits)}"


def number(value: float | None, digits: int = 3, *, better: bool = False) -> str:
    """A number of a table, bold on request; a dash where there is none."""
    if value is None or math.isnan(value):
        return ABSENT
    text = f"{value:.{digits}f}"
    return f"**{text}**" if better else text


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _joint(scores: SceneScores | None) -> DepthScores | None:
    """Depth under one scale, if there is an answer."""
    return None if scores is None else scores.depth_joint


def _unaligned(scores: SceneScores | None) -> DepthScores | None:
    """Depth as it is, if there is an answer."""
    return None if scores is None else scores.depth_unaligned


def _less(first: float | None, second: float | None) -> bool:
    """Whether both are there and the first is smaller."""
    return first is not None and second is not None and first < second


def _short_pose(scores: PoseScores | None, rival: PoseScores | None) -> list[str]:
    """The last but two of ``pose_cells`` are left out."""
    cells = pose_cells(scores, rival)
    return [cells[3], *cells[5:]]


def _lens_cells(found: Sequence[LensScores | None], rival: LensScores | None) -> list[str]:
    """Errors of the field of view for each run, then focal length and bias of the last."""
    limit = None if rival is None else rival.fov_deg
    cells = []
    for scores in found:
        own = None if scores is None else scores.fov_deg
        cells.append(number(own, 1, better=_less(own, limit)))
    last = found[-1]
    focal, bias = (None, None) if last is None else (last.focal_relative, last.bias_deg)
    return [*cells, number(focal), number(bias, 1)]
