# In the place of pycurl, which Shinken's daemons use to speak with each other and which no longer builds for Python 2: its names on httplib.
# GET, a POST of a form and a PUT; HTTP alone, no proxy.
import httplib
import socket
import urlparse
import uuid

GLOBAL_ALL = 3
OPTIONS = ('VERBOSE HTTPHEADER USERAGENT FOLLOWLOCATION FAILONERROR CONNECTTIMEOUT HTTP_VERSION CURL_HTTP_VERSION_1_1 PROXY SSL_VERIFYPEER '
           'SSL_VERIFYHOST POST HTTPGET TIMEOUT URL WRITEFUNCTION HTTPPOST INFILESIZE PUT READFUNCTION HTTP_CODE').split()
for number, option in enumerate(OPTIONS):
    globals()[option] = 1000 + number
METHODS = {HTTPGET: 'GET', POST: 'POST', HTTPPOST: 'POST', PUT: 'PUT'}


def version_info():
    return (0, 'httplib')


def global_init(_):
    pass


class error(Exception):
    pass


class Curl(object):
    def __init__(self):
        self.options = {}
        self.code = 0
        self.method = 'GET'

    def setopt(self, option, value):
        self.options[option] = value
        if value:
            self.method = METHODS.get(option, self.method)

    def getinfo(self, _):
        return self.code

    def close(self):
        pass

    def perform(self):
        self.code = 0
        address = urlparse.urlsplit(self.options[URL])
        headers = {'Connection': 'close', 'User-Agent': self.options.get(USERAGENT, 'lab')}
        body = None
        if self.method == 'POST':
            boundary = uuid.uuid4().hex
            part = '--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            body = ''.join(part % (boundary, name, value) for name, value in self.options[HTTPPOST]) + '--%s--\r\n' % boundary
            headers['Content-Type'] = 'multipart/form-data; boundary=' + boundary
        elif self.method == 'PUT':
            body = self.options[READFUNCTION](self.options[INFILESIZE])
        try:
            connection = httplib.HTTPConnection(address.hostname, address.port or 80, timeout=self.options.get(TIMEOUT, 3))
            connection.request(self.method, (address.path or '/') + (address.query and '?' + address.query), body, headers)
            response = connection.getresponse()
            self.code = response.status
            content = response.read()
            connection.close()
        except (socket.error, httplib.HTTPException) as failure:
            raise error(7, str(failure))
        if self.code >= 400 and self.options.get(FAILONERROR):
            raise error(22, 'HTTP status %d' % self.code)
        self.options[WRITEFUNCTION](content)


for option in OPTIONS:
    setattr(Curl, option, globals()[option])
