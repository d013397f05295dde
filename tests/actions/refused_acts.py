"""What the office refuses at swipes, of pupils, boxes and lines (HANDBOOK 5)."""

from __future__ import annotations

from typing import Final

from tests.actions.refusal import Refusal
from tests.support.given import ANNA, BORIS, CLARA, NEIGHBOUR, act, number, pupil

_ANNA: Final = pupil(ANNA)
_ISSUED: Final = (_ANNA, act("issue", card="C1", student=ANNA, at="2010-03-01"))
_UPGRADED: Final = (*_ISSUED, act("upgrade", card="C1", at="2010-03-02"))
_LEFT: Final = (*_UPGRADED, act("leave-swipe", card="C1", reason="transfer", at="2010-03-10"))
_LOST: Final = (*_UPGRADED, act("lost", card="C1", at="2010-03-10"))
_REISSUED: Final = act("reissue", card="C2", student=ANNA, reason="lost", at="2010-03-11")
_FOUND: Final = act("found", card="C1", at="2010-03-12")
_RECYCLED: Final = (*_UPGRADED, act("recycle", card="C1", handler="Wang", at="2010-03-10"))
_BOX: Final = act("box-open", box="B1", cohort=2015, at="2010-04-01")
_PUT: Final = act("box-put", box="B1", card="C1", at="2010-04-02")
_SEALED: Final = act("box-seal", box="B1", count=1, handler="Wang", at="2010-04-03")
_COUNTED: Final = act("box-stocktake", box="B1", handler="Wang", at="2010-04-03")
_SUSPENDED: Final = act("student-suspend", student=ANNA, at="2010-03-10")
_OUT: Final = act("student-transfer-out", student=ANNA, at="2010-03-10")

_SWIPE: Final = act("term-swipe", card="C1", at="2010-03-15")

UPGRADE: Final = tuple(
    Refusal(says, given, act("upgrade", card="C1", at="2010-03-15"), ("card-not-live",))
    for says, given in (
        ("a lost card is not upgraded", (*_ISSUED, act("lost", card="C1", at="2010-03-10"))),
        (
            "a card that was swiped out is not upgraded",
            (*_ISSUED, act("leave-swipe", card="C1", reason="transfer", at="2010-03-10")),
        ),
        ("a recycled card is not upgraded", _RECYCLED),
        ("a replaced card is not upgraded", (*_LOST, _REISSUED, _FOUND)),
    )
)

TERM: Final = (
    Refusal("a card is upgraded before it is swiped", _ISSUED, _SWIPE, ("not-upgraded",)),
    Refusal("a lost card is not swiped", _LOST, _SWIPE, ("card-lost",)),
    Refusal(
        "a card lost and replaced is replaced", (*_LOST, _REISSUED), _SWIPE, ("card-replaced",)
    ),
    Refusal(
        "an outstanding card is replaced", (*_LOST, _REISSUED, _FOUND), _SWIPE, ("card-replaced",)
    ),
    Refusal("a recycled card is not swiped", _RECYCLED, _SWIPE, ("card-recycled",)),
    Refusal("who was swiped out is not in school", _LEFT, _SWIPE, ("not-in-school",)),
    Refusal(
        "who was transferred out is not in school", (*_UPGRADED, _OUT), _SWIPE, ("not-in-school",)
    ),
    Refusal(
        "a suspended pupil is not swiped", (*_UPGRADED, _SUSPENDED), _SWIPE, ("not-in-school",)
    ),
    Refusal(
        "a pupil is swiped at the own school",
        _UPGRADED,
        _SWIPE | {"school": NEIGHBOUR},
        ("wrong-school",),
    ),
    Refusal(
        "a pupil who moved is in school elsewhere, though the card was only swiped out",
        (*_LEFT, act("student-transfer-in", student=ANNA, school=NEIGHBOUR, at="2010-03-12")),
        _SWIPE,
        ("wrong-school",),
    ),
    Refusal(
        "at the new school a card that was only swiped out needs its transfer swipe",
        (*_LEFT, act("student-transfer-in", student=ANNA, school=NEIGHBOUR, at="2010-03-12")),
        _SWIPE | {"school": NEIGHBOUR},
        ("not-in-school",),
    ),
    Refusal(
        "all that is wrong is told in the handbook's order",
        (
            *_ISSUED,
            act("recycle", card="C1", handler="Wang", at="2010-03-10"),
            act("student-transfer-out", student=ANNA, at="2010-03-11"),
        ),
        _SWIPE,
        ("card-recycled", "not-in-school", "not-upgraded"),
    ),
    Refusal(
        "a lost card at another school",
        (*_ISSUED, act("lost", card="C1", at="2010-03-10")),
        _SWIPE | {"school": NEIGHBOUR},
        ("card-lost", "wrong-school", "not-upgraded"),
    ),
    Refusal(
        "a card whose holder is another pupil",
        (*_UPGRADED, pupil(BORIS)),
        _SWIPE | {"student": BORIS},
        ("ambiguous-student",),
    ),
)

