# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""glTF that shows colours as they are: photographs already contain their light."""

from typing import Any


def make_unlit(tree: dict[str, Any]) -> None:
    """Give every mesh of a glTF document one unlit material."""
    tree["materials"] = [
        {
            "name": "unlit",
            "pbrMetallicRoughness": {"metallicFactor": 0, "roughnessFactor": 1},
            "extensions": {"KHR_materials_unlit": {}},
        }
    ]
    tree["extensionsUsed"] = sorted({*tree.get("extensionsUsed", ()), "KHR_materials_unlit"})
    for mesh in tree["meshes"]:
        for primitive in mesh["primitives"]:
            primitive["material"] = 0
