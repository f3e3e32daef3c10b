# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import OptionError
from anyview.training.label_schedule import LabelSchedule


def test_the_paper_switches_the_student_at_120_k_of_200_k():
    labels = LabelSchedule("teacher", begins=0.6)
    steps = (0, 119_999, 120_000, 199_999)
    assert [labels.takes_teacher(s, 200_000, seed=1) for s in steps] == [False, False, True, True]


def test_a_share_of_the_scenes_keeps_its_own_depth():
    labels = LabelSchedule("teacher", begins=0.0, truth_share=0.2)
    taken = [labels.takes_teacher(0, 10, seed) for seed in range(4000)]
    assert sum(taken) / 4000 == pytest.approx(0.8, abs=0.03)
    assert taken == [labels.takes_teacher(9, 10, seed) for seed in range(4000)], "of the seed alone"


def test_without_a_teacher_nothing_is_taken():
    assert not LabelSchedule().takes_teacher(10, 10, 0)


def test_refuses_what_is_no_fraction():
    with pytest.raises(OptionError, match=r"begins is 1\.5"):
        LabelSchedule("teacher", begins=1.5)
    with pytest.raises(OptionError, match="truth_share"):
        LabelSchedule("teacher", truth_share=-0.1)
