# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a step of training does: how many scenes, views and pixels, which losses, when.

A step's plan is a function of recipe and step alone, so that a run that was killed goes on exactly
as it would have, and every process of a distributed run knows the same plan.
"""

import random
from dataclasses import dataclass, fields

from anyview.core.errors import OptionError


@dataclass(frozen=True)
class LossWeights:
    """Weight of each term; a term of weight 0 is not computed.

    Attributes:
        log_depth: |log D^ - log D| (ours; what learns first from nothing).
        depth: L_D, weighted by confidence; metric networks, which have none, plainly.
        gradient: L_grad of log depth.
        rays: L_M.
        points: L_P.
        translation: L_C, camera centre.
        rotation: L_C, quaternion.
        fov: L_C, field of view.
        angle: Angle of relative rotations (ours).
        direction: Direction of relative translations (ours).
        match: Cross-entropy of cross-view attention against true matches (ours).
        flow: Displacement of true matches, from patch tokens (ours).
        global_local: L_gl, both of its parts (monocular networks, as all below).
        normal: L_N.
        sky: L_sky.
        objects: L_obj, by a head that exists in training only.
    """

    log_depth: float = 0.0
    depth: float = 0.0
    gradient: float = 0.0
    rays: float = 0.0
    points: float = 0.0
    translation: float = 0.0
    rotation: float = 0.0
    fov: float = 0.0
    angle: float = 0.0
    direction: float = 0.0
    match: float = 0.0
    flow: float = 0.0
    global_local: float = 0.0
    normal: float = 0.0
    sky: float = 0.0
    objects: float = 0.0

    def __post_init__(self) -> None:
        wrong = [f.name for f in fields(self) if not getattr(self, f.name) >= 0]
        if wrong:
            raise OptionError(f"Loss weights must be 0 or more: {', '.join(wrong)}.")

    @property
    def used(self) -> frozenset[str]:
        """Names of the terms that are computed."""
        return frozenset(f.name for f in fields(self) if getattr(self, f.name) > 0)

    @property
    def needs_depth(self) -> bool:
        """Whether the depth branch must run."""
        terms = (self.log_depth, self.depth, self.gradient, self.points)
        return max(*terms, self.global_local, self.normal) > 0

    @property
    def needs_rays(self) -> bool:
        """Whether the ray branch must run."""
        return max(self.rays, self.points) > 0

    @property
    def needs_cameras(self) -> bool:
        """Whether the camera decoder must run."""
        parts = (self.translation, self.rotation, self.fov, self.angle, self.direction)
        return max(parts) > 0

    @property
    def needs_matches(self) -> bool:
        """Whether correspondences between views are needed."""
        return max(self.match, self.flow) > 0


@dataclass(frozen=True)
class StepKind:
    """One kind of step.

    Attributes:
        name: In the journal.
        views: Views of a scene.
        scenes: Scenes of a step, all processes together.
        width: Pixels, a multiple of 14.
        height: Pixels, a multiple of 14.
        weights: Of the losses.
        given_cameras: Share of the steps in which the network is told the cameras (paper: 0.2).
    """

    name: str
    views: int
    scenes: int
    width: int
    height: int
    weights: LossWeights
    given_cameras: float = 0.0

    def __post_init__(self) -> None:
        if min(self.views, self.scenes) < 1 or self.width % 14 or self.height % 14:
            raise OptionError(
                f"Step {self.name!r} has {self.scenes} scenes of {self.views} views of "
                f"{self.width} x {self.height}; accepted: 1 or more, sides multiples of 14."
            )
        if not 0 <= self.given_cameras <= 1:
            raise OptionError(f"given_cameras is {self.given_cameras}; accepted: 0 to 1.")

    @property
    def num_views(self) -> int:
        """Views of a step, all scenes and processes together."""
        return self.views * self.scenes


@dataclass(frozen=True)
class Phase:
    """A part of a run with one mixture of kinds of steps.

    Attributes:
        until: Fraction of the run's steps at which it ends.
        kinds: Share (relative weight) and kind.
    """

    until: float
    kinds: tuple[tuple[float, StepKind], ...]


@dataclass(frozen=True)
class StepPlan:
    """One step.

    Attributes:
        step: Its index, from 0.
        kind: What kind it is.
        gives_cameras: Whether the network is told the cameras.
        seed: For everything random in the step: scenes, views, augmentation.
    """

    step: int
    kind: StepKind
    gives_cameras: bool
    seed: int


def plan_step(phases: tuple[Phase, ...], num_steps: int, seed: int, step: int) -> StepPlan:
    """The plan of a step: the same whenever, and in whatever process, it is asked for.

    Args:
        phases: Ascending; the last one also covers what lies behind it.
        num_steps: Of the whole run.
        seed: Of the run.
        step: Index of the step.
    """
    phase = next((p for p in phases if step < p.until * num_steps), phases[-1])
    # A string seed goes through SHA-512: neighbouring steps have nothing in common.
    chance = random.Random(f"{seed}/{step}")
    shares = [share for share, _ in phase.kinds]
    kind = chance.choices([kind for _, kind in phase.kinds], shares)[0]
    return StepPlan(step, kind, chance.random() < kind.given_cameras, chance.getrandbits(48))
