# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a run says of the program that made it."""

import json

import torch

import anyview
from anyview.training.provenance import code_fingerprint, describe_session


def test_a_session():
    session = describe_session()
    assert json.loads(json.dumps(session)) == session
    assert session["anyview"] == anyview.__version__
    assert session["torch"] == torch.__version__
    assert session["commit"] is None or len(session["commit"]) >= 7


def test_the_fingerprint_depends_on_the_code(tmp_path, monkeypatch):
    package = tmp_path / "anyview"
    package.mkdir()
    (package / "a.py").write_text("x = 1\n")
    fingerprints = set()
    for text in ("x = 1\n", "x = 2\n"):
        (package / "a.py").write_text(text)
        monkeypatch.setattr(anyview, "__path__", [str(package)])
        code_fingerprint.cache_clear()
        fingerprints.add(code_fingerprint())
    code_fingerprint.cache_clear()
    assert len(fingerprints) == 2
    assert all(len(f) == 64 for f in fingerprints)
