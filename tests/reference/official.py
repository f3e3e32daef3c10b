# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Build, randomise and run the reference implementation (depth-anything-3 0.1.1).

It prints and warns on import and in ``forward``; all of it is silenced here and nowhere else.
"""

import contextlib
import importlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn

from anyview.model.config import PATCH, BackboneConfig, NestedConfig, NetworkConfig

PUBLISHED_NAMES = {
    "small": "da3-small",
    "base": "da3-base",
    "large": "da3-large",
    "giant": "da3-giant",
    "mono-large": "da3mono-large",
    "metric-large": "da3metric-large",
    "nested-giant-large": "da3nested-giant-large",
}


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Hide what the reference prints and warns; exceptions pass."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def no_initialisation() -> Iterator[None]:
    """Leave weights of large layers unset, which takes most of the time of building them."""
    kinds = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    with contextlib.ExitStack() as stack:
        for kind in kinds:
            stack.enter_context(mock.patch.object(kind, "reset_parameters"))
        yield


class _Backbone(nn.Module):
    """The reference transformer at any size (its own wrapper knows four fixed ones)."""

    def __init__(self, transformer: nn.Module, layers: list[int]) -> None:
        super().__init__()
        self.pretrained = transformer
        self.out_layers = layers

    def forward(self, images: Tensor, **options: Any) -> Any:
        return self.pretrained.get_intermediate_layers(images, self.out_layers, **options)


@dataclass(frozen=True)
class Official:
    """The reference package: networks from its own files or from our configs.

    Attributes:
        root: The folder of the package.
    """

    root: Path

    def module(self, name: str) -> ModuleType:
        """Import ``depth_anything_3.<name>`` in silence."""
        with silence():
            return importlib.import_module(f"depth_anything_3.{name}")

    @property
    def degenerate_alignment(self) -> type[Exception]:
        """What its trajectory package raises for collinear and for two cameras."""
        with silence():
            geometry = importlib.import_module("evo.core.geometry")
        error: type[Exception] = geometry.GeometryException
        return error

    def published(self, variant: str) -> nn.Module:
        """A full-size network as the package's own configuration file describes it."""
        builder = self.module("cfg")
        path = self.root / "configs" / f"{PUBLISHED_NAMES[variant]}.yaml"
        with silence(), no_initialisation():
            network: nn.Module = builder.create_object(builder.load_config(str(path)))
        return network.eval()

    def build(self, config: NetworkConfig | NestedConfig) -> nn.Module:
        """A network of any size from the package's parts."""
        if isinstance(config, NetworkConfig):
            with silence(), no_initialisation():
                return self._network(config).eval()
        nested = self.module("model.da3").NestedDepthAnything3Net
        network: nn.Module = nested.__new__(nested)
        nn.Module.__init__(network)
        network.da3 = self.build(config.any_view)
        network.da3_metric = self.build(config.metric)
        return network.eval()

    def _network(self, config: NetworkConfig) -> nn.Module:
        width, features = config.backbone.width, config.backbone.feature_width
        head = {
            "dim_in": features,
            "features": config.head.features,
            "out_channels": list(config.head.stage_channels),
        }
        parts: dict[str, nn.Module] = {"net": self._backbone(config.backbone)}
        if config.is_any_view:
            parts["head"] = self.module("model.dualdpt").DualDPT(output_dim=2, **head)
        else:
            parts["head"] = self.module("model.dpt").DPT(output_dim=1, **head)
        if config.camera is not None:
            parts["cam_dec"] = self.module("model.cam_dec").CameraDec(dim_in=features)
            parts["cam_enc"] = self.module("model.cam_enc").CameraEnc(
                dim_out=width,
                trunk_depth=config.camera.encoder_depth,
                num_heads=config.camera.encoder_heads,
            )
        if config.gaussians:
            parts["gs_head"] = self.module("model.gsdpt").GSDPT(output_dim=38, **head)
            parts["gs_adapter"] = self.module("model.gs_adapter").GaussianAdapter(
                sh_degree=2, pred_offset_depth=True, pred_offset_xy=True
            )
        network: nn.Module = self.module("model.da3").DepthAnything3Net(**parts)
        return network

    def _backbone(self, config: BackboneConfig) -> nn.Module:
        start = -1 if config.alternating_from is None else config.alternating_from
        transformer = self.module("model.dinov2.vision_transformer").DinoVisionTransformer(
            img_size=config.position_grid * PATCH,
            patch_size=PATCH,
            embed_dim=config.width,
            depth=config.depth,
            num_heads=config.heads,
            ffn_layer="mlp" if config.feed_forward == "mlp" else "swiglufused",
            alt_start=start,
            qknorm_start=start,
            rope_start=start,
            cat_token=start != -1,
        )
        return _Backbone(transformer, list(config.taken_layers))


