# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import itertools
import json

import numpy as np
import pytest
import torch
from PIL import Image

import anyview
from anyview.core.errors import InputError
from anyview.inference.options import PredictOptions
from anyview.streaming.folder import StreamFolder
from anyview.streaming.options import StreamOptions
from anyview.streaming.run import StreamSettings, stream_to_folder

SETTINGS = StreamSettings(
    predict=PredictOptions(resolution=56), stream=StreamOptions(chunk=4, overlap=1, cut=0.0)
)


@pytest.fixture
def frames(tmp_path):
    chance = np.random.default_rng(0)
    picture = chance.integers(0, 255, (60, 120, 3), dtype=np.uint8)
    folder = tmp_path / "frames"
    folder.mkdir()
    for k in range(9):
        Image.fromarray(picture[:42, 4 * k : 4 * k + 56]).save(folder / f"{k}.png")
    return folder


def test_a_network_streams_and_goes_on(frames, tmp_path):
    predictor = anyview.build("nano", device="cpu")
    whole = list(stream_to_folder(predictor, str(frames), tmp_path / "whole", SETTINGS))
    assert [n for piece in whole for n in piece.prediction.names] == [str(k) for k in range(9)]

    stopped = stream_to_folder(predictor, str(frames), tmp_path / "two", SETTINGS)
    first = list(itertools.islice(stopped, 1))
    stopped.close()
    rest = list(stream_to_folder(predictor, str(frames), tmp_path / "two", SETTINGS))
    assert len(first) + len(rest) == len(whole)
    assert list(stream_to_folder(predictor, str(frames), tmp_path / "two", SETTINGS)) == []
    one, two = (depth_of(tmp_path / name) for name in ("whole", "two"))
    assert torch.equal(one, two)


def depth_of(root):
    folder = StreamFolder(root, json.loads((root / "stream.json").read_text()))
    return torch.cat([part.depth for part in folder.predictions()])


def test_models_without_cameras_are_refused(frames, tmp_path):
    predictor = anyview.build("nano-mono", device="cpu")
    with pytest.raises(InputError, match="'nano-mono' has none"):
        next(stream_to_folder(predictor, str(frames), tmp_path / "out", SETTINGS))
    assert not (tmp_path / "out").exists()
