# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Examples in documents run: fences that start with ``python run`` or ``bash run``.

The blocks of a document run in order, in one namespace, in a folder that holds ``photos/``. Every
model is replaced by one of its kind with random weights that takes a second. A comment after an
expression or an assignment that starts with a shape, ``# [V, H, W] float32``, is checked: letters
stand for one number throughout the document.
"""

import ast
import re
import shlex
import textwrap
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

import anyview.api
from anyview.cli.main import run
from anyview.model.checkpoint import LoadedModel, load_model
from anyview.render.raycast import RenderedViews

from .doc_references import DOCS, ROOT

STAND_INS = {
    "mono-large": "nano-mono",
    "metric-large": "nano-metric",
    "giant": "nano-gaussians",
    "nested-giant-large": "nano-nested",
}
FENCE = re.compile(r"^( *)```(python|bash) run\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
SHAPE = re.compile(r"#\s*\[([\w, ]*)\](?:\s+(float32|uint8|uint16|int64|bool)\b)?")
DOCUMENTS = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def blocks_in(path: Path) -> list[tuple[str, str]]:
    """Language and text of each, those inside lists too."""
    found = FENCE.findall(path.read_text(encoding="utf-8"))
    return [(language, textwrap.dedent(text)) for _, language, text in found]


@pytest.fixture
def folder(tmp_path: Path, synthetic_scene: RenderedViews, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader sits: three photos with a focal length, and any model in a second."""

    def load_stand_in(name_or_path: str | Path) -> LoadedModel:
        name = str(name_or_path)
        return load_model(name if Path(name).is_file() else STAND_INS.get(name, "nano"))

    monkeypatch.setattr(anyview.api, "load_model", load_stand_in)
    monkeypatch.chdir(tmp_path)
    exif = Image.Exif()
    exif.get_ifd(IFD.Exif)[Base.FocalLengthIn35mmFilm] = 26
    (tmp_path / "photos").mkdir()
    for index, image in enumerate(synthetic_scene.images[:3]):
        photo = Image.fromarray(image.permute(1, 2, 0).numpy())
        photo.save(tmp_path / "photos" / f"photo{index}.jpg", exif=exif)
    return tmp_path


@pytest.mark.parametrize(
    "path",
    [path for path in DOCUMENTS if path.is_file() and blocks_in(path)],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_examples_run(path: Path, folder: Path) -> None:
    namespace: dict[str, Any] = {}
    sides: dict[str, int] = {}
    for language, text in blocks_in(path):
        if language == "python":
            run_python(text, namespace, sides)
        else:
            for line in text.replace("\\\n", " ").splitlines():
                program, *arguments = shlex.split(line, comments=True) or ["", ""]
                assert program in ("anyview", ""), f"only anyview is run here: {line}"
                assert not program or run(arguments) == 0, line


def run_python(text: str, namespace: dict[str, Any], sides: dict[str, int]) -> None:
    """Execute statement by statement and check the shapes that comments promise."""
    lines = text.splitlines()
    for statement in ast.parse(text).body:
        code = ast.Module([statement], type_ignores=[])
        exec(compile(code, "<document>", "exec"), namespace)  # noqa: S102 - our own documents
        promised = SHAPE.search(lines[(statement.end_lineno or 1) - 1])
        if promised is None:
            continue
        if isinstance(statement, ast.Assign):
            value = eval(ast.unparse(statement.targets[0]), namespace)  # noqa: S307
        else:
            assert isinstance(statement, ast.Expr), f"nothing to compare in {lines}"
            value = eval(ast.unparse(statement.value), namespace)  # noqa: S307
        check_shape(value, promised, sides)


def check_shape(value: Any, promised: re.Match[str], sides: dict[str, int]) -> None:
    axes = [axis for axis in promised[1].replace(" ", "").split(",") if axis]
    assert len(axes) == len(value.shape), f"{promised[0]}: has shape {tuple(value.shape)}"
    for axis, side in zip(axes, value.shape, strict=True):
        wanted = int(axis) if axis.isdigit() else sides.setdefault(axis, side)
        assert side == wanted, f"{promised[0]}: has shape {tuple(value.shape)}, {axis} = {wanted}"
    if promised[2]:
        assert str(value.dtype).removeprefix("torch.") == promised[2], promised[0]


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ntorch.zeros(2, 3)  # [V, 4]",
        "import torch\nx = torch.zeros(2, 3)  # [V, V]",
        "import torch\ntorch.zeros(2)  # [2] uint8",
        "import torch\ntorch.zeros(2)  # [V, 2]",
    ],
)
def test_a_wrong_shape_is_noticed(text: str) -> None:
    with pytest.raises(AssertionError):
        run_python(text, {}, {})


def test_a_right_shape_passes() -> None:
    sides: dict[str, int] = {}
    run_python("import torch\nx = torch.zeros(2, 3)  # [V, 3] float32\nx[0]  # [3]", {}, sides)
    assert sides == {"V": 2}
