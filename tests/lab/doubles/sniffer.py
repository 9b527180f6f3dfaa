"""A VoIPmonitor sniffer as its manager (port 5029) shows it, without a stored AES key: every connection first asks the database, and hangs while
that hangs. A call ends every two seconds and becomes a row of cdr, or a qoq file in the spool while the database does not answer.

    sniffer.py SPOOL DATABASE_SOCKET CALLS SIP_RATE
"""
import os
import socket
import subprocess
import sys
import threading
import time

spool, database, calls, sip = sys.argv[1:]
started = time.time() - 40 * 86_400
row = ("INSERT INTO cdr (calldate, callend, duration, caller, called, id_sensor) "
       "VALUES (NOW() - INTERVAL 30 SECOND, NOW(), 30, '15551234567', '15557654321', NULL)")


def execute(statement, patience=4):
    try:
        return subprocess.run(["mariadb", "--no-defaults", "-S", database, "-uroot", "voipmonitor", "-e", statement],
                              timeout=patience, capture_output=True, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def waiting():
    return [name for name in os.listdir(spool) if name.startswith("qoq-")]


def end_calls():
    while True:
        if execute(row):
            for name in waiting():
                if execute(row):
                    os.unlink(os.path.join(spool, name))
        elif len(waiting()) < 50:
            with open(os.path.join(spool, "qoq-%d-%s" % (time.time() * 1000, time.strftime("%Y-%m-%dT%H:%M:%S"))), "w", encoding="ascii"):
                pass
        time.sleep(2)


def status():
    files = len(waiting())
    line = (f"calls[{calls},r:0][{calls},r:0] PS[C:2/-0(0/0) r:-/- S:{sip}/{int(sip) + 4} SR:- SM:- R:-/- A:1200] "
            + (f"SQLf[cdr: {files} / 0.016s] " if files else "")
            + "heap[u3|t0] deq[0/2497] [0.0/0.0Mb/s] IO[B1.0|L2.1|Q0.1|U1|C1|W11|R2|WI0.0k|RI0.1k] tarQ[0] fileB[0.1MB] "
              "t0i_lo_CPU[0.6Mb/s;main:0.0%/defrag:0.5%] t0CPU[0.3/0.4%] t1CPU[0.4%] t2CPU[pb:0.4/rh:0.2|0.0/rd:0.2/S:0.7%] tacCPU[0.2%] "
              "RSS/VSZ[80|595]MB TCM[h:62/a:55]MB *LA[0.14 0.10 0.06|2h] v2026.04.0 ")
    return ('{"version": "2026.04.0","build": "b","rrd_version": "10702","storingCdrLastWriteAt": "%s","pbStatString": "%s","pbCountPacketDrop": "0",'
            '"uptime": "%d","memory_is_full": "0","count_live_sniffers": "0","upgrade_by_git": "0","use_new_config": "1","terminating_error": "",'
            '"disk_io": null}\n') % (time.strftime("%F %T"), line, time.time() - started)


def serve(connection):
    try:
        with connection:
            text = b""
            while not text.endswith(b"\n"):
                piece = connection.recv(1024)
                if not piece:
                    return
                text += piece
            if not text.endswith(b"\r\n\r\n"):
                time.sleep(0.5)
            while not execute("SELECT 1", 600):
                time.sleep(1)
            answers = {"sniffer_stat": status(), "totalcalls": calls, "list_active_clients": '{"count":0}', "getversion": "2026.04.0"}
            connection.sendall(answers.get(text.strip().decode("ascii", "replace"), "command not found\n").encode())
    except OSError:
        pass


threading.Thread(target=end_calls, daemon=True).start()
listener = socket.create_server(("127.0.0.1", 5029), backlog=64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
