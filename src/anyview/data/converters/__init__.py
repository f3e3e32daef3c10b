# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Published data sets and other programs' folders as scenes of our own format."""
