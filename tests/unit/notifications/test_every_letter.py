"""What holds for each letter, whatever it is about, in each language."""

import re

import pytest

from functions.notifications.letters.coverage import BY_CHECK_STATE
from functions.notifications.letters.letter import FOOTER
from functions.notifications.rendering import message
from functions.shared.words import Language
from tests.unit.notifications.every_letter import LETTERS, asked_for, filled, texts
from tests.unit.notifications.occasions import SENDER

EVERY = pytest.mark.parametrize(
    ("letter", "language"),
    [pytest.param(letter, lang, id=f"{name}-{lang}") for name, letter in LETTERS.items() for lang in Language],
)
CLINICAL = ("therap", "psych", "terap", "psiqu", "psic", "diagno", "mental", "anxi", "depress", "crisis")
WHO_SEES_WHOM = ("coach", "provider", "doctor", "profesional", "{")


def mailed(letter, language):
    mail = message(letter.in_(language, **filled(letter)), SENDER, "sofia@example.org")
    plain, html = (mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    return mail, plain, html


def test_every_letter_is_found():
    assert set(BY_CHECK_STATE.values()) <= set(LETTERS.values())
    assert {
        "cancelled",
        "cancelled_with_fee",
        "closest_coach_assigned",
        "coach_assigned",
        "coverage_lost",
        "erasure_cancelled",
        "erasure_requested",
        "fee_waived",
        "last_letter",
        "message_waiting",
        "missed_with_fee",
        "nothing_owed",
        "pass_active",
        "payment_failed",
        "receipt",
        "refund_failed",
        "refund_on_its_way",
        "self_pay_nothing_owed",
        "self_pay_ready",
        "self_pay_revised",
        "statement_ready",
        "statement_revised",
    } <= set(LETTERS)


@EVERY
def test_a_letter_is_whole_in_each_language_and_no_text_is_left_in_the_other(letter, language):
    mail, plain, html = mailed(letter, language)
    values = filled(letter)
    for words in (*texts(letter), FOOTER):
        said = words.in_(language, **values)
        assert said in (mail["Subject"] if words is letter.subject else plain)
        assert words is letter.subject or said in html
        other = words.in_(next(each for each in Language if each is not language), **values)
        assert other == said or f"\n{other}\n" not in plain
    assert (mail["Content-Language"], f'<html lang="{language}">' in html) == (language, True)
    assert not re.search(r"[{}]", plain)


@EVERY
def test_every_value_that_a_letter_asks_for_is_in_both_languages_and_in_both_forms(letter, language):
    _, plain, html = mailed(letter, language)
    for value in filled(letter).values():
        assert value in plain
        assert value in html


@EVERY
def test_nothing_clinical_is_said_and_the_subject_names_nobody_and_no_kind_of_provider(letter, language):
    mail, plain, html = mailed(letter, language)
    body = (plain + html).lower().replace(FOOTER.in_(language).lower(), "")
    assert not [word for word in CLINICAL if word in body]
    subject = mail["Subject"].lower()
    assert not [word for word in (*CLINICAL, *WHO_SEES_WHOM, "‹") if word in subject]
    assert len(subject) < 60


@EVERY
def test_the_only_link_leads_into_the_app_and_help_in_a_crisis_is_named(letter, language):
    _, plain, html = mailed(letter, language)
    link = f"https://app.example.com/{letter.page.format(**filled(letter))}"
    assert re.findall(r"https?://[^\s<]+", plain) == [link]
    assert re.findall(r'(?:href|src)="([^"]*)"', html) == [link]
    assert "988" in plain
    assert "988" in html


@EVERY
def test_a_letter_is_one_that_mail_servers_take(letter, language):
    mail, _, _ = mailed(letter, language)
    sent = mail.as_bytes()
    assert sent.isascii()
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998  # RFC 5322, 2.1.1
    assert b"\n" not in sent.replace(b"\r\n", b"")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_no_link_carries_more_than_an_id():
    for letter in LETTERS.values():
        named = re.findall(r"\{(\w+)\}", letter.page)
        assert set(named) <= {"appointment", "payable", "certificate"}
        assert set(named) <= asked_for(letter)
