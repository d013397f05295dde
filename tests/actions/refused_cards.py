"""What the office refuses when cards are made, taken back, lost and found (HANDBOOK 5)."""

from __future__ import annotations

from typing import Final

from tests.actions.refusal import Refusal
from tests.support.given import (
    ANNA,
    BORIS,
    CLARA,
    DAVID,
    EMMA,
    NEIGHBOUR,
    OUTSIDE,
    act,
    number,
    pupil,
)

_ANNA: Final = pupil(ANNA)
_ISSUED: Final = (_ANNA, act("issue", card="C1", student=ANNA, at="2010-03-01"))
_RECYCLED: Final = (*_ISSUED, act("recycle", card="C1", handler="Wang", at="2010-04-01"))
_LOST: Final = (*_ISSUED, act("lost", card="C1", at="2010-04-01"))
_REPLACED: Final = (
    *_LOST,
    act("reissue", card="C2", student=ANNA, reason="lost", at="2010-04-02"),
)
_AWAY: Final = (*_ISSUED, act("student-transfer-out", student=ANNA, at="2010-03-20"))

_GUEST: Final = number(5, category=4, cohort=2012)

ISSUE: Final = (
    Refusal(
        "a card number is issued once, ever",
        (*_RECYCLED, pupil(BORIS)),
        act("issue", card="C1", student=BORIS, at="2010-05-01"),
        ("card-number-used",),
    ),
    Refusal(
        "a number is taken even on a day before it was issued",
        (*_ISSUED, pupil(BORIS)),
        act("issue", card="C1", student=BORIS, at="2010-02-01"),
        ("card-number-used",),
    ),
    Refusal(
        "a recycled card is not issued again to the pupil who had it",
        _RECYCLED,
        act("issue", card="C1", student=ANNA, at="2010-05-01"),
        ("card-number-used",),
    ),
    Refusal(
        "a pupil who holds a card gets no second one",
        _ISSUED,
        act("issue", card="C2", student=ANNA, at="2010-03-02"),
        ("student-holds-card",),
    ),
    Refusal(
        "a lost card still counts as held",
        _LOST,
        act("issue", card="C2", student=ANNA, at="2010-04-02"),
        ("student-holds-card",),
    ),
    Refusal(
        "a card that was swiped out still counts as held",
        (
            *_ISSUED,
            act("leave-swipe", card="C1", reason="transfer", at="2010-03-02"),
            act("student-resume", student=ANNA, at="2010-03-03"),
            act("leave-swipe", card="C1", reason="transfer", at="2010-03-04"),
            act("student-transfer-in", student=ANNA, school=NEIGHBOUR, at="2010-03-05"),
        ),
        act("issue", card="C2", student=ANNA, at="2010-04-02"),
        ("student-holds-card",),
    ),
    Refusal(
        "a pupil who left gets no card",
        (_ANNA, act("student-transfer-out", student=ANNA, at="2010-03-01")),
        act("issue", card="C1", student=ANNA, at="2010-03-02"),
        ("not-in-school",),
    ),
    Refusal(
        "a pupil who enters later is not in school yet",
        (pupil(ANNA, entered="2010-03-10"),),
        act("issue", card="C1", student=ANNA, at="2010-03-02"),
        ("not-in-school", "not-eligible-for-new-card"),
    ),
    Refusal(
        "a suspended pupil gets no new card",
        (_ANNA, act("student-suspend", student=ANNA, at="2010-03-01")),
        act("issue", card="C1", student=ANNA, at="2010-03-02"),
        ("not-in-school",),
    ),
    Refusal(
        "a pupil of the second year gets no new card",
        (pupil(number(4, cohort=2014)),),
        act("issue", card="C1", student=number(4, cohort=2014), at="2010-03-01"),
        ("not-eligible-for-new-card",),
    ),
    Refusal(
        "a first-year pupil of a junior school gets no new card",
        (pupil(number(1, category=1, cohort=2012)),),
        act("issue", card="C1", student=number(1, category=1, cohort=2012), at="2010-03-01"),
        ("not-eligible-for-new-card",),
    ),
    Refusal(
        "a guest from outside the city gets one only after no other school was found",
        (pupil(_GUEST, guest=True, from_outside_city=True),),
        act("issue", card="C1", student=_GUEST, at="2010-03-01"),
        ("not-eligible-for-new-card",),
    ),
    Refusal(
        "a guest whose number does not show it gets no new card",
        (pupil(CLARA, guest=True, from_outside_city=True),),
        act("issue", card="C1", student=CLARA, confirmed_no_other_school=True, at="2010-03-01"),
        ("not-eligible-for-new-card",),
    ),
    Refusal(
        "a guest from inside the city gets no new card",
        (pupil(_GUEST, guest=True),),
        act("issue", card="C1", student=_GUEST, confirmed_no_other_school=True, at="2010-03-01"),
        ("not-eligible-for-new-card",),
    ),
    Refusal(
        "being away comes before what is wrong with the card",
        (
            *_RECYCLED,
            act("reissue", card="C2", student=ANNA, reason="lost", at="2010-04-02"),
            act("student-renumber", student=ANNA, number=number(9), at="2010-04-03"),
            act("student-transfer-out", student=ANNA, at="2010-05-01"),
        ),
        act("issue", card="C1", student=ANNA, at="2010-05-02"),
        ("not-in-school", "card-number-used", "student-holds-card"),
    ),
)

