# without-sudo.sh, sourced: HAProxy with a stats socket that everybody may open, and
#   without_sudo CHECK_HAPROXY USER   what the check says as that user, without its sentence
. "${BASH_SOURCE%/*}/../support/proxies"
{ proxy_settings /run/haproxy.sock mode 666 level user; web_server web 127.0.0.1:8000; } >/run/haproxy.cfg
haproxy -D -q -f /run/haproxy.cfg
without_sudo() { (cd / && runuser -u "$2" -- "$1" --socket /run/haproxy.sock --only process) | sed -n '1s/ - .*//p'; }
