# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""From what a user types to weights on disk: a name, a path or a hub id (no torch here)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from anyview.assets import asset_path
from anyview.core.errors import CheckpointError
from anyview.model.registry import (
    VARIANTS,
    Capability,
    Variant,
    find_variant,
    lookup_variant,
    unknown_name,
)
from anyview.model.weights_files import CONFIG_NAME, WEIGHTS_NAME

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[\w.-]+)?")
_WEIGHTS_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".pkl")


@dataclass(frozen=True)
class WeightsSource:
    """Where weights are.

    Attributes:
        origin: How they were found; ``"random"`` for test variants, which have no file.
        path: File or folder; None for random weights.
        variant: What they are, as far as the name tells.
        hub_id: The repository that they came from.
    """

    origin: Literal["bundled", "local", "hub", "random"]
    path: Path | None
    variant: Variant | None = None
    hub_id: str | None = None


@dataclass(frozen=True)
class VariantRow:
    """One line of a list of models.

    Attributes:
        name: What to type.
        parameters: Number of parameters.
        download_bytes: Size of the file, about; of the local file if there is one.
        licence: SPDX identifier.
        commercial_use: Whether that permits commercial use.
        capabilities: What it returns.
        where: Whether it comes with the package, was downloaded, or is to be.
        path: The local file, if there is one.
        hub_id: Where it is downloaded from.
        description: One line.
    """

    name: str
    parameters: int
    download_bytes: int | None
    licence: str
    commercial_use: bool
    capabilities: tuple[Capability, ...]
    where: Literal["bundled", "cached", "to download", "random"]
    path: Path | None
    hub_id: str | None
    description: str


def resolve(name_or_path: str | Path, *, cache_folder: str | Path | None = None) -> WeightsSource:
    """Find weights, downloading them if they are neither here nor cached.

    Names of variants come first: to use a folder called ``large``, write ``./large``. Then come
    paths, then repositories (``DA3-LARGE``, ``org/name``). A file that the hub's cache holds is
    used without asking the network.

    Args:
        name_or_path: A variant's name, a file or folder, or a hub id ``org/name[@revision]``.
        cache_folder: Where downloads are kept; None for the hub's usual place.

    Raises:
        CheckpointError: If there is nothing at the path, or the download is impossible; the
            message says what to get, from where, and how to use it.
        OptionError: If it is no known name and looks like neither a path nor a hub id.
    """
    text = str(name_or_path)
    path = Path(name_or_path).expanduser()
    variant = lookup_variant(text) if isinstance(name_or_path, str) else None
    if variant is not None and variant.name == text:
        return _resolve_variant(variant, cache_folder)
    if path.exists():
        return WeightsSource("local", path)
    if variant is not None:
        return _resolve_variant(variant, cache_folder)
    looks_like_path = text.startswith((".", "/", "~", "\\")) or path.is_absolute()
    if isinstance(name_or_path, Path) or looks_like_path or text.endswith(_WEIGHTS_SUFFIXES):
        raise CheckpointError(f"There are no weights at {text}: no such file or folder.")
    if _HUB_ID.fullmatch(text):
        hub_id, _, revision = text.partition("@")
        known = lookup_variant(hub_id)
        file = _download(hub_id, text, cache_folder, revision or None, known)
        return WeightsSource("hub", file, known, hub_id)
    if "/" in text or "\\" in text:
        raise CheckpointError(f"There are no weights at {text}: no such file or folder.")
    raise unknown_name(text, " A path to weights or a hub id (org/name) is accepted as well.")


def _resolve_variant(variant: Variant, cache_folder: str | Path | None) -> WeightsSource:
    if variant.asset is not None:
        path = asset_path(variant.asset)
        if not path.is_file():
            raise CheckpointError(
                f"The bundled weights {path} are missing: this install is incomplete. "
                "Install again with: pip install --force-reinstall anyview"
            )
        return WeightsSource("bundled", path, variant)
    if variant.hub_id is None:
        return WeightsSource("random", None, variant)
    file = _download(variant.hub_id, variant.name, cache_folder, None, variant)
    return WeightsSource("hub", file, variant, variant.hub_id)


