# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic.room_plans import ROOM_PLANS
from anyview.data.synthetic.style import draw_style


def test_plans_are_plausible():
    assert len(ROOM_PLANS) >= 10
    for name, plan in ROOM_PLANS.items():
        assert plan.weight > 0, name
        for low, high in (plan.width, plan.depth):
            assert 1.5 <= low < high <= 12, name
        assert 2.4 <= plan.tall <= 4
        assert 0 <= plan.windows <= 1


def test_everything_in_the_plans_can_be_made():
    rng = np.random.default_rng(0)
    style = draw_style(rng, 0.0)
    makers = {
        maker for plan in ROOM_PLANS.values() for maker in (*plan.by_wall, *plan.hung, *plan.floor)
    }
    assert len(makers) > 20
    for maker in makers:
        assert len(maker(rng, style).mesh().faces) >= 12
