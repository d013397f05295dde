"""One good example of every action: what must have happened, and the row that is then recorded.

Tests that hold for all actions are made of these: the happy path, the same row again, the refusals
that any action shares, the codec. To add an action, add its specimen.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tests.support.given import (
    ANNA,
    CLARA,
    COMBINED,
    NEIGHBOUR,
    OUTSIDE,
    Row,
    act,
    number,
    pupil,
)


class Specimen(NamedTuple):
    """`again`: what the very same row becomes a second time."""

    given: tuple[Row, ...]
    when: Row
    event: str
    again: str = "repeated"


_ANNA: Final = pupil(ANNA)
_ISSUED: Final = (_ANNA, act("issue", card="C1", student=ANNA, at="2010-03-01"))
_UPGRADED: Final = (*_ISSUED, act("upgrade", card="C1", at="2010-03-02"))
_LOST: Final = (*_ISSUED, act("lost", card="C1", at="2010-04-01"))
_LEFT: Final = (*_UPGRADED, act("leave-swipe", card="C1", reason="transfer", at="2010-04-01"))
_RECYCLED: Final = (*_ISSUED, act("recycle", card="C1", handler="Wang", at="2010-05-01"))
_BOX: Final = act("box-open", box="B1", cohort=2015, at="2010-05-02")
_PUT: Final = act("box-put", box="B1", card="C1", at="2010-05-03")
_SEAL: Final = act("box-seal", box="B1", count=1, handler="Wang", at="2010-05-04")

SPECIMENS: Final[dict[str, Specimen]] = {
    "finding-accept": Specimen(
        (),
        act(
            "finding-accept",
            finding="F0123456789AB",
            reason="The mother explained it.",
            rule="recycled-not-boxed",
            subjects=["card:C1", "tool:cmis"],
            at="2010-06-01",
        ),
        "finding.accepted/1",
    ),
    "issue": Specimen(
        (_ANNA,),
        act("issue", card="C1", student=ANNA, at="2010-03-01", uid="04A1B2C3"),
        "card.issued/1",
    ),
    "register": Specimen(
        (pupil(CLARA),),
        act("register", card="C1", student=CLARA, at="2009-09-10", upgraded=True),
        "card.registered/1",
    ),
    "upgrade": Specimen(
        _ISSUED, act("upgrade", card="C1", at="2010-03-02", evidence="read"), "card.upgraded/1"
    ),
    "term-swipe": Specimen(
        _UPGRADED, act("term-swipe", card="C1", at="2010-03-03"), "term.swiped/1"
    ),
    "leave-swipe": Specimen(
        _UPGRADED,
        act("leave-swipe", card="C1", reason="transfer", at="2010-04-01"),
        "leave.swiped/1",
    ),
    "transfer-swipe": Specimen(
        _LEFT,
        act("transfer-swipe", card="C1", school=NEIGHBOUR, class_="2", at="2010-04-02"),
        "transfer.swiped/1",
    ),
    "recycle": Specimen(
        _ISSUED,
        act("recycle", card="C1", reason="left", handler="Wang", at="2010-05-01"),
        "card.recycled/1",
    ),
    "reissue": Specimen(
        _LOST,
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-04-02"),
        "card.reissued/1",
    ),
    "lost": Specimen(_ISSUED, act("lost", card="C1", at="2010-04-01"), "card.lost/1"),
    "found": Specimen(_LOST, act("found", card="C1", at="2010-04-03"), "card.found/1", "refused"),
    "void": Specimen(
        _ISSUED, act("void", position=5, reason="wrong pupil"), "line.voided/1", "repeated"
    ),
    "student-add": Specimen(
        (),
        act(
            "student-add",
            number=ANNA,
            name="安娜",
            class_="1",
            grade=1,
            identity="110226200309010010",
            guest=True,
            entered="2009-09-01",
        ),
        "student.added/1",
    ),
    "student-change": Specimen(
        (_ANNA,),
        act("student-change", student=ANNA, name="Anna", guest=True, at="2010-03-01"),
        "student.changed/1",
    ),
    "student-renumber": Specimen(
        (_ANNA,),
        act("student-renumber", student=ANNA, number=number(9, cohort=2016), at="2010-03-01"),
        "student.renumbered/1",
    ),
    "student-suspend": Specimen(
        (_ANNA,), act("student-suspend", student=ANNA, at="2010-03-01"), "student.suspended/1"
    ),
    "student-resume": Specimen(
        (*_LEFT,),
        act("student-resume", student=ANNA, at="2010-05-01"),
        "student.resumed/1",
        "refused",
    ),
    "student-transfer-in": Specimen(
        (_ANNA, act("student-transfer-out", student=ANNA, at="2010-03-01")),
        act(
            "student-transfer-in",
            student=ANNA,
            school=NEIGHBOUR,
            from_school=OUTSIDE,
            from_outside_city=True,
            at="2010-03-02",
        ),
        "student.transferred_in/1",
    ),
    "student-transfer-out": Specimen(
        (_ANNA,),
        act("student-transfer-out", student=ANNA, to_school=NEIGHBOUR, at="2010-03-01"),
        "student.transferred_out/1",
    ),
    "student-repeat-year": Specimen(
        (_ANNA,),
        act(
            "student-repeat-year",
            student=ANNA,
            number=number(9, cohort=2016),
            class_="2",
            at="2010-03-01",
        ),
        "student.repeated_year/1",
    ),
    "student-graduate": Specimen(
        (pupil(CLARA),),
        act("student-graduate", student=CLARA, goes_on="yes", at="2010-06-20"),
        "student.graduated/1",
    ),
    "student-forget": Specimen(
        (_ANNA,), act("student-forget", student=ANNA), "student.forgotten/1"
    ),
    "school-add": Specimen((), act("school-add", code=OUTSIDE, name="Far away"), "school.added/1"),
    "tool-installed": Specimen(
        (),
        act("tool-installed", name="term-swipe", version="19", at="2010-03-01"),
        "tool.installed/1",
    ),
    "sync-sent": Specimen((), act("sync-sent", by="disk", at="2010-03-31T18:00"), "sync.sent/1"),
    "sync-confirmed": Specimen(
        (), act("sync-confirmed", school=COMBINED, at="2010-04-01T00:30"), "sync.confirmed/1"
    ),
    "sync-failed": Specimen((), act("sync-failed", at="2010-03-31T18:00"), "sync.failed/1"),
    "cards-filed": Specimen(
        _ISSUED,
        act("cards-filed", cards=["C1"], digest="ab" * 32, at="2010-03-15"),
        "cards.filed/1",
    ),
    "number-allocate": Specimen(
        (_ANNA,),
        act(
            "number-allocate",
            number=number(9, cohort=2016),
            student=ANNA,
            reason="repeated-year",
            class_="2",
            at="2010-03-01",
        ),
        "number.allocated/1",
        "refused",
    ),
    "numbers-filed": Specimen(
        (),
        act("numbers-filed", accepted=[ANNA], rejected=[CLARA], at="2010-02-20"),
        "numbers.filed/1",
    ),
    "box-open": Specimen((), _BOX, "box.opened/1"),
    "box-put": Specimen((*_RECYCLED, _BOX), _PUT, "card.boxed/1"),
    "box-seal": Specimen((*_RECYCLED, _BOX, _PUT), _SEAL, "box.sealed/1"),
    "box-reopen": Specimen(
        (*_RECYCLED, _BOX, _PUT, _SEAL),
        act("box-reopen", box="B1", reason="one card too many", at="2010-05-05"),
        "box.reopened/1",
    ),
    "box-stocktake": Specimen(
        (*_RECYCLED, _BOX, _PUT, _SEAL),
        act("box-stocktake", box="B1", found=0, missing=["C1"], handler="Li", at="2010-05-05"),
        "box.stocktaken/1",
    ),
    "policy-adopt": Specimen(
        (),
        act("policy-adopt", changes={"upgrade_required": False}, from_="2010-09-01"),
        "policy.adopted/1",
    ),
}
