# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from anyview.model.weights_files import inspect


def test_two_models_become_one_file(cli, tmp_path):
    target = tmp_path / "both.safetensors"
    done = cli("weights", "nest", "nano", "nano-metric", "-o", target, "--json")
    assert done.code == 0
    assert done.document["name"] == "nested-nano-nano-metric"
    assert inspect(target).metric == "nested"
    again = cli("weights", "nest", "nano", "nano-metric", "-o", target)
    assert again.code != 0
    assert "exists" in again.err
    assert cli("weights", "nest", "nano", "nano-metric", "-o", target, "--overwrite").code == 0
