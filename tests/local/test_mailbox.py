import base64

import boto3
import pytest

from local.mailbox import _mail


@pytest.fixture
def ses(system):
    return boto3.client("sesv2")


def test_mail_that_ses_refuses_is_not_in_the_mailbox(system, ses):
    content = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}}

    with pytest.raises(ses.exceptions.MessageRejected):
        ses.send_email(
            FromEmailAddress="stranger@example.org", Destination={"ToAddresses": ["a@example.com"]}, Content=content
        )

    assert system.mailbox() == []


def test_a_simple_mail_keeps_text_beside_html(system, ses):
    body = {"Text": {"Data": "Hello"}, "Html": {"Data": '<html lang="en"><p>Hello</p></html>'}}
    ses.send_email(
        FromEmailAddress="care@example.com",
        Destination={"ToAddresses": ["a@example.com"], "BccAddresses": ["b@example.com"]},
        Content={"Simple": {"Subject": {"Data": "Good news"}, "Body": body}},
    )

    (mail,) = system.mailbox()
    assert mail["to"] == ["a@example.com", "b@example.com"]
    assert (mail["subject"], mail["text"], mail["language"]) == ("Good news", "Hello", "en")
    assert mail["at"] == system.now().isoformat()


def test_an_attachment_that_is_text_can_be_read():
    raw = (
        b"From: care@example.com\r\nTo: a@example.com\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n'
        b"--b\r\nContent-Type: text/calendar\r\n"
        b'Content-Disposition: attachment; filename="visit.ics"\r\n\r\nBEGIN\r\n--b--\r\n'
    )
    mail = _mail({"Content": {"Raw": {"Data": base64.b64encode(raw).decode()}}})

    assert mail["text"].strip() == "Hello"
    (attached,) = mail["attachments"]
    assert (attached["name"], attached["type"], attached["content"].strip()) == ("visit.ics", "text/calendar", "BEGIN")
