# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Our models, with any source of cameras and every other option of prediction."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import torch

from anyview.api import load
from anyview.core.version import __version__
from anyview.evaluation.benchmark.methods.prediction_answers import answer_of
from anyview.evaluation.benchmark.methods.spec import MethodSpec, options_text, typed_options
from anyview.evaluation.benchmark.task import Answer
from anyview.inference.engine import Predictor
from anyview.inference.options import PredictOptions
from anyview.inference.pose_sources import check_pose_source
from anyview.structures.views import View, ViewSet

_WARM_UP_PX = 56


@dataclass(frozen=True)
class ModelMethod:
    """A model of ours.

    Attributes:
        name: As it was asked for.
        predictor: The model.
        options: How it predicts.
    """

    name: str
    predictor: Predictor
    options: PredictOptions

    def answer(self, views: ViewSet, task: str) -> Answer:  # noqa: ARG002 - of the protocol
        """Predict the views as one scene.

        Raises:
            AnyViewError: If they, or their cameras, do not go with the model or its options.
        """
        return answer_of(self.predictor.predict_views(views, self.options), views)

    def describe(self) -> Mapping[str, object]:
        """Model, weights, device, precision and options."""
        return {**described(self.predictor), "options": options_text(self.options)}


def build(spec: MethodSpec) -> ModelMethod:
    """Load a model and run it once on noise, so that no task pays for the first call.

    Beside the options of prediction there are ``device`` and ``dtype``.

    Raises:
        OptionError: If the model cannot do what is asked.
        CheckpointError: If the weights cannot be had.
    """
    known = {item.name for item in fields(PredictOptions)}
    placed = {name: spec.options[name] for name in ("device", "dtype") if name in spec.options}
    rest = {name: text for name, text in spec.options.items() if name not in placed}
    assert not known & set(placed), "device and dtype are no options of prediction"
    options = typed_options(PredictOptions, rest, spec.text)
    predictor = load(spec.name, **placed)
    predictor.check_options(options)
    warm_up(predictor, options)
    return ModelMethod(spec.text, predictor, options)


def warm_up(predictor: Predictor, options: PredictOptions) -> None:
    """Pay for what a first call costs: libraries are loaded, kernels chosen.

    Raises:
        MissingDependencyError: If cameras come from matches and pycolmap is absent.
    """
    noise = torch.randint(
        0,
        256,
        (3, _WARM_UP_PX, _WARM_UP_PX),
        dtype=torch.uint8,
        generator=torch.Generator().manual_seed(0),
    )
    views = ViewSet((View(noise, "0"), View(noise.flip(-1), "1")))
    if options.pose in ("sfm", "refine"):
        check_pose_source(views, options)
    predictor.predict_views(views, PredictOptions(resolution=_WARM_UP_PX))


def described(predictor: Predictor) -> dict[str, object]:
    """A model as results name it."""
    file = predictor.info.file
    return {
        "model": predictor.info.name,
        "claims_metres": predictor.info.metric != "relative",
        "weights_sha256": None if file is None else file.sha256,
        "licence": predictor.info.licence,
        "device": str(predictor.device),
        "dtype": str(predictor.dtype).removeprefix("torch."),
        "default_resolution": predictor.info.default_resolution,
        "versions": {"anyview": __version__, "torch": torch.__version__},
    }
