# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json
import subprocess

from anyview.core.version import __version__
from anyview.evaluation.benchmark.provenance import commit_of, machine, program


def git(folder, *words):
    done = subprocess.run(
        ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", *words],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_it_is_json_and_names_the_version():
    document = json.loads(json.dumps({**program(), "machine": machine()}, allow_nan=False))
    assert document["version"] == __version__
    assert document["machine"]["processors"] >= 1


def test_the_commit_is_git_s(tmp_path):
    file = tmp_path / "src" / "a.py"
    file.parent.mkdir()
    file.write_text("")
    (tmp_path / ".git").write_text("gitdir: nowhere")  # not the repository above, if any
    assert commit_of(file) is None
    (tmp_path / ".git").unlink()
    git(tmp_path, "init", "-q")
    assert commit_of(file) is None
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    first = git(tmp_path, "rev-parse", "HEAD")
    assert commit_of(file) == first
    git(tmp_path, "pack-refs", "--all")
    assert commit_of(file) == first
    git(tmp_path, "worktree", "add", "-q", tmp_path / "beside", "-b", "other")
    assert commit_of(tmp_path / "beside" / "a.py") == first
    git(tmp_path, "checkout", "-q", "--detach")
    assert commit_of(file) == first
