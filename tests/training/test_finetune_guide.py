# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The commands of docs/guides/finetune.md, one after the other, on a smaller room."""

import re
import shlex
from pathlib import Path

import pytest

from anyview.cli.main import run
from anyview.model.checkpoint import load_checkpoint

pytest.importorskip("pycolmap")
from tests.colmap_room import SCRIPT, write_room

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "finetune.md"
FENCE = re.compile(r"^```(bash|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUICK = {
    "train": ["--steps", "2", "--size", "42", "--device", "cpu"],
    "predict": ["--formats", "npz"],
}


@pytest.mark.slow
def test_the_commands_of_the_guide(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = GUIDE.read_text(encoding="utf-8")
    assert f"python scripts/{SCRIPT.name} room" in text
    write_room(Path("room"))
    names = []
    for language, block in FENCE.findall(text):
        if language == "python":
            space = {}
            exec(compile(block, "<guide>", "exec"), space)  # noqa: S102 - our own document
            merged = space["network"].state_dict()
            continue
        for line in block.splitlines():
            program, *words = shlex.split(line)
            assert program == "anyview"
            names.append(" ".join(words[:2]))
            assert run([*words, *QUICK.get(words[0], [])]) == 0, line
    assert names[:3] == ["data convert", "data check", "data show"]
    assert names.count("train finetune") == 2
    assert Path("sheet.png").is_file()
    assert Path("after/prediction.npz").is_file()
    printed = capsys.readouterr().out
    assert printed.count("before    after") == 2
    assert "0 errors, 1 warnings" in printed
    whole = load_checkpoint("runs/lora/anyview-finetune.safetensors").network.state_dict()
    assert all((whole[name] == merged[name]).all() for name in whole)
