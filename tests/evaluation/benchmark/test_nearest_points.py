# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import builtins

import pytest
import torch

from anyview.core.errors import InputError, MissingDependencyError
from anyview.evaluation.benchmark import nearest_points
from anyview.evaluation.benchmark.nearest_points import distances_to_nearest


def cloud(count, seed):
    return torch.rand(count, 3, generator=torch.Generator().manual_seed(seed))


def test_the_tree_agrees_with_all_distances(monkeypatch):
    pytest.importorskip("scipy")
    source, target = cloud(200, 0), cloud(300, 1)
    plain = distances_to_nearest(source, target)
    monkeypatch.setattr(nearest_points, "BRUTE_FORCE", 0)
    tree = distances_to_nearest(source, target)
    torch.testing.assert_close(tree, plain, atol=1e-9, rtol=0)
    # Twin: a plain loop.
    loop = torch.stack([(target - point).double().norm(dim=1).min() for point in source])
    torch.testing.assert_close(tree, loop, atol=1e-6, rtol=0)


def test_no_target_is_an_error():
    with pytest.raises(InputError, match="no points"):
        distances_to_nearest(cloud(3, 0), cloud(0, 0))


def test_many_points_need_scipy(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("scipy"):
            raise ModuleNotFoundError("no scipy", name="scipy")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(nearest_points, "BRUTE_FORCE", 0)
    monkeypatch.setattr("importlib.import_module", without)
    with pytest.raises(MissingDependencyError, match="anyview\\[eval\\]"):
        distances_to_nearest(cloud(3, 0), cloud(3, 1))
