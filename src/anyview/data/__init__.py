# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What training and evaluation read: batches, scenes on disk, synthetic worlds."""
