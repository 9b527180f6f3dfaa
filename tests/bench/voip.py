"""What the VoIP checks are measured against: voip.py CERTIFICATE KEY READY. Two SBCs over TLS (REST, canned statistics) and a sniffer's manager, each
a thread for a connection; writes "SBC_A SBC_B MANAGER" (ports) to READY when all three listen."""
import os
import socket
import ssl
import sys
import threading

STAT = (b'{"version": "2026.04.0","pbStatString": "calls[12,r:0][12,r:0] PS[C:2/-0(0/0) S:25/25 A:29] heap[u3|t0] t0CPU[0.3/0.4%] RSS/VSZ[80|595]MB '
        b'v2026.04.0 ","pbCountPacketDrop": "0","uptime": "86400","memory_is_full": "0","terminating_error": "","disk_io": null}\n')


def statistics(state):
    fields = {"ha_current_state": state, "ha_pre_state": "boot", "sum_active_session": 212, "max_session_allowed": 19750, "current_cps": 9,
              "max_cps_allowed": 10000, "cpu_idle_percent": 98, "sum_attempt_session": 27412}
    rows = "".join(f'<field name="{name}">{value}</field>' for name, value in fields.items())
    return f'<mysqldump><database name="s"><table name="system_stat"><row>{rows}</row></table></database></mysqldump>'.encode()


def answer_page(connection, state):
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(4096)
        if not piece:
            return
        request += piece
    body = b"HW Up Time: 12 days 3 hours\n" if b"/system/" in request.split(b"\r\n")[0] else statistics(state)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)


def answer_command(connection):
    command = connection.recv(4096).strip()
    connection.sendall(STAT if command == b"sniffer_stat" else b"12" if command == b"totalcalls" else b"need aes!\n")


def serve(answer, context=None):
    listener = socket.create_server(("127.0.0.1", 0))

    def one(plain):
        try:
            with plain, (context.wrap_socket(plain, server_side=True) if context else plain) as connection:
                answer(connection)
        except OSError:
            pass

    def accept():
        while True:
            threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def main(certificate, key, ready):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    ports = [serve(lambda c: answer_page(c, "active"), context), serve(lambda c: answer_page(c, "standby"), context), serve(answer_command)]
    with open(ready + ".new", "w") as file:
        print(*ports, file=file)
    os.rename(ready + ".new", ready)
    threading.Event().wait()


main(*sys.argv[1:])
