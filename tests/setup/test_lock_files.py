"""The lock files match the requirements of `pyproject.toml`. `make lock` updates them."""

import re
import tomllib
from collections.abc import Iterable

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
DEV = PROJECT["dependency-groups"]["dev"]


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Return the version and the number of hashes of each package in a lock file."""
    text = (settings.BASE_DIR / name).read_text().replace("\\\n", "")
    entries = re.findall(r"^([\w.-]+)==(\S+)(.*)$", text, re.MULTILINE)
    assert len(entries) == len({name for name, _, _ in entries}), "a package has one version"
    return {name: (version, rest.count("--hash=sha256:")) for name, version, rest in entries}


def direct_requirements(text: str) -> Iterable[str]:
    """Yield the packages that the comments of a lock file name as direct requirements of the project."""
    for name, via in re.findall(r"^([\w.-]+)==.*\n(?:    --hash.*\n)*((?:    #.*\n?)+)", text, re.MULTILINE):
        if "duixian (" in via:
            yield name


@pytest.mark.parametrize(
    ("lock", "expected"), [("requirements.lock", RUNTIME), ("requirements-dev.lock", RUNTIME + DEV)]
)
def test_lock_contains_exactly_the_direct_requirements(lock: str, expected: list[str]) -> None:
    requirements = [Requirement(line) for line in expected]
    packages = locked(lock)
    for requirement in requirements:
        assert requirement.specifier.contains(packages[canonicalize_name(requirement.name)][0]), requirement
    direct = set(direct_requirements((settings.BASE_DIR / lock).read_text()))
    assert direct == {canonicalize_name(requirement.name) for requirement in requirements}


def test_locked_packages_have_hashes() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert all(hashes > 0 for _, hashes in locked(lock).values())


def test_dev_lock_includes_runtime_lock() -> None:
    dev = locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in locked("requirements.lock")} == locked("requirements.lock")
