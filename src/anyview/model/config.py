# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a network is made of: frozen dataclasses; every derived width is a property.

Numbers follow DA3 (arXiv 2511.10647, section 3 and appendix) and the published checkpoints.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from anyview.core.errors import CheckpointError

PATCH = 14
"""Side of a patch in pixels; image sides are multiples of it."""

ReferenceView = Literal["first", "middle", "saddle_balanced", "saddle_sim_range"]
"""How the reference view is chosen when 3 or more views come without poses."""


@dataclass(frozen=True)
class BackboneConfig:
    """A plain DINOv2 vision transformer (DA3, section 3.1).

    Attributes:
        width: Channels of a token.
        depth: Number of blocks.
        heads: Attention heads; head size is width / heads.
        taken_layers: Blocks whose output the heads read, ascending; the last one is the last read.
        alternating_from: First block of the alternation within-view / cross-view, also the first
            with q/k norm and rotary embedding; None for a monocular network (never).
        feed_forward: ``"mlp"`` (4 x width, GELU) or ``"swiglu"``.
        position_grid: Side of the learned position table in patches.
        stem_channels: 0 for the published patch embedding; above 0, channels of a convolutional
            stem whose maps the depth head sees as well (no published model).
    """

    width: int
    depth: int
    heads: int
    taken_layers: tuple[int, int, int, int]
    alternating_from: int | None
    feed_forward: Literal["mlp", "swiglu"] = "mlp"
    position_grid: int = 37
    stem_channels: int = 0

    @property
    def feature_width(self) -> int:
        """Channels of a taken layer: two streams side by side in any-view networks."""
        return self.width if self.alternating_from is None else 2 * self.width

    @property
    def feed_forward_width(self) -> int:
        """Hidden channels of the feed-forward part."""
        if self.feed_forward == "mlp":
            return 4 * self.width
        return (4 * self.width * 2 // 3 + 7) // 8 * 8


@dataclass(frozen=True)
class DptConfig:
    """A dense prediction head on four taken layers (DA3, section 3.2).

    Attributes:
        features: Channels of the fusion chain.
        stage_channels: Channels of the four re-assembled stages, fine to coarse.
    """

    features: int
    stage_channels: tuple[int, int, int, int]


@dataclass(frozen=True)
class CameraConfig:
    """Camera encoder (known cameras to tokens) and decoder (tokens to cameras).

    Attributes:
        encoder_heads: Attention heads of the encoder's blocks.
        encoder_depth: Number of the encoder's blocks.
    """

    encoder_heads: int = 16
    encoder_depth: int = 4


@dataclass(frozen=True)
class NetworkConfig:
    """One network: backbone and heads.

    Attributes:
        backbone: The transformer.
        head: The dense head: depth, confidence and rays if the backbone is any-view; depth and
            sky if it is monocular.
        camera: Camera encoder and decoder, any-view networks only.
        gaussians: Whether there is a Gaussian head (published giant models).
    """

    backbone: BackboneConfig
    head: DptConfig
    camera: CameraConfig | None = None
    gaussians: bool = False

    @property
    def is_any_view(self) -> bool:
        """Whether views attend to each other."""
        return self.backbone.alternating_from is not None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able description that ``config_from_dict`` reads back."""
        return {"kind": "network", **asdict(self)}


@dataclass(frozen=True)
class NestedConfig:
    """An any-view network and a metric network on the same images (DA3, section 4.3)."""

    any_view: NetworkConfig
    metric: NetworkConfig

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able description that ``config_from_dict`` reads back."""
        return {"kind": "nested", **asdict(self)}


def _build(cls: type[Any], data: Any, path: str) -> Any:
    if not isinstance(data, dict):
        raise CheckpointError(f"config entry {path} must be an object, got {data!r}.")
    known = {f.name for f in fields(cls)}
    unknown = sorted(set(data) - known)
    if unknown:
        raise CheckpointError(
            f"config entry {path} has unknown fields {unknown}; known are {sorted(known)}."
        )
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    try:
        return cls(**values)
    except TypeError as error:
        raise CheckpointError(f"config entry {path} is incomplete: {error}.") from error


def _network(data: Any, path: str) -> NetworkConfig:
    if not isinstance(data, dict):
        raise CheckpointError(f"config entry {path} must be an object, got {data!r}.")
    parts = {k: v for k, v in data.items() if k != "kind"}
    for name, cls in (("backbone", BackboneConfig), ("head", DptConfig), ("camera", CameraConfig)):
        if parts.get(name) is not None:
            parts[name] = _build(cls, parts[name], f"{path}.{name}")
    network: NetworkConfig = _build(NetworkConfig, parts, path)
    return network


def config_from_dict(data: Any) -> "NetworkConfig | NestedConfig":
    """Read back what ``to_dict`` wrote.

    Raises:
        CheckpointError: If fields are unknown or missing; the message names them.
    """
    if isinstance(data, dict) and data.get("kind") == "nested":
        parts = {k: v for k, v in data.items() if k != "kind"}
        for name in ("any_view", "metric"):
            parts[name] = _network(parts.get(name), name)
        nested: NestedConfig = _build(NestedConfig, parts, "nested")
        return nested
    return _network(data, "network")
