# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Procedural worlds with exact truth, made by ray casting."""
