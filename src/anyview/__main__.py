# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``python -m anyview``: the same as the ``anyview`` command."""

from anyview.cli.main import main

if __name__ == "__main__":
    main()
