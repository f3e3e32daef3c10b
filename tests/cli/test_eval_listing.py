# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from anyview.cli.eval_listing import listing
from anyview.evaluation.benchmark.methods.catalogue import METHODS
from anyview.evaluation.benchmark.protocol_table import PROTOCOLS
from tests.evaluation.conftest import room, worlds_folder  # noqa: F401 - fixtures


def test_every_suite_and_method_is_there():
    found = listing()
    assert [suite["name"] for suite in found.document["suites"]] == list(PROTOCOLS)
    assert [method["name"] for method in found.document["methods"]] == list(METHODS)
    text = "\n".join(found.lines)
    assert all(kind.example in text for kind in METHODS.values())
    assert not any(suite["state"] for suite in found.document["suites"])


def test_it_says_what_data_is_there(worlds_folder, tmp_path):  # noqa: F811
    (tmp_path / "worlds").symlink_to(worlds_folder)
    (tmp_path / "dtu").mkdir()
    states = {s["name"]: s["state"] for s in listing((), tmp_path).document["suites"]}
    assert states["worlds"].startswith("there: 6 tasks")
    assert states["dtu"].startswith("missing: ")
    assert states["nyu"] == f"missing: no folder {tmp_path / 'nyu'}"
    own = listing([f"worlds={worlds_folder}"])
    assert sum(bool(s["state"]) for s in own.document["suites"]) == 1


def test_it_says_what_is_not_installed(monkeypatch):
    monkeypatch.setattr(
        "anyview.evaluation.benchmark.methods.catalogue.importlib.util.find_spec", lambda _: None
    )
    text = "\n".join(listing().lines)
    assert "missing: pycolmap; pip install 'anyview[colmap]'" in text
    assert "missing: cv2" in text
