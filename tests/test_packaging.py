"""What is built holds everything: both packages, their types and the compiled catalogues.

No test here needs the network: builds use the tools that requirements.lock pins.
"""

from __future__ import annotations

import gettext
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from cardledger.version import __version__

ROOT = Path(__file__).parent.parent
SOURCES = ("src", "projections")
CATALOGUE = "cardledger/locale/zh_CN/LC_MESSAGES/cardledger.mo"

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a program without this machine's settings for pip or measurements of coverage."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "COVERAGE_", "PYTHON"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=plain | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip(*arguments: str | Path, cwd: Path) -> str:
    return run(sys.executable, "-m", "pip", "--isolated", *arguments, "--no-index", cwd=cwd)


def fresh_copy(target: Path) -> Path:
    """Copy what a clone would have: no compiled catalogue, nothing left by earlier builds."""
    left_out = shutil.ignore_patterns("*.mo", "*.egg-info", "__pycache__")
    target.mkdir()
    for name in SOURCES:
        shutil.copytree(ROOT / name, target / name, ignore=left_out)
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, target)
    return target


def modules(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}


def source_modules() -> set[str]:
    """Return every module of the project by its path in the wheel."""
    return modules(ROOT / "src") | {f"projections/{name}" for name in modules(ROOT / "projections")}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = fresh_copy(tmp_path_factory.mktemp("sdist") / "project")
    build = "from setuptools import build_meta; build_meta.build_sdist('dist')"
    run(sys.executable, "-c", build, cwd=project)
    (archive,) = (project / "dist").iterdir()
    return archive


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, sdist, cwd=folder)
    (archive,) = folder.glob("*.whl")
    return archive


@pytest.mark.slow
def test_source_archive_holds_texts_but_nothing_compiled(sdist: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(sdist, tmp_path, filter="data")
    (project,) = tmp_path.iterdir()
    assert list(project.rglob("cardledger.po"))
    assert not list(project.rglob("*.mo"))


@pytest.mark.slow
def test_wheel_built_from_source_archive_holds_every_module(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {name for name in names if name.endswith(".py")} == source_modules()
    assert {CATALOGUE, "cardledger/py.typed", "projections/py.typed"} <= names


@pytest.mark.slow
def test_installed_wheel_runs_and_speaks_chinese(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    pip("install", "--no-deps", "--target", target, wheel, cwd=tmp_path)
    # The pinned dependencies come from the project's environment, whose editable install does
    # not count here: PYTHONPATH does not read .pth files.
    path = os.pathsep.join([str(target), sysconfig.get_path("purelib")])
    program = "import cardledger, projections; print(cardledger.__file__, projections.__file__)"
    found = run(sys.executable, "-S", "-c", program, cwd=tmp_path, PYTHONPATH=path)
    assert found.count(str(target)) == 2
    version = run(
        sys.executable, "-S", target / "bin" / "cardledger", "--version",
        cwd=tmp_path, PYTHONPATH=path,
    )  # fmt: skip
    assert __version__ in version
    with (target / CATALOGUE).open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("The file cannot be read.") != "The file cannot be read."


@pytest.mark.slow
def test_editable_install_compiles_the_catalogue_and_sees_new_files(tmp_path: Path) -> None:
    project = fresh_copy(tmp_path / "project")
    environment = tmp_path / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", environment,
        cwd=tmp_path)  # fmt: skip
    python = environment / "bin" / "python"
    build = f"from setuptools import build_meta; build_meta.build_editable({str(tmp_path)!r})"
    run(sys.executable, "-c", build, cwd=project)
    (archive,) = tmp_path.glob("*.whl")
    pip("--python", python, "install", "--no-deps", archive, cwd=tmp_path)
    assert (project / "src" / CATALOGUE).exists()
    (project / "projections" / "brand_new.py").write_text("ANSWER = 42\n", encoding="utf-8")
    # The pinned dependencies are added last: their folder has an editable install of its own.
    answer = (
        f"import sys; sys.path.append({sysconfig.get_path('purelib')!r});"
        "import projections.brand_new as it; print(it.ANSWER)"
    )
    assert run(python, "-c", answer, cwd=tmp_path).strip() == "42"


def test_every_folder_with_modules_is_a_package() -> None:
    for name in SOURCES:
        for path in (ROOT / name).rglob("*.py"):
            if path.parent != ROOT / "src":
                assert (path.parent / "__init__.py").exists(), path.parent


LOCKS = ("requirements.lock", "requirements-reader.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_by_hash_and_names_no_address(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pin = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; [a-z_]+ [!=<>]+ '[\w.]+'( and .*)?)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert lines
    for line in lines:
        assert pin.fullmatch(line) or digest.fullmatch(line), line


def pinned_in(lock: str) -> set[str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def test_lock_holds_every_dependency() -> None:
    pinned = set().union(*map(pinned_in, LOCKS))
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    asked = [*project["dependencies"], *PROJECT["build-system"]["requires"]]
    for extra in project["optional-dependencies"].values():
        asked += extra
    asked += [entry for entry in groups["test"] if isinstance(entry, str)]
    assert {re.split(r"[\[<>=]", name)[0] for name in asked} <= pinned


def test_what_must_be_built_is_in_no_lock_that_everybody_installs() -> None:
    # pyscard needs a compiler, swig and headers: a fresh machine has none of them.
    assert pinned_in("requirements-reader.lock") == {"pyscard"}
    assert "pyscard" not in pinned_in("requirements.lock")


def test_classifiers_list_only_interpreters_that_the_test_command_runs() -> None:
    prefix = "Programming Language :: Python :: "
    listed = {name.removeprefix(prefix) for name in PROJECT["project"]["classifiers"]}
    script = (ROOT / "scripts" / "test").read_text(encoding="utf-8")
    found = re.search(r"^SUPPORTED=\(([\d. ]+)\)$", script, re.MULTILINE)
    assert found is not None
    assert {name for name in listed if re.fullmatch(r"3\.\d+", name)} == set(found[1].split())
