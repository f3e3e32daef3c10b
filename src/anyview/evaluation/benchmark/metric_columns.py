# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How numbers are shown: titles, digits, order, and which way is better."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from anyview.evaluation.benchmark.scoring import HIGHER_IS_BETTER

ABSENT = "-"


@dataclass(frozen=True)
class MetricColumn:
    """One metric as a column.

    Attributes:
        name: Such as ``"pose/auc30"``.
        title: Short.
        digits: After the point.
        help: What it is, in a sentence.
    """

    name: str
    title: str
    digits: int = 3
    help: str = ""

    @property
    def higher_is_better(self) -> bool:
        """Which way is better."""
        return HIGHER_IS_BETTER.get(self.name.rsplit("/", 1)[-1], False)

    @property
    def arrow(self) -> str:
        """The same as a sign."""
        return "↑" if self.higher_is_better else "↓"

    def shown(self, value: float) -> str:
        """A value as text; a dash where there is none."""
        if math.isnan(value):
            return ABSENT
        return f"{value:.{self.digits}f}" if math.isfinite(value) else str(value)


MAIN = (
    MetricColumn(
        "depth/delta1_full",
        "depth δ1",
        3,
        "share of true pixels within 25 %, each view aligned; unknown ones count as missed",
    ),
    MetricColumn("depth/abs_rel", "AbsRel", 3, "mean relative depth error, each view aligned"),
    MetricColumn(
        "depth_joint/delta1_full",
        "joint δ1",
        3,
        "share of true pixels within 25 %, one factor for all views of a scene",
    ),
    MetricColumn(
        "depth_joint/abs_rel",
        "joint AbsRel",
        3,
        "mean relative depth error, one factor for all views of a scene",
    ),
    MetricColumn(
        "depth_metric/delta1_full",
        "metric δ1",
        3,
        "share of true pixels within 25 %, in metres, not aligned",
    ),
    MetricColumn("pose/auc5", "AUC5", 3, "area under the recall of pairs of cameras, up to 5°"),
    MetricColumn("pose/auc30", "AUC30", 3, "area under the recall of pairs of cameras, up to 30°"),
    MetricColumn("pose/rotation_auc30", "rotation AUC30", 3, "the same of the rotation alone"),
    MetricColumn(
        "pose/median_rotation_deg",
        "rotation (°)",
        1,
        "median error of the relative rotation of pairs, degrees",
    ),
    MetricColumn(
        "trajectory/ate_full",
        "ATE",
        3,
        "root mean square camera position error after the best similarity; unplaced cameras count",
    ),
    MetricColumn("lens/fov_deg", "fov (°)", 1, "mean error of the field of view, degrees"),
    MetricColumn(
        "reconstruction/f1",
        "F1",
        3,
        "harmonic mean of precision and recall of the surface at the protocol's distance",
    ),
    MetricColumn(
        "reconstruction/chamfer",
        "chamfer",
        4,
        "mean of accuracy and completeness, in the protocol's unit",
    ),
    MetricColumn(
        "images/psnr",
        "PSNR (dB)",
        1,
        "the prediction's points drawn into its own views, against the images",
    ),
    MetricColumn("images/ssim", "SSIM", 3, "the same, structural similarity"),
    MetricColumn("images/coverage", "drawn", 3, "share of pixels that points fall on"),
    MetricColumn(
        "confidence/ause",
        "AUSE",
        3,
        "area between the sparsification curves of confidence and oracle",
    ),
)
"""Columns of overviews, in this order, where a suite has them."""

QUALITY = (
    "pose/auc30",
    "depth_joint/delta1_full",
    "depth/delta1_full",
    "reconstruction/f1",
    "trajectory/ate_full",
    "images/psnr",
)
"""What stands for the quality of a method where one number is shown: the first there is."""

PICTURED = ("depth_joint/delta1_full", "depth/delta1_full", "reconstruction/f1", *QUALITY)
"""By what the worst cases that are shown as pictures are chosen."""


def columns_for(names: Iterable[str]) -> list[MetricColumn]:
    """Main columns that are among the names."""
    there = set(names)
    return [column for column in MAIN if column.name in there]


def column_of(name: str) -> MetricColumn:
    """The column of any metric."""
    known = {column.name: column for column in MAIN}
    return known.get(name, MetricColumn(name, name.replace("_", " ")))


def first_of(wanted: Iterable[str], names: Collection[str]) -> MetricColumn | None:
    """The first of the wanted metrics that is among the names."""
    name = next((name for name in wanted if name in names), None)
    return None if name is None else column_of(name)
