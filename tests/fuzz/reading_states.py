# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Readers of weights, of what training leaves behind, and of what labels are beside scenes."""

import contextlib
import json
import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import torch
from torch import nn

from anyview.core.errors import TrainingError
from anyview.data.batch import EXACT, Batch
from anyview.data.synthetic.world_files import WorldSet, chunk_path, read_settings
from anyview.data.synthetic.world_settings import WorldSettings
from anyview.model.build import build
from anyview.model.checkpoint import load_checkpoint, save_checkpoint
from anyview.model.convert import convert
from anyview.model.published_state import to_published
from anyview.model.registry import VARIANTS
from anyview.model.weights_files import inspect
from anyview.model.weights_info import info_of_variant
from anyview.training.bad_step import load_bad_step, stop_if_bad
from anyview.training.journal import Journal, read_journal
from anyview.training.lora import LoraConfig, add_lora, load_adapters, save_adapters
from anyview.training.run_folder import RunFolder
from tests.training.stored_worlds import store_planes

SETTINGS = WorldSettings(width=28, height=28, views=2)


@cache
def network() -> nn.Module:
    """The smallest one; nobody may change it."""
    return build(VARIANTS["nano-mono"].config, seed=0)


def _weights(folder: Path) -> list[Path]:
    path = folder / "model.safetensors"
    save_checkpoint(path, network(), info_of_variant(VARIANTS["nano-mono"]), dtype=torch.float16)
    return [path]


def _published(folder: Path) -> list[Path]:
    from safetensors.torch import save

    path = folder / "model.safetensors"
    state = to_published(network().state_dict())
    path.write_bytes(save({key: value.contiguous() for key, value in state.items()}))
    config = folder / "config.json"
    config.write_text(json.dumps({"model_name": "nano-mono", "config": {"depth": 4}}))
    return [path, config]


def _read_weights(folder: Path) -> object:
    inspect(folder)
    return load_checkpoint(folder)


def _read_published(folder: Path) -> object:
    return load_checkpoint(folder, variant=VARIANTS["nano-mono"])


def _pickle(folder: Path) -> list[Path]:
    torch.save({"model": network().state_dict()}, folder / "weights.pt")
    return [folder / "weights.pt"]


def _old_pickle(folder: Path) -> list[Path]:
    torch.save(network().state_dict(), folder / "weights.pth", _use_new_zipfile_serialization=False)
    return [folder / "weights.pth"]


def _convert(name: str, folder: Path) -> object:
    target = folder / "out.safetensors"
    try:
        return convert(folder / name, target, variant="nano-mono")
    finally:
        target.unlink(missing_ok=True)


def _adapters(folder: Path) -> list[Path]:
    config = LoraConfig(rank=2, alpha=4.0)
    own = build(VARIANTS["nano-mono"].config, seed=0)
    add_lora(own, config)
    save_adapters(own, folder / "adapters.safetensors", config)
    return [folder / "adapters.safetensors"]


def _read_adapters(folder: Path) -> object:
    own = build(VARIANTS["nano-mono"].config, seed=0)
    before = own.state_dict().keys()
    try:
        return load_adapters(own, folder / "adapters.safetensors")
    except BaseException:
        assert own.state_dict().keys() == before, "half of the adapters stayed"
        raise


def _run(folder: Path) -> list[Path]:
    run = RunFolder.create(folder / "run", recipe="nano", config={"steps": 3})
    run.save_state(1, {"step": 1, "weights": {"a": torch.zeros(3)}})
    return [run.path / "run.json", *sorted((run.path / "states").iterdir())]


def _read_run(folder: Path) -> object:
    run = RunFolder.open(folder / "run")
    return run.load_newest()


def _resume_run(folder: Path) -> object:
    """What a resumed run does first, taken back afterwards."""
    run = RunFolder.open(folder / "run")
    path, before = folder / "run" / "run.json", (folder / "run" / "run.json").read_bytes()
    status = path.stat()
    try:
        run.note_session(1)
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    return None


def _journal(folder: Path) -> list[Path]:
    with Journal(folder / "journal.jsonl") as journal:
        for step in range(4):
            journal.write(step, {"loss": 1.0 / (step + 1), "norm": float("inf")})
    return [folder / "journal.jsonl"]


def _bad_step(folder: Path) -> list[Path]:
    shape = (1, 2, 14, 14)
    batch = Batch(
        images=torch.zeros(1, 2, 3, 14, 14),
        depth=torch.ones(shape),
        sky=torch.zeros(shape, dtype=torch.bool),
        objects=torch.ones(shape, dtype=torch.bool),
        intrinsics=torch.eye(3).expand(1, 2, 3, 3),
        cam_from_world=torch.eye(4).expand(1, 2, 4, 4),
        has_pose=torch.ones(1, dtype=torch.bool),
        has_masks=torch.ones(1, dtype=torch.bool),
        is_metric=torch.ones(1, dtype=torch.bool),
        depth_kind=torch.full((1,), EXACT),
        names=["room"],
    )
    small = nn.Linear(2, 2)
    terms = {"depth": torch.tensor(float("nan"), requires_grad=True)}
    with contextlib.suppress(TrainingError):
        stop_if_bad(folder, 3, batch, terms, small)
    return list(folder.glob("bad-step-*.safetensors"))


def _worlds(folder: Path) -> list[Path]:
    store_planes(folder, SETTINGS, 0, 1)
    return [*folder.glob("*.json"), chunk_path(folder, 0)]


def _read_worlds(folder: Path) -> object:
    read_settings(folder)
    worlds = WorldSet(folder)
    return worlds.batch([0, 1], [range(2), range(2)], (28, 28))


Entry = tuple[Callable[[Path], list[Path]], Callable[[Path], object]]

READERS: dict[str, Entry] = {
    "weights": (_weights, _read_weights),
    "weights published": (_published, _read_published),
    "weights pickle": (_pickle, partial(_convert, "weights.pt")),
    "weights old pickle": (_old_pickle, partial(_convert, "weights.pth")),
    "adapters": (_adapters, _read_adapters),
    "run folder": (_run, _read_run),
    "run resumed": (lambda folder: _run(folder)[:1], _resume_run),
    "journal": (_journal, lambda folder: read_journal(folder / "journal.jsonl")),
    "bad step": (
        _bad_step,
        lambda folder: load_bad_step(folder / "bad-step-00000003.safetensors"),
    ),
    "worlds": (_worlds, _read_worlds),
}
"""Name -> how a sound input is written, and how it is read."""
