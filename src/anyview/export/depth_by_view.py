# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth of one view after the other, in the size that is asked for."""

from collections.abc import Iterator

from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.export.file_stems import file_stems
from anyview.export.options import ExportOptions
from anyview.export.valid_depth import depth_or_nan
from anyview.structures.original_size import views_at_original_size
from anyview.structures.prediction import Prediction


def depth_by_view(
    prediction: Prediction, options: ExportOptions
) -> Iterator[tuple[str, Float[Tensor, "H W"]]]:
    """The file name of each view and its depth; NaN where there is none.

    Depth at the original size lies between the depths of the processed view: its largest is not
    above theirs. One view is held at a time.

    Args:
        prediction: Anything; for original sizes, one that knows them.
        options: The size.

    Raises:
        InputError: If the original sizes are asked for and not known.
    """
    stems = file_stems(prediction.names)
    if options.size == "processed":
        yield from zip(stems, depth_or_nan(prediction), strict=True)
        return
    for stem, view in zip(stems, views_at_original_size(prediction), strict=True):
        yield stem, view.depth


def require_size(prediction: Prediction, options: ExportOptions) -> None:
    """Fail before anything is written if a size is asked for that is not known.

    Raises:
        InputError: If original sizes are asked for and the prediction does not know them.
    """
    if options.size == "original" and (
        prediction.original_sizes is None or prediction.processed_from_original is None
    ):
        raise InputError(
            "size='original' cannot be written: this prediction does not know the sizes of its "
            "original images. Use size='processed'."
        )
