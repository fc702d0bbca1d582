"""Lists of people are read however other programs write them; what cannot be read is told by its line."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.enrollment.rosters import MOST_LINES, Entry, read_roster, read_text
from colonnade.lib.problems import Invalid


def people(text: str) -> list[tuple[str, str]]:
    roster = read_text(text)
    assert roster.errors == []
    return [(entry.email, entry.name) for entry in roster.entries]


ADA_AND_BOB = [("ada@example.org", "Ada Lovelace"), ("bob@example.org", "Bob Bell")]


@pytest.mark.parametrize(
    "text",
    [
        "E-Mail,Name\nada@example.org,Ada Lovelace\nbob@example.org,Bob Bell\n",
        "email address;full name\r\nADA@example.org;Ada Lovelace\r\nbob@example.org;Bob Bell",
        "Name\tEmail\rAda Lovelace\tada@example.org\rBob Bell\tbob@example.org",
        "First name,Last name,Email\nAda,Lovelace,ada@example.org\nBob,Bell,bob@example.org",
        "Vorname|Nachname|E-Mail-Adresse\nAda|Lovelace|ada@example.org\nBob|Bell|bob@example.org",
        "Prénom;Nom;Courriel\nAda;Lovelace;ada@example.org\nBob;Bell;bob@example.org",
        "id,STUDENT NAME,Primary e-mail,Joined\n1,Ada Lovelace,ada@example.org,2020\n2,Bob Bell,bob@example.org,2021",
        "ada@example.org,Ada Lovelace\nbob@example.org,Bob Bell",
        "Ada Lovelace;ada@example.org\nBob Bell;bob@example.org",
        "Ada Lovelace <ada@example.org>\nBob Bell <bob@example.org>",
        'sep=;\nEmail;Name\n"ada@example.org";"Ada  Lovelace"\nbob@example.org; Bob Bell',
        "\ufeffEmail,Name\n\n  \nada@example.org,Ada Lovelace\n,,\nbob@example.org,Bob Bell\n\n",
    ],
)
def test_any_reasonable_list_is_read(text: str) -> None:
    assert people(text) == ADA_AND_BOB


def test_addresses_alone_are_a_list_too() -> None:
    assert people("ada@example.org\nbob@example.org") == [("ada@example.org", ""), ("bob@example.org", "")]


def test_a_column_that_only_mentions_mail_is_not_taken_for_it() -> None:
    text = "Mailing list,Contact,Name\nyes,ada@example.org,Ada Lovelace\nno,bob@example.org,Bob Bell"
    assert people(text) == ADA_AND_BOB


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(encoding: str) -> None:
    content = "E-Mail;Name\nzoe@example.org;Zoë Müller\n".encode(encoding)
    assert read_roster(content).entries == [Entry(2, "zoe@example.org", "Zoë Müller")]


def test_errors_name_the_line_as_an_editor_counts_it() -> None:
    text = 'Email,Name\nada@example.org,Ada\n\nnobody,Bob\n,Carol\n"dave@example.org","Dave\nof two lines"\nx@,Eve'
    roster = read_text(text)
    assert [(error.line, error.detail) for error in roster.errors] == [
        (4, "“nobody” is no e-mail address."),
        (5, "There is no e-mail address."),
        (8, "“x@” is no e-mail address."),
    ]
    assert roster.entries[1] == Entry(6, "dave@example.org", "Dave of two lines")


def test_a_person_listed_twice_counts_once() -> None:
    roster = read_text("ada@example.org\nADA@example.org\nbob@example.org")
    assert ([entry.line for entry in roster.entries], roster.repeated) == ([1, 3], 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The list is empty"),
        (b"\n \n", "The list is empty"),
        (b"Email,Name\n", "nobody below it"),
        (b"PK\x03\x04rest of a workbook", "This is a workbook"),
        (b"\xd0\xcf\x11\xe0old workbook", "This is a workbook"),
        (b"\x00\x01\x02\x03", "no list of text"),
        (b"Name,Age\nAda,36\n", "No column has e-mail addresses"),
        (b'Email\n"' + b"x" * 200_000, "Line 2 cannot be read"),
        (b"a" * (10 * 1024**2 + 1), "larger than 10 MB"),
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read_roster(content)


def test_a_quotation_mark_that_is_not_closed_is_an_error_of_its_line() -> None:
    text = 'Email,Name\nada@example.org,"Ada\n' + "".join(f"p{number}@example.org,P\n" for number in range(20))
    (error,) = read_text(text).errors
    assert error.line == 2
    assert "quotation mark" in error.detail


def test_more_people_than_fit_are_refused() -> None:
    with pytest.raises(Invalid, match="more than 20,000 people"):
        read_text("\n".join(f"p{number}@example.org" for number in range(MOST_LINES + 1)))


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        roster = read_roster(content)
    except Invalid:
        return
    assert all("@" in entry.email and len(entry.name) <= 120 for entry in roster.entries)


@given(st.text(alphabet='ab@.,;\t|"\n\r \0=<>', max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(Invalid):
        read_text(text)
