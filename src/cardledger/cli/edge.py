"""The edge: every error becomes a sentence on stderr and an exit status (DESIGN 5).

0 done; 1 failure; 2 usage or unreadable input; 3 refused; 4 differences exist; 5 integrity
broken; 130 interrupted. A traceback is shown only with `--debug` or CARDLEDGER_DEBUG, because the
text of a foreign error may hold what was in a row.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import IO, Final

import click

from cardledger.cli.speech import say, translate
from cardledger.errors import CardledgerError
from cardledger.i18n import _

VARIABLE: Final = "CARDLEDGER_DEBUG"

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
REFUSED: Final = 3
DIFFERENT: Final = 4
BROKEN: Final = 5
INTERRUPTED: Final = 130

#: What the system says of files, in its own words (`os.strerror`).
SYSTEM: Final = (
    _("No such file or directory"),
    _("Permission denied"),
    _("Operation not permitted"),
    _("Is a directory"),
    _("Not a directory"),
    _("File exists"),
    _("File name too long"),
    _("No space left on device"),
    _("Read-only file system"),
    _("Input/output error"),
    _("Too many open files"),
)


def status_of(run: Callable[[], object], *, debug: bool) -> int:
    """Run the command line, tell what went wrong, and return the exit status."""
    try:
        result = run()
        sys.stdout.flush()
    except click.UsageError as error:
        click.UsageError(_punctuated(error.format_message()), error.ctx).show()
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _interrupted()
    except BrokenPipeError:
        # Whoever read our answer has seen enough. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FAILED
    except CardledgerError as error:
        tell(*_texts(error))
        return _traced(error.exit_status, debug=debug)
    except OSError as error:
        tell(_os_error(error), "")
        return _traced(FAILED, debug=debug)
    except Exception as error:
        tell(
            say(_("Something unexpected went wrong ({kind})."), kind=type(error).__name__),
            say(_("Nothing is half-written. Run it again with --debug and report what it shows.")),
        )
        return _traced(FAILED, debug=debug)
    return result if isinstance(result, int) else DONE


def _punctuated(text: str) -> str:
    """Return a complaint of click's with the quotes and full stops of the language of this run."""
    if translate(_(", ")).isascii():
        return text
    text = re.sub(r"'([^']*)'", r"“\1”", text).replace("”, “", "”、“")
    return re.sub(r"[.。](?:\s+|$)", "。", text)


def tell(message: str, hint: str = "") -> None:
    """Say on stderr what is wrong, and what to do."""
    click.echo(f"{_red(say(_('Error: {message}'), message=message))}", err=True)
    if hint:
        click.echo(f"  {arrow(sys.stderr)} {hint}", err=True)


def note(message: str) -> None:
    """Say on stderr what is worth knowing."""
    click.echo(message, err=True)


def confirmed(question: str) -> bool:
    """Ask a question on the terminal; anything but a clear yes is no."""
    if not sys.stdin.isatty():
        raise click.UsageError(say(_("This needs a confirmation; say --yes if it is meant.")))
    click.echo(f"{question} [y/N] ", nl=False, err=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是", translate(_("yes")))


def arrow(stream: IO[str]) -> str:
    """Return the sign before a hint, as far as the stream can show it."""
    return symbol("→", "->", stream)


def symbol(wanted: str, instead: str, stream: IO[str]) -> str:
    """Return a sign, or another one where the stream's encoding lacks it."""
    try:
        wanted.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return instead
    return wanted


def debugging(arguments: Sequence[str]) -> bool:
    """Whether tracebacks are wanted."""
    return "--debug" in arguments or os.environ.get(VARIABLE, "") not in ("", "0")


def _red(text: str) -> str:
    return click.style(text, fg="red") if "NO_COLOR" not in os.environ else text


def _traced(status: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    return status


def _interrupted() -> int:
    tell(
        say(_("Interrupted.")),
        say(_("Nothing is half-written; simply give the same command again.")),
    )
    return INTERRUPTED


def _texts(error: CardledgerError) -> tuple[str, str]:
    """Return what an error says, and its hint; a reason that the system gave is translated too."""
    if "reason" not in error.values:
        return error.text(translate), error.hint_text(translate)
    values = error.values | {"reason": reason_of(error.values["reason"])}
    texts = (error.template, error.hint_template)
    said, hint = (say(template, **values) if template else "" for template in texts)
    return said, hint


def reason_of(reason: object) -> str:
    """Return what the system said, in the language of this run where it is known."""
    if isinstance(reason, OSError):
        reason = reason.strerror or reason
    return translate(str(reason))


def _os_error(error: OSError) -> str:
    what = reason_of(error)
    if error.filename is None:
        return say(_("The system answered: {reason}."), reason=what)
    return say(_("{file}: {reason}."), file=error.filename, reason=what)
