# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The models that have a name: their shapes, licences and defaults, as a table (no torch here)."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from anyview.core.errors import OptionError
from anyview.model.config import (
    BackboneConfig,
    CameraConfig,
    DptConfig,
    NestedConfig,
    NetworkConfig,
    ReferenceView,
)

Capability = Literal["depth", "conf", "cameras", "rays", "sky", "gaussians", "metric"]
"""What a model can return; ``metric`` means that metres can be had from it."""

MetricKind = Literal["relative", "canonical", "nested"]
"""Scale of depth: free; metres = depth * focal_px / 300; or metres already."""

PERMISSIVE = "Apache-2.0"
NON_COMMERCIAL = "CC-BY-NC-4.0"

_ANY_VIEW: tuple[Capability, ...] = ("depth", "conf", "cameras", "rays")
_GAUSSIAN: tuple[Capability, ...] = (*_ANY_VIEW, "gaussians")
_NESTED: tuple[Capability, ...] = (*_ANY_VIEW, "sky", "gaussians", "metric")
_MONOCULAR: tuple[Capability, ...] = ("depth", "sky")


@dataclass(frozen=True)
class Variant:
    """One named model.

    Attributes:
        name: What users type.
        config: The network.
        parameters: Number of parameters that our network has.
        capabilities: What it can return.
        description: One line.
        licence: SPDX identifier of the weights' licence.
        metric: What the unit of its depth is.
        default_resolution: Longest image side it was trained for, in pixels.
        default_reference_view: How it was trained to choose the reference view.
        hub_id: Repository on the Hugging Face hub that holds the weights.
        revisions: Names of later releases with the same shape, and their repositories.
        download_bytes: Size of the published file, about.
        asset: File name of weights that come with this package.
        hidden: True for variants that exist for tests; they have random weights.
    """

    name: str
    config: NetworkConfig | NestedConfig
    parameters: int
    capabilities: tuple[Capability, ...]
    description: str
    licence: str = PERMISSIVE
    metric: MetricKind = "relative"
    default_resolution: int = 504
    default_reference_view: ReferenceView = "saddle_balanced"
    hub_id: str | None = None
    revisions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    download_bytes: int | None = None
    asset: str | None = None
    hidden: bool = False

    @property
    def commercial_use(self) -> bool:
        """Whether the licence of the weights permits commercial use."""
        return self.licence != NON_COMMERCIAL


def _any_view(
    width: int,
    depth: int,
    heads: int,
    taken: tuple[int, int, int, int],
    head: DptConfig,
    *,
    swiglu: bool = False,
    gaussians: bool = False,
) -> NetworkConfig:
    backbone = BackboneConfig(
        width, depth, heads, taken, depth // 3, feed_forward="swiglu" if swiglu else "mlp"
    )
    return NetworkConfig(backbone, head, CameraConfig(), gaussians)


_WIDE_HEAD = DptConfig(256, (256, 512, 1024, 1024))
_SMALL = _any_view(384, 12, 6, (5, 7, 9, 11), DptConfig(64, (48, 96, 192, 384)))
_BASE = _any_view(768, 12, 12, (5, 7, 9, 11), DptConfig(128, (96, 192, 384, 768)))
_LARGE = _any_view(1024, 24, 16, (11, 15, 19, 23), _WIDE_HEAD)
_GIANT = _any_view(1536, 40, 24, (19, 27, 33, 39), _WIDE_HEAD, swiglu=True, gaussians=True)
_MONO_LARGE = NetworkConfig(BackboneConfig(1024, 24, 16, (4, 11, 17, 23), None), _WIDE_HEAD)
_TINY = NetworkConfig(
    BackboneConfig(192, 12, 3, (5, 7, 9, 11), 4, position_grid=8),
    DptConfig(32, (24, 48, 96, 192)),
    CameraConfig(encoder_heads=3),
)
# Block 3 is the one that attends across views: with an earlier start the reference view would be
# chosen before the class tokens of the views differ.
_NANO = NetworkConfig(
    BackboneConfig(32, 4, 2, (0, 1, 2, 3), 2, position_grid=8),
    DptConfig(16, (8, 16, 24, 32)),
    CameraConfig(encoder_heads=2, encoder_depth=1),
)
_NANO_MONO = NetworkConfig(
    BackboneConfig(32, 4, 2, (0, 1, 2, 3), None, position_grid=8), _NANO.head
)


def _revised(name: str, hub_id: str) -> Mapping[str, str]:
    return MappingProxyType({f"{name}-1.1": f"{hub_id}-1.1"})


def _test_variant(
    name: str,
    config: NetworkConfig | NestedConfig,
    parameters: int,
    capabilities: tuple[Capability, ...],
    metric: MetricKind = "relative",
) -> Variant:
    return Variant(
        name=name,
        config=config,
        parameters=parameters,
        capabilities=capabilities,
        description="Random weights, for tests: every code path in a second.",
        metric=metric,
        default_resolution=112,
        hidden=True,
    )


