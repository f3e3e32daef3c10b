# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import subprocess
import sys

import numpy as np

from anyview.data.synthetic import kernels
from anyview.data.synthetic.kernels import kernel, part_of_kernel


def test_a_kernel_computes_what_the_function_does():
    @part_of_kernel
    def twice(x: float) -> float:
        return 2.0 * x

    @kernel
    def total(values: np.ndarray) -> float:
        out = 0.0
        for n in range(values.shape[0]):
            out += twice(values[n])
        return out

    assert total(np.arange(4.0)) == 12.0


def test_no_place_for_a_cache_is_no_error(monkeypatch):
    def plus_one(x: float) -> float:
        return x + 1.0

    real = kernels._numba.njit
    asked = []

    class ReadOnly:
        @staticmethod
        def njit(*, cache, **options):
            asked.append(cache)
            if cache:
                raise RuntimeError("cannot cache function: no locator available")
            return real(cache=False, **options)

    monkeypatch.setattr(kernels, "_numba", ReadOnly)
    assert kernel(plus_one)(1.0) == 2.0
    assert asked == [True, False]


def test_importing_the_renderer_imports_no_numba():
    code = (
        "import sys, anyview.data.synthetic.renderer as r; "
        "sys.exit('numba' in sys.modules or 'embreex' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
