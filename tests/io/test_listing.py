# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import glob
import os
from pathlib import Path

import pytest

from anyview.core.errors import InputError
from anyview.io.listing import find_files, is_image, is_video, root_of


@pytest.fixture
def folder(tmp_path):
    """Makes empty files: nothing here may open one."""

    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return make


def names(given):
    return [path.name for path in find_files(given)]


def test_folder_in_natural_order_whatever_the_case(folder):
    root = folder(
        "img10.JPG", "img2.jpeg", "IMG1.png", "a.webp", "b.BMP", "c.tif", "d.TIFF", "e.ppm"
    )
    expected = ["a.webp", "b.BMP", "c.tif", "d.TIFF", "e.ppm", "IMG1.png", "img2.jpeg", "img10.JPG"]
    assert names(root) == expected
    assert names(str(root)) == expected
    assert all(path.parent == root for path in find_files(root))


def test_folder_leaves_out_what_is_hidden_or_no_image(folder):
    root = folder("a.jpg", ".b.jpg", "._a.jpg", "notes.txt", "sub/c.jpg", "d.jpg/e.txt", "clip.mp4")
    assert names(root) == ["a.jpg"]


def test_empty_folder_says_what_was_looked_for(tmp_path):
    with pytest.raises(InputError, match=r"no images\. Looked for \.jpg, .*\.ppm.*folder is empty"):
        find_files(tmp_path)


def test_folder_of_other_files_says_what_it_holds(folder):
    root = folder("a.avif", "b.AVIF", "c.txt", "sub/a.jpg")
    with pytest.raises(InputError, match=r"Found: 2 \.avif, .*1 folders.* not searched"):
        find_files(root)


def test_folder_with_one_video_is_that_video(folder):
    assert names(folder("clip.MOV", "notes.txt")) == ["clip.MOV"]


def test_folder_with_several_videos_asks_for_one(folder):
    with pytest.raises(InputError, match=r"no images but 2 videos \(clip2.mp4, clip10.mp4"):
        find_files(folder("clip10.mp4", "clip2.mp4"))


def test_a_file_is_itself_whatever_its_suffix(folder):
    root = folder("photo.dat", ".hidden.jpg")
    assert names(root / "photo.dat") == ["photo.dat"]
    assert names(root / ".hidden.jpg") == [".hidden.jpg"]


def test_patterns(folder):
    root = folder("f10.jpg", "f2.jpg", "f3.txt", "g1.png", "sub/f1.jpg", ".f0.jpg", "f1.mp4")
    assert names(f"{root}/f*") == ["f1.mp4", "f2.jpg", "f10.jpg"]
    assert names(f"{root}/[g]?.png") == ["g1.png"]
    assert names(f"{root}/**/*.jpg") == ["f2.jpg", "f10.jpg", "f1.jpg"]
    assert names(root / "f?.jpg") == ["f2.jpg"]


def test_a_file_named_like_a_pattern_is_that_file(folder):
    root = folder("img[1].jpg", "img1.jpg")
    assert names(root / "img[1].jpg") == ["img[1].jpg"]


def test_patterns_without_images(folder):
    root = folder("a.txt")
    with pytest.raises(InputError, match=r"b\*: nothing matches\. Looked for \.jpg"):
        find_files(f"{root}/b*")
    with pytest.raises(InputError, match="only 1 other files or folders match"):
        find_files(f"{root}/*")


@pytest.mark.parametrize("given", ["absent.jpg", "absent/folder", ""])
def test_absent_paths(tmp_path, given, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no such file or folder" if given else "is not a path"):
        find_files(given)


def test_odd_paths(tmp_path):
    with pytest.raises(InputError, match="is not a path"):
        find_files("a\0b")
    with pytest.raises(InputError, match="File name too long"):
        find_files("n" * 5000)
    (tmp_path / "link.jpg").symlink_to(tmp_path / "gone.jpg")
    with pytest.raises(InputError, match="no such file"):
        find_files(tmp_path / "link.jpg")


def test_home_folder(folder, monkeypatch):
    root = folder("a.jpg")
    monkeypatch.setenv("HOME", str(root))
    assert list(find_files("~/a.jpg")) == [root / "a.jpg"]


def test_no_permission(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(InputError, match="no permission to list this folder"):
        find_files(tmp_path)


def test_kinds():
    assert is_image("a.JPG")
    assert is_video(Path("a.MP4"))
    assert not is_image("a.mp4")
    assert not is_video("mp4")


def test_root_depends_on_what_is_given_not_on_what_is_there(folder, monkeypatch):
    root = folder("a/b/f1.jpg", "a/f[1].jpg")
    assert root_of(root / "a") == root / "a"
    assert root_of(root / "a" / "b" / "f1.jpg") == root / "a" / "b"
    assert root_of(root / "a" / "f[1].jpg") == root / "a"
    assert root_of(f"{root}/a/*.jpg") == root / "a"
    assert root_of(f"{root}/**/b/*.jpg") == root
    assert root_of(f"{root}/[ab]/b/f1.jpg") == root
    monkeypatch.chdir(root / "a")
    assert root_of("*.jpg") == root / "a"
    assert root_of("b/../*/f?.jpg") == root / "a"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Folders, hidden ones, links to a folder above, below and elsewhere."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "a/x.png",
        "a/b/y.png",
        "a/b/c/z.jpg",
        "a/.hidden/h.png",
        "other/o.png",
        "a/n.txt",
    ):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    Path("a/again").symlink_to("b")
    Path("a/b/up").symlink_to(tmp_path)
    Path("a/elsewhere").symlink_to(tmp_path / "other")
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a/**/*.png", ["a/b/y.png", "a/elsewhere/o.png", "a/x.png"]),
        ("a/**", ["a/b/c/z.jpg", "a/b/y.png", "a/elsewhere/o.png", "a/x.png"]),
        ("a/**/b/*.png", ["a/b/y.png"]),
        ("**/**/*.jpg", ["a/b/c/z.jpg"]),
        ("**/b/**/*", ["a/b/c/z.jpg", "a/b/y.png"]),
        ("?/*.png", ["a/x.png"]),
        ("./a/*.png", ["a/x.png"]),
    ],
)
def test_patterns_of_any_depth_visit_each_folder_once(tree, pattern, expected):
    found = [path.as_posix() for path in find_files(pattern)]
    assert [name for name in found if "/up/" not in name] == expected
    absolute = [path.as_posix() for path in find_files(f"{tree}/{pattern}")]
    assert len(absolute) == len(found)


def test_patterns_without_links_match_what_glob_matches(tree):
    for link in ("a/again", "a/b/up", "a/elsewhere"):
        Path(link).unlink()
    for pattern in ("a/**/*.png", "**/*.jpg", "**/*", "**/b/**/*.*", f"{tree}/**/*.p?g"):
        names = glob.glob(pattern, recursive=True)  # noqa: PTH207
        expected = {Path(name) for name in names if is_image(name)}
        assert set(find_files(pattern)) == expected
