"""The audit of a ledger: names, filters, acceptance, time, several processes; both databases."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardledger import Ledger
from cardledger.actions.finding_accept import FindingAccept
from cardledger.actions.void import Void
from cardledger.audit import RULES, Reported, Wanted, audit, found
from cardledger.errors import BadValue, IntegrityBroken
from cardledger.i18n import translator
from cardledger.log import Entry
from cardledger.moments import Moment
from tests.support.given import ANNA, BORIS, DAVID, NEIGHBOUR, act, pupil
from tests.support.ledgers import made, set_clock, student_id, tell

_HISTORY = (
    pupil(ANNA, name="安娜", identity="110226200309010010", at="2010-02-22", cohort=2015),
    pupil(BORIS, name="Boris", at="2010-02-22", cohort=2015),
    pupil(DAVID, name="David", at="2010-02-22", cohort=2014, identity="110226200309010010"),
    act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-02-24"),
    act("upgrade", card="C1", at="2010-02-25"),
    act("term-swipe", card="C1", at="2010-03-02"),
    act("issue", card="C9", student=ANNA, at="2010-04-01", evidence="imported"),
    act("recycle", card="C9", handler="Wang", at="2010-05-01"),
)


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """Return a ledger with something to find, on SQLite and on PostgreSQL in turn."""
    monkeypatch.chdir(tmp_path)
    with made(ledger_url, tmp_path) as ledger:
        tell(ledger, *_HISTORY)
        yield ledger


def rules_of(reported: list[Reported]) -> list[str]:
    return [one.finding.rule for one in reported]


def test_the_gravest_come_first_then_the_order_of_the_handbook(ledger: Ledger) -> None:
    severities = [one.rule.SEVERITY for one in audit(ledger)]
    assert severities == sorted(severities, key=["serious", "warning", "notice"].index)
    assert len(set(severities)) == 3


def test_pupils_are_told_by_name_and_number_in_both_languages(ledger: Ledger) -> None:
    (one,) = audit(ledger, ["one-person-two-records"])
    assert f"安娜 ({ANNA})" in one.message()
    assert f"安娜（{ANNA}）" in one.message(translator("zh"))
    row = one.as_row()
    keys = ["id", "rule", "severity", "subjects", "positions", "message", "todo", "accepted"]
    assert list(row)[:8] == keys
    assert row["accepted"] is False
    assert row["school"] == ANNA[:8]


def test_without_the_key_store_pupils_go_by_their_number(ledger: Ledger, tmp_path: Path) -> None:
    from cardledger import open_ledger

    place = ledger.places.database
    keys = tmp_path / "keys.db"
    keys.rename(tmp_path / "away.db")
    with open_ledger(place, keys=keys) as closed:
        (one,) = audit(closed, ["one-person-two-records"])
    assert ANNA in one.message()
    assert "安娜" not in one.message()


def test_a_person_that_was_corrected_is_no_finding_any_more(ledger: Ledger) -> None:
    assert len(list(audit(ledger, ["one-person-two-records"]))) == 1
    tell(ledger, act("student-change", student=DAVID, identity="110226200309010029"))
    assert list(audit(ledger, ["one-person-two-records"])) == []


def test_the_date_of_the_audit_is_that_of_as_of(ledger: Ledger) -> None:
    assert rules_of(list(audit(ledger, ["two-live-cards"], as_of="2010-04-15"))) == [
        "two-live-cards"
    ]
    assert list(audit(ledger, ["two-live-cards"], as_of="2010-03-31")) == []
    assert list(audit(ledger, ["two-live-cards"])) == []
    before = ledger.head() - 1
    assert len(list(audit(ledger, ["two-live-cards"], known=f"@{before}"))) == 1


def test_findings_are_chosen_by_school_cohort_and_date(ledger: Ledger) -> None:
    registered = ["not-registered"]
    assert len(list(audit(ledger, registered))) == 2
    for wanted in (Wanted(school=NEIGHBOUR), Wanted(cohort=2014)):
        (one,) = audit(ledger, registered, wanted=wanted)
        assert one.finding.subjects == (f"student:{student_id(ledger, DAVID)}",)
    late = Moment("2010-03-21T00:00:00.000+08:00")
    assert list(audit(ledger, registered, wanted=Wanted(since=late))) == []
    assert rules_of(list(audit(ledger, ["recycled-not-boxed"], wanted=Wanted(since=late)))) == [
        "recycled-not-boxed"
    ]
    # Whoever is one of several pupils is spoken of, too.
    assert len(list(audit(ledger, ["one-person-two-records"], wanted=Wanted(cohort=2014)))) == 1


def test_an_accepted_finding_stays_and_is_marked_until_that_is_void(ledger: Ledger) -> None:
    (one,) = audit(ledger, ["recycled-not-boxed"])
    finding = one.finding
    outcome = ledger.record(
        FindingAccept(
            finding=finding.id, reason="im Keller", rule=finding.rule, subjects=finding.subjects
        )
    )
    assert outcome.outcome == "recorded"
    (marked,) = audit(ledger, ["recycled-not-boxed"])
    assert (marked.finding.id, marked.accepted) == (finding.id, True)
    assert marked.accepted_by == outcome.positions[0]
    # Accepted today, in the audit of an earlier day too.
    (earlier,) = audit(ledger, ["recycled-not-boxed"], as_of="2010-05-31")
    assert earlier.accepted
    again = ledger.record(FindingAccept(finding=finding.id, reason="once more"))
    assert again.outcome == "repeated"
    assert f"finding:{finding.id}" in [
        tag for line in ledger.lines((finding.subjects[0],)) for tag in line.event.tags()
    ]
    voided = ledger.record(Void(position=outcome.positions[0], reason="too soon"))
    assert voided.outcome == "recorded"
    (open_again,) = audit(ledger, ["recycled-not-boxed"])
    assert not open_again.accepted


def test_a_finding_is_found_by_its_id(ledger: Ledger) -> None:
    (one,) = audit(ledger, ["recycled-not-boxed"])
    assert list(found(ledger, [one.finding.id, "F00000000000000"])) == [one.finding.id]


def test_every_finding_is_found_by_its_id_as_the_audit_has_it(ledger: Ledger) -> None:
    set_clock(ledger, "2010-07-05T09:00")
    head = ledger.head()
    for as_of, known in ((None, None), ("2010-05-31", None), (None, f"@{head - 1}")):
        moments: dict[str, Any] = {"as_of": as_of, "known": known}
        every = {one.finding.id: one.as_row() for one in audit(ledger, **moments)}
        assert len(every) > 1
        for finding, row in every.items():
            assert found(ledger, [finding], **moments)[finding].as_row() == row
        assert {
            name: one.as_row() for name, one in found(ledger, every, **moments).items()
        } == every


def test_an_id_of_the_former_kind_is_found_and_stays_accepted(ledger: Ledger) -> None:
    (one,) = audit(ledger, ["recycled-not-boxed"])
    former = one.finding.former_id
    assert len(former) == len(one.finding.id) - 2
    (again,) = found(ledger, [former]).values()
    assert again.finding == one.finding
    ledger.record(FindingAccept(finding=former, reason="in the safe"))
    (marked,) = audit(ledger, ["recycled-not-boxed"])
    assert marked.accepted
    assert found(ledger, [one.finding.id])[one.finding.id].accepted


def test_by_its_id_no_line_of_other_subjects_is_read(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = audit(ledger, ["recycled-not-boxed"])
    monkeypatch.setattr(type(ledger.log), "read_by_tag", None)
    monkeypatch.setattr("cardledger.audit.by_id.accepted_findings", lambda _ledger: {})
    assert found(ledger, [one.finding.id])[one.finding.id].finding == one.finding


def test_a_rule_that_there_is_not_is_named_with_those_that_there_are(ledger: Ledger) -> None:
    with pytest.raises(BadValue, match="two-lives") as raised:
        list(audit(ledger, ["two-lives"]))
    assert "two-live-cards" in str(raised.value.values)


def test_several_processes_find_the_same(ledger: Ledger) -> None:
    set_clock(ledger, "2010-07-05T09:00")
    alone = [one.as_row() for one in audit(ledger, jobs=1)]
    assert {row["rule"] for row in alone} >= {"made-before-filing", "one-person-two-records"}
    assert [one.as_row() for one in audit(ledger, jobs=1, share=2)] == alone
    seen: list[tuple[int, int]] = []
    together = audit(
        ledger, jobs=2, share=4, progress=lambda done, total: seen.append((done, total))
    )
    assert [one.as_row() for one in together] == alone
    assert [done for done, _total in seen] == sorted(done for done, _total in seen)
    assert seen[-1][0] == seen[-1][1] > 0


def test_only_the_subjects_that_the_rules_need_are_read(ledger: Ledger) -> None:
    seen: list[int] = []
    list(audit(ledger, ["sync-overdue"], progress=lambda done, _total: seen.append(done)))
    assert seen[-1] == len(list(ledger.log.read_by_tag("school:")))


def test_no_rule_is_left_out_by_default(ledger: Ledger) -> None:
    assert rules_of(list(audit(ledger))) == rules_of(list(audit(ledger, list(RULES))))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_line_that_is_not_what_its_name_says_is_named(ledger: Ledger, jobs: int) -> None:
    broken = Entry("card.lost/1", b'{"event":"card.lost/1"}', ("card:C1",))
    ledger.log.append([broken])
    with pytest.raises(IntegrityBroken, match=f"Line {ledger.head()} cannot be read"):
        list(audit(ledger, jobs=jobs, share=2))


def test_an_error_crosses_between_processes_whatever_it_says() -> None:
    error = IntegrityBroken("Line {position}: {reason}", hint="Ask {who}.", position=1, **_ODD)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.hint, type(again)) == (str(error), error.hint, IntegrityBroken)
    assert "{odd}" in str(again)


_ODD = {"reason": "{odd}", "who": "{them}"}
