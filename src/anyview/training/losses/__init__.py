# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a network is trained to make small: one file for each idea, on plain tensors."""
