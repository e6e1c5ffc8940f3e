"""What the e-mails say: every state but one has a letter, whole in both languages."""

import re

import pytest

from functions.eligibility.models import LOST, CheckState
from functions.notifications.letters.coverage import BY_CHECK_STATE, WHY_YOU
from functions.notifications.letters.letter import FOOTER, Letter
from functions.notifications.rendering import Sender, message
from functions.shared.words import Language

LETTERS = pytest.mark.parametrize(
    ("state", "language"), [(s, lang) for s in BY_CHECK_STATE for lang in Language], ids=str
)


def texts(letter: Letter):
    return [letter.subject, letter.heading, *letter.paragraphs, letter.button]


def rendered(state, language):
    sender = Sender("care@example.com", "https://app.example.com/")
    mail = message(BY_CHECK_STATE[state].in_(language), sender, "ana@example.org")
    plain, html = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()
    return mail, plain, html


def test_everything_a_check_can_be_told_as_has_a_letter_except_that_the_payer_has_not_been_asked():
    assert set(BY_CHECK_STATE) == {*CheckState, LOST} - {CheckState.PENDING}


def test_every_text_is_there_in_both_languages_and_is_not_the_same():
    for words in (*(text for letter in BY_CHECK_STATE.values() for text in texts(letter)), FOOTER, WHY_YOU):
        assert words.en.strip()
        assert words.es.strip()
        assert words.en != words.es
        assert not re.search(r"[{}<>]", words.en + words.es)


def test_no_two_letters_have_the_same_subject():
    subjects = [words for letter in BY_CHECK_STATE.values() for words in letter.subject]
    assert len(set(subjects)) == len(subjects)


@LETTERS
def test_a_letter_says_the_same_in_plain_text_and_in_html_in_its_language(state, language):
    mail, plain, html = rendered(state, language)
    letter = BY_CHECK_STATE[state]
    assert mail["Subject"] == letter.subject.in_(language)
    assert mail["Content-Language"] == language
    assert f'<html lang="{language}">' in html
    wanted = [letter.heading, *letter.paragraphs, letter.button, FOOTER, WHY_YOU]
    for words in wanted:
        assert words.in_(language) in plain
        assert words.in_(language) in html
        assert words.in_(Language.SPANISH if language is Language.ENGLISH else Language.ENGLISH) not in plain + html


@LETTERS
def test_a_letter_names_nobody_has_one_link_into_the_app_and_says_where_help_is_in_a_crisis(state, language):
    mail, plain, html = rendered(state, language)
    assert re.findall(r"https?://\S+", plain) == ["https://app.example.com/coverage"]
    assert re.findall(r'(?:href|src)="([^"]*)"', html) == ["https://app.example.com/coverage"]
    assert "988" in plain
    assert "988" in html
    assert "ana" not in (plain + mail["Subject"]).lower().split()
    assert (mail["To"], mail["From"]) == ("ana@example.org", "care@example.com")


@LETTERS
def test_a_letter_is_one_that_mail_servers_take(state, language):
    mail, plain, html = rendered(state, language)
    sent = mail.as_bytes()
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert sent.isascii()
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998  # RFC 5322, 2.1.1
    assert b"\n" not in sent.replace(b"\r\n", b"")
    assert "{{" not in plain + html


def test_an_outage_is_never_told_as_a_no():
    letter = BY_CHECK_STATE[CheckState.PAYER_UNAVAILABLE]
    assert "says nothing about your coverage" in " ".join(words.en for words in letter.paragraphs)
    assert "no significa nada sobre su cobertura" in " ".join(words.es for words in letter.paragraphs)
