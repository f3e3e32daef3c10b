# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a converter finds: scenes that are read one by one, and frames that cannot be used."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from anyview.core.errors import InputError
from anyview.data.scene import DepthKind, Frame, Origin, Scene
from anyview.io.formats import first_line
from anyview.io.naming import UniqueNames


@dataclass(frozen=True)
class LeftOut:
    """A frame, or a scene, that is not converted.

    Attributes:
        name: The frame's; the scene's where no frame of it is converted.
        reason: One line.
    """

    name: str
    reason: str


@dataclass(frozen=True)
class FoundScene:
    """A scene of a foreign data set, before its pictures are read.

    Attributes:
        name: For reports, and the folder's name.
        frames: Those whose cameras and files look well.
        origin: Provenance.
        depth_kind: Kind of depth of the frames, None without depth.
        is_metric: Whether units are metres.
        is_ordered: Whether frames follow each other in time.
        left_out: Frames that do not look well, with the reason.
    """

    name: str
    frames: tuple[Frame, ...]
    origin: Origin
    depth_kind: DepthKind | None
    is_metric: bool
    is_ordered: bool = False
    left_out: tuple[LeftOut, ...] = ()

    def scene(self, frames: Iterable[Frame]) -> Scene:
        """The scene of some of the frames."""
        return Scene(
            name=self.name,
            frames=tuple(frames),
            origin=self.origin,
            depth_kind=self.depth_kind,
            is_metric=self.is_metric,
            is_ordered=self.is_ordered,
        )


@dataclass(frozen=True)
class SceneSource:
    """A scene that is known by name and read when its turn comes.

    Attributes:
        name: Unique in the data set.
        read: Gives the scene, or ``InputError`` if the whole of it cannot be used.
    """

    name: str
    read: Callable[[], FoundScene]


def gather(
    makers: Iterable[tuple[str, Callable[[], Frame]]],
) -> tuple[tuple[Frame, ...], tuple[LeftOut, ...]]:
    """Make frames; those that cannot be made are listed with the reason.

    Args:
        makers: Wanted name of each frame, and what makes it or raises ``InputError``.

    Returns:
        The frames under unique names, and those left out.
    """
    unique = UniqueNames()
    frames, left_out = [], []
    for wanted, make in makers:
        try:
            frame = make()
        except InputError as error:
            left_out.append(LeftOut(wanted, first_line(error)))
            continue
        frames.append(replace(frame, name=unique.take(wanted)))
    return tuple(frames), tuple(left_out)
