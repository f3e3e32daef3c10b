# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The predictor: a network on a device, from whatever holds images to a ``Prediction``."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import torch
from torch import Tensor, nn

from anyview.core.errors import InputError, OptionError
from anyview.core.options import options_from
from anyview.core.version import __version__
from anyview.inference.device import choose_device, choose_dtype
from anyview.inference.inputs import read_views
from anyview.inference.known_cameras import known_poses
from anyview.inference.known_focals import known_focals
from anyview.inference.memory import Workload, check_fits, head_chunk
from anyview.inference.options import MATCHED_POSES, RAY_POSES, InputOptions, PredictOptions
from anyview.inference.pose_sources import predict_by_matches
from anyview.inference.postprocess import prediction_of
from anyview.inference.precision import set_precision, transformer_dtype
from anyview.inference.prepared_scene import PreparedScene, shown_cameras
from anyview.inference.preprocess import (
    ResizeRule,
    common_size,
    plan_sizes,
    preprocess,
    usable_of,
)
from anyview.inference.rigs import poses_with_rig
from anyview.inference.scene_knowledge import SceneKnowledge
from anyview.inference.undistortion import undistorted
from anyview.model.config import NestedConfig, NetworkConfig
from anyview.model.outputs import NetworkOutput, OutputRequest
from anyview.model.weights_info import WeightsInfo
from anyview.structures.prediction import Prediction
from anyview.structures.rig import Rig
from anyview.structures.views import ViewSet


