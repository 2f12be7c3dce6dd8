"""
A server in one file of plain Python that lets a page upload straight into a container of Azure Blob Storage, without ever showing it the account's key.

  GET  /azure/sas?bloburi=&_method=PUT|DELETE   the permission for one blob, as its SAS URI (text/plain); a refusal -> 403
  POST /azure/success                           the blob is stored: blob=&container=&uuid=&name= -> {success, tempLink}

Copy it, write `authorize`, set the environment that is read below, and put this into your page:

  <fine-uploader-azure endpoint="https://account.blob.core.windows.net/photos" signature-endpoint="/azure/sas" success-endpoint="/azure/success" can-delete>
  </fine-uploader-azure>

The container needs CORS rules for the page: methods PUT and DELETE (and GET, to resume after a reload), headers
`content-type,x-ms-blob-type,x-ms-blob-content-type,x-ms-meta-*`, exposed header `x-ms-error-code`.

It is a WSGI application without packages:

  alone     python3 azure_sas_server.py
  Flask     app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/azure": azure_sas_server.application})   (werkzeug.middleware.dispatcher)
  FastAPI   app.mount("/azure", WSGIMiddleware(azure_sas_server.application))                            (fastapi.middleware.wsgi)
  gunicorn  gunicorn azure_sas_server:application

A SAS is a permission: whoever can choose its blob owns the container. So the address is taken apart, and what is not known to be harmless is refused.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

# WRITE THIS: who sends the request? A function that returns the id of the signed-in user, or None to refuse. For example
#
#   from http.cookies import SimpleCookie
#
#   def authorize(environ):
#       session = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("session")
#       return session and SESSIONS.get(session.value)
authorize = None

# --- Settings ---------------------------------------------------------------------------------------------------------


def _need(name):
    value = os.environ.get(name, "")
    if not value:
        raise SystemExit(f"Set {name} in the environment.")
    return value


ACCOUNT = _need("AZURE_ACCOUNT")
# One of the account's two keys.
ACCOUNT_KEY = base64.b64decode(_need("AZURE_ACCOUNT_KEY"), validate=True)
# The page's `endpoint`: https://account.blob.core.windows.net/photos.
CONTAINER_URL = _need("AZURE_CONTAINER_URL").rstrip("/")
if not re.fullmatch(r"https?://[^/?#@]+(/[^/?#]+)+", CONTAINER_URL):
    raise SystemExit("AZURE_CONTAINER_URL must be the address of a container, such as https://account.blob.core.windows.net/photos.")
# Names must begin with this; {user} stands for the user's id, percent-encoded. With users/{user}/ nobody can overwrite or delete the blobs
# of another user; the page's `blobName` must then begin so as well.
BLOB_PREFIX = os.environ.get("AZURE_BLOB_PREFIX", "")
# Bytes. A SAS cannot limit the size, so a larger blob is deleted when the page says that it is stored.
MAX_SIZE = None
if os.environ.get("AZURE_MAX_SIZE"):
    if not re.fullmatch(r"[1-9][0-9]{0,15}", os.environ["AZURE_MAX_SIZE"]):
        raise SystemExit("AZURE_MAX_SIZE must be a number of bytes, such as 20000000.")
    MAX_SIZE = int(os.environ["AZURE_MAX_SIZE"])
# Other origins whose pages may use this server, such as https://www.example.com.
ALLOWED_ORIGINS = re.split(r"[\s,]+", os.environ.get("ALLOWED_ORIGINS", "").strip())
# How long a SAS is good for.
MINUTES = 15
# Whether pages may delete blobs.
ALLOW_DELETE = True

if not callable(authorize):
    # Without it, everybody on the internet could fill the container.
    raise SystemExit("Say who may upload: write `authorize` in azure_sas_server.py, a function that returns the id of the signed-in user.")

# --- HTTP -------------------------------------------------------------------------------------------------------------

LONGEST_BODY = 64 * 1024


class HttpError(Exception):
    """An answer other than 200, with a sentence for the person."""

    def __init__(self, status, message, **extra):
        super().__init__(message)
        self.status = status
        self.extra = extra


def application(environ, start_response):
    headers = _cors_headers(environ)
    body, kind = b"", "application/json; charset=utf-8"
    try:
        status, answer = _respond(environ, headers)
    except HttpError as error:
        status, answer = error.status, {"success": False, "error": str(error), **error.extra}
    except Exception as failure:  # pylint: disable=broad-except
        _log(f"failed: {type(failure).__name__}: {failure}")
        status, answer = 500, {"success": False, "error": "The server failed."}
    if isinstance(answer, str):
        body, kind = answer.encode(), "text/plain; charset=utf-8"
    elif answer is not None:
        body = json.dumps(answer).encode()
    if answer is not None:
        headers += [("Content-Type", kind), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        headers.append(("Content-Length", str(len(body))))
    start_response(f"{status} {'OK' if status < 400 else 'Refused'}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _respond(environ, headers):
    method = environ["REQUEST_METHOD"]
    if method == "OPTIONS":
        return (204 if any(name == "Access-Control-Allow-Origin" for name, _ in headers) else 403), None
    # Also where it is not wanted: a browser that is cut off while it sends shows no answer.
    body = _body(environ)
    _refuse_other_sites(environ)
    user = authorize(environ)
    if not user:
        raise HttpError(403, "Please sign in to upload.")
    # True, an object, or the coroutine of an `async def` would be one and the same folder for all users.
    if isinstance(user, bool) or not isinstance(user, (str, int)):
        raise TypeError("`authorize` must return the id of the user, a str or an int.")
    # Escaped: a user who is called "bob/photos" has no part in bob's files.
    prefix = BLOB_PREFIX.replace("{user}", quote(str(user), safe=""))
    # Mounted at /azure, or as the whole server.
    path = environ.get("PATH_INFO", "")
    path = path[6:] if path.startswith("/azure/") else path
    if method == "GET" and path == "/sas":
        return 200, _permission(prefix, _fields(environ.get("QUERY_STRING", "").encode("latin-1")))
    if method == "POST" and path == "/success":
        return 200, _success(prefix, _fields(body))
    raise HttpError(404, "There is nothing here.")


def _body(environ):
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit():
        raise HttpError(411, "The request does not say how long it is.")
    stream = environ["wsgi.input"]
    if int(length) > LONGEST_BODY:
        # Read and dropped: a browser that is cut off while it sends shows no answer. But not for ever.
        left = min(int(length), 100 * LONGEST_BODY)
        while left > 0:
            piece = stream.read(min(left, 65536))
            if not piece:
                break
            left -= len(piece)
        raise HttpError(413, "The request is too long.")
    return stream.read(int(length))


def _cors_headers(environ):
    """CORS: what lets pages of the allowed other origins read the answers."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return []
    if not origin or origin not in ALLOWED_ORIGINS:
        return [("Vary", "Origin")]
    headers = [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin")]
    if environ["REQUEST_METHOD"] == "OPTIONS":
        headers.append(("Access-Control-Allow-Methods", "GET, POST"))
        headers.append(("Access-Control-Allow-Headers", environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS") or "Content-Type"))
    return headers


def _refuse_other_sites(environ):
    """
    Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on
    localhost, so the Origin is compared as well. "null" is the origin of a sandboxed or disguised page: another site.
    """
    origin = environ.get("HTTP_ORIGIN")
    if origin and origin in ALLOWED_ORIGINS:
        return
    same = origin is None or re.fullmatch(r"https?://(.+)", origin) and origin.split("://", 1)[1] == environ.get("HTTP_HOST")
    if not same or environ.get("HTTP_SEC_FETCH_SITE") in ("cross-site", "same-site"):
        raise HttpError(403, "Pages of this origin may not use this server.")


def _fields(text):
    """Form fields, each once: of two bloburis, one would be checked and the other used somewhere else."""
    fields = {}
    for name, value in parse_qsl(text.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="surrogateescape"):
        if name in fields and name in ("bloburi", "_method", "blob", "container"):
            raise HttpError(400, f"The field {name} is there twice.")
        fields[name] = value
    return fields


def _log(line):
    """One line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them."""
    print(re.sub(r"[^\x20-\x7e]", lambda sign: f"\\u{ord(sign[0]):04x}", line[:300]), file=sys.stderr, flush=True)


# --- The protocol and the checks --------------------------------------------------------------------------------------

# What a SAS for each method permits. Reading is only of the list of blocks and of this one blob, so that an upload can continue after a reload.
PERMISSIONS = {"PUT": "rcw", "DELETE": "d"}


def _permission(prefix, fields):
    """The SAS URI of one blob."""
    method, blob_uri = fields.get("_method", ""), fields.get("bloburi", "")
    if method not in PERMISSIONS or method == "DELETE" and not ALLOW_DELETE:
        _log(f"no SAS for the method {method}")
        raise HttpError(403, "This server gives no permission for that.")
    if not blob_uri.startswith(CONTAINER_URL + "/"):
        raise _refusal(blob_uri)
    return sas_uri(_blob_name(prefix, blob_uri[len(CONTAINER_URL) + 1 :]), PERMISSIONS[method])


def _blob_name(prefix, escaped):
    """The name that the rest of a blob's address means. The page escapes only %, ?, # and \\."""
    # A query would be a second set of parameters beside ours. Half an escape would be read differently elsewhere.
    if re.search(r"[?#\\]|%(?![0-9A-Fa-f]{2})", escaped):
        raise _refusal(escaped)
    try:
        name = unquote_to_bytes(escaped).decode("utf-8")
    except UnicodeError:  # also half a surrogate pair, which is no UTF-8
        raise _refusal(escaped) from None
    if not _is_name_allowed(prefix, name):
        raise _refusal(name)
    return name


def _refusal(name):
    _log(f"no blob of this server: {name}")
    return HttpError(403, "That is not a file of this server.", preventRetry=True)


def _is_name_allowed(prefix, name):
    """Whether this user may touch a blob: under the prefix, and without segments that a URL would remove."""
    if not name.startswith(prefix) or name in ("", prefix):
        return False
    # Half of a surrogate pair, control characters, and what stands for bytes that were no UTF-8, are read differently by what comes between here
    # and the store. Azure reads a backslash as a slash.
    if re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd\\]", name):
        return False
    # Azure counts as UTF-16 does.
    if len(name.encode("utf-16-le")) > 2 * 1024:
        return False
    # Azure removes dots and slashes at the end of a name.
    return not any(segment == "" or segment.endswith(".") for segment in name.split("/"))


def sas_uri(name, permissions):
    """
    A service SAS for one blob, whose permissions are in Azure's order:
    https://learn.microsoft.com/rest/api/storageservices/create-service-sas#version-2020-12-06-and-later
    """
    container = CONTAINER_URL.rsplit("/", 1)[1]
    version = "2020-12-06"
    expiry = (datetime.now(timezone.utc) + timedelta(minutes=MINUTES)).strftime("%Y-%m-%dT%H:%M:%SZ")
    protocol = "https" if CONTAINER_URL.startswith("https:") else "https,http"
    # Permissions, start, expiry, resource, identifier, IP, protocol, version, kind, snapshot, encryption scope, five headers.
    lines = [permissions, "", expiry, f"/blob/{ACCOUNT}/{container}/{name}", "", "", protocol, version, "b", "", "", "", "", "", "", ""]
    signature = base64.b64encode(hmac.new(ACCOUNT_KEY, "\n".join(lines).encode(), hashlib.sha256).digest()).decode()
    query = urlencode({"sv": version, "spr": protocol, "se": expiry, "sr": "b", "sp": permissions, "sig": signature})
    return f"{CONTAINER_URL}/{quote(name, safe='/')}?{query}"


# --- The store --------------------------------------------------------------------------------------------------------


def _success(prefix, fields):
    """
    The page says that a blob is stored. It may say so of anything, so the container is asked. This is the place to check the size of a file,
    which a SAS cannot limit, and to write the file into your database.
    """
    name = fields.get("blob", "")
    if fields.get("container", "").rstrip("/") != CONTAINER_URL or not _is_name_allowed(prefix, name):
        raise _refusal(name)
    status, headers = _ask("HEAD", name, "r")
    if status == 404:
        raise HttpError(404, "The file is not in the container.")
    if status != 200:
        raise HttpError(502, f"The store answered {status} when asked for the file.")
    if MAX_SIZE is not None and int(headers["Content-Length"]) > MAX_SIZE:
        _ask("DELETE", name, "d")
        raise HttpError(413, "The file is too large and was not kept.", preventRetry=True)
    return {"success": True, "tempLink": sas_uri(name, "r")}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _ask(method, name, permissions):
    """This server's own request to the store."""
    request = urllib.request.Request(sas_uri(name, permissions), method=method)
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=20) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers
    except OSError as error:
        _log(f"the store did not answer {method}: {error}")
        raise HttpError(502, "The store could not be reached.") from None


# --- python3 azure_sas_server.py --------------------------------------------------------------------------------------

if __name__ == "__main__":
    import socket
    import threading
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    class Handler(WSGIRequestHandler):
        def handle(self):
            # Seconds for a whole request. Who sends headers or a body byte by byte is cut off.
            timer = threading.Timer(30, self._cut_off)
            timer.daemon = True
            timer.start()
            try:
                super().handle()
            finally:
                timer.cancel()

        def _cut_off(self):
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

        def log_request(self, code="-", size="-"):
            pass

        def log_message(self, format, *args):  # pylint: disable=redefined-builtin
            _log(format % args)

    with make_server(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8080")), application, Server, Handler) as server:
        server.serve_forever()