LEAVE: Final = (
    *(
        Refusal(
            says, given, act("leave-swipe", card="C1", reason="dropout", at="2010-03-15"), codes
        )
        for says, given, codes in (
            ("a lost card is not swiped out", _LOST, ("card-not-live",)),
            ("a card is swiped out once", _LEFT, ("card-not-live",)),
            ("a recycled card is not swiped out", _RECYCLED, ("card-not-live",)),
            ("a replaced card is not swiped out", (*_LOST, _REISSUED), ("card-not-live",)),
            (
                "a suspended pupil resumes before leaving",
                (*_UPGRADED, _SUSPENDED),
                ("not-in-school",),
            ),
        )
    ),
)

_OTHERS: Final = (
    pupil(number(7)),
    act("student-renumber", student=number(7), number=number(8), at="2010-01-01"),
)

PUPILS: Final = (
    Refusal(
        "a number that another pupil has is not given again",
        (pupil(ANNA, name="Anna"),),
        act("student-add", number=ANNA, name="Boris"),
        ("ambiguous-student",),
    ),
    Refusal(
        "a namesake with another identity number is another pupil",
        (pupil(ANNA, name="Anna", identity="110226200309010010"),),
        act("student-add", number=ANNA, name="Anna", identity="110226200309010029"),
        ("ambiguous-student",),
    ),
    *(
        Refusal(
            f"{action}: a number that another pupil had is not given again",
            (_ANNA, *_OTHERS),
            act(action, student=ANNA, number=number(7), at="2010-03-01", **more),
            ("ambiguous-student",),
        )
        for action, more in (
            ("student-renumber", {}),
            ("student-repeat-year", {}),
            ("student-graduate", {"goes_on": "yes", "continues": True}),
        )
    ),
    *(
        Refusal(
            f"{action}: who left is not in school",
            (_ANNA, act("student-transfer-out", student=ANNA, at="2010-02-01")),
            act(action, student=ANNA, at="2010-03-01", **more),
            ("not-in-school",),
        )
        for action, more in (
            ("student-suspend", {}),
            ("student-repeat-year", {}),
            ("student-graduate", {"goes_on": "no"}),
        )
    ),
    Refusal(
        "who graduated is not transferred out",
        (pupil(CLARA), act("student-graduate", student=CLARA, goes_on="no", at="2010-06-01")),
        act("student-transfer-out", student=CLARA, at="2010-06-02"),
        ("not-in-school",),
    ),
    Refusal(
        "who was swiped out for graduation does not continue",
        (
            *_UPGRADED,
            act("leave-swipe", card="C1", reason="graduation", at="2010-06-01"),
        ),
        act("student-graduate", student=ANNA, goes_on="yes", continues=True, at="2010-06-02"),
        ("not-in-school",),
    ),
    Refusal(
        "who is in school was not away",
        (_ANNA,),
        act("student-resume", student=ANNA, at="2010-03-01"),
        ("not-away",),
    ),
    Refusal(
        "who left and comes back resumes",
        (_ANNA, _OUT),
        act("student-transfer-in", student=ANNA, at="2010-04-01"),
        ("was-here-before",),
    ),
    Refusal(
        "a suspended pupil comes back by resuming",
        (_ANNA, _SUSPENDED),
        act("student-transfer-in", student=ANNA, at="2010-04-01"),
        ("was-here-before",),
    ),
    Refusal(
        "who went elsewhere and comes back was here before",
        (
            _ANNA,
            act("student-transfer-in", student=ANNA, school=NEIGHBOUR, at="2010-03-01"),
        ),
        act("student-transfer-in", student=ANNA, at="2010-04-01"),
        ("was-here-before",),
    ),
)

