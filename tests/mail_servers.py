"""Mail servers that fail, for EMAIL_BACKEND."""

from smtplib import SMTPRecipientsRefused

from django.core.mail.backends.locmem import EmailBackend


class Refusing(EmailBackend):
    """Takes every mail but those to nobody@example.org."""

    def send_messages(self, messages):
        for message in messages:
            if "nobody@example.org" in message.to:
                refused = {"nobody@example.org": (550, b"No such user")}
                raise SMTPRecipientsRefused(refused)
        return super().send_messages(messages)


class Absent(EmailBackend):
    """Does not answer."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("nobody listens there")


class Dying(EmailBackend):
    """Takes the mail; then the worker is killed."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SystemExit
