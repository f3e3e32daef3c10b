# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How much memory a prediction takes, and a refusal before it starts if that is not there.

The estimate counts what is alive at the two peaks, in the transformer's last cross-view block and
in the dense head, with factors fitted to measured peaks (``test_memory``: between 1.0 and 2 times
the measured one where a run takes more than 100 MB).
"""

from dataclasses import dataclass

import torch

from anyview.core.errors import MemoryLimitError
from anyview.inference.free_memory import free_memory
from anyview.model.config import PATCH, NestedConfig, NetworkConfig
from anyview.model.outputs import OutputRequest

HEAD_WORKING_SET = {"cpu": 100_000_000}
"""Bytes that the dense head may use at a time, by type of device: on CPUs a few views keep all
cores busy and caches warm."""

HEAD_WORKING_SET_ELSEWHERE = 2_000_000_000

MAX_HEAD_CHUNK = 8
"""Views beyond which a larger chunk gains no speed."""

# Activations alive at the two peaks, in units of one [tokens, width] matrix. In a block: the taken
# streams, the residual stream and its within-view twin, queries, keys and values (measured: 15 to
# 22). Under the head: the taken streams alone (8 to 9).
_BLOCK_MATRICES = 24
_TAKEN_MATRICES = 10
_FIXED = 50_000_000  # what libraries allocate once: thread buffers, packed weights
_MARGIN = 1.1


@dataclass(frozen=True)
class Workload:
    """One run of a network.

    Attributes:
        num_views: Views of one scene, or independent images of one batch.
        height: Of the processed images.
        width: Of the processed images.
        dtype: Of the transformer.
        request: What is asked for.
        device_type: Where it runs.
    """

    num_views: int
    height: int
    width: int
    dtype: torch.dtype = torch.float32
    request: OutputRequest = OutputRequest()
    device_type: str = "cpu"


def peak_bytes(config: NetworkConfig | NestedConfig, work: Workload) -> int:
    """Estimate of the most memory that a run needs beside weights and input files.

    Args:
        config: The network.
        work: What it is to do.
    """
    if isinstance(config, NestedConfig):
        # One after the other, the first one's outputs held meanwhile.
        metric = _peak(config.metric, work) + _held(config.any_view, work)
        return max(_peak(config.any_view, work), metric)
    return _peak(config, work)


def head_chunk(
    config: NetworkConfig | NestedConfig, height: int, width: int, device_type: str = "cpu"
) -> int:
    """Views that the dense head should work on at a time.

    Depends on shape and device only, never on what is free: chunks of other sizes round
    differently, and two runs must agree to the bit.
    """
    if isinstance(config, NestedConfig):
        parts = (config.any_view, config.metric)
        return min(head_chunk(part, height, width, device_type) for part in parts)
    room = HEAD_WORKING_SET.get(device_type, HEAD_WORKING_SET_ELSEWHERE)
    return max(1, min(MAX_HEAD_CHUNK, room // _head_bytes(config, height, width)))


def check_fits(
    config: NetworkConfig | NestedConfig,
    work: Workload,
    device: torch.device,
    *,
    limit_gb: float | None = None,
) -> None:
    """Refuse work that does not fit, before it starts.

    Args:
        config: Of the network, whose weights are on the device already.
        work: What it is to do.
        device: Where.
        limit_gb: What it may use, in units of 1e9 bytes; None for what is free on its device. Where
            that cannot be found out nothing is refused.

    Raises:
        MemoryLimitError: With the number of views that fit at this resolution, and the resolution
            at which these views fit.
    """
    free = free_memory(device) if limit_gb is None else int(limit_gb * 1e9)
    if free is None or needed_bytes(config, work) <= free:
        return
    views = views_that_fit(config, work, free)
    side = side_that_fits(config, work, free)
    longest = max(work.height, work.width)
    ways = []
    if views >= 1:
        ways.append(f"at this resolution {views} view{'s' * (views > 1)} fit{'s' * (views == 1)}")
    if side >= PATCH:
        ways.append(f"these {work.num_views} fit with a longest side of {side} (resolution={side})")
    many = f"{work.num_views} view{'s' * (work.num_views > 1)}"
    allowed = "is free" if limit_gb is None else "is allowed (max_memory_gb)"
    raise MemoryLimitError(
        f"{many} of {work.width}x{work.height} (longest side {longest}) need about "
        f"{needed_bytes(config, work) / 1e9:.1f} GB on {device}, {free / 1e9:.1f} GB {allowed}: "
        + ("; ".join(ways) if ways else "not even one small view fits; use a smaller model")
        + "."
    )


def needed_bytes(config: NetworkConfig | NestedConfig, work: Workload) -> int:
    """The estimate with a margin, as it is compared with what is free."""
    return int(_MARGIN * peak_bytes(config, work))


def views_that_fit(config: NetworkConfig | NestedConfig, work: Workload, free: int) -> int:
    """The largest number of views, up to those of ``work``, that need at most ``free`` bytes."""
    low, high = 0, work.num_views
    while low < high:
        middle = (low + high + 1) // 2
        fits = needed_bytes(config, _with(work, num_views=middle)) <= free
        low, high = (middle, high) if fits else (low, middle - 1)
    return low


def side_that_fits(config: NetworkConfig | NestedConfig, work: Workload, free: int) -> int:
    """The longest side, a multiple of the patch, at which the views fit; 0 if at none."""
    longest = max(work.height, work.width)
    for side in range(longest // PATCH * PATCH, 0, -PATCH):
        height, width = (
            max(PATCH, round(x * side / longest / PATCH) * PATCH) for x in (work.height, work.width)
        )
        if needed_bytes(config, _with(work, height=height, width=width)) <= free:
            return side
    return 0


def _with(work: Workload, **changes: int) -> Workload:
    return Workload(**{**vars(work), **changes})


def _peak(config: NetworkConfig, work: Workload) -> int:
    patches = work.height // PATCH * (work.width // PATCH)
    element = torch.empty((), dtype=work.dtype).element_size()
    matrix = work.num_views * (patches + 1) * config.backbone.width * element
    chunk = min(work.num_views, head_chunk(config, work.height, work.width, work.device_type))
    head = _TAKEN_MATRICES * matrix + chunk * _head_bytes(config, work.height, work.width)
    return _FIXED + _held(config, work) + max(_BLOCK_MATRICES * matrix, head)


def _held(config: NetworkConfig, work: Workload) -> int:
    """Input, outputs, and the copies of them that a prediction keeps."""
    pixels = work.height * work.width
    patches = pixels // PATCH**2
    request = work.request
    floats = 3 + 2 * 3  # the input; depth and conf or sky in parts, joined and copied
    if request.gaussians:
        floats += 3 * 38
    total = pixels * (4 * floats + 3)
    if request.rays:
        total += 3 * 4 * 7 * 64 * patches
    total += 2 * 4 * len(request.feature_layers) * patches * config.backbone.width
    return total * work.num_views


def _head_bytes(config: NetworkConfig, height: int, width: int) -> int:
    """Working set of the dense head for one view, always float32."""
    pixels = height * width
    features = config.head.features
    # At full size the neck's channels and 32 hidden ones; at 8 x the patch grid two full maps.
    full = features // 2 + 32
    grid = 2 * features * (8 / PATCH) ** 2
    return int(4 * pixels * (full + grid))
