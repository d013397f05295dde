from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from cardledger.replay import version
from projections import PROJECTIONS


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    def forget() -> None:
        version.code_version.cache_clear()
        version._shared_hash.cache_clear()

    forget()
    yield
    forget()


@pytest.mark.parametrize(
    ("module", "changed"),
    [
        ("projections.roster", {"roster"}),
        ("cardledger.book", set(PROJECTIONS)),
        ("cardledger.actions.recycle", set(PROJECTIONS)),
        ("cardledger.actions._pupils", set(PROJECTIONS)),
        ("projections._base", set(PROJECTIONS)),
        ("cardledger.ledger", set()),
    ],
)
def test_a_changed_source_makes_new_versions_of_what_depends_on_it(
    module: str, changed: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {name: version.code_version(name) for name in PROJECTIONS}
    overall = version.overall_version()
    assert len(set(before.values())) == len(PROJECTIONS)
    source = version._source
    monkeypatch.setattr(version, "_source", lambda name: source(name) + b"\n" * (name == module))
    version.code_version.cache_clear()
    version._shared_hash.cache_clear()
    after = {name for name in PROJECTIONS if version.code_version(name) != before[name]}
    assert after == changed
    assert (version.overall_version() != overall) == bool(changed)


def test_a_module_without_source_is_an_error() -> None:
    assert importlib.util.find_spec("cardledger.nothing") is None
    with pytest.raises(ModuleNotFoundError):
        version._source("cardledger.nothing")
