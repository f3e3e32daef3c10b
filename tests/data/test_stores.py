# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import InputError
from anyview.data.stores import FolderStore, MemoryStore, check_inside


def test_both_stores_give_the_same_bytes(tmp_path):
    (tmp_path / "depth").mkdir()
    (tmp_path / "depth" / "a.npy").write_bytes(b"abc")
    memory = MemoryStore({"depth/a.npy": b"abc"}, "shard-0.tar")
    for store in (FolderStore(tmp_path), memory):
        with store.open("depth/a.npy") as file:
            assert file.read() == b"abc"
        assert store.describe("depth/a.npy").endswith("depth/a.npy")
        with pytest.raises(InputError, match=r"depth/b\.npy: there is no such file"):
            store.open("depth/b.npy")


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../secret", "a/../../b", "C:/x", "a\\b"])
def test_names_cannot_lead_out_of_the_scene(name, tmp_path):
    with pytest.raises(InputError, match="no path inside the scene"):
        check_inside(name, what="scene.json")
    with pytest.raises(InputError, match="no path inside the scene"):
        FolderStore(tmp_path).open(name)


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "images").mkdir()
    with pytest.raises(InputError, match="a folder, not a file"):
        FolderStore(tmp_path).open("images")
