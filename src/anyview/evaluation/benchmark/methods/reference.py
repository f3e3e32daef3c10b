# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The reference implementation (depth-anything-3 0.1.1) with weights that we hold too.

It gets the images as we prepare them, and its raw depth and cameras take our way to results: what
differs is the network alone. Known cameras are not passed on.
"""

import contextlib
import importlib
import io
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from anyview.api import load
from anyview.core.errors import InputError, OptionError
from anyview.core.options import option
from anyview.evaluation.benchmark.methods.models import described
from anyview.evaluation.benchmark.methods.prediction_answers import answer_of
from anyview.evaluation.benchmark.methods.spec import MethodSpec, options_text, typed_options
from anyview.evaluation.benchmark.task import Answer
from anyview.geometry.se3 import to_homogeneous
from anyview.inference.engine import Predictor
from anyview.inference.options import PredictOptions
from anyview.model.config import PATCH, BackboneConfig, NetworkConfig
from anyview.model.outputs import NetworkOutput
from anyview.model.published_state import to_published
from anyview.structures.views import ViewSet

PACKAGE = "depth_anything_3"


@dataclass(frozen=True)
class ReferenceOptions:
    """Which weights, and how images are prepared."""

    model: str = option("small", "A model of ours, any-view: its weights are given to the rival.")
    resolution: int | None = option(None, "Longest side in pixels (default: the model's).")


@dataclass(frozen=True)
class ReferenceMethod:
    """The reference network behind our reading and writing.

    Attributes:
        name: As it was asked for.
        options: Which weights, and how images are prepared.
        predictor: Ours, for preparing images and finishing results; its network is not run.
        network: The reference's.
    """

    name: str
    options: ReferenceOptions
    predictor: Predictor
    network: nn.Module

    def answer(self, views: ViewSet, task: str) -> Answer:  # noqa: ARG002 - of the protocol
        """Depth and cameras of the reference network.

        Raises:
            InputError: If cameras are given, which are not passed on.
        """
        if bool(views.posed.any()) or bool(views.calibrated.any()):
            raise InputError("The reference is run without known cameras only.")
        wanted = PredictOptions(resolution=self.options.resolution)
        prepared = self.predictor.prepare(views, wanted)
        images = prepared.processed.normalized(wanted.mask_fill)[None].to(self.predictor.device)
        strategy = self.predictor.info.default_reference_view
        with silence(), torch.inference_mode():
            raw = self.network(images, ref_view_strategy=strategy)
        output = NetworkOutput(
            depth=_scene(raw["depth"], images),
            conf=_scene(raw["depth_conf"], images),
            extrinsics=_whole(raw["extrinsics"].float().cpu()),
            intrinsics=raw["intrinsics"].float().cpu(),
        )
        return answer_of(self.predictor.finish(output, prepared, wanted), views)

    def describe(self) -> Mapping[str, object]:
        """Version, weights and options."""
        ours = described(self.predictor)
        return {**ours, "options": options_text(self.options), "program": "depth-anything-3"}


def build(spec: MethodSpec) -> ReferenceMethod:
    """Build the reference network of a model of ours and give it the weights.

    Raises:
        OptionError: If the model's network is none that the reference can build.
        CheckpointError: If the weights cannot be had.
    """
    options = typed_options(ReferenceOptions, spec.options, spec.text)
    predictor = load(options.model, dtype="float32")
    config = predictor.info.config
    if (
        not isinstance(config, NetworkConfig)
        or not config.is_any_view
        or config.gaussians
        or config.backbone.stem_channels
    ):
        raise OptionError(
            f"reference: the network of {options.model!r} is none that is compared: an any-view "
            "model without Gaussians, nesting and convolutional stem is needed, such as 'small'."
        )
    with silence():
        network = _build_network(config)
    state = to_published(predictor.network.state_dict())
    found = network.load_state_dict(
        {key.removeprefix("model."): value for key, value in state.items()}, strict=False
    )
    # Ray outputs of levels that are never used have no counterpart in ours.
    lacking = [key for key in found.missing_keys if "_aux" not in key]
    if found.unexpected_keys or lacking:
        raise OptionError(
            f"reference: the weights of {options.model!r} do not fit depth-anything-3 as it is "
            f"installed ({lacking[:3]}, {found.unexpected_keys[:3]}); 0.1.1 is known to fit."
        )
    return ReferenceMethod(spec.text, options, predictor, network.to(predictor.device).eval())


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Hide what the reference prints and warns of; exceptions pass."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


class _Backbone(nn.Module):
    """The reference transformer at any size (its own wrapper knows four)."""

    def __init__(self, transformer: nn.Module, layers: list[int]) -> None:
        super().__init__()
        self.pretrained = transformer
        self.out_layers = layers

    def forward(self, images: Tensor, **options: Any) -> Any:
        """Outputs of the taken layers."""
        transformer: Any = self.pretrained
        return transformer.get_intermediate_layers(images, self.out_layers, **options)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


def _build_network(config: NetworkConfig) -> nn.Module:
    """A network of the reference's parts."""
    assert config.camera is not None, "any-view networks have cameras"
    features = config.backbone.feature_width
    network: nn.Module = _module("model.da3").DepthAnything3Net(
        net=_backbone(config.backbone),
        head=_module("model.dualdpt").DualDPT(
            dim_in=features,
            output_dim=2,
            features=config.head.features,
            out_channels=list(config.head.stage_channels),
        ),
        cam_dec=_module("model.cam_dec").CameraDec(dim_in=features),
        cam_enc=_module("model.cam_enc").CameraEnc(
            dim_out=config.backbone.width,
            trunk_depth=config.camera.encoder_depth,
            num_heads=config.camera.encoder_heads,
        ),
    )
    return network


def _backbone(config: BackboneConfig) -> _Backbone:
    start = config.alternating_from
    transformer = _module("model.dinov2.vision_transformer").DinoVisionTransformer(
        img_size=config.position_grid * PATCH,
        patch_size=PATCH,
        embed_dim=config.width,
        depth=config.depth,
        num_heads=config.heads,
        ffn_layer="mlp" if config.feed_forward == "mlp" else "swiglufused",
        alt_start=start,
        qknorm_start=start,
        rope_start=start,
        cat_token=True,
    )
    return _Backbone(transformer, list(config.taken_layers))


def _scene(values: Tensor, images: Tensor) -> Tensor:
    """[1, V, H, W] of what may have an axis of one channel."""
    return values.float().cpu().reshape(1, images.shape[1], *images.shape[-2:])


def _whole(cameras: Tensor) -> Tensor:
    return cameras if cameras.shape[-2] == 4 else to_homogeneous(cameras)