REGISTER: Final = (
    Refusal(
        "a card that was issued is not registered",
        (*_ISSUED, pupil(CLARA)),
        act("register", card="C1", student=CLARA),
        ("card-number-used",),
    ),
    Refusal(
        "one card of a kind",
        (pupil(CLARA), act("register", card="C1", student=CLARA)),
        act("register", card="C2", student=CLARA),
        ("student-holds-card",),
    ),
    Refusal(
        "another pupil's card with a card of one's own",
        (*_ISSUED, pupil(CLARA), act("register", card="C9", student=CLARA)),
        act("register", card="C1", student=CLARA, at="2010-05-01"),
        ("card-number-used", "student-holds-card"),
    ),
)

REISSUE: Final = (
    Refusal(
        "a pupil who never had a card has none to replace",
        (pupil(CLARA),),
        act("reissue", card="C2", student=CLARA, reason="lost", at="2010-03-01"),
        ("no-card-to-replace",),
    ),
    Refusal(
        "a record card is no old identity card",
        _ISSUED,
        act("reissue", card="I2", student=ANNA, kind="identity", reason="lost", at="2010-03-02"),
        ("no-card-to-replace",),
    ),
    Refusal(
        "on a day before the first card there was none to replace",
        _ISSUED,
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-02-01"),
        ("no-card-to-replace",),
    ),
    Refusal(
        "a card that never was this pupil's is not replaced",
        (*_ISSUED, pupil(CLARA), act("register", card="C9", student=CLARA)),
        act("reissue", card="C2", student=ANNA, reason="lost", replaces="C9", at="2010-03-02"),
        ("no-card-to-replace",),
    ),
    Refusal(
        "the new card has a number that nobody had",
        (*_LOST, pupil(CLARA), act("register", card="C9", student=CLARA)),
        act("reissue", card="C9", student=ANNA, reason="lost", at="2010-04-02"),
        ("card-number-used",),
    ),
    Refusal(
        "who is not in school gets no new card",
        _AWAY,
        act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-21"),
        ("not-in-school",),
    ),
    Refusal(
        "the card of a renumbered pupil is collected first",
        _ISSUED,
        act("reissue", card="C2", student=ANNA, reason="renumbered", at="2010-03-02"),
        ("old-card-not-collected",),
    ),
    Refusal(
        "a damaged card is collected first",
        _ISSUED,
        act("reissue", card="C2", student=ANNA, reason="damaged", at="2010-03-02"),
        ("old-card-not-collected",),
    ),
    Refusal(
        "an empty reason declares nothing",
        _ISSUED,
        act(
            "reissue",
            card="C2",
            student=ANNA,
            reason="damaged",
            old_outstanding="  ",
            at="2010-03-02",
        ),
        ("old-card-not-collected",),
    ),
    Refusal(
        "all that is wrong is told in the handbook's order",
        (*_AWAY, pupil(CLARA), act("register", card="C9", student=CLARA)),
        act("reissue", card="C9", student=ANNA, reason="damaged", at="2010-03-21"),
        ("not-in-school", "card-number-used", "old-card-not-collected"),
    ),
)

LOST: Final = (
    Refusal(
        "a recycled card cannot be lost",
        _RECYCLED,
        act("lost", card="C1", at="2010-04-02"),
        ("card-recycled",),
    ),
    Refusal(
        "a replaced card cannot be lost again",
        _REPLACED,
        act("lost", card="C1", at="2010-04-03"),
        ("card-replaced",),
    ),
)

