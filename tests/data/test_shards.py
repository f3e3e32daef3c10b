# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import io
import json
import tarfile
from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError, OptionError, OutputError
from anyview.data.findings import FailureReport
from anyview.data.sampling import ViewSetOptions
from anyview.data.scene_folder import find_scenes, write_scene
from anyview.data.scene_source import SceneLibrary, SceneSource, SceneSourceOptions
from anyview.data.shards import ShardLibrary, read_index, samples_in, write_shards
from anyview.data.stores import FolderStore

from .test_scene_folder import assert_same


@pytest.fixture
def root(mini_scene, tmp_path):
    for index in range(5):
        write_scene(replace(mini_scene, name=f"s{index}"), tmp_path / "data" / f"s{index}")
    return tmp_path / "data"


@pytest.fixture
def shards(root, tmp_path):
    size = sum(p.stat().st_size for p in (root / "s0").rglob("*") if p.is_file())
    write_shards(find_scenes(root), tmp_path / "shards", max_bytes=3 * size)
    return tmp_path / "shards"


def test_shards_are_bounded_and_their_index_is_right(shards):
    index = read_index(FolderStore(shards))
    assert len(index) == 3
    files = sorted(p.name for p in shards.iterdir())
    assert files == ["index.json", *(shard.file for shard in index)]
    names = [sample.scene for shard in index for sample in shard.samples]
    assert names == [f"s{i}" for i in range(5)]
    document = json.loads((shards / "index.json").read_text())
    assert (document["num_samples"], document["num_frames"]) == (5, 20)
    limit = max((shards / shard.file).stat().st_size for shard in index)
    alone = index[0].samples[0].size
    assert limit < 3 * alone
    for shard in index:
        content = (shards / shard.file).read_bytes()
        for sample in shard.samples:
            piece = io.BytesIO(content[sample.offset : sample.offset + sample.size])
            assert [key for key, _ in samples_in(piece, {sample.key}, "x")] == [sample.key]


def test_any_tar_program_and_webdataset_can_read_them(shards):
    first = read_index(FolderStore(shards))[0]
    with tarfile.open(shards / first.file) as tar:
        names = tar.getnames()
    assert f"{first.samples[0].key}.scene.json" in names
    iterators = pytest.importorskip("webdataset.tariterators")
    with (shards / first.file).open("rb") as file:
        source = {"url": first.file, "stream": file}
        files = list(iterators.tar_file_expander([source]))
    samples = list(iterators.group_by_keys(files))
    assert [s["__key__"] for s in samples] == [s.key for s in first.samples]
    assert json.loads(samples[0]["scene.json"])["name"] == first.samples[0].scene


def test_a_library_reads_any_scene(shards, mini_scene):
    library = ShardLibrary(shards)
    assert isinstance(library, SceneLibrary)
    assert len(library) == 5
    for index in (4, 0, 2):
        scene, overlap = library[index]
        assert_same(scene, replace(mini_scene, name=f"s{index}"), depth_tolerance=1e-3)
        assert overlap.method == "depth"
    options = SceneSourceOptions(view_sets=ViewSetOptions(max_overlap=1.0))
    batch = SceneSource(library, options).batch(0, 3, 2, (42, 56))
    again = SceneSource(ShardLibrary(shards), options).batch(0, 3, 2, (42, 56))
    assert torch.equal(batch.images, again.images)
    assert np.isfinite(batch.depth.numpy()).all()


def test_the_same_scenes_give_the_same_bytes(root, tmp_path):
    for name in ("a", "b"):
        write_shards(find_scenes(root)[:2], tmp_path / name)
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_unreadable_scenes_are_refused_or_counted(root, tmp_path):
    (root / "s1" / "scene.json").write_text("{}")
    with pytest.raises(InputError, match="s1"):
        write_shards(find_scenes(root), tmp_path / "shards")
    assert not (tmp_path / "shards").exists()
    failures = FailureReport()
    index = write_shards(find_scenes(root), tmp_path / "shards", failures=failures)
    assert (failures.num_read, failures.num_failed) == (4, 1)
    assert [s.scene for s in index[0].samples] == ["s0", "s2", "s3", "s4"]
    with pytest.raises(InputError, match="no shards were written"):
        write_shards([root / "s1"], tmp_path / "none", failures=FailureReport())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "shards"]


def test_only_shards_are_replaced(shards, root):
    with pytest.raises(OutputError, match="pass overwrite=True"):
        write_shards(find_scenes(root), shards)
    write_shards(find_scenes(root)[:1], shards, overwrite=True)
    assert len(ShardLibrary(shards)) == 1
    with pytest.raises(OutputError, match=r"has no index\.json"):
        write_shards(find_scenes(root), root, overwrite=True)
    with pytest.raises(OptionError, match="must be positive"):
        write_shards(find_scenes(root), shards, max_frames=0)


def test_damaged_shards_are_named(shards):
    library = ShardLibrary(shards)
    path = shards / "shard-000000.tar"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 4])
    with pytest.raises(InputError, match=r"shard-000000\.tar: 000000: damaged or cut off"):
        _ = library[0]
    path.write_bytes(bytes(len(content)))
    with pytest.raises(InputError, match="holds something else"):
        _ = library[0]
    path.unlink()
    with pytest.raises(InputError, match="no such file"):
        _ = library[0]
    (shards / "index.json").write_text('{"format": "anyview-shards", "version": 1, "shards": []}')
    with pytest.raises(InputError, match="lists no samples"):
        ShardLibrary(shards)
