# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The guide for people who come from other programs: its tables are whole, its functions right.

That its snippets run is tested with those of all documents; here their functions meet answers that
are made in another way: SciPy's rotations, COLMAP itself, plain loops.
"""

import ast
import importlib.util
import math
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

import anyview
from anyview.export.formats import FORMATS
from anyview.export.options import ExportOptions
from anyview.inference.options import InputOptions, PredictOptions
from anyview.structures.prediction import Prediction
from tests.repo_rules.doc_references import DOCS

GUIDE = DOCS / "guides" / "migration.md"
TEXT = GUIDE.read_text(encoding="utf-8")
HEIGHT, WIDTH, VIEWS = 9, 12, 3


def rows(header: str) -> list[list[str]]:
    """Cells of the table that starts with a header."""
    _, found, rest = TEXT.partition(header)
    assert found, header
    lines = rest.splitlines()[2:]
    end = next(i for i, line in enumerate([*lines, ""]) if not line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:end]]


def names_in(cells: list[str]) -> set[str]:
    return {name for cell in cells for name in re.findall(r"`(?:da3 )?-{0,2}([\w-]+)`", cell)}


@pytest.fixture(scope="module")
def reference() -> Path:
    """Source of the reference package: read, not imported."""
    spec = importlib.util.find_spec("depth_anything_3")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("depth_anything_3 is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


def _class(path: Path, name: str) -> ast.ClassDef:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)


def test_every_argument_of_inference_has_its_line(reference: Path) -> None:
    model = _class(reference / "api.py", "DepthAnything3")
    call = next(n for n in model.body if isinstance(n, ast.FunctionDef) and n.name == "inference")
    arguments = {argument.arg for argument in call.args.args} - {"self"}
    table = rows("| `inference(...)` | `predictor.predict(images, ...)` | |")
    assert names_in([cells[0] for cells in table]) == arguments


def test_every_field_of_its_prediction_has_its_line(reference: Path) -> None:
    prediction = _class(reference / "specs.py", "Prediction")
    names = {n.target.id for n in prediction.body if isinstance(n, ast.AnnAssign)}
    table = rows("| its `Prediction` | ours | |")
    assert names_in([cells[0] for cells in table]) == names
    assert names_in([cells[1] for cells in table]) <= {f.name for f in fields(Prediction)}


def test_every_export_format_has_its_line(reference: Path) -> None:
    source = (reference / "utils" / "export" / "__init__.py").read_text(encoding="utf-8")
    accepted = set(re.findall(r'export_format == "(\w+)"', source))
    table = rows("| `export_format` | here |")
    assert names_in([cells[0] for cells in table]) == accepted
    ours = set(FORMATS) | {"features", "gaussians"}
    assert names_in([cells[1] for cells in table]) <= ours | {"prediction"}


def test_every_command_and_option_has_its_line(reference: Path) -> None:
    tree = ast.parse((reference / "cli.py").read_text(encoding="utf-8"))
    commands, options = set(), set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            commands.add(node.name)
            if node.name in ("backend", "gradio", "gallery"):
                continue
            given = zip(node.args.args[::-1], node.args.defaults[::-1], strict=False)
            options |= {
                argument.arg.replace("_", "-")
                for argument, default in given
                if "Option" in ast.unparse(default)
            }
    listed = rows("| command line | here |")
    first = " ".join(cells[0] for cells in listed)
    assert set(re.findall(r"`da3 (\w+)", first)) == commands
    assert set(re.findall(r"`--([\w-]+)`", first)) == options


def test_options_that_are_named_exist() -> None:
    known = {f.name for cls in (PredictOptions, InputOptions, ExportOptions) for f in fields(cls)}
    known |= {"images", "extrinsics", "intrinsics", "options"}
    for cells in rows("| `inference(...)` | `predictor.predict(images, ...)` | |"):
        if "anyview." not in cells[1]:
            named = {name.rstrip("=") for name in re.findall(r"`(\w+=?)`", cells[1])}
            assert named - {"export_prediction"} <= known, cells
    text = " ".join(cells[1] for cells in rows("| command line | here |"))
    own = {"model", "output", "formats", "device", "cameras"}
    flags = {flag.replace("-", "_") for flag in re.findall(r"--([\w-]+)", text)}
    assert flags <= known | own


def test_all_of_the_first_table_is_filled() -> None:
    table = rows("| | here | depth_anything_3 | VGGT |")
    assert len(table) == 8
    assert all(len(cells) == 8 and all(cells) for cells in table)


@pytest.fixture(scope="module")
def guide() -> dict[str, Any]:
    """The functions that the guide defines, without what it does with them."""
    blocks = re.findall(r"```python run\n(.*?)```", TEXT, re.DOTALL)
    kept: list[ast.stmt] = []
    for block in blocks:
        for statement in ast.parse(block).body:
            if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef):
                kept.append(statement)
    namespace: dict[str, Any] = {}
    module = ast.Module(kept, type_ignores=[])
    exec(compile(module, str(GUIDE), "exec"), namespace)  # noqa: S102 - our own document
    return namespace


@pytest.fixture(scope="module")
def prediction() -> Prediction:
    """Cameras anywhere, off-centre K, depth of noise."""
    chance = np.random.default_rng(5)
    rotation = Rotation.random(VIEWS, random_state=3).as_matrix()
    translation = chance.normal(size=(VIEWS, 3, 1))
    K = np.tile(np.array([[11.0, 0, 5.2], [0, 13.0, 4.9], [0, 0, 1]]), (VIEWS, 1, 1))
    depth = chance.uniform(1, 5, (VIEWS, HEIGHT, WIDTH))
    return Prediction(
        depth=torch.from_numpy(depth).float(),
        images=torch.zeros((VIEWS, 3, HEIGHT, WIDTH), dtype=torch.uint8),
        names=tuple(f"v{i}" for i in range(VIEWS)),
        extrinsics=torch.from_numpy(np.concatenate([rotation, translation], -1)).float(),
        intrinsics=torch.from_numpy(K).float(),
        original_sizes=torch.tensor([[HEIGHT, WIDTH]] * VIEWS),
        processed_from_original=torch.eye(3).repeat(VIEWS, 1, 1),
    )


def test_vggt(guide: dict[str, Any], prediction: Prediction) -> None:
    extrinsic, intrinsic, depth, encoding = guide["to_vggt"](prediction)
    assert extrinsic.shape == (1, VIEWS, 3, 4)
    assert depth.shape == (1, VIEWS, HEIGHT, WIDTH, 1)
    assert torch.equal(intrinsic[0], prediction.intrinsics)
    matrices = Rotation.from_quat(encoding[0, :, 3:7].numpy()).as_matrix()  # x y z w there too
    np.testing.assert_allclose(matrices, prediction.extrinsics[:, :, :3], atol=1e-5)
    np.testing.assert_array_equal(encoding[0, :, :3], prediction.extrinsics[:, :, 3])
    vertical, horizontal = encoding[0, 0, 7:].tolist()
    assert vertical == pytest.approx(2 * math.atan(HEIGHT / 2 / 13), rel=1e-5)
    assert horizontal == pytest.approx(2 * math.atan(WIDTH / 2 / 11), rel=1e-5)
    extrinsics, K = guide["from_vggt"](encoding, HEIGHT, WIDTH)
    torch.testing.assert_close(extrinsics, prediction.extrinsics, atol=1e-5, rtol=0)
    # The encoding has no principal point: it comes back in the centre.
    expected = torch.tensor([[11.0, 0, WIDTH / 2], [0, 13.0, HEIGHT / 2], [0, 0, 1]])
    torch.testing.assert_close(K[0], expected, rtol=1e-4, atol=1e-4)


def test_map_anything(guide: dict[str, Any], prediction: Prediction) -> None:
    views = guide["to_map_anything"](prediction)
    view, K = views[1], prediction.intrinsics[1]
    for row, column in ((0, 0), (4, 7), (8, 11)):
        z = float(prediction.depth[1, row, column])
        x = (column + 0.5 - float(K[0, 2])) / float(K[0, 0]) * z
        y = (row + 0.5 - float(K[1, 2])) / float(K[1, 1]) * z
        assert float(view["depth_along_ray"][row, column]) == pytest.approx(
            math.sqrt(x * x + y * y + z * z), rel=1e-5
        )
    pose = view["camera_poses"].double().numpy()
    rotation = prediction.extrinsics[1, :, :3].double().numpy()
    np.testing.assert_allclose(pose[:3, :3], rotation.T, atol=1e-5)
    centre = -rotation.T @ prediction.extrinsics[1, :, 3].double().numpy()
    np.testing.assert_allclose(view["cam_trans"], centre, atol=1e-5)
    turned = Rotation.from_quat(view["cam_quats"].numpy()).as_matrix()
    np.testing.assert_allclose(turned, pose[:3, :3], atol=1e-5)
    extrinsics, K, z = guide["from_map_anything"](views)
    torch.testing.assert_close(extrinsics[:, :3], prediction.extrinsics, atol=1e-5, rtol=0)
    torch.testing.assert_close(z, prediction.depth, rtol=1e-5, atol=0)
    assert torch.equal(K, prediction.intrinsics)


def test_moge(guide: dict[str, Any], prediction: Prediction) -> None:
    output = guide["to_moge"](prediction, 2)
    K = output["intrinsics"]
    expected = [[11 / WIDTH, 0, 5.2 / WIDTH], [0, 13 / HEIGHT, 4.9 / HEIGHT], [0, 0, 1]]
    np.testing.assert_allclose(K, expected, rtol=1e-5)
    # Their points: (u, v) runs from 0 to 1 over the image, the first pixel's centre at 0.5 / W.
    row, column = 3, 10
    z = float(output["depth"][row, column])
    x = ((column + 0.5) / WIDTH - float(K[0, 2])) / float(K[0, 0]) * z
    y = ((row + 0.5) / HEIGHT - float(K[1, 2])) / float(K[1, 1]) * z
    np.testing.assert_allclose(output["points"][row, column], [x, y, z], rtol=1e-5)
    back, depth = guide["from_moge"](output)
    torch.testing.assert_close(back, prediction.intrinsics[2])
    torch.testing.assert_close(depth, anyview.at_original_size(prediction, 2).depth)


def test_colmap(guide: dict[str, Any], prediction: Prediction) -> None:
    pycolmap = pytest.importorskip("pycolmap")
    qvec, tvec = guide["to_colmap"](prediction.extrinsics)
    for view in range(VIEWS):
        pose = pycolmap.Rigid3d(prediction.extrinsics[view].double().numpy())
        xyzw = np.asarray(pose.rotation.quat)  # of pycolmap, unlike the files
        same = np.allclose(qvec[view, [1, 2, 3, 0]], xyzw, atol=1e-5)
        assert same or np.allclose(qvec[view, [1, 2, 3, 0]], -xyzw, atol=1e-5)
        np.testing.assert_allclose(tvec[view], pose.translation, atol=1e-6)
    back = guide["from_colmap"](qvec, tvec)
    torch.testing.assert_close(back, prediction.extrinsics, atol=1e-5, rtol=0)


def test_nerfstudio(guide: dict[str, Any], prediction: Prediction) -> None:
    matrices = guide["to_nerfstudio"](prediction.extrinsics)
    for view in range(VIEWS):
        # One unit in front of the camera is -1 on its z axis there, one below it -1 on y.
        rotation, translation = prediction.extrinsics[view].double().split([3, 1], dim=-1)
        for ours, theirs in (((0, 0, 1), (0, 0, -1)), ((0, 1, 0), (0, -1, 0)), ((1, 0, 0),) * 2):
            point = rotation.T @ (torch.tensor(ours).double()[:, None] - translation)
            found = matrices[view, :3, :3] @ torch.tensor(theirs).double() + matrices[view, :3, 3]
            torch.testing.assert_close(found, point[:, 0], atol=1e-5, rtol=0)
    back = guide["from_nerfstudio"](matrices)
    torch.testing.assert_close(back[:, :3].float(), prediction.extrinsics, atol=1e-5, rtol=0)