FOUND: Final = (
    Refusal(
        "a card in use was not lost",
        _ISSUED,
        act("found", card="C1", at="2010-04-02"),
        ("card-not-lost",),
    ),
    Refusal(
        "a card is found once",
        (*_REPLACED, act("found", card="C1", at="2010-04-03")),
        act("found", card="C1", at="2010-04-04"),
        ("card-not-lost",),
    ),
    Refusal(
        "a recycled card is not found",
        _RECYCLED,
        act("found", card="C1", at="2010-04-02"),
        ("card-not-lost",),
    ),
)

RECYCLE: Final = (
    Refusal(
        "a card that somebody else holds is not taken back from this pupil",
        (*_ISSUED, pupil(BORIS)),
        act("recycle", card="C1", student=BORIS, handler="Wang", at="2010-04-01"),
        ("ambiguous-student",),
    ),
)

FILED: Final = (
    Refusal(
        "a filing lists cards that the ledger knows",
        _ISSUED,
        act("cards-filed", cards=["C1", "C7"], at="2010-04-01"),
        ("unknown-card",),
    ),
    Refusal(
        "a filing lists cards that were there on its day",
        _ISSUED,
        act("cards-filed", cards=["C1"], at="2010-02-01"),
        ("before-issue",),
    ),
    Refusal(
        "a filing lists record cards only",
        (
            *_ISSUED,
            act("issue", card="I1", student=ANNA, kind="identity", at="2010-03-01"),
        ),
        act("cards-filed", cards=["C1", "I1", "C7"], at="2010-04-01"),
        ("unknown-card", "wrong-kind"),
    ),
)

TRANSFER: Final = (
    Refusal(
        "a card travels only after its leave swipe",
        (*_ISSUED, act("upgrade", card="C1", at="2010-03-02")),
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-04-01"),
        ("no-leave-swipe",),
    ),
    Refusal(
        "a card travels only after its upgrade",
        (*_ISSUED, act("leave-swipe", card="C1", reason="transfer", at="2010-03-02")),
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-04-01"),
        ("not-upgraded",),
    ),
    Refusal(
        "who comes back resumes",
        (
            *_ISSUED,
            act("upgrade", card="C1", at="2010-03-02"),
            act("leave-swipe", card="C1", reason="transfer", at="2010-03-03"),
        ),
        act("transfer-swipe", card="C1", at="2010-04-01"),
        ("was-here-before",),
    ),
    Refusal(
        "a suspended pupil resumes before the card is swiped",
        (
            *_ISSUED,
            act("upgrade", card="C1", at="2010-03-02"),
            act("student-suspend", student=ANNA, at="2010-03-03"),
        ),
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-04-01"),
        ("not-in-school", "no-leave-swipe"),
    ),
    Refusal(
        "a recycled card arrives nowhere",
        _RECYCLED,
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-04-02"),
        ("card-recycled", "not-upgraded", "no-leave-swipe"),
    ),
    Refusal(
        "a lost card arrives nowhere",
        _LOST,
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-04-02"),
        ("card-lost", "not-upgraded", "no-leave-swipe"),
    ),
    Refusal(
        "a replaced card arrives nowhere",
        _REPLACED,
        act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-04-03"),
        ("card-replaced", "not-upgraded", "no-leave-swipe"),
    ),
    Refusal(
        "a card from outside comes with upgrade and leave swipe",
        (pupil(DAVID),),
        act("transfer-swipe", card="X1", student=DAVID, school=NEIGHBOUR, from_school=OUTSIDE),
        ("not-upgraded", "no-leave-swipe"),
    ),
    Refusal(
        "a card from a school of this ledger must be in it",
        (pupil(DAVID),),
        act(
            "transfer-swipe",
            card="X1",
            student=DAVID,
            school=NEIGHBOUR,
            from_school=EMMA[:8],
            upgraded=True,
            leave_swiped=True,
        ),
        ("unknown-card",),
    ),
    Refusal(
        "somebody must come with a card from outside",
        (),
        act(
            "transfer-swipe",
            card="X1",
            school=NEIGHBOUR,
            from_school=OUTSIDE,
            upgraded=True,
            leave_swiped=True,
        ),
        ("unknown-card",),
        understood=False,
    ),
)

ALL: Final = (*ISSUE, *REGISTER, *REISSUE, *LOST, *FOUND, *RECYCLE, *FILED, *TRANSFER)
