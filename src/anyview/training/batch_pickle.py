# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Objects with tensors as bytes, quickly: tensors' memory is sent as it is.

Plain pickling of tensors copies them several times; shared memory, torch's own way, is scarce in
containers, and a process that finds none is killed.
"""

import io
import pickle
import sys
from collections.abc import Sequence
from typing import Any


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        # Where torch was never imported there are no tensors, and importing it takes seconds.
        torch = sys.modules.get("torch")
        # Other kinds (bfloat16, which numpy lacks; GPU; with gradients) go their usual way.
        if (
            torch is not None
            and type(obj) is torch.Tensor
            and obj.device.type == "cpu"
            and not obj.requires_grad
        ):
            try:
                array = obj.contiguous().numpy()
            except TypeError:
                return NotImplemented
            return torch.from_numpy, (array,)
        return NotImplemented


def pickle_parts(value: object) -> list[bytes | memoryview]:
    """A value as one short part and the memory of its arrays.

    Args:
        value: Anything that can be pickled.

    Returns:
        Parts for ``unpickle_parts``; all but the first share memory with ``value``.
    """
    buffers: list[pickle.PickleBuffer] = []
    stream = io.BytesIO()
    _Pickler(stream, protocol=5, buffer_callback=buffers.append).dump(value)
    return [stream.getvalue(), *(buffer.raw() for buffer in buffers)]


def unpickle_parts(parts: Sequence[bytes | bytearray]) -> Any:
    """The value again.

    Args:
        parts: As received from a process of our own: unpickling runs what it is told to. Those
            after the first are writable, and become the memory of tensors.
    """
    return pickle.loads(parts[0], buffers=list(parts[1:]))  # noqa: S301 - from our own child
