# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.io.naming import UniqueNames, natural_key

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
