# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from anyview.export.unlit import make_unlit


def test_every_mesh_has_the_one_unlit_material():
    tree = {"meshes": [{"primitives": [{}, {"material": 4}]}], "extensionsUsed": ["KHR_other"]}
    make_unlit(tree)
    assert [p["material"] for m in tree["meshes"] for p in m["primitives"]] == [0, 0]
    assert tree["extensionsUsed"] == ["KHR_materials_unlit", "KHR_other"]
    assert "KHR_materials_unlit" in tree["materials"][0]["extensions"]
