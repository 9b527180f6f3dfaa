"""mail_server.py FOLDER PORT SECURITY: a real SMTP server with AUTH on a loopback port, under STARTTLS or, with SECURITY tls, TLS from the start.

FOLDER holds cert.pem and cert.key; every mail that is taken becomes FOLDER/mails/N.eml. Login: bridge and the password in FOLDER/accepted; the answer
to a wrong one quotes it, as a careless server may. Ends with its standard input."""
import os
import pathlib
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

folder = pathlib.Path(sys.argv[1])
is_tls = sys.argv[3] == "tls"
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
    if not isinstance(data, LoginPassword):
        return AuthResult(success=False)
    if (data.login, data.password) == (b"bridge", (folder / "accepted").read_bytes().strip()):
        return AuthResult(success=True)
    return AuthResult(success=False, handled=False, message=f"535 5.7.8 wrong password: {data.password.decode()}")


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "cert.pem", folder / "cert.key")
tls = {"ssl_context": context, "auth_require_tls": False} if is_tls else {"tls_context": context, "require_starttls": True}
controller = Controller(Taker(), hostname="127.0.0.1", port=int(sys.argv[2]), auth_required=True, authenticator=authenticate, **tls)
controller.start()
(folder / "ready").write_text("ready")
sys.stdin.read()
controller.stop()