class Predictor:
    """A network with what it needs to be used: device, precision, defaults.

    Keeps no state between calls, and changes no setting of torch. The device and precision are
    read from the network's parameters at each call, so ``predictor.network.to(...)`` is enough to
    move it.

    Args:
        network: Takes images [B, V, 3, H, W], see ``predictor.network``.
        info: What is known of its weights.
        device: See ``choose_device``.
        dtype: Precision of the transformer, see ``choose_dtype``; the rest is float32.

    Attributes:
        network: The module, for use without files: ``network(images, extrinsics, intrinsics)``
            with ImageNet-normalised images [B, V, 3, H, W] whose sides are multiples of 14.
        info: What is known of its weights: name, licence, defaults, file.
    """

    def __init__(
        self,
        network: nn.Module,
        info: WeightsInfo,
        *,
        device: str | torch.device = "auto",
        dtype: str | torch.dtype = "auto",
    ) -> None:
        target = choose_device(device)
        precision = choose_dtype(dtype, target)
        self.network = set_precision(network.to(target), precision)
        self.info = info

    @property
    def device(self) -> torch.device:
        """Where the network is now."""
        return next(self.network.parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        """What the transformer computes in."""
        return transformer_dtype(self.network)

    @property
    def config(self) -> NetworkConfig:
        """Of the network that gives depth and cameras: the any-view one of a nested pair."""
        config = self.info.config
        return config.any_view if isinstance(config, NestedConfig) else config

    def __repr__(self) -> str:
        """Name, device and precision."""
        precision = str(self.dtype).removeprefix("torch.")
        return f"Predictor({self.info.name!r}, device={str(self.device)!r}, dtype={precision!r})"

    def predict(  # noqa: PLR0913 - all that may be known of images, each by its name
        self,
        images: Any,
        *,
        extrinsics: Any = None,
        intrinsics: Any = None,
        lenses: Any = None,
        rig: Rig | None = None,
        masks: Any = None,
        options: PredictOptions | Mapping[str, Any] | None = None,
        input_options: InputOptions | Mapping[str, Any] | None = None,
        on_problem: Callable[[str], None] | None = None,
    ) -> Prediction:
        """Predict depth, cameras and what else is asked for, of one scene.

        What known cameras do; docs/reference/known_cameras.md has the whole table. Both extrinsics
        and intrinsics: they are shown to the network, and the result lies in their frame and unit.
        Extrinsics alone: a first pass without cameras finds the intrinsics, a second is shown both
        (twice the time; models without cameras refuse them). Intrinsics alone: a single image is
        shown them; several views cannot be, because the network takes whole cameras only: they
        replace the predicted ones in the result, and give metric models their scale. Extrinsics of
        some views: the network is shown none, its answer is brought to their frame.

        Args:
            images: A file, folder, glob, video, array, PIL image, tensor, or a list of them:
                see ``read_views``. All of them are views of one scene.
            extrinsics: World-to-camera, OpenCV axes, one for each image: [V, 3, 4] or [V, 4, 4];
                None in a list, or a matrix of NaN, where a view's is not known.
            intrinsics: K in pixels of each given image (centres at +0.5), [V, 3, 3]; None or NaN
                where not known.
            lenses: ``Lens`` of each image with distortion, or None; or one for all. Depth, K and
                points are then those of undistorted images, see ``structures.original_size`` for
                the way back.
            rig: Cameras that are fixed to each other: camera and frame of each view.
            masks: 0 or False where a pixel is left out of scales, clouds and colours: [V, H, W],
                or a list with [H, W] or None for each image. Files: ``input_options`` masks.
            options: How to predict; an object, or values by name.
            input_options: How to read; an object, or values by name.
            on_problem: Told of images that are skipped, with ``on_error="skip"``.

        Returns:
            The result, on the CPU.

        Raises:
            InputError: If an input cannot be used.
            OptionError: If an option is unknown, or the model cannot do what is asked.
            MemoryLimitError: If it does not fit in memory; before anything is computed.
        """
        options = options_from(PredictOptions, options)
        self.check_options(options)  # before files are read
        started = time.perf_counter()
        views = read_views(
            images,
            options=options_from(InputOptions, input_options),
            on_problem=on_problem,
            extrinsics=extrinsics,
            intrinsics=intrinsics,
            lenses=lenses,
            rig=rig,
            masks=masks,
        )
        return self.predict_views(views, options, read_s=time.perf_counter() - started)

    def predict_views(
        self,
        views: ViewSet,
        options: PredictOptions | Mapping[str, Any] | None = None,
        *,
        read_s: float = 0.0,
    ) -> Prediction:
        """``predict`` for images that are read already.

        Args:
            views: Of one scene.
            options: How to predict.
            read_s: Seconds that reading took, for the record.
        """
        options = options_from(PredictOptions, options)
        if options.pose in MATCHED_POSES:
            return predict_by_matches(self, views, options, read_s=read_s)
        prepared = self.prepare(views, options, read_s=read_s)
        return self.predict_prepared([prepared], options)[0]

    def prepare(
        self, views: ViewSet, options: PredictOptions, *, read_s: float = 0.0
    ) -> PreparedScene:
        """Bring the views of a scene to the network's grid, if there is memory to go on.

        Args:
            views: Of one scene.
            options: How to predict.
            read_s: Seconds that reading took, for the record.

        Raises:
            InputError: If an image or camera cannot be used.
            MemoryLimitError: If the scene does not fit.
        """
        poses = poses_with_rig(views)
        self._check_poses(views, poses, options)
        resolution = options.resolution or self.info.default_resolution
        rule = ResizeRule(resolution, options.resize, options.fit)
        grid = common_size(plan_sizes(views.views, rule))
        self.check_fits(len(views), grid, options)
        started = time.perf_counter()
        flat = undistorted(views, options.undistort)
        processed = flat.finished(preprocess(flat.views, rule))
        known = SceneKnowledge(
            names=tuple(view.name for view in views.views),
            poses=None if poses is None else known_poses(poses),
            focals=known_focals(flat.views, processed, options.focal),
            lenses=flat.lenses,
            rig=views.rig,
            num_by_rig=0 if poses is None else _num_known(poses) - int(views.posed.sum()),
            exif_at_hand=any(view.focal_px is not None for view in views.views),
        )
        return PreparedScene(
            processed=processed,
            known=known,
            shown=shown_cameras(known, has_encoder=self.config.camera is not None),
            sources=tuple(view.source for view in views.views),
            resolution=resolution,
            seconds={"read": read_s, "preprocess": time.perf_counter() - started},
        )

    def check_fits(self, num_views: int, grid: tuple[int, int], options: PredictOptions) -> None:
        """Refuse work that does not fit in memory.

        Args:
            num_views: Views that run together, of one scene or of a batch.
            grid: Height and width of the processed images.
            options: How to predict.

        Raises:
            MemoryLimitError: With what would fit.
        """
        work = Workload(num_views, *grid, self.dtype, self._request(options), self.device.type)
        check_fits(self.info.config, work, self.device, limit_gb=options.max_memory_gb)

    def predict_prepared(
        self, scenes: Sequence[PreparedScene], options: PredictOptions
    ) -> list[Prediction]:
        """Predict scenes of one ``batch_key`` in one run of the network.

        Args:
            scenes: At least one; each is a scene of its own.
            options: How to predict.
        """
        assert len({scene.batch_key for scene in scenes}) == 1, "one batch has one shape"
        started = time.perf_counter()
        output = self.run(scenes, options)
        network_s = (time.perf_counter() - started) / len(scenes)
        return [
            self.finish(output, scene, options, index=index, network_s=network_s)
            for index, scene in enumerate(scenes)
        ]

    def finish(
        self,
        output: NetworkOutput,
        scene: PreparedScene,
        options: PredictOptions,
        *,
        index: int = 0,
        network_s: float = 0.0,
    ) -> Prediction:
        """Make the result of one scene of what the network said.

        Args:
            output: Of ``run``; it may have been shown other cameras than those of ``scene``.
            scene: With the cameras that the result is brought to.
            options: How to predict.
            index: Of the scene in the batch.
            network_s: Seconds that the network took, for the record.
        """
        provenance = self._provenance(options, scene)
        begun = time.perf_counter()
        prediction = prediction_of(
            output,
            scene.processed,
            scene.known,
            index=index,
            metric=self.info.metric,
            options=options,
            provenance=provenance,
        )
        postprocess_s = time.perf_counter() - begun
        seconds = {**scene.seconds, "network": network_s, "postprocess": postprocess_s}
        timings = {name: round(value, 4) for name, value in seconds.items()}
        return replace(prediction, provenance={**provenance, "timings_s": timings})

    def check_options(self, options: PredictOptions) -> None:
        """Refuse what this model cannot do.

        Raises:
            OptionError: Naming the option.
        """
        self._request(options)

    def _check_poses(self, views: ViewSet, poses: Tensor | None, options: PredictOptions) -> None:
        """Refuse poses and rigs that a model without cameras of its own cannot complete.

        Raises:
            InputError: Naming what is missing.
        """
        if self.config.camera is not None or (poses is None and views.rig is None):
            return
        if poses is None:
            raise InputError(
                f"Model {self.info.name!r} predicts no cameras, so a rig alone says nothing: give "
                "extrinsics and intrinsics too, no rig, or use an any-view model."
            )
        has_exif = torch.tensor([view.focal_px is not None for view in views.views])
        has_focal = views.calibrated | (has_exif & (options.focal == "exif"))
        lacking = [
            f"{what} of {len(views) - int(known.sum())}"
            for what, known in (("extrinsics", ~poses[:, 0, 0].isnan()), ("intrinsics", has_focal))
            if not bool(known.all())
        ]
        if lacking:
            raise InputError(
                f"Model {self.info.name!r} predicts no cameras: give intrinsics with the "
                f"extrinsics, for all {len(views)} images ({' and '.join(lacking)} are missing), "
                "give no extrinsics, or use an any-view model."
            )

    def _request(self, options: PredictOptions) -> OutputRequest:
        """What to ask of the network.

        Raises:
            OptionError: If this model does not have it.
        """
        config, name = self.config, self.info.name
        if options.pose != "camera" and config.camera is None:
            needs = "a ray map" if options.pose in RAY_POSES else "predicted cameras"
            raise OptionError(f"pose={options.pose!r} needs {needs}; model {name!r} has none.")
        if options.rays and not config.is_any_view:
            raise OptionError(f"rays=True: model {name!r} has no ray map; any-view models do.")
        if options.gaussians and not config.gaussians:
            raise OptionError(
                f"gaussians=True: model {name!r} has no Gaussian head; giant and "
                "nested-giant-large do."
            )
        depth = config.backbone.depth
        wrong = [layer for layer in options.feature_layers if not 0 <= layer < depth]
        if wrong:
            raise OptionError(
                f"feature_layers {wrong}: model {name!r} has layers 0 to {depth - 1}."
            )
        return OutputRequest(
            depth=True,
            cameras=config.camera is not None,
            rays=options.rays or options.pose in RAY_POSES,
            sky=True,
            gaussians=options.gaussians,
            feature_layers=options.feature_layers,
        )

    def run(self, scenes: Sequence[PreparedScene], options: PredictOptions) -> NetworkOutput:
        """Run the network on a batch, shown the cameras that it can be shown.

        Args:
            scenes: Of one ``batch_key``.
            options: How to predict.
        """
        device, request = self.device, self._request(options)
        images = torch.stack(
            [scene.processed.normalized(options.mask_fill) for scene in scenes]
        ).to(device)
        valid = usable_of([scene.processed for scene in scenes])
        height, width = images.shape[-2:]
        chunk = head_chunk(self.info.config, height, width, device.type)

        def run(
            network: nn.Module,
            wanted: OutputRequest,
            extrinsics: Tensor | None = None,
            intrinsics: Tensor | None = None,
        ) -> NetworkOutput:
            output: NetworkOutput = network(
                images,
                extrinsics,
                intrinsics,
                valid=None if valid is None else valid.to(device),
                request=wanted,
                reference_view=options.reference_view or self.info.default_reference_view,
                head_chunk=chunk,
            )
            return output

        with torch.inference_mode():
            if scenes[0].shown == "nothing":
                return run(self.network, request)
            extrinsics = torch.stack([scene.poses_to_show for scene in scenes])
            if scenes[0].shown == "poses":
                # The metric half of a nested pair has nothing to say about cameras.
                cameras_only = getattr(self.network, "any_view", self.network)
                first = run(cameras_only, OutputRequest(depth=False, sky=False))
                assert first.intrinsics is not None
                predicted = first.intrinsics.cpu()
            else:
                predicted = torch.zeros(*extrinsics.shape[:2], 3, 3)
            intrinsics = torch.stack(
                [scene.intrinsics_to_show(K) for scene, K in zip(scenes, predicted, strict=True)]
            )
            return run(self.network, request, extrinsics.to(device), intrinsics.to(device))

    def _provenance(self, options: PredictOptions, scene: PreparedScene) -> dict[str, Any]:
        file, focals = self.info.file, scene.known.focals
        weights = None if file is None else {"file": file.path.name, "sha256": file.sha256}
        return {
            "program": "anyview",
            "version": __version__,
            "torch": torch.__version__,
            "model": self.info.name,
            "licence": self.info.licence,
            "weights": weights,
            "device": str(self.device),
            "dtype": str(self.dtype).removeprefix("torch."),
            # JSON has no tuples; what is read back must be equal.
            "options": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in asdict(options).items()
            },
            "resolution": scene.resolution,
            "sources": list(scene.sources),
            "cameras_shown_to_network": scene.shown,
            "intrinsics": "predicted" if focals is None else focals.origin,
        }


def _num_known(matrices: Tensor) -> int:
    return int((~matrices[:, 0, 0].isnan()).sum())
