# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""COLMAP's structure from motion (Schoenberger and Frahm 2016), on its own: no network helps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from anyview.core.errors import InputError
from anyview.core.options import option
from anyview.evaluation.benchmark.methods.pinhole_inputs import lens_priors, refuse_lenses
from anyview.evaluation.benchmark.methods.sparse_depth import depth_at_pixels
from anyview.evaluation.benchmark.methods.spec import MethodSpec, options_text, typed_options
from anyview.evaluation.benchmark.task import Answer
from anyview.geometry.umeyama import align_cameras
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.mapping import reconstruct
from anyview.sfm.settings import MatchSettings
from anyview.sfm.sparse_scene import SparseScene
from anyview.structures.views import ViewSet


@dataclass(frozen=True)
class ColmapOptions:
    """Sizes and limits."""

    max_side: int = option(1600, "Longer images are made smaller first, pixels.")
    max_features: int = option(8192, "Features of an image (COLMAP's own default).")
    seed: int = option(0, "Of everything that draws.")


@dataclass(frozen=True)
class ColmapMethod:
    """Structure from motion.

    Attributes:
        name: As it was asked for.
        settings: How images are matched.
        options: The same, as it was asked for.
    """

    name: str
    settings: MatchSettings
    options: ColmapOptions

    def answer(self, views: ViewSet, task: str) -> Answer:  # noqa: ARG002 - of the protocol
        """Poses and K of the views that can be registered, depth at their points.

        Given K is kept. Given poses are not used to find the scene, but it is brought to them, so
        that depth is in their unit.

        Raises:
            InputError: If there is no model, or it cannot be brought to given poses.
        """
        refuse_lenses(views, "COLMAP")
        result = reconstruct(views.views, lens_priors(views), self.settings)
        if result.scene is None:
            raise InputError(f"COLMAP found no model: {result.reason}.")
        scene = _at_given_poses(result.scene, views)
        depth = []
        for index, view in enumerate(views.views):
            own = scene.observed_view == index
            depth.append(
                depth_at_pixels(
                    scene.observed_pixel[own], scene.observed_depth[own], view.height, view.width
                )
            )
        return Answer(
            depth=tuple(depth),
            cam_from_world=scene.cam_from_world,
            intrinsics=scene.intrinsics,
            points=scene.points.float(),
            notes={
                "registered": int(scene.registered.sum()),
                "points": len(scene.points),
                "median_error_px": round(scene.median_error_px, 4),
            },
        )

    def describe(self) -> Mapping[str, object]:
        """Version and options."""
        with quiet_pycolmap() as pycolmap:
            version = pycolmap.__version__
        return {"options": options_text(self.options), "versions": {"pycolmap": version}}


def build(spec: MethodSpec) -> ColmapMethod:
    """Check options and that pycolmap is there.

    Raises:
        OptionError: If an option is not accepted.
        MissingDependencyError: If pycolmap is absent or too old.
    """
    options = typed_options(ColmapOptions, spec.options, spec.text)
    with quiet_pycolmap():
        pass
    settings = MatchSettings(
        max_side=options.max_side, max_features=options.max_features, seed=options.seed
    )
    return ColmapMethod(spec.text, settings, options)


def _at_given_poses(scene: SparseScene, views: ViewSet) -> SparseScene:
    """The scene in the frame and unit of the given poses, if there are any."""
    both = scene.registered & views.posed
    if views.extrinsics is None or not bool(views.posed.any()):
        return scene
    given = views.extrinsics.double()
    if int(both.sum()) < 2:
        raise InputError("COLMAP registered fewer than two of the views whose poses are given.")
    fit = align_cameras(scene.cam_from_world[both], given[both])
    if not (bool(fit.ok) and bool(fit.scale_ok)):
        raise InputError(
            f"COLMAP's cameras do not determine where the given ones lie: {fit.reason}."
        )
    cameras = scene.cam_from_world.clone()
    cameras[scene.registered] = fit.sim3.apply_to_cameras(cameras[scene.registered])
    return replace(scene, cam_from_world=cameras, points=fit.sim3.apply(scene.points))
