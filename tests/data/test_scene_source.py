# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.findings import FailureReport
from anyview.data.overlap import Overlap, write_overlap
from anyview.data.sampling import ViewSetOptions
from anyview.data.scene_folder import write_scene
from anyview.data.scene_source import (
    FolderLibrary,
    SceneFolderSource,
    SceneLibrary,
    SceneSourceOptions,
    Source,
)

LOOSE = SceneSourceOptions(view_sets=ViewSetOptions(max_overlap=1.0))


@pytest.fixture
def root(mini_scene, tmp_path):
    for name in ("a", "b", "c"):
        write_scene(replace(mini_scene, name=name), tmp_path / "data" / name)
    return tmp_path / "data"


def test_batches_are_a_function_of_the_seed(root):
    source = SceneFolderSource(root, LOOSE)
    assert isinstance(source, Source)
    first = source.batch(7, 3, 2, (42, 56))
    assert first.images.shape == (3, 2, 3, 42, 56)
    assert first.has_pose.all()
    source.batch(8, 2, 2, (42, 56))  # what came between changes nothing
    again = source.batch(7, 3, 2, (42, 56))
    assert torch.equal(again.images, first.images)
    assert again.names == first.names
    fresh = SceneFolderSource(root, LOOSE).batch(7, 3, 2, (42, 56))
    assert torch.equal(fresh.depth, first.depth)
    assert source.batch(9, 3, 2, (42, 56)).names != first.names
    # The first places do not depend on how many there are.
    assert source.batch(7, 1, 2, (42, 56)).names == first.names[:1]


def test_all_scenes_are_used(root):
    names = SceneFolderSource(root, LOOSE).batch(0, 20, 1, (28, 28)).names
    assert {name.split("/")[0] for name in names} == {"a", "b", "c"}


def test_damaged_scenes_are_skipped_and_counted(root):
    for image in (root / "b" / "images").iterdir():
        image.write_bytes(b"damaged")
    (root / "c" / "scene.json").write_text("{}")
    failures = FailureReport(max_share=1.0)
    batch = SceneFolderSource(root, LOOSE, failures).batch(0, 6, 2, (28, 28))
    assert {name.split("/")[0] for name in batch.names} == {"a"}
    assert failures.num_failed >= 2
    assert failures.num_read == 6
    assert any("scene.json" in message for message in failures.messages)
    strict = SceneFolderSource(root, LOOSE, FailureReport(max_share=0.1, min_tries=5))
    with pytest.raises(InputError, match="items could not be read"):
        strict.batch(0, 40, 2, (28, 28))


def test_views_that_cannot_be_had_are_refused_with_a_reason(root):
    with pytest.raises(InputError, match="has no 5 views that overlap as wanted"):
        SceneFolderSource(root, LOOSE).batch(0, 1, 5, (28, 28))
    with pytest.raises(InputError, match="no scene"):
        SceneFolderSource(root / "a" / "images")


def test_overlap_beside_a_scene_is_used(root):
    library = FolderLibrary(root)
    assert isinstance(library, SceneLibrary)
    assert len(library) == 3
    assert library[0][1].method == "depth"
    write_overlap(root / "a", Overlap(torch.eye(4), "points"))
    assert library[0][1].method == "points"
    assert torch.equal(library[0][1].matrix, torch.eye(4))
    source = SceneFolderSource(root, LOOSE)
    names = source.batch(0, 12, 2, (28, 28)).names
    assert {name.split("/")[0] for name in names} == {"b", "c"}


def test_zoom_changes_the_lens(root):
    options = SceneSourceOptions(view_sets=LOOSE.view_sets, max_zoom=2.0)
    plain = SceneFolderSource(root, LOOSE).batch(0, 8, 1, (42, 56)).intrinsics[:, 0, 0, 0]
    zoomed = SceneFolderSource(root, options).batch(0, 8, 1, (42, 56)).intrinsics[:, 0, 0, 0]
    assert plain.std() < 1e-4
    assert (zoomed > plain * 1.05).any()
    assert (zoomed < plain * 2.05).all()
