"""A real SMTP server that keeps what it receives, and refuses when it is told to."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class Mailbox:
    def __init__(self) -> None:
        self.received = []
        self.refuse_next = ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  the server's name for it
        if self.refuse_next:
            refusal, self.refuse_next = self.refuse_next, ""
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  the server's name for it
        self.received.append((envelope, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message for _envelope, message in self.received]


class OnAFreePort(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def text_of(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> str:
    return mail.get_body(("html",)).get_content()
