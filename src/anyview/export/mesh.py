# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A coloured triangle mesh as a file that any 3-D program opens."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anyview.core.errors import OptionError
from anyview.export.glb import gltf_from_world
from anyview.export.unlit import make_unlit
from anyview.io.atomic import atomic_path
from anyview.structures.points import Mesh

MESH_FORMATS = (".glb", ".ply", ".obj")
"""Endings that ``write_mesh`` knows."""


def check_mesh_path(path: str | os.PathLike[str]) -> Path:
    """The path, if its ending is one of a mesh file.

    Raises:
        OptionError: If not.
    """
    path = Path(path)
    if path.suffix.lower() not in MESH_FORMATS:
        raise OptionError(
            f"{path} ends in {path.suffix or 'nothing'}; a mesh is written as one of "
            f"{', '.join(MESH_FORMATS)}."
        )
    return path


def write_mesh(
    mesh: Mesh, path: str | os.PathLike[str], notes: Mapping[str, Any] | None = None
) -> Path:
    """Write a mesh; the ending decides how.

    PLY and OBJ keep the OpenCV axes of the world frame (x right, y down, z forward); GLB has
    glTF's (``gltf_from_world``), as viewers expect. Colours are one for each vertex, sRGB, unlit.

    Args:
        mesh: Not empty.
        path: Ends in ``.glb``, ``.ply`` or ``.obj``; replaced if it is there.
        notes: JSON-able; kept in the ``extras`` of a GLB's scene.

    Raises:
        OptionError: If the ending is another.
        OutputError: If the file cannot be written.
    """
    path = check_mesh_path(path)
    import trimesh  # slow to import, and needed by this format alone

    library: Any = trimesh  # partly typed
    kind = path.suffix.lower().removeprefix(".")
    vertices = gltf_from_world(mesh.vertices) if kind == "glb" else mesh.vertices
    body = library.Trimesh(
        vertices.numpy(), mesh.faces.numpy(), vertex_colors=mesh.colors.numpy(), process=False
    )
    if kind == "glb":
        scene = library.Scene(base_frame="world", metadata=dict(notes or {}))
        scene.add_geometry(body, node_name="mesh", geom_name="mesh")
        content = scene.export(
            file_type="glb", include_normals=False, tree_postprocessor=make_unlit
        )
    else:
        content = body.export(file_type=kind)
    with atomic_path(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
