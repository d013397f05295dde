"""What people are told when the office refuses: a sentence and what to do, for each code.

The codes are the handbook's (sections 5 and 9). Texts are templates; their values are those of
the case (`Case.about`): card, student (number), name, school, state and the like.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from cardledger.i18n import _


class Refusal(NamedTuple):
    """A sentence, and what to do instead."""

    message: str
    hint: str


#: What a spreadsheet does to student numbers that it takes for numbers (HANDBOOK 7.11).
LOST_ZERO: Final = _("It has 15 digits: a spreadsheet may have dropped the leading zero.")

REFUSALS: Final[dict[str, Refusal]] = {
    "bad-input": Refusal(
        _("The row cannot be read: {why}"), _("Correct the row and give the file again.")
    ),
    "batch-aborted": Refusal(
        _("Not recorded, because another row of the batch was refused."),
        _("Correct the refused rows, or skip them with --on-refusal skip."),
    ),
    "bad-student-number": Refusal(
        _("“{student}” is not a student number."), _("A student number has 16 digits.")
    ),
    "unknown-student": Refusal(
        _("No pupil goes by “{student}”."),
        _("Check the number, or add the pupil with: cardledger student add"),
    ),
    "unknown-card": Refusal(
        _("No card goes by “{card}”."),
        _("Check the number. A card from before the ledger is entered with: cardledger register"),
    ),
    "unknown-school": Refusal(
        _("School {school} is not in this ledger."),
        _("Check the code, or add the school with: cardledger school add"),
    ),
    "unknown-box": Refusal(
        _("There is no box {box}."), _("Open it with: cardledger box open {box} --cohort YEAR")
    ),
    "ambiguous-student": Refusal(
        _("“{student}” fits more than one pupil: {candidates}."),
        _("Name the pupil by id, or by a number that only this pupil has."),
    ),
    "ambiguous-card": Refusal(
        _("“{card}” fits more than one card: {candidates}."), _("Type the card number.")
    ),
    "happened-in-future": Refusal(
        _("{at} is in the future; now it is {present}."),
        _("Record an act after it happened; check the date and the clock."),
    ),
    "before-issue": Refusal(
        _("Card {card} was not there yet at {at}."),
        _("Check the date. The card came on {issued}."),
    ),
    "wrong-kind": Refusal(
        _("Card {card} is an identity card."),
        _("Only record cards are upgraded, swiped and filed."),
    ),
    "card-recycled": Refusal(
        _("Card {card} was recycled and is never used again."),
        _(
            "Take it back. The pupil gets a new card with: cardledger reissue NEW_CARD --student"
            " {number} --reason REASON"
        ),
    ),
    "card-replaced": Refusal(
        _("Card {card} was replaced by {replaced_by}."),
        _(
            "Use the new one; take the old one back with:"
            " cardledger recycle {card} --reason replaced"
        ),
    ),
    "card-lost": Refusal(
        _("Card {card} is reported lost."),
        _("If it was found, record that first with: cardledger found {card}"),
    ),
    "wrong-school": Refusal(
        _("{name}, {number}: in school {pupil_school}, not in {school}."),
        _("A pupil who moved needs a transfer swipe at the new school."),
    ),
    "not-in-school": Refusal(
        _("{name}, {number}: no longer in school, cannot be registered by swipe; change the card!"),
        _("A pupil who is back is resumed first with: cardledger student resume {number}"),
    ),
    "not-upgraded": Refusal(
        _("Card {card} was not upgraded."),
        _("Upgrade it first, and record that with: cardledger upgrade {card}"),
    ),
    "card-number-used": Refusal(
        _("Card number {card} was issued before; a number is issued once, ever."),
        _("Check the number. If the first issue was a mistake, void its line."),
    ),
    "student-holds-card": Refusal(
        _("{name}, {number}: holds card {held} already."),
        _(
            "A card in place of another is made with: cardledger reissue {card} --student {number}"
            " --reason REASON"
        ),
    ),
    "not-eligible-for-new-card": Refusal(
        _(
            "{name}, {number}: only first-year primary pupils get a new card; the grade at {at} is"
            " taken to be {grade}."
        ),
        _(
            "Use: cardledger reissue {card} --student {number} --reason REASON. A guest from"
            " outside the city may get one after it was confirmed that no other school has the"
            " pupil (--confirmed-no-other-school)."
        ),
    ),
    "card-not-live": Refusal(
        _("Card {card} is not in use; its state is “{state}”."),
        _("See what happened to it with: cardledger trace {card}"),
    ),
    "was-here-before": Refusal(
        _("{name}, {number}: was a pupil of school {school} before."),
        _("Record the return with: cardledger student resume {number}"),
    ),
    "no-leave-swipe": Refusal(
        _("Card {card} was not swiped out at the former school."),
        _("Ask the former school for the leave swipe first."),
    ),
    "not-away": Refusal(
        _("{name}, {number}: is in school and was not away."), _("There is nothing to resume.")
    ),
    "no-card-to-replace": Refusal(
        _("{name}, {number}: never had a card of this kind."),
        _("A first card is made with `issue`, one from before the ledger entered with `register`."),
    ),
    "old-card-not-collected": Refusal(
        _("The old card {old} of {name}, {number}, was not handed in."),
        _(
            "Take it back first with: cardledger recycle {old} --reason replaced; or say why it is"
            " outstanding with --old-outstanding TEXT."
        ),
    ),
    "card-not-lost": Refusal(
        _("Card {card} is not reported lost; its state is “{state}”."),
        _("See what happened to it with: cardledger trace {card}"),
    ),
    "not-recycled": Refusal(
        _("Card {card} was not recycled; its state is “{state}”."),
        _("Only recycled cards go into a box. Record that with: cardledger recycle {card}"),
    ),
    "wrong-cohort": Refusal(
        _("Card {card} is of cohort {card_cohort}, box {box} is for {cohort}."),
        _("Put it into a box of its own cohort."),
    ),
    "box-sealed": Refusal(
        _("Box {box} is sealed."), _("Reopen it with: cardledger box reopen {box} --reason TEXT")
    ),
    "already-boxed": Refusal(_("Card {card} lies in box {other_box}."), _("Look into both boxes.")),
    "box-name-used": Refusal(
        _("There is a box {box} already."), _("Give the new box another name.")
    ),
    "empty-box": Refusal(_("Box {box} is empty."), _("Put cards into it before it is sealed.")),
    "count-mismatch": Refusal(
        _("{count} cards were counted in box {box}, the ledger has {in_ledger}."),
        _("Count again; see the cards with: cardledger trace {box}"),
    ),
    "number-used": Refusal(
        _("Number {new} was given, allocated or filed before; a number is given once, ever."),
        _("Have the next free one proposed with: cardledger number allocate --class CLASS"),
    ),
    "class-full": Refusal(
        _("Class {class_number} of cohort {cohort} at school {school} has no free number."),
        _("Numbers in class go up to 99. Give the class another number with --class-number."),
    ),
    "check-digit-unknown": Refusal(
        _("The last digit of number {new} cannot be computed by the policy in force."),
        _(
            "Say it with --check-digit DIGIT, or adopt an algorithm with: cardledger policy adopt"
            " FILE --from DATE. {why}"
        ),
    ),
    "number-malformed": Refusal(
        _("Number {new} is not one for this class: {why}"),
        _("See what its digits say with: cardledger number check {new}"),
    ),
    "number-category-mismatch": Refusal(
        _("Number {new} has the wrong pupil category: {why}"),
        _("See what its digits say with: cardledger number check {new}"),
    ),
    "number-check-digit": Refusal(
        _("Number {new} has the wrong check digit: {why}"),
        _("See what its digits say with: cardledger number check {new}"),
    ),
    "not-voidable": Refusal(
        _("Line {position} cannot be void. {why}"), _("See the line with: cardledger history")
    ),
}
