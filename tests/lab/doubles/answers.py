"""What answers on ports of healthy hosts: answers.py KIND[=PORT]...

    ntp           an NTP server in step with this machine's clock
    sip           answers OPTIONS as a device that routes no further: 200 OK
    silent=PORT   accepts and says nothing, as XMPP and FOP2 do until they are spoken to
    ami=PORT      accepts and says Asterisk's greeting
"""
import socket
import struct
import sys
import threading
import time


def ntp(_):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("", 123))
    while True:
        asked, peer = server.recvfrom(256)
        now = time.time() + 2_208_988_800
        stamp = struct.pack("!II", int(now), int(now % 1 * 2**32))
        server.sendto(struct.pack("!BBbbII4s", 0x24, 2, 6, -20, 66, 66, b"LAB ") + stamp + asked[40:48] + stamp + stamp, peer)


def sip(_):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("", 5060))
    while True:
        asked, peer = server.recvfrom(4096)
        same = [line for line in asked.decode("ascii", "replace").split("\r\n")[1:] if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
        server.sendto("\r\n".join(["SIP/2.0 200 OK", *same, "Content-Length: 0", "", ""]).encode(), peer)


def listen(port, greeting):
    server = socket.create_server(("", int(port)))
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(connection, greeting), daemon=True).start()


def serve(connection, greeting):
    with connection:
        try:
            connection.sendall(greeting)
            while connection.recv(1024):
                pass
        except OSError:
            pass


kinds = {
    "ntp": ntp,
    "sip": sip,
    "silent": lambda port: listen(port, b""),
    "ami": lambda port: listen(port, b"Asterisk Call Manager/5.0.2\r\n"),
}
for argument in sys.argv[1:]:
    kind, _, port = argument.partition("=")
    threading.Thread(target=kinds[kind], args=(port,)).start()