BOXES: Final = (
    Refusal(
        "a box's name is used once",
        (_BOX,),
        act("box-open", box="b1", cohort=2014, at="2010-04-01"),
        ("box-name-used",),
    ),
    Refusal("a card in use is not boxed", (*_ISSUED, _BOX), _PUT, ("not-recycled",)),
    Refusal(
        "a card is boxed with its own cohort",
        (*_RECYCLED, act("box-open", box="B1", cohort=2014, at="2010-04-01")),
        _PUT,
        ("wrong-cohort",),
    ),
    Refusal(
        "the cohort is the holder's on the day of recycling",
        (
            *_RECYCLED,
            act("student-repeat-year", student=ANNA, at="2010-03-20"),
            act("box-open", box="B1", cohort=2016, at="2010-04-01"),
        ),
        _PUT,
        ("wrong-cohort",),
    ),
    Refusal(
        "a sealed box stays shut",
        (
            *_RECYCLED,
            _BOX,
            _PUT,
            _SEALED,
            pupil(BORIS),
            act("issue", card="C5", student=BORIS, at="2010-03-01"),
            act("recycle", card="C5", handler="Wang", at="2010-03-02"),
        ),
        act("box-put", box="B1", card="C5", at="2010-04-04"),
        ("box-sealed",),
    ),
    Refusal(
        "a card lies in one box",
        (*_RECYCLED, _BOX, _PUT, act("box-open", box="B2", cohort=2015, at="2010-04-01")),
        act("box-put", box="B2", card="C1", at="2010-04-04"),
        ("already-boxed",),
    ),
    Refusal(
        "a box is filled after it was opened",
        (*_RECYCLED, _BOX),
        act("box-put", box="B1", card="C1", at="2010-03-20"),
        ("unknown-box",),
    ),
    Refusal(
        "all that is wrong with a box is told",
        (
            *_RECYCLED,
            _BOX,
            _PUT,
            act("box-open", box="B2", cohort=2014, at="2010-04-01"),
            act("box-seal", box="B2", count=0, handler="W", evidence="imported", at="2010-04-02"),
        ),
        act("box-put", box="B2", card="C1", at="2010-04-04"),
        ("wrong-cohort", "box-sealed", "already-boxed"),
    ),
    Refusal(
        "an empty box is not sealed",
        (_BOX,),
        act("box-seal", box="B1", count=0, handler="Wang", at="2010-04-02"),
        ("empty-box",),
    ),
    Refusal(
        "the count is the ledger's",
        (*_RECYCLED, _BOX, _PUT),
        act("box-seal", box="B1", count=2, handler="Wang", at="2010-04-03"),
        ("count-mismatch",),
    ),
    Refusal(
        "an empty box is not sealed with a card in it",
        (_BOX,),
        act("box-seal", box="B1", count=1, handler="Wang", at="2010-04-02"),
        ("empty-box", "count-mismatch"),
    ),
    Refusal(
        "a sealed box is reopened before it is sealed with another count",
        (*_RECYCLED, _BOX, _PUT, _SEALED),
        act("box-seal", box="B1", count=2, handler="Wang", at="2010-04-04"),
        ("count-mismatch", "box-sealed"),
    ),
    Refusal(
        "a stocktake names cards that there are",
        (*_RECYCLED, _BOX, _PUT),
        _COUNTED | {"found": 0, "missing": ["C9"]},
        ("unknown-card",),
    ),
    Refusal(
        "a card of another box is one that there is",
        (*_RECYCLED, _BOX, _PUT),
        _COUNTED | {"found": 1, "elsewhere": ["C9@B2"]},
        ("unknown-card",),
    ),
    Refusal(
        "what is found and what is missing are what the ledger has",
        (*_RECYCLED, _BOX, _PUT),
        _COUNTED | {"found": 1, "missing": ["C1"]},
        ("bad-input",),
        understood=False,
    ),
    Refusal(
        "what is found and what is missing are what was expected",
        (*_RECYCLED, _BOX, _PUT),
        _COUNTED | {"found": 1, "expected": 2},
        ("bad-input",),
        understood=False,
    ),
    Refusal(
        "a card is found or missing, not both",
        (*_RECYCLED, _BOX, _PUT),
        _COUNTED | {"found": 0, "missing": ["C1"], "elsewhere": ["C1@B2"]},
        ("bad-input",),
        understood=False,
    ),
    Refusal(
        "a card of another box is told with that box",
        (*_RECYCLED, _BOX, _PUT),
        _COUNTED | {"found": 1, "elsewhere": ["C9"]},
        ("bad-input",),
        understood=False,
    ),
)

VOID: Final = (
    Refusal(
        "a line that others need stays",
        (*_ISSUED, act("upgrade", card="C1", at="2010-03-02")),
        act("void", position=5, reason="wrong"),
        ("not-voidable",),
        understood=False,
    ),
    *(
        Refusal(
            f"{what} cannot be void",
            given,
            act("void", position=position, reason="wrong"),
            ("not-voidable",),
            understood=False,
        )
        for what, given, position in (
            ("what is not there", (), 99),
            ("position 0", (), 0),
            ("a school", (), 1),
            ("a policy", (act("policy-adopt", changes={"guests": "45"}, from_="2010-01-01"),), 4),
            ("a void", (*_ISSUED, act("void", position=5, reason="wrong")), 6),
            ("who was forgotten", (_ANNA, act("student-forget", student=ANNA)), 5),
        )
    ),
)

ALL: Final = (*UPGRADE, *TERM, *LEAVE, *PUPILS, *BOXES, *VOID)
