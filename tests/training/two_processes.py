# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a function in two processes that know each other, as torchrun would start them."""

import multiprocessing
import os
import socket
import traceback
from collections.abc import Callable
from typing import Any

import torch

TIMEOUT_S = 60


def in_two_processes(function: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Call ``function(*arguments)`` in both and return what they return, by rank.

    Args:
        function: Picklable, of a module; calls ``distributed.processes`` itself.
        arguments: Picklable.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Started from a clean process that has imported what takes long, once for both.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch", "torch._dynamo", "torch.distributed.fsdp"])
    results = context.Queue()
    processes = [
        context.Process(target=_run, args=(results, rank, port, function, arguments), daemon=True)
        for rank in range(2)
    ]
    for process in processes:
        process.start()
    try:
        found = dict(results.get(timeout=TIMEOUT_S) for _ in processes)
    finally:
        for process in processes:
            process.join(timeout=5)
            process.kill()
    for result in found.values():
        if isinstance(result, _Failure):
            raise AssertionError(result.text)
    return [found[rank] for rank in range(2)]


class _Failure:
    def __init__(self, text: str) -> None:
        self.text = text


def _run(results: Any, rank: int, port: int, function: Callable[..., Any], arguments: Any) -> None:
    torch.set_num_threads(1)
    os.environ.update(
        RANK=str(rank),
        LOCAL_RANK=str(rank),
        WORLD_SIZE="2",
        MASTER_ADDR="127.0.0.1",
        MASTER_PORT=str(port),
    )
    try:
        results.put((rank, function(*arguments)))
    except BaseException:  # noqa: BLE001 - raised again in the parent
        results.put((rank, _Failure(traceback.format_exc())))
