# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Chunks of a video put where all measured overlaps and loops agree: a Sim(3) pose graph.

Each chunk has a frame and a scale of its own; what is measured is how one chunk lies in another.
Neighbours in time are trusted. Loops are not: a place that only looks the same must not bend the
map, so loops are weighed by graduated non-convexity with a Geman-McClure kernel (Yang, Antonante,
Tzoumas and Carlone, 2020): convex at first, then less and less forgiving.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float64, Int
from torch import Tensor

from anyview.core.errors import InputError
from anyview.core.optional import require
from anyview.geometry.sim3 import Sim3
from anyview.geometry.sim3_jacobians import adjoint, difference, difference_jacobian, step

CHI2_7 = 18.5
"""Of 7 normal numbers, the sum of squares is below this in 99 of 100 cases."""

_RELAX = 2.0
_MOST_STEPS = 30
_STEPS_A_ROUND = 4
_SMALL_STEP = 1e-7


@dataclass(frozen=True)
class PoseGraph:
    """What is known of how chunks lie to each other.

    Attributes:
        nodes: ``world_from_chunk`` of N chunks, float64: a first guess.
        edges: Pairs (i, j).
        measured: ``chunk_i_from_chunk_j`` of each pair, float64.
        sigma: Standard deviations of (translation in units of chunk j, rotation in rad, log scale).
        is_loop: Pairs that may be mistakes.
    """

    nodes: Sim3
    edges: Int[Tensor, "E 2"]
    measured: Sim3
    sigma: Float64[Tensor, "E 7"]
    is_loop: Bool[Tensor, " E"]

    def __post_init__(self) -> None:
        count = len(self.nodes.scale)
        if self.edges.numel() and not bool(((self.edges >= 0) & (self.edges < count)).all()):
            raise InputError(f"Edges of a pose graph of {count} chunks must name chunks below it.")
        if not bool((self.sigma > 0).all()):
            raise InputError("Standard deviations of a pose graph must be positive.")


@dataclass(frozen=True)
class PoseGraphResult:
    """Where the chunks lie.

    Attributes:
        nodes: ``world_from_chunk``; the first is as given.
        weights: How far each edge was believed, in [0, 1]; 1 for neighbours in time.
        believed: Loops with a weight above one half, and all others.
        chi2_before: Weighted sum of squares at the first guess, of the believed edges.
        chi2_after: The same at the end.
    """

    nodes: Sim3
    weights: Float64[Tensor, " E"]
    believed: Bool[Tensor, " E"]
    chi2_before: float
    chi2_after: float


def optimize(graph: PoseGraph, *, threshold: float = CHI2_7) -> PoseGraphResult:
    """Put the chunks where the edges agree.

    Args:
        graph: Connected by edges that are no loops.
        threshold: Squared error, in standard deviations, up to which a loop counts as right.

    Raises:
        MissingExtraError: If SciPy is not installed.
    """
    nodes = graph.nodes
    loops = graph.is_loop
    weights = torch.ones(len(graph.edges), dtype=torch.float64)
    if bool(loops.any()):
        # Neighbours alone first, so that the first guess need not agree with them.
        nodes = _solve(graph, nodes, torch.where(loops, 0.0, weights))
        squares = _squares(graph, nodes)
        slack = max(1.0, 2 * float(squares[loops].max()) / threshold)
        while slack > 1.0:
            slack = max(1.0, slack / _RELAX)
            weights = torch.where(loops, _forgiving(squares, slack * threshold), 1.0)
            nodes = _solve(graph, nodes, weights, _STEPS_A_ROUND)
            squares = _squares(graph, nodes)
        weights = torch.where(loops, (squares <= threshold).double(), 1.0)
    nodes = _solve(graph, nodes, weights)
    squares = _squares(graph, nodes)
    believed = weights > 0.5
    before = _squares(graph, graph.nodes)
    return PoseGraphResult(
        nodes, weights, believed, float(before[believed].sum()), float(squares[believed].sum())
    )


