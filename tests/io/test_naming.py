# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import random
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.io.naming import UniqueNames, names_below, natural_key

NAMES = st.text(alphabet="aAbB01 29_.-/\u00e9\u0662", max_size=8)


def natural(names):
    return sorted(names, key=natural_key)


def test_numbers_compare_as_numbers():
    names = [
        "img10.jpg",
        "img2.jpg",
        "IMG3.jpg",
        "img1.png",
        "img1.jpg",
        "a.jpg",
        "10.jpg",
        "9.jpg",
    ]
    assert natural(names) == [
        *("9.jpg", "10.jpg", "a.jpg", "img1.jpg", "img1.png", "img2.jpg", "IMG3.jpg", "img10.jpg")
    ]


def test_several_numbers_in_a_name():
    assert natural(["s10_f1", "s2_f10", "s2_f9", "s2"]) == ["s2", "s2_f9", "s2_f10", "s10_f1"]


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 14))
def test_order_of_numbers_whatever_their_zeros(a, b, width):
    first, second = f"img{a:0{width}d}.jpg", f"img{b}.jpg"
    if a != b:
        assert (natural_key(first) < natural_key(second)) == (a < b)


@settings(deadline=None, max_examples=100)
@given(st.lists(NAMES, max_size=12), st.randoms(use_true_random=False))
def test_order_is_total_and_independent_of_listing(names, dice):
    shuffled = names[:]
    dice.shuffle(shuffled)
    assert natural(shuffled) == natural(names)
    assert len({natural_key(name) for name in names}) == len(set(names))


@settings(deadline=None, max_examples=100)
@given(st.lists(NAMES, max_size=30))
def test_names_are_unique_and_deterministic(wanted):
    names = UniqueNames()
    given_out = [names.take(name) for name in wanted]
    assert len({name.casefold() for name in given_out}) == len(wanted)
    again = UniqueNames()
    assert [again.take(name) for name in wanted] == given_out
    for name, got in zip(wanted, given_out, strict=True):
        assert got.startswith(name or "view")


@settings(deadline=None, max_examples=50)
@given(st.lists(NAMES.filter(bool), max_size=12, unique_by=str.casefold))
def test_unique_names_stay_as_they_are(wanted):
    names = UniqueNames()
    assert [names.take(name) for name in wanted] == wanted


def test_collisions_are_numbered():
    names = UniqueNames()
    taken = [names.take(name) for name in ("a", "A", "a_2", "a", "", "view", "a_2")]
    assert taken == ["a", "A_2", "a_2_2", "a_3", "view", "view_2", "a_2_3"]


def test_many_equal_names_are_fast():
    names = UniqueNames()
    start = time.perf_counter()
    last = [names.take("frame") for _ in range(20_000)][-1]
    assert last == "frame_20000"
    assert time.perf_counter() - start < 2.0


def test_sorting_a_large_folder_is_fast():
    dice = random.Random(0)
    listing = [f"IMG_{dice.randrange(10**7)}.jpg" for _ in range(20_000)]
    start = time.perf_counter()
    natural(listing)
    assert time.perf_counter() - start < 2.0


PATHS = r"([ab]/){0,2}[abA.]{1,3}\.(jpg|png)"


def below(*files):
    return names_below(Path("/root"), [Path("/root", file) for file in files])


def test_names_are_paths_without_suffix():
    assert below("a.jpg", "sub/a.jpg", "b.c.png") == ["a", "sub/a", "b.c"]


def test_names_keep_the_suffix_where_it_tells_apart():
    assert below("a.jpg", "A.png", "b.jpg") == ["a.jpg", "A.png", "b"]
    # Results of a must not hold those of a/b.
    assert below("a.jpg", "a/b.jpg") == ["a.jpg", "a/b"]
    assert below("a.jpg", "a.png", "a.jpg.png") == ["a.jpg", "a.png", "a.jpg_2"]


def test_names_never_lead_out():
    assert below("...jpg", ".x.jpg", "sub/..png") == ["...jpg", ".x", "sub/..png"]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.from_regex(r"([ab]/){0,2}[abA.]{1,3}\.(jpg|png)", fullmatch=True),
        max_size=12,
        unique=True,
    )
)
def test_names_are_unique_and_no_name_holds_another(files):
    files = [file for file in files if ".." not in Path(file).parts]
    names = below(*files)
    assert len(set(names)) == len(files)
    for name in names:
        assert ".." not in Path(name).parts
        assert not any(other.startswith(name + "/") for other in names)
    # Files that come later change no name, unless they share a stem or a folder's name.
    added = below(*files, "zz/new.jpg")
    assert added[:-1] == names
