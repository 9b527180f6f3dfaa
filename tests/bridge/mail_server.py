"""mail_server.py FOLDER PORT: a real SMTP server with STARTTLS and AUTH on a loopback port.

FOLDER holds cert.pem and cert.key; every mail that is taken becomes FOLDER/mails/N.eml. Login: bridge / mail-password. Ends with its standard input."""
import os
import pathlib
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

folder = pathlib.Path(sys.argv[1])
mails = folder / "mails"
mails.mkdir(exist_ok=True)


class Taker:
    taken = 0

    async def handle_DATA(self, server, session, envelope):
        Taker.taken += 1
        unfinished = mails / f"{Taker.taken}.new"
        unfinished.write_bytes(b"X-Rcpt: " + ",".join(envelope.rcpt_tos).encode() + b"\r\n" + envelope.content)
        os.rename(unfinished, mails / f"{Taker.taken}.eml")
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"bridge", b"mail-password")
    return AuthResult(success=good)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "cert.pem", folder / "cert.key")
controller = Controller(Taker(), hostname="127.0.0.1", port=int(sys.argv[2]), tls_context=context, require_starttls=True, auth_required=True, authenticator=authenticate)
controller.start()
(folder / "ready").write_text("ready")
sys.stdin.read()
controller.stop()