def residuals(graph: PoseGraph, nodes: Sim3) -> Float64[Tensor, "E 7"]:
    """Difference of ``measured^-1 nodes_i^-1 nodes_j`` from the identity, in units of chunk j."""
    return difference(_errors(graph, nodes))


def _errors(graph: PoseGraph, nodes: Sim3) -> Sim3:
    i, j = graph.edges.unbind(-1)
    return graph.measured.inverse() @ nodes[i].inverse() @ nodes[j]


def _squares(graph: PoseGraph, nodes: Sim3) -> Float64[Tensor, " E"]:
    return (residuals(graph, nodes) / graph.sigma).square().sum(dim=-1)


def _forgiving(squares: Tensor, scale: float) -> Tensor:
    """Geman-McClure's weight."""
    return (scale / (scale + squares)).square()


def _solve(
    graph: PoseGraph, nodes: Sim3, weights: Float64[Tensor, " E"], steps: int = _MOST_STEPS
) -> Sim3:
    """Levenberg's method; the first chunk stays."""
    if len(nodes.scale) < 2 or not len(graph.edges):
        return nodes
    linalg: Any = require("scipy.sparse.linalg", extra="stream", purpose="a pose graph")
    damping, cost = 1e-6, float((weights * _squares(graph, nodes)).sum())
    for _ in range(steps):
        hessian, gradient = _normal_equations(graph, nodes, weights)
        diagonal = hessian.diagonal()
        while True:
            damped = hessian.copy()
            damped.setdiag(diagonal * (1 + damping) + 1e-9)
            # Symmetric and positive: an ordering for that keeps the factors of a chain thin.
            factors = linalg.splu(
                damped.tocsc(),
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
                options={"SymmetricMode": True},
            )
            vector = torch.from_numpy(-factors.solve(gradient)).reshape(-1, 7)
            moved = step(nodes, torch.cat((torch.zeros(1, 7, dtype=torch.float64), vector)))
            new = float((weights * _squares(graph, moved)).sum())
            if new <= cost * (1 + 1e-9) or damping > 1e6:
                break
            damping *= 10
        if new > cost * (1 + 1e-9):
            return nodes
        nodes, gained = moved, cost - new
        cost, damping = new, max(damping / 10, 1e-9)
        if float(vector.abs().max()) < _SMALL_STEP or gained <= 1e-6 * cost:
            break
    return nodes


def _normal_equations(graph: PoseGraph, nodes: Sim3, weights: Tensor) -> tuple[Any, Any]:
    """J^T W J and J^T W r over all chunks but the first, which is fixed."""
    sparse: Any = require("scipy.sparse", extra="stream", purpose="a pose graph")
    i, j = graph.edges.unbind(-1)
    errors = _errors(graph, nodes)
    r, to_j = difference(errors), difference_jacobian(errors)
    to_i = -to_j @ adjoint(nodes[j].inverse() @ nodes[i])
    scale = (weights.sqrt()[:, None] / graph.sigma)[..., None]
    to_i, to_j, r = to_i * scale, to_j * scale, (r * scale[..., 0])
    rows, columns, values = [], [], []
    gradient = torch.zeros(len(nodes.scale), 7, dtype=torch.float64)
    for a, jacobian_a in ((i, to_i), (j, to_j)):
        gradient.index_add_(0, a, (jacobian_a.mT @ r[..., None])[..., 0])
        for b, jacobian_b in ((i, to_i), (j, to_j)):
            block = jacobian_a.mT @ jacobian_b
            rows.append((7 * a[:, None, None] + torch.arange(7)[:, None]).expand_as(block))
            columns.append((7 * b[:, None, None] + torch.arange(7)).expand_as(block))
            values.append(block)
    index = [torch.cat([x.flatten() for x in part]).numpy() for part in (rows, columns)]
    data = torch.cat([x.flatten() for x in values]).numpy()
    size = 7 * len(nodes.scale)
    full = sparse.coo_matrix((data, index), shape=(size, size)).tocsr()
    return full[7:, 7:], np.ascontiguousarray(gradient[1:].flatten().numpy())
