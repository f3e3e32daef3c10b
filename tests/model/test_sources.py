# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""From what a user types to weights on disk; no test here touches a network."""

import json
import subprocess
import sys
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import constants
from huggingface_hub.utils import EntryNotFoundError, HfHubHTTPError
from safetensors.torch import save_file

from anyview.assets import asset_path
from anyview.core.errors import CheckpointError, OptionError
from anyview.model import sources
from anyview.model.build import build
from anyview.model.checkpoint import load_model
from anyview.model.published_state import to_published
from anyview.model.registry import VARIANTS, public_names
from anyview.model.sources import list_variants, resolve

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty hub cache and no network."""
    folder = tmp_path / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return folder


def put_in_cache(cache, hub_id, name="nano", model_name=None):
    """A repository in the layout that downloads leave behind."""
    repository = cache / f"models--{hub_id.replace('/', '--')}"
    snapshot = repository / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    state = to_published(build(VARIANTS[name].config).state_dict())
    save_file({k: v.contiguous() for k, v in state.items()}, snapshot / "model.safetensors")
    if model_name is not None:
        (snapshot / "config.json").write_text(json.dumps({"model_name": model_name}))
    return snapshot / "model.safetensors"


def test_bundled_name():
    source = resolve("tiny")
    assert (source.origin, source.path) == ("bundled", asset_path("tiny.safetensors"))


def test_bundled_weights_that_are_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(sources, "asset_path", lambda name: tmp_path / name)
    with pytest.raises(CheckpointError, match=r"incomplete.*pip install --force-reinstall"):
        resolve("tiny")
    assert list_variants()[0].path is None


def test_test_variants_have_no_file():
    source = resolve("nano")
    assert (source.origin, source.path, source.variant.name) == ("random", None, "nano")


@pytest.mark.parametrize("typed", ["large", "depth-anything/DA3-LARGE", "DA3-LARGE", "da3-large"])
def test_cached_variant(cache, typed):
    file = put_in_cache(cache, "depth-anything/DA3-LARGE")
    source = resolve(typed)
    assert (source.origin, source.path, source.variant.name) == ("hub", file, "large")
    assert source.hub_id == "depth-anything/DA3-LARGE"


def test_later_releases_have_their_own_repository(cache):
    file = put_in_cache(cache, "depth-anything/DA3-LARGE-1.1")
    assert resolve("large-1.1").path == file
    with pytest.raises(CheckpointError, match="not on this machine"):
        resolve("large")


def test_cache_folder_may_be_given(cache, tmp_path):
    file = put_in_cache(tmp_path / "mine", "depth-anything/DA3-BASE")
    assert resolve("base", cache_folder=tmp_path / "mine").path == file
    with pytest.raises(CheckpointError):
        resolve("base")


def test_a_cached_repository_of_somebody_else_loads(cache):
    put_in_cache(cache, "me/finetuned", "nano-mono", model_name="nano-metric")
    assert load_model("me/finetuned").info.name == "nano-metric"
    put_in_cache(cache, "me/bare")
    assert load_model("me/bare").info.name == "nano"
    assert resolve(f"me/bare@{COMMIT}").hub_id == "me/bare"
    with pytest.raises(CheckpointError, match="me/bare@other"):
        resolve("me/bare@other")


def test_offline_and_absent_says_what_to_download_and_where_to_put_it(cache):
    with pytest.raises(CheckpointError) as caught:
        resolve("nested-giant-large")
    message = str(caught.value)
    for part in (
        "'nested-giant-large' (6.8 GB)",
        "https://huggingface.co/depth-anything/DA3NESTED-GIANT-LARGE",
        "model.safetensors",
        "config.json",
        "hf download depth-anything/DA3NESTED-GIANT-LARGE",
        "pass its path in place of",
    ):
        assert part in message
    assert "\n" not in message


class HttpError(HfHubHTTPError.__bases__[0]):
    """What the HTTP library of the hub package raises."""


@pytest.mark.parametrize("error", [HttpError("reset by peer"), TimeoutError("slow"), OSError(28)])
def test_a_failing_network_is_one_clear_error(cache, monkeypatch, error):
    def download(*args, **kwargs):
        raise error

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    with pytest.raises(CheckpointError, match=f"cannot be downloaded.*{type(error).__name__}"):
        resolve("base")


def test_files_are_asked_of_the_repository_in_turn(cache, monkeypatch, tmp_path):
    asked = []

    def download(repo_id, filename, *, revision, cache_dir):
        asked.append((repo_id, filename, revision, cache_dir))
        if filename == "config.json":
            raise EntryNotFoundError("404")
        return str(tmp_path / filename)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    assert resolve("me/new@v2", cache_folder=cache).path == tmp_path / "model.safetensors"
    assert asked == [
        ("me/new", "config.json", "v2", cache),
        ("me/new", "model.safetensors", "v2", cache),
    ]


def test_a_repository_without_safetensors_says_so(cache, monkeypatch):
    def download(*args, **kwargs):
        raise EntryNotFoundError("404")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    with pytest.raises(CheckpointError, match=r"me/new holds no model\.safetensors.*convert"):
        resolve("me/new")


def test_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("large").mkdir()
    Path("DA3-LARGE").mkdir()
    Path("me").mkdir()
    Path("me/weights").mkdir()
    for typed in ("./large", "DA3-LARGE", "me/weights", Path("large"), str(tmp_path / "large")):
        source = resolve(typed)
        assert (source.origin, source.path) == ("local", Path(typed))


@pytest.mark.parametrize(
    "typed",
    ["./none", "/none/at/all", "~/none-at-all", "a/b/c", "w.safetensors", "x/w.pt", Path("large")],
)
def test_paths_to_nothing(typed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpointError, match=r"no weights at .*no such file or folder"):
        resolve(typed)


def test_unknown_names_list_what_is_accepted():
    with pytest.raises(OptionError, match=r"Did you mean 'giant'.*hub id .org/name."):
        resolve("gaint")


def test_list_of_variants(cache):
    file = put_in_cache(cache, "depth-anything/DA3-GIANT-1.1")
    rows = {row.name: row for row in list_variants()}
    assert list(rows) == public_names()
    assert rows["tiny"].where == "bundled"
    assert rows["tiny"].download_bytes == asset_path("tiny.safetensors").stat().st_size
    assert rows["giant-1.1"].where == "cached"
    assert rows["giant-1.1"].path == file
    assert rows["giant-1.1"].hub_id == "depth-anything/DA3-GIANT-1.1"
    assert rows["giant"].where == "to download"
    assert rows["giant"].path is None
    assert rows["giant"].download_bytes == VARIANTS["giant"].download_bytes
    assert "gaussians" in rows["giant"].capabilities
    assert not rows["giant"].commercial_use


def test_list_shows_test_variants_on_request(cache):
    rows = {row.name: row for row in list_variants(include_hidden=True)}
    assert rows["nano"].where == "random"
    assert rows.keys() == {*public_names(), *VARIANTS}


def test_the_environment_is_honoured(tmp_path):
    """The variables of the hub package, read in a process of their own."""
    put_in_cache(tmp_path / "hub", "me/finetuned", model_name="nano")
    code = (
        "from anyview.model.sources import resolve\n"
        "from anyview.core.errors import CheckpointError\n"
        "assert resolve('me/finetuned').origin == 'hub'\n"
        "try: resolve('base')\n"
        "except CheckpointError as error: print(error)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "hf download depth-anything/DA3-BASE" in run.stdout
