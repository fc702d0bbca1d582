"""Lists of people as other programs write them: read whatever reasonable header, encoding and delimiter they have."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parseaddr
from io import StringIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from colonnade.lib.problems import Invalid

MOST_LINES = 20_000
MOST_BYTES = 10 * 1024**2
LONGEST_NAME = 120
_ERRORS_TOLD = 200
_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 50  # lines from which columns are guessed

# Headers without case, accents, spaces and signs.
_EMAIL = {"email", "emailaddress", "mail", "mailaddress", "emailid", "emailadresse", "mailadresse", "epost",
          "eposta", "courriel", "adresseemail", "adressemail", "correo", "correoelectronico"}  # fmt: skip
_NAME = {"name", "fullname", "studentname", "displayname", "nomcomplet", "nombrecompleto", "vollername", "student"}
_FIRST = {"firstname", "first", "givenname", "forename", "vorname", "prenom", "nombre", "nome", "fornamn", "voornaam"}
_LAST = {"lastname", "last", "surname", "familyname", "nachname", "nom", "apellido", "apellidos", "cognome",
         "sobrenome", "efternamn", "achternaam"}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A person on a list; `line` is where they stand, from 1."""

    line: int
    email: str
    name: str


@dataclass(frozen=True)
class LineError:
    line: int
    detail: str


@dataclass
class Roster:
    """What a list says. With errors, nothing of it is to be used; repeated people stand in it once."""

    entries: list[Entry] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    repeated: int = 0


def read_roster(content: bytes) -> Roster:
    """Raises Invalid for what is no list; what is wrong with single lines stands in `errors`."""
    if len(content) > MOST_BYTES:
        raise Invalid(f"The list is larger than {MOST_BYTES // 1024**2} MB. Divide it.")
    return read_text(_decoded(content))


def read_text(text: str) -> Roster:
    rows = _rows(text)
    first = next(rows, None)
    if first is None:
        raise Invalid("The list is empty.")
    looked_at = [first, *(row for _, row in zip(range(_LOOKED_AT), rows, strict=False))]
    columns = _columns([cells for _, cells in looked_at])
    return _read(columns, looked_at[columns.header :], rows)


@dataclass(frozen=True)
class _Columns:
    """Where what stands; `header` is 1 where the first line names columns, else 0."""

    email: int
    header: int
    name: int | None = None
    first: int | None = None
    last: int | None = None

    def name_in(self, cells: list[str]) -> str:
        parts = [self.first, self.last] if self.name is None else [self.name]
        found = [cells[index] for index in parts if index is not None and index < len(cells)]
        return " ".join(" ".join(found).split())


_Row = tuple[int, list[str]]


def _read(columns: _Columns, begun: list[_Row], rest: Iterator[_Row]) -> Roster:
    roster, lines = Roster(), {}
    for number, (line, cells) in enumerate(_chain(begun, rest)):
        if number >= MOST_LINES:
            raise Invalid(f"The list has more than {MOST_LINES:,} people. Divide it.")
        try:
            entry = _entry(columns, line, cells)
        except ValueError as error:
            if len(roster.errors) < _ERRORS_TOLD:
                roster.errors.append(LineError(line, str(error)))
            continue
        if entry.email in lines:
            roster.repeated += 1
        else:
            lines[entry.email] = line
            roster.entries.append(entry)
    if not roster.entries and not roster.errors:
        raise Invalid("The list has a heading and nobody below it.")
    return roster


def _chain(begun: list[_Row], rest: Iterator[_Row]) -> Iterator[_Row]:
    yield from begun
    yield from rest


def _entry(columns: _Columns, line: int, cells: list[str]) -> Entry:
    """Raises ValueError with what is wrong."""
    text = cells[columns.email].strip() if columns.email < len(cells) else ""
    if not text:
        raise ValueError("There is no e-mail address.")
    written, address = parseaddr(text) if "<" in text else ("", text)
    email = address.lower()
    if not _is_address(email):
        raise ValueError(f"“{_short(text)}” is no e-mail address.")
    name = columns.name_in(cells) or " ".join(written.split())
    if len(name) > LONGEST_NAME:
        raise ValueError(f"The name is longer than {LONGEST_NAME} characters. Is a quotation mark not closed?")
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise ValueError("The name has characters that nobody can read.")
    return Entry(line, email, name)


def _columns(rows: list[list[str]]) -> _Columns:
    """By the names in the first line; the address, where it is not named, by what stands below."""
    width = max(len(cells) for cells in rows)
    header = 0 if any(_has_address(cell) for cell in rows[0]) else 1
    names = [_plain(cell) for cell in rows[0]] if header else []
    email = _named(names, _EMAIL)
    if email is None:
        email = _fullest(rows[header:], width)
    if email is None:
        email = next((index for index, name in enumerate(names) if "mail" in name), None)
    if email is None:
        raise Invalid("No column has e-mail addresses. Name one “E-mail”, with one person on each line.")
    if header:
        first, last = _named(names, _FIRST), _named(names, _LAST)
        return _Columns(email, header, _named(names, _NAME), first, last)
    others = [index for index in range(width) if index != email]
    return _Columns(email, header, name=others[0] if len(others) == 1 else None)


def _named(names: list[str], wanted: set[str]) -> int | None:
    return next((index for index, name in enumerate(names) if name in wanted), None)


def _fullest(rows: list[list[str]], width: int) -> int | None:
    """The column with the most addresses, if there is one with any."""
    counts = [sum(index < len(cells) and _has_address(cells[index]) for cells in rows) for index in range(width)]
    most = max(counts, default=0)
    return counts.index(most) if most else None


def _rows(text: str) -> Iterator[_Row]:
    """Lines that are not blank, with the numbers that an editor shows."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    skipped = 0
    if told := re.match(r"sep=(.)\n", lines):  # Excel's own way of naming the delimiter
        delimiter, lines, skipped = told[1], lines[told.end() :], 1
    else:
        delimiter = _delimiter(lines)
    reader = csv.reader(StringIO(lines, newline=""), delimiter=delimiter, skipinitialspace=True)
    begun = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(f"Line {begun + skipped} cannot be read: {error}.") from error
        if any(cell.strip() for cell in cells):
            yield begun + skipped, cells
        begun = reader.line_num + 1


def _delimiter(text: str) -> str:
    """The one that parts the first line into the most pieces."""
    first = next((line for line in text.split("\n", 20) if line.strip()), "")
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([first[:10_000]], delimiter=delimiter), [])))


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or else what Windows writes in the West."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Invalid("This is a workbook. In your spreadsheet choose “Save as”, and CSV.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise Invalid("This is no list of text. Save it as CSV.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _plain(header: str) -> str:
    decomposed = unicodedata.normalize("NFKD", header).casefold()
    return "".join(character for character in decomposed if character.isalnum())


def _has_address(cell: str) -> bool:
    return "@" in cell and _is_address(parseaddr(cell)[1] if "<" in cell else cell.strip())


def _is_address(text: str) -> bool:
    if len(text) > 254:
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
