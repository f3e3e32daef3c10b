# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Hours of video in bounded memory: chunks, joined into one scene."""
