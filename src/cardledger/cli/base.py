"""click, in two languages: texts are declared in English and translated when they are shown.

`Command`, `Group`, `Option` and `Argument` are click's own, whose help and metavar pass through
the catalogue; `Page` lays help out by the width of Chinese characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import click

from cardledger.cli.speech import say_text, translate
from cardledger.errors import BadValue
from cardledger.exchange.writing.widths import pad, width, wrap
from cardledger.i18n import _
from cardledger.ids import parse_cohort, plain

#: More digits than any count or position has.
DIGITS: Final = 18
#: Pieces of usage lines that click takes for granted.
PIECES: Final = (_("[OPTIONS]"), _("COMMAND [ARGS]..."))


class Page(click.HelpFormatter):
    """A help page that knows that a Chinese character takes two columns."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line, its further lines below the first argument."""
        before = translate("Usage:") if prefix is None else prefix
        start = f"{before}{prog} " if before.endswith("：") else f"{before} {prog} "
        room = max(self.width - width(start), 20)
        for place, line in enumerate(wrap(args, room)):
            self.write(f"{start if place == 0 else ' ' * width(start)}{line}\n")

    def write_heading(self, heading: str) -> None:
        """Write a heading, with the colon of its language."""
        self.write(f"{heading}{':' if heading.isascii() else '：'}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs, indented and wrapped."""
        indent = " " * self.current_indent
        for place, paragraph in enumerate(text.split("\n\n")):
            if place:
                self.write("\n")
            for line in wrap(paragraph, self.width - self.current_indent):
                self.write(f"{indent}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean, in two columns."""
        rows = list(rows)
        first = min(max(width(term) for term, _text in rows), col_max) + col_spacing
        room = max(self.width - first - self.current_indent, 20)
        indent = " " * self.current_indent
        for term, text in rows:
            lines = wrap(text, room) if text else [""]
            if width(term) > first - col_spacing:
                self.write(f"{indent}{term}\n")
                term = ""
            for line in lines:
                self.write(f"{indent}{pad(term, first)}{line}".rstrip() + "\n")
                term = ""


class Whole(click.ParamType[int]):
    """A whole number of at least 0."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = plain(str(value))
        if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
            raise BadValue(
                _("“{value}” is not a whole number."), hint=_("Write digits only."), value=value
            )
        return int(text)


class Year(click.ParamType[int]):
    """A year of graduation, which may be written 2010届."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return parse_cohort(value)


class Context(click.Context):
    """A run of a command, with pages that are laid out by width."""

    formatter_class = Page


class _Said:
    """Texts that are kept in English and read in the language of the run."""

    _help: str | None = None
    _metavar: str | None = None

    @property
    def help(self) -> str | None:
        return say_text(self._help) if self._help else self._help

    @help.setter
    def help(self, text: str | None) -> None:
        self._help = text

    @property
    def metavar(self) -> str | None:
        return translate(self._metavar) if self._metavar else self._metavar

    @metavar.setter
    def metavar(self, text: str | None) -> None:
        self._metavar = text


class Option(_Said, click.Option):
    """An option whose help and metavar are translated; `section` is its heading in the help."""

    def __init__(self, *args: Any, section: str = "", **settings: Any) -> None:
        self.section = section
        super().__init__(*args, **settings)


class Argument(_Said, click.Argument):
    """An argument whose help and metavar are translated."""

    def make_metavar(self, ctx: click.Context) -> str:
        """Return what stands for the argument: in brackets if it may be left out, … if many."""
        text = self.metavar or super().make_metavar(ctx)
        text = text if self.required else f"[{text}]"
        return f"{text}…" if self.nargs != 1 else text


class Command(_Said, click.Command):
    """A command whose help is translated. Its callback returns the exit status; none is 0."""

    context_class = Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [translate(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return click's own option, which it makes once, in the language of this run."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = translate("Show this message and exit.")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence of the help, whole: the page wraps it."""
        return short_help(self.help or "")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each section under its heading."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                sections.setdefault(getattr(param, "section", ""), []).append(record)
        for heading in sorted(sections):
            with formatter.section(translate(heading or "Options")):
                formatter.write_dl(sections[heading])


class Group(Command, click.Group):
    """A group of commands."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then the options."""
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; where there is none, name those that are spelt alike."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=self.list_commands(ctx), ctx=ctx
            ) from None


def short_help(text: str) -> str:
    """Return the first sentence of a help text, in either language, without its full stop."""
    first = text.split("\n\n")[0]
    for end in ("。", ". "):
        first = first.split(end)[0]
    return first.removesuffix(".")
