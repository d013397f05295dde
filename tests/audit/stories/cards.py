"""Rules about cards and who has them, from the issue to the taking back."""

from __future__ import annotations

from typing import Final

from tests.audit.stories.telling import (
    ADDED,
    CARD,
    GRADUATES,
    JUNIOR_CARD,
    LOST,
    NEW,
    RECYCLED,
    SECOND,
    TWO,
    Case,
    collected,
)
from tests.support.given import (
    ANNA,
    BORIS,
    NEIGHBOUR,
    act,
    pupil,
)

CASES: Final = (
    Case(
        "two-live-cards",
        "a second card that an old program issued",
        (*CARD, SECOND),
        ("pupil:010", "card:C1", "card:C9"),
    ),
    Case(
        "two-live-cards",
        "an identity card beside the record card",
        (*CARD, act("issue", card="I1", student=ANNA, kind="identity", at="2010-02-24")),
    ),
    Case("two-live-cards", "a card in place of a lost one", LOST),
    Case(
        "old-card-outstanding",
        "promised, and not handed in",
        (
            *CARD,
            act(
                *("reissue",),
                card="C3",
                student=ANNA,
                reason="renumbered",
                old_outstanding="at home",
                at="2010-04-01",
            ),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "old-card-outstanding",
        "promised less than 30 days ago",
        (
            *CARD,
            act(
                *("reissue",),
                card="C3",
                student=ANNA,
                reason="renumbered",
                old_outstanding="at home",
                at="2010-04-01",
            ),
        ),
        as_of="2010-05-01",
    ),
    Case("old-card-outstanding", "lost and replaced, never found", LOST),
    Case(
        "old-card-outstanding",
        "lost and replaced, found 40 days later",
        (*LOST, act("found", card="C1", at="2010-04-18")),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "uid-on-two-cards",
        "a clone",
        (*TWO[:-2], act("issue", card="C2", student=BORIS, uid="04A1B2C3", at="2010-02-24")),
        ("uid:04A1B2C3", "card:C1", "card:C2"),
    ),
    Case("uid-on-two-cards", "each with a serial of its own", TWO),
    Case(
        "card-on-two-students",
        "a list that gives a card to somebody else",
        (
            *TWO,
            act("register", card="C1", student=BORIS, evidence="imported", at="2010-03-01"),
        ),
        ("card:C1", "pupil:010", "pupil:020"),
    ),
    Case(
        "card-on-two-students",
        "an issue that was void, and the number given again",
        (
            *TWO[:-2],
            act("void", position=5, reason="mistyped"),
            act("void", position=4, reason="mistyped"),
            act("issue", card="C1", student=BORIS, at="2010-02-25"),
        ),
    ),
    Case(
        "one-person-two-records",
        "one identity number",
        (
            pupil(ANNA, identity="110226200309010010"),
            pupil(BORIS, identity="110226200309010010"),
        ),
        ("pupil:010", "pupil:020"),
    ),
    Case(
        "one-person-two-records",
        "two identity numbers",
        (
            pupil(ANNA, identity="110226200309010010"),
            pupil(BORIS, identity="110226200309010029"),
        ),
    ),
    Case(
        "one-number-two-students",
        "a new number that is another pupil's",
        (
            ADDED,
            pupil(BORIS),
            act("student-renumber", student=BORIS, number=ANNA, evidence="imported"),
        ),
        (f"number:{ANNA}", "pupil:010"),
    ),
    Case(
        "one-number-two-students",
        "a number allocated to the pupil who then got it",
        (
            ADDED,
            act("number-allocate", number=NEW, student=ANNA, at="2010-03-01"),
            act("student-renumber", student=ANNA, number=NEW, at="2010-03-02"),
        ),
    ),
    Case(
        "swipe-after-retirement",
        "a refused swipe of a lost card",
        (*CARD, act("lost", card="C1", at="2010-03-01"), act("term-swipe", card="C1")),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "swipe-after-retirement",
        "a leave swipe of a card that was taken back",
        (*RECYCLED, act("leave-swipe", card="C1", reason="transfer", at="2010-05-04")),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "swipe-after-retirement",
        "a swipe refused because the pupil is suspended",
        (
            *CARD,
            act("student-suspend", student=ANNA, at="2010-03-01"),
            act("term-swipe", card="C1", at="2010-03-02"),
        ),
    ),
    Case(
        "swiped-at-two-schools",
        "a sibling with the card at another school",
        (
            *CARD,
            act("term-swipe", card="C1", school=NEIGHBOUR, at="2010-03-02"),
            act("term-swipe", card="C1", at="2010-03-03"),
        ),
        ("card:C1",),
        period="2010-spring",
    ),
    Case(
        "swiped-at-two-schools",
        "a transfer in the middle of the term",
        (
            *CARD,
            act("term-swipe", card="C1", at="2010-03-02"),
            act("leave-swipe", card="C1", reason="transfer", at="2010-03-16T09:00"),
            act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-16T15:00"),
            act("leave-swipe", card="C1", school=NEIGHBOUR, reason="transfer", at="2010-06-01"),
        ),
    ),
    Case(
        "left-not-collected",
        "a junior leaver who does not go on",
        (*JUNIOR_CARD, *GRADUATES, collected("no")),
        ("card:J1", "pupil:050"),
    ),
    Case(
        "left-not-collected",
        "a junior leaver who goes on",
        (*JUNIOR_CARD, *GRADUATES, collected("yes")),
    ),
    Case(
        "left-not-collected",
        "by the policy of that day nobody has to",
        (
            act("policy-adopt", changes={"collect_from": []}, from_="2010-06-01"),
            *JUNIOR_CARD,
            *GRADUATES,
            collected("no"),
        ),
    ),
    Case(
        "recycled-without-leave-swipe",
        "transferred out, card taken back",
        (
            *CARD,
            act("student-transfer-out", student=ANNA, at="2010-05-01"),
            act("recycle", card="C1", handler="Wang", reason="left", at="2010-05-02"),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "recycled-without-leave-swipe",
        "swiped out, card taken back",
        (
            *CARD,
            act("leave-swipe", card="C1", reason="dropout", at="2010-05-01"),
            act("recycle", card="C1", handler="Wang", reason="left", at="2010-05-02"),
        ),
    ),
    Case(
        "recycled-without-leave-swipe",
        "a replaced card of a pupil who left later",
        (
            *RECYCLED,
            act("reissue", card="C3", student=ANNA, reason="damaged", at="2010-05-02"),
            act("leave-swipe", card="C3", reason="dropout", at="2010-05-05"),
        ),
    ),
)
