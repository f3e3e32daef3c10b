# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The version, read by the build and written into every result."""

__version__ = "0.1.0"
