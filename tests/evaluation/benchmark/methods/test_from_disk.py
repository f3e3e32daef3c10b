# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError, OptionError
from anyview.evaluation.benchmark.methods.from_disk import build
from anyview.evaluation.benchmark.methods.spec import parse_spec
from anyview.evaluation.benchmark.stored_answers import answer_file, write_answer
from anyview.evaluation.benchmark.task import Answer, Cost
from anyview.structures.views import View, ViewSet

VIEWS = ViewSet((View(torch.zeros(3, 4, 6, dtype=torch.uint8), "a"),))


def test_answers_are_found_by_suite_and_task(tmp_path):
    answer = Answer(depth=(torch.rand(2, 3),), cost=Cost(3.0))
    write_answer(answer_file(tmp_path, "worlds", "000_all"), answer)
    method = build(parse_spec(f"from-disk:folder={tmp_path}"))
    back = method.answer(VIEWS, "worlds/000_all")
    assert torch.equal(back.depth[0], answer.depth[0])
    assert back.cost.seconds == 3.0
    with pytest.raises(InputError, match=r"no answer at .*000_1\.npz"):
        method.answer(VIEWS, "worlds/000_1")
    assert method.describe() == {"folder": tmp_path.name}


def test_the_folder_must_be_there(tmp_path):
    with pytest.raises(OptionError, match="needs a folder"):
        build(parse_spec("from-disk"))
    with pytest.raises(InputError, match="is no folder"):
        build(parse_spec(f"from-disk:folder={tmp_path / 'absent'}"))
