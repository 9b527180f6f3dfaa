"""A Sansay VSX's management pages over TLS: sbc.py FOLDER NUMBER.

FOLDER holds the certificate NUMBER.pem and its key NUMBER.key, the login in the file login (user:password), and in NUMBER.state the HA state and the
earlier one, a line each.
"""
import base64
import http.server
import os
import ssl
import sys
import time

folder, number = sys.argv[1:]
started = time.time() - 12 * 86_400
attempts = 27_412


def read(name):
    with open(os.path.join(folder, name), encoding="ascii") as file:
        return file.read().strip()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global attempts
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(read("login").encode()).decode():
            return self.tell(401, "Unauthorized", "text/plain")
        if "/webresources/system/" in self.path:
            up = int(time.time() - started) // 60
            return self.tell(200, "VSXi\nRelease: 11\nHost: sbc\nHW Up Time: %d days %d hours %d minutes\nMemory: ok\n" % (up // 1440, up // 60 % 24, up % 60), "text/plain")
        state, earlier = read(number + ".state").split()
        attempts += state == "active"
        row = dict(
            cluster_active_session=0, cluster_peak_session=23, cpu_idle_percent=98, current_cps=0, demo_lic=-1, flow_control_lev=0,
            ha_current_state=state, ha_local_status=0, ha_pre_state=earlier, ha_remote_status=0, id=1, max_cps_allowed=10000, max_cps_exceed=0,
            max_session_allowed=19750, max_session_exceed=0, peak_active_session=23, slave_stat=64, sum_active_session=12,
            sum_attempt_session=attempts, switch_over_flag=3)
        fields = "".join('<field name="%s">%s</field>' % field for field in row.items())
        self.tell(200, '<?xml version="1.0" encoding="UTF-8"?>\n<mysqldump><database name="sansay"><table name="system_stat"><row>'
                  f"{fields}</row></table></database></mysqldump>", "application/xml")

    def tell(self, code, text, kind):
        data = text.encode()
        self.send_response(code)
        for name, value in (("Content-Type", kind), ("Content-Length", len(data)), ("Connection", "close")):
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)


server = http.server.ThreadingHTTPServer(("", 8888), Page)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/{number}.pem", f"{folder}/{number}.key")
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