def _cached(
    hub_id: str, filename: str, cache_folder: str | Path | None, revision: str | None
) -> Path | None:
    """The file in the hub's cache, or None; never asks the network."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(hub_id, filename, cache_dir=cache_folder, revision=revision)
    return Path(found) if isinstance(found, str) else None


def _download(
    hub_id: str,
    asked: str,
    cache_folder: str | Path | None,
    revision: str | None,
    variant: Variant | None,
) -> Path:
    """The weights file of a repository, from the cache or the network."""
    cached = _cached(hub_id, WEIGHTS_NAME, cache_folder, revision)
    if cached is not None:
        return cached
    from huggingface_hub import hf_hub_download
    from huggingface_hub.utils import (  # type: ignore[attr-defined] # not in .errors of old ones
        EntryNotFoundError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
    )

    # The last are the base of the hub's own errors in the HTTP library that it uses, and so of
    # errors of the network; which library that is depends on its version.
    failures: tuple[type[Exception], ...] = (
        OSError,
        ValueError,
        EntryNotFoundError,
        *HfHubHTTPError.__bases__,
    )
    path: Path | None = None
    for filename in (CONFIG_NAME, WEIGHTS_NAME):
        try:
            path = Path(
                hf_hub_download(hub_id, filename, revision=revision, cache_dir=cache_folder)
            )
        except failures as error:
            absent = isinstance(error, EntryNotFoundError)
            absent = absent and not isinstance(error, LocalEntryNotFoundError)
            if absent and filename == CONFIG_NAME:
                continue  # not every repository has one; the repository's name or shapes tell
            raise _cannot_download(hub_id, asked, variant, error, absent=absent) from error
    assert path is not None, "the weights came last, or an error"
    return path


def _cannot_download(
    hub_id: str, asked: str, variant: Variant | None, error: Exception, *, absent: bool
) -> CheckpointError:
    if absent:
        return CheckpointError(
            f"The repository {hub_id} holds no {WEIGHTS_NAME}. If it holds a pickle, download that "
            "and convert it: anyview weights convert FILE OUT"
        )
    reason = " ".join(str(error).split())
    if len(reason) > 200:
        reason = reason[:200] + "..."
    size = ""
    if variant is not None and variant.download_bytes is not None:
        size = f" ({variant.download_bytes / 1e9:.1f} GB)"
    return CheckpointError(
        f"The weights of {asked!r}{size} are not on this machine and cannot be downloaded from "
        f"https://huggingface.co/{hub_id}: {type(error).__name__}: {reason} "
        f"Download {WEIGHTS_NAME} and {CONFIG_NAME} from there where there is a network "
        f"(hf download {hub_id} {WEIGHTS_NAME} {CONFIG_NAME} --local-dir FOLDER), copy the folder "
        f"to this machine and pass its path in place of {asked!r}."
    )


def list_variants(
    *, cache_folder: str | Path | None = None, include_hidden: bool = False
) -> list[VariantRow]:
    """Every model and where its weights are; never asks the network.

    Args:
        cache_folder: Where downloads are kept; None for the hub's usual place.
        include_hidden: Also the variants for tests.
    """
    names = [n for v in VARIANTS.values() for n in (v.name, *v.revisions)]
    variants = [find_variant(name) for name in names]
    return [_row(v, cache_folder) for v in variants if include_hidden or not v.hidden]


def _row(variant: Variant, cache_folder: str | Path | None) -> VariantRow:
    where: Literal["bundled", "cached", "to download", "random"] = "random"
    path: Path | None = None
    if variant.asset is not None:
        where, path = "bundled", asset_path(variant.asset)
    elif variant.hub_id is not None:
        path = _cached(variant.hub_id, WEIGHTS_NAME, cache_folder, None)
        where = "to download" if path is None else "cached"
    present = path is not None and path.is_file()
    return VariantRow(
        name=variant.name,
        parameters=variant.parameters,
        download_bytes=path.stat().st_size if path and present else variant.download_bytes,
        licence=variant.licence,
        commercial_use=variant.commercial_use,
        capabilities=variant.capabilities,
        where=where,
        path=path if present else None,
        hub_id=variant.hub_id,
        description=variant.description,
    )
