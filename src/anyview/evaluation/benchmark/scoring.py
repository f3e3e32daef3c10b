# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""An answer and the truth under a protocol: the numbers and curves of one task."""

from collections.abc import Mapping
from types import MappingProxyType

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.depth_scores import depth_failure, score_depth
from anyview.evaluation.benchmark.image_scores import score_images
from anyview.evaluation.benchmark.pose_scores import score_lens, score_pose, score_trajectory
from anyview.evaluation.benchmark.protocols import ProtocolSpec
from anyview.evaluation.benchmark.reconstruction_scores import (
    reconstruction_failure,
    score_reconstruction,
)
from anyview.evaluation.benchmark.task import Answer, Truth
from anyview.evaluation.benchmark.task_scores import TaskScores, joined
from anyview.structures.views import ViewSet

HIGHER_IS_BETTER: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(
        (
            *("delta1", "delta2", "delta3", "delta1_full", "coverage", "placed", "rra15", "rta15"),
            *("precision", "recall", "f1", "psnr", "ssim", "gain", "oracle_gain"),
            *(f"auc{n}" for n in (3, 5, 15, 30)),
            *(f"auc{n}_published" for n in (3, 5, 15, 30)),
            *(f"rotation_auc{n}" for n in (3, 5, 15, 30)),
        ),
        True,
    )
)
"""Last parts of metric names of which more is better; of all others less is."""


def score_answer(
    answer: Answer, truth: Truth, protocol: ProtocolSpec, views: ViewSet
) -> TaskScores:
    """Score what a method said of a task.

    What a method was given is not scored as its answer: with the true poses of all views given,
    poses are not, and the surface is made under them; with K given, fields of view are not.

    Args:
        answer: Of the method.
        truth: Of the task.
        protocol: Which parts are scored, and how.
        views: What the method was given.

    Raises:
        InputError: If the answer is not of as many views, or its parts have odd shapes.
        MissingDependencyError: If clouds are large and scipy is not installed.
    """
    check_answer(answer, len(views))
    sizes = [(view.height, view.width) for view in views.views]
    given = bool(views.posed.all())
    parts = []
    if protocol.depth is not None:
        parts.append(score_depth(answer, truth, protocol.depth))
    if protocol.pose is not None and not given:
        parts.append(score_pose(answer, truth, protocol.pose))
    if protocol.trajectory and not given:
        parts.append(score_trajectory(answer, truth))
    if protocol.lens and not bool(views.calibrated.all()):
        parts.append(score_lens(answer, truth, sizes))
    if protocol.reconstruction is not None:
        parts.append(
            score_reconstruction(answer, truth, protocol.reconstruction, sizes, given=given)
        )
    if protocol.images:
        parts.append(score_images(answer, views))
    return joined(parts)


def score_failure(
    truth: Truth, protocol: ProtocolSpec, views: ViewSet, *, claims_metres: bool = False
) -> TaskScores:
    """What a task without an answer comes to: the worst value of every metric that has one.

    Errors without an upper end, such as ``depth/abs_rel``, are left out.

    Args:
        truth: Of the task.
        protocol: Under which it would have been scored.
        views: What the method was given.
        claims_metres: Whether the method's other answers are in metres.
    """
    given = bool(views.posed.all())
    parts = []
    if protocol.depth is not None:
        parts.append(depth_failure(truth, protocol.depth, claims_metres=claims_metres))
    if protocol.pose is not None and not given:
        parts.append(score_pose(Answer(), truth, protocol.pose))
    if protocol.trajectory and not given:
        parts.append(score_trajectory(Answer(), truth))
    if protocol.reconstruction is not None:
        parts.append(reconstruction_failure(truth, protocol.reconstruction))
    return joined(parts)


def check_answer(answer: Answer, num_views: int) -> None:
    """Refuse an answer that is not of these views.

    Raises:
        InputError: If a part has another number of views, or confidence is on another grid.
    """
    for name in ("depth", "conf", "cam_from_world", "intrinsics"):
        part = getattr(answer, name)
        if part is not None and len(part) != num_views:
            raise InputError(
                f"The answer's {name} has {len(part)} entries for {num_views} views; one for each "
                "is wanted, None or NaN where there is nothing."
            )
    for number, conf in enumerate(answer.conf or ()):
        depth = None if answer.depth is None else answer.depth[number]
        if conf is not None and (depth is None or depth.shape != conf.shape):
            raise InputError(
                f"The answer's confidence of view {number} is {tuple(conf.shape)} and its depth "
                f"{None if depth is None else tuple(depth.shape)}; both belong on one grid."
            )
