# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""From nothing to weights: losses, teacher, recipes and the trainer."""
