# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math
import time
from dataclasses import replace

import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.sim3 import Sim3
from anyview.streaming.pose_graph import PoseGraph, optimize, residuals

SIGMA = torch.tensor([0.02] * 3 + [0.005] * 3 + [0.01], dtype=torch.float64)


def ring(count: int, turns: float = 1.0) -> Sim3:
    """Chunks along a circle, each with a scale of its own."""
    angle = torch.linspace(0, 2 * math.pi * turns, count + 1, dtype=torch.float64)[:-1]
    radius = count / (2 * math.pi * turns)
    vector = torch.zeros(count, 7, dtype=torch.float64)
    vector[:, 4] = angle
    vector[:, 6] = 0.3 * torch.sin(3 * angle)
    turned = Sim3.exp(vector)
    centres = torch.stack((radius * angle.sin(), 0 * angle, radius * (angle.cos() - 1)), dim=-1)
    return Sim3(turned.scale, turned.rotation, centres)


def planted(
    truth: Sim3, loops: list[tuple[int, int]], *, noise: float = 1.0, seed: int = 0
) -> PoseGraph:
    """Noisy neighbours and loops, and the chain of the neighbours as a first guess."""
    count = len(truth.scale)
    pairs = [(k, k + 1) for k in range(count - 1)] + loops
    edges = torch.tensor(pairs, dtype=torch.long).reshape(-1, 2)
    generator = torch.Generator().manual_seed(seed)
    error = noise * SIGMA * torch.randn(len(pairs), 7, generator=generator, dtype=torch.float64)
    exact = truth[edges[:, 0]].inverse() @ truth[edges[:, 1]]
    measured = exact @ Sim3.exp(error)
    nodes = [truth[0]]
    for k in range(count - 1):
        nodes.append(nodes[-1] @ measured[k])
    guess = Sim3(*(torch.stack([getattr(n, f) for n in nodes]) for f in vars(truth)))
    is_loop = torch.arange(len(pairs)) >= count - 1
    return PoseGraph(guess, edges, measured, SIGMA.expand(len(pairs), 7).clone(), is_loop)


def drift(nodes: Sim3, truth: Sim3) -> float:
    return float((nodes.translation - truth.translation).norm(dim=-1).square().mean().sqrt())


def test_what_agrees_already_stays():
    truth = ring(12)
    result = optimize(planted(truth, [(11, 0)], noise=0.0))
    assert drift(result.nodes, truth) < 1e-9
    assert result.believed.all()
    assert result.chi2_after < 1e-12


def test_a_loop_takes_the_drift_away():
    truth = ring(120)
    graph = planted(truth, [(119, 0), (118, 1), (117, 2)])
    result = optimize(graph)
    assert result.believed.all()
    assert drift(result.nodes, truth) < 0.35 * drift(graph.nodes, truth)
    # Drift of scale, which a loop does not see in the middle, falls too.
    scale = (result.nodes.scale / truth.scale).log().square().mean()
    assert scale < (graph.nodes.scale / truth.scale).log().square().mean()
    assert result.chi2_after < result.chi2_before
    # As many squares as numbers measured, less those that were fitted.
    assert result.chi2_after < 2 * 7 * 3 + 60


def test_false_loops_do_not_wreck_the_map():
    truth = ring(120)
    honest = planted(truth, [(119, 0), (118, 1)])
    liars = planted(truth, [(119, 0), (118, 1), (90, 20), (70, 5), (60, 10)])
    lie = liars.measured.translation.clone()
    lie[-3:] = torch.tensor([[0.1, 0, 0.2], [0, 0, 0.1], [0.3, 0, 0]], dtype=torch.float64)
    turn = liars.measured.rotation.clone()
    turn[-3:] = torch.eye(3, dtype=torch.float64)
    liars = replace(
        liars,
        measured=Sim3(liars.measured.scale, turn, lie),
    )
    result = optimize(liars)
    assert result.believed.tolist() == [True] * 121 + [False] * 3
    assert drift(result.nodes, truth) < 1.2 * drift(optimize(honest).nodes, truth) + 0.05


def test_the_first_chunk_and_the_frame_stay():
    truth = ring(20)
    graph = planted(truth, [(19, 0)])
    moved = Sim3.exp(torch.tensor([1.0, 2, 3, 0.1, 0.7, -0.2, 0.4], dtype=torch.float64))
    one, two = optimize(graph), optimize(replace(graph, nodes=moved @ graph.nodes))
    assert torch.equal(one.nodes.translation[0], graph.nodes.translation[0])
    expected = (moved @ one.nodes).matrix()
    assert torch.allclose(two.nodes.matrix(), expected, atol=1e-5)


def test_without_loops_neighbours_are_chained():
    truth = ring(9)
    graph = planted(truth, [])
    result = optimize(replace(graph, nodes=Sim3.identity((9,), dtype=torch.float64)))
    assert residuals(graph, result.nodes).abs().max() < 1e-6


def test_one_chunk_is_a_map():
    graph = planted(ring(1), [])
    assert torch.equal(optimize(graph).nodes.translation, graph.nodes.translation)


@pytest.mark.slow
def test_five_thousand_chunks_take_seconds():
    truth = ring(5000, turns=5)
    loops = [(1000 + 50 * k, 50 * k) for k in range(60)]
    started = time.perf_counter()
    graph = planted(truth, loops)
    result = optimize(graph)
    assert time.perf_counter() - started < 60
    assert drift(result.nodes, truth) < 0.5 * drift(graph.nodes, truth)


def test_what_is_refused():
    graph = planted(ring(3), [])
    with pytest.raises(InputError, match="name chunks below it"):
        replace(graph, edges=torch.tensor([[0, 3], [1, 2]]))
    with pytest.raises(InputError, match="must be positive"):
        replace(graph, sigma=0 * graph.sigma)