_TABLE = (
    Variant(
        name="tiny",
        config=_TINY,
        parameters=8_470_370,
        capabilities=_ANY_VIEW,
        default_resolution=112,
        default_reference_view="first",
        description="Comes with the package: 31 minutes of training on synthetic scenes, a start.",
        asset="tiny.safetensors",
    ),
    Variant(
        name="small",
        config=_SMALL,
        parameters=33_993_874,
        capabilities=_ANY_VIEW,
        description="Any number of views: depth, cameras, rays; the fastest published model.",
        hub_id="depth-anything/DA3-SMALL",
        download_bytes=137 * 10**6,
    ),
    Variant(
        name="base",
        config=_BASE,
        parameters=134_203_250,
        capabilities=_ANY_VIEW,
        description="Any number of views: the best one whose licence permits commercial use.",
        hub_id="depth-anything/DA3-BASE",
        download_bytes=541 * 10**6,
    ),
    Variant(
        name="large",
        config=_LARGE,
        parameters=406_404_018,
        capabilities=_ANY_VIEW,
        description="Any number of views: between base and giant in quality and size.",
        hub_id="depth-anything/DA3-LARGE",
        download_bytes=1644 * 10**6,
        licence=NON_COMMERCIAL,
        revisions=_revised("large", "depth-anything/DA3-LARGE"),
    ),
    Variant(
        name="giant",
        config=_GIANT,
        parameters=1_351_136_376,
        capabilities=_GAUSSIAN,
        description="Any number of views: the best cameras and depth, and 3-D Gaussians.",
        hub_id="depth-anything/DA3-GIANT",
        download_bytes=5423 * 10**6,
        licence=NON_COMMERCIAL,
        revisions=_revised("giant", "depth-anything/DA3-GIANT"),
    ),
    Variant(
        name="mono-large",
        config=_MONO_LARGE,
        parameters=334_171_394,
        capabilities=_MONOCULAR,
        description="Each image by itself: the best published relative depth, and sky.",
        hub_id="depth-anything/DA3MONO-LARGE",
        download_bytes=1337 * 10**6,
    ),
    Variant(
        name="metric-large",
        config=_MONO_LARGE,
        parameters=334_171_394,
        capabilities=(*_MONOCULAR, "metric"),
        description="Each image by itself: metres if the focal length is known, and sky.",
        hub_id="depth-anything/DA3METRIC-LARGE",
        download_bytes=1337 * 10**6,
        metric="canonical",
    ),
    Variant(
        name="nested-giant-large",
        config=NestedConfig(_GIANT, _MONO_LARGE),
        parameters=1_685_307_770,
        capabilities=_NESTED,
        description="giant and metric-large together: everything of giant, in metres.",
        hub_id="depth-anything/DA3NESTED-GIANT-LARGE",
        download_bytes=6759 * 10**6,
        licence=NON_COMMERCIAL,
        metric="nested",
        revisions=_revised("nested-giant-large", "depth-anything/DA3NESTED-GIANT-LARGE"),
    ),
    _test_variant("nano", _NANO, 202_106, _ANY_VIEW),
    _test_variant("nano-gaussians", replace(_NANO, gaussians=True), 268_892, _GAUSSIAN),
    _test_variant("nano-mono", _NANO_MONO, 137_042, _MONOCULAR),
    _test_variant(
        "nano-metric",
        _NANO_MONO,
        137_042,
        (*_MONOCULAR, "metric"),
        metric="canonical",
    ),
    _test_variant(
        "nano-nested",
        NestedConfig(replace(_NANO, gaussians=True), _NANO_MONO),
        405_934,
        _NESTED,
        metric="nested",
    ),
)

VARIANTS: Mapping[str, Variant] = MappingProxyType({v.name: v for v in _TABLE})
"""Every variant by its name, the smallest public ones first, test variants last."""


def public_names() -> list[str]:
    """Names to offer to users, later releases included."""
    return [n for v in _TABLE if not v.hidden for n in (v.name, *v.revisions)]


def _named() -> dict[str, Variant]:
    """Every accepted name, lower case."""
    named: dict[str, Variant] = {}
    for variant in _TABLE:
        names = {variant.name: variant}
        for name, hub_id in variant.revisions.items():
            names[name] = replace(variant, name=name, hub_id=hub_id, revisions={})
        for same in names.values():
            named[same.name] = same
            if same.hub_id is not None:
                named[same.hub_id.lower()] = same
                named[same.hub_id.partition("/")[2].lower()] = same
    return named


def lookup_variant(name: str) -> Variant | None:
    """The variant of a name, of a hub id or of a published ``model_name``, or None."""
    return _named().get(name.lower())


def find_variant(name: str) -> Variant:
    """The variant called ``name``; later releases (``large-1.1``) bring their own hub id.

    Args:
        name: A variant's name, hub id or published model name, in any case.

    Raises:
        OptionError: If there is none; the message lists the names.
    """
    variant = lookup_variant(name)
    if variant is None:
        raise unknown_name(name)
    return variant


def unknown_name(name: str, also: str = "") -> OptionError:
    """The error about a name that is none, with the names that are and the nearest one.

    Args:
        name: What was given.
        also: What else is accepted, a sentence.
    """
    close = difflib.get_close_matches(name.lower(), public_names(), n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return OptionError(
        f"Unknown model {name!r}.{hint} Accepted: {', '.join(public_names())}.{also}"
    )
