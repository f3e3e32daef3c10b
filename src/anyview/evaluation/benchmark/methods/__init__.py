# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever answers tasks: our models, rivals, and answers that look at no image."""