def randomise(network: nn.Module, seed: int) -> None:
    """Give every parameter a value that matters; shared ones are drawn once."""
    generator = torch.Generator().manual_seed(seed)
    seen: set[int] = set()
    with torch.no_grad():
        for module in network.modules():
            for name, parameter in module.named_parameters(recurse=False):
                if id(parameter) in seen:
                    continue
                seen.add(id(parameter))
                parameter.copy_(_draw(module, name, parameter, generator))


def _draw(module: nn.Module, name: str, parameter: Tensor, generator: torch.Generator) -> Tensor:
    noise = torch.randn(parameter.shape, generator=generator)
    if isinstance(module, nn.LayerNorm):
        return 0.2 * noise + (1.0 if name == "weight" else 0.0)
    if name == "gamma":
        return 0.1 + 0.9 * torch.rand(parameter.shape, generator=generator)
    if name == "bias":
        return 0.2 * noise
    if isinstance(module, nn.ConvTranspose2d):
        return noise / module.in_channels**0.5  # strides equal kernels: one tap for each output
    if isinstance(module, nn.Linear | nn.Conv2d):
        return noise / parameter[0].numel() ** 0.5
    return 0.5 * noise  # position table, class and camera tokens


def calibrate(network: nn.Module, images: Tensor) -> None:
    """Scale the last layer of each head until its outputs vary as a trained network's do.

    Log-depth spreads by 0.5 over pixels, sky straddles its threshold, the field of view stays
    near 1 radian and depth offsets of Gaussians stay small against depth.
    """
    branches = [network.da3, network.da3_metric] if hasattr(network, "da3") else [network]
    for branch in branches:
        targets = _targets(branch)
        logits = _outputs_of(branch, list(targets), images)
        with torch.no_grad():
            for name, (mean, spread) in targets.items():
                _standardise(branch.get_submodule(name), logits[name], mean, spread)


def _outputs_of(branch: nn.Module, names: list[str], images: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}
    with contextlib.ExitStack() as stack:
        for name in names:

            def keep(_module: nn.Module, _inputs: Any, output: Tensor, name: str = name) -> None:
                outputs[name] = output.detach().clone()

            stack.callback(branch.get_submodule(name).register_forward_hook(keep).remove)
        with silence(), torch.no_grad():
            branch(images, infer_gs=branch.gs_head is not None)
    return outputs


def _targets(branch: nn.Module) -> dict[str, tuple[Tensor, Tensor]]:
    """Mean and spread wanted of each channel of each last layer."""
    if branch.cam_dec is None:
        return {
            "head.scratch.output_conv2.2": (torch.zeros(1), torch.full((1,), 0.5)),
            "head.scratch.sky_output_conv2.2": (torch.full((1,), 0.2), torch.full((1,), 0.6)),
        }
    targets = {
        "head.scratch.output_conv2.2": (torch.zeros(2), torch.full((2,), 0.5)),
        "head.scratch.output_conv2_aux.3.5": (torch.zeros(7), torch.full((7,), 0.5)),
        "cam_dec.fc_fov.0": (torch.ones(2), torch.full((2,), 0.1)),
    }
    if branch.gs_head is not None:
        spread = torch.full((38,), 0.8)
        spread[36] = 0.05  # depth offset: more would put Gaussians behind their camera
        targets["gs_head.scratch.output_conv2.2"] = (torch.zeros(38), spread)
    return targets


def _standardise(layer: nn.Module, logits: Tensor, mean: Tensor, spread: Tensor) -> None:
    channel_axis = 1 if logits.dim() == 4 else -1
    flat = logits.movedim(channel_axis, 0).flatten(1)
    factor = spread / flat.std(dim=1).clamp_min(1e-3)
    layer.weight.mul_(factor.view(-1, *[1] * (layer.weight.dim() - 1)))
    layer.bias.copy_(mean - (flat.mean(dim=1) - layer.bias) * factor)


def published_state_dict(network: nn.Module) -> dict[str, Tensor]:
    """The weights as a published file holds them: ``model.`` first, a shared tensor once.

    They share memory with the network: two full-size ones would not fit beside each other.
    """
    state: dict[str, Tensor] = {}
    held: set[int] = set()
    for name, value in network.state_dict(keep_vars=True).items():
        if id(value) not in held:
            held.add(id(value))
            state[f"model.{name}"] = value.detach()
    return state


def run(network: nn.Module, images: Tensor, **options: Any) -> dict[str, Any]:
    """Forward in silence, with the ray map put back: origin first, direction second.

    The reference drops it before it returns, and has the direction first.
    """
    rays: dict[str, Tensor] = {}
    branch = getattr(network, "da3", network)

    def keep(_module: nn.Module, _inputs: Any, output: dict[str, Tensor]) -> None:
        if "ray" in output:
            direction, origin = output["ray"].split(3, dim=-1)
            rays.update(ray=torch.cat((origin, direction), dim=-1), ray_conf=output["ray_conf"])

    hook = branch.head.register_forward_hook(keep)
    try:
        with silence(), torch.no_grad():
            output = dict(network(images, **options))
    finally:
        hook.remove()
    return {**rays, **output}
