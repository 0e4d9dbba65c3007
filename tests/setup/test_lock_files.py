"""The lock files say exactly what `pyproject.toml` asks for; `make lock` makes them anew."""

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
    """Version and number of hashes by package."""
    text = (settings.BASE_DIR / name).read_text().replace("\\\n", "")
    entries = re.findall(r"^([\w.-]+)==(\S+)(.*)$", text, re.MULTILINE)
    assert len(entries) == len({name for name, _, _ in entries}), "a package has one version"
    return {name: (version, rest.count("--hash=sha256:")) for name, version, rest in entries}


def names_required_by(text: str) -> Iterable[str]:
    """What the lock's comments name as the project's own wish."""
    for name, via in re.findall(r"^([\w.-]+)==.*\n(?:    --hash.*\n)*((?:    #.*\n?)+)", text, re.MULTILINE):
        if "duixian (" in via:
            yield name


@pytest.mark.parametrize(("lock", "wanted"), [("requirements.lock", RUNTIME), ("requirements-dev.lock", RUNTIME + DEV)])
def test_a_lock_holds_what_is_wanted_and_nothing_that_no_longer_is(lock: str, wanted: list[str]) -> None:
    requirements = [Requirement(line) for line in wanted]
    packages = locked(lock)
    for requirement in requirements:
        assert requirement.specifier.contains(packages[canonicalize_name(requirement.name)][0]), requirement
    direct = set(names_required_by((settings.BASE_DIR / lock).read_text()))
    assert direct == {canonicalize_name(requirement.name) for requirement in requirements}


def test_every_package_has_its_hashes() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert all(hashes > 0 for _, hashes in locked(lock).values())


def test_the_packages_for_tests_hold_those_for_running() -> None:
    dev = locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in locked("requirements.lock")} == locked("requirements.lock")
