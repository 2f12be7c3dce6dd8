"""
An endpoint for <fine-uploader> in one file of plain Python. It speaks Fine Uploader's own protocol, so it serves pages that already use Fine
Uploader as well.

  POST   /uploads          a form with one file, or with one chunk of it   -> {success, tempLink?}
  POST   /uploads/done     "all chunks are sent"                           -> {success, tempLink}
  DELETE /uploads/{uuid}   -> 204 (or POST /uploads with _method=DELETE -> {success})
  GET    /uploads          the user's own files                            -> [{name, uuid, size}]
  GET    /uploads/{uuid}   a file of the user

Copy it, write `authorize`, set FOLDER in the environment, and put this into your page:

  <fine-uploader endpoint="/uploads" delete-endpoint="/uploads" chunking chunking-success-endpoint="/uploads/done"></fine-uploader>

It is a WSGI application without packages, for Linux and macOS:

  alone     python3 traditional_endpoint.py
  Flask     app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/uploads": traditional_endpoint.application})   (werkzeug.middleware.dispatcher)
  FastAPI   app.mount("/uploads", WSGIMiddleware(traditional_endpoint.application))                            (a2wsgi, which does not gather bodies in memory)
  gunicorn  gunicorn traditional_endpoint:application

How often somebody may ask is the business of the web server in front (limit_req in nginx).

Nothing that a client says becomes part of a path, except a uuid of letters, digits, "-" and "_"; and an upload belongs to the user who began it:
nobody else can go on with it, replace it, list it, read it or delete it.
"""

import fcntl
import json
import os
import re
import shutil
import sys
import threading
import time
import uuid as uuids
import zlib
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from urllib.parse import parse_qsl, quote

# WRITE THIS: who sends the request? A function that returns the id of the signed-in user, or None to refuse. For example
#
#   from http.cookies import SimpleCookie
#
#   def authorize(environ):
#       session = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("session")
#       return session and SESSIONS.get(session.value)
#
# A random id in a cookie does where nobody signs in.
authorize = None

FOLDER = Path(os.environ.get("FOLDER", "uploads"))
# Bytes of one file.
MAX_SIZE = int(os.environ.get("MAX_SIZE") or 5 * 2**30)
if MAX_SIZE <= 0:
    raise SystemExit("MAX_SIZE must be a number of bytes, such as 20000000.")
# Other origins whose pages may use this server, such as https://www.example.com.
ALLOWED_ORIGINS = re.split(r"[\s,]+", os.environ.get("ALLOWED_ORIGINS", "").strip())
# Put in front of links, for pages of other origins: such as https://files.example.com.
PUBLIC_ORIGIN = os.environ.get("PUBLIC_ORIGIN", "")
# After these, an upload that nobody has finished is dropped: as long as the element remembers it.
UNFINISHED_DAYS = 7
# Of one user at once.
MAX_UNFINISHED = 1000
LONGEST_BODY = 64 * 1024

if not callable(authorize):
    # Without it, everybody on the internet could fill the disk.
    raise SystemExit("Say who may upload: write `authorize` in traditional_endpoint.py, a function that returns the id of the signed-in user.")


class Refusal(Exception):
    """An answer other than 200, with a sentence for the person."""

    def __init__(self, status, sentence, **extra):
        super().__init__(sentence)
        self.status = status
        self.extra = extra


# --- HTTP -------------------------------------------------------------------------------------------------------------


def application(environ, start_response):
    headers = _cors_headers(environ)
    # What is sent instead of JSON.
    file = None
    try:
        environ["endpoint.body"] = _Body(environ)
        status, answer = _respond(environ, headers)
        if isinstance(answer, Path):
            file, answer = answer, None
    except Refusal as refusal:
        status, answer = refusal.status, {"success": False, "error": str(refusal), **refusal.extra}
    except (ConnectionError, TimeoutError):
        # The client went away, or stalled: there is nobody to tell.
        status, answer = 408, {"success": False, "error": "The request ended early."}
    except Exception as failure:  # pylint: disable=broad-except
        _log(f"failed: {type(failure).__name__}: {failure}")
        full = isinstance(failure, OSError) and failure.errno == 28
        status = 507 if full else 500
        answer = {"success": False, "error": "The server has no room left." if full else "The server failed."}
    try:
        if "endpoint.body" in environ:
            environ["endpoint.body"].drop()
    except (ConnectionError, TimeoutError):
        pass
    body = b""
    if answer is not None:
        body = json.dumps(answer).encode()
        headers += [("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        headers.append(("Content-Length", str(len(body))))
    start_response(f"{status} {'OK' if status < 400 else 'Refused'}", headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return _pieces(file) if file else [body]


def _pieces(path):
    with open(path, "rb") as stream:
        while piece := stream.read(65536):
            yield piece


def _respond(environ, headers):
    method = environ["REQUEST_METHOD"]
    if method == "OPTIONS":
        return (204 if any(name == "Access-Control-Allow-Origin" for name, _ in headers) else 403), None
    _refuse_other_sites(environ)
    user = authorize(environ)
    if not user:
        raise Refusal(403, "Please sign in to upload.")
    # True, or the coroutine of an `async def`, would be one and the same user for everybody.
    if isinstance(user, bool) or not isinstance(user, (str, int)):
        raise TypeError("`authorize` must return the id of the user, a str or an int.")
    user = str(user)
    # Mounted at /uploads, or as the whole server.
    path = re.sub(r"\A/uploads(?=/|\Z)", "", environ.get("PATH_INFO", "")).removeprefix("/")
    _purge_now_and_then()
    if method == "POST" and path == "":
        return _post(environ, user)
    if method == "POST" and path == "done":
        return 200, _done(_fields(environ), user)
    if method in ("GET", "HEAD") and path == "":
        return 200, _list(user)
    if method in ("GET", "HEAD"):
        return 200, _view(path, user, headers)
    if method == "DELETE":
        _delete(path, user)
        return 204, None
    raise Refusal(405, "This server does not know that kind of request.")


def _cors_headers(environ):
    """CORS: what lets pages of the allowed other origins read the answers."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return []
    if not origin or origin not in ALLOWED_ORIGINS:
        return [("Vary", "Origin")]
    headers = [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin")]
    if environ["REQUEST_METHOD"] == "OPTIONS":
        headers.append(("Access-Control-Allow-Methods", "GET, POST, DELETE"))
        headers.append(("Access-Control-Allow-Headers", environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS") or "Content-Type"))
    return headers


def _refuse_other_sites(environ):
    """
    Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on
    localhost, so the Origin is compared as well. "null" is the origin of a sandboxed or disguised page: another site.
    """
    # Pages of other sites may show a file, as they may show any picture; they cannot read it.
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return
    origin = environ.get("HTTP_ORIGIN")
    if origin and origin in ALLOWED_ORIGINS:
        return
    same = origin is None or re.fullmatch(r"https?://(.+)", origin) and origin.split("://", 1)[1] == environ.get("HTTP_HOST")
    if not same or environ.get("HTTP_SEC_FETCH_SITE") in ("cross-site", "same-site"):
        raise Refusal(403, "Pages of this origin may not use this server.")


def _log(line):
    """One line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them."""
    print(re.sub(r"[^\x20-\x7e]", lambda sign: f"\\u{ord(sign[0]):04x}", line[:300]), file=sys.stderr, flush=True)


class _Body:
    """The body of a request, no further than its Content-Length."""

    def __init__(self, environ):
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit():
            raise Refusal(411, "The request does not say how long it is.")
        self.left = int(length)
        self._stream = environ["wsgi.input"]

    def read(self, size):
        piece = self._stream.read(min(size, self.left)) if self.left else b""
        if self.left and not piece:
            raise ConnectionError("The client went away.")
        self.left -= len(piece)
        return piece

    def drop(self):
        """Reads to the end: a browser that is cut off while it sends shows no answer. But not for ever."""
        self.left = min(self.left, MAX_SIZE)
        while self.left:
            self.read(65536)


# --- The protocol -----------------------------------------------------------------------------------------------------


def _is_type(environ, kind):
    return environ.get("CONTENT_TYPE", "").lower().startswith(kind)


def _fields(environ):
    """A form without a file, or JSON where the page asks for that."""
    body = environ["endpoint.body"]
    if body.left > LONGEST_BODY:
        raise Refusal(413, "The request is too long.")
    text = b""
    while body.left:
        text += body.read(LONGEST_BODY)
    if not _is_type(environ, "application/json"):
        return dict(parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Refusal(400, "The request is not a JSON object, although it says so.")
    return {name: str(value) for name, value in fields.items() if type(value) in (str, int)}


def _post(environ, user):
    if _is_type(environ, "application/x-www-form-urlencoded"):
        fields = _fields(environ)
        if fields.get("_method", "").upper() != "DELETE":
            raise Refusal(400, "The request has no file.")
        _delete(fields.get("qquuid", ""), user)
        return 200, {"success": True}
    incoming = FOLDER / ".incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    path = incoming / str(uuids.uuid4())
    body = environ["endpoint.body"]
    try:
        if _is_type(environ, "multipart/form-data"):
            fields, name, size = _receive_form(environ, body, path)
        else:
            fields = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
            name, size = fields.get("qqfile", ""), _copy(body, path)
        if fields.get("_method", "").upper() == "DELETE":
            _delete(fields.get("qquuid", ""), user)
            return 200, {"success": True}
        return 200, _keep(fields, name, size, path, user)
    finally:
        path.unlink(missing_ok=True)


def _copy(body, path):
    """The bytes themselves as the body. One byte more than the limit is enough to know."""
    size = 0
    with open(path, "wb") as file:
        while body.left and size <= MAX_SIZE:
            piece = body.read(65536)
            size += len(piece)
            file.write(piece)
    return size


def _receive_form(environ, body, path):
    """multipart/form-data (RFC 7578): fields in any order, and one file, written to the disk as it comes."""
    message = Message()
    message["Content-Type"] = environ["CONTENT_TYPE"]
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not 0 < len(boundary) <= 200:
        raise Refusal(400, "The form could not be read.")
    mark = b"\r\n--" + boundary.encode("latin-1", "replace")
    # The first boundary has no line before it.
    buffer = b"\r\n"
    fields, name, size = {}, None, 0

    def until(end, write, most):
        """Hands on what comes before `end`, and drops `end`."""
        nonlocal buffer
        length = 0
        while (at := buffer.find(end)) < 0:
            ready = buffer[: max(0, len(buffer) - len(end) + 1)]
            length += len(ready)
            if length <= most:
                write(ready)
            buffer = buffer[len(ready) :]
            if not body.left:
                raise Refusal(400, "The form could not be read to its end.")
            buffer += body.read(65536)
        length += at
        if length <= most:
            write(buffer[:at])
        buffer = buffer[at + len(end) :]
        return length

    until(mark, lambda _: None, LONGEST_BODY)
    for _ in range(200):
        line = []
        until(b"\r\n", line.append, 10)
        if b"".join(line).startswith(b"--"):
            break
        head = []
        if until(b"\r\n\r\n", head.append, 16384) > 16384:
            raise Refusal(400, "The form could not be read.")
        part = Message()
        for header in b"".join(head).decode("utf-8", "replace").split("\r\n"):
            if header.lower().startswith("content-disposition:"):
                part["Content-Disposition"] = header.split(":", 1)[1].strip()
        field = part.get_param("name", header="content-disposition")
        file_name = part.get_param("filename", header="content-disposition")
        if file_name is None:
            value = []
            if until(mark, value.append, LONGEST_BODY) > LONGEST_BODY:
                raise Refusal(413, "A field is too long.")
            fields[str(field)] = b"".join(value).decode("utf-8", "replace")
        elif name is None:
            name = str(file_name)
            with open(path, "wb") as file:
                size = until(mark, file.write, MAX_SIZE + 1)
        else:
            raise Refusal(400, "The form has more than one file.")
        if not buffer and body.left:
            buffer = body.read(65536)
        if buffer == b"--":
            break
    if name is None and fields.get("_method", "").upper() != "DELETE":
        raise Refusal(400, "The form has no file.")
    return fields, name, size


def _keep(fields, file_name, size, path, user):
    uuid = _uuid(fields.get("qquuid", ""))
    name = _name(fields.get("qqfilename", file_name))
    if size > MAX_SIZE:
        raise _too_large()
    if "qqpartindex" not in fields:
        if "qqtotalfilesize" in fields and _number(fields, "qqtotalfilesize") != size:
            raise Refusal(400, "The file is not as long as announced.")
        with _locked(uuid):
            return _store(uuid, user, name, path)
    index, offset = _number(fields, "qqpartindex"), _number(fields, "qqpartbyteoffset")
    length, total = _number(fields, "qqchunksize"), _number(fields, "qqtotalfilesize")
    if total > MAX_SIZE:
        raise _too_large()
    # Chunks of nothing would never fill the file, only the folder.
    if index >= _number(fields, "qqtotalparts") or offset + length > total or length == 0 < total:
        raise Refusal(400, "The chunk lies outside the file.")
    if size != length:
        raise Refusal(400, "The chunk is not as long as announced.")
    with _locked(uuid):
        _must_be_of(uuid, user)
        content, folder = FOLDER / uuid / "content", FOLDER / uuid / "chunks"
        # The answer to the last chunk got lost: it comes again, and the file is whole already.
        if content.exists() and content.stat().st_size == total and _have_same_bytes(content, offset, path, length):
            return _answer(uuid)
        chunks = _chunks(uuid)
        # Going on where nothing is would only be noticed at the end, after hours perhaps.
        if fields.get("qqresume") == "true" and not chunks:
            raise Refusal(409, "The chunks that were sent earlier are no longer here.", reset=True)
        if not chunks and sum(_owner(one.parent.name) == user for one in FOLDER.glob("*/chunks")) >= MAX_UNFINISHED:
            raise Refusal(429, "There are too many unfinished uploads. Please finish or cancel some.")
        others = [chunk for chunk in chunks if chunk != (offset, length)]
        # A page may cut a file anew, once. More is somebody who fills the disk with one upload.
        if sum(other[1] for other in others) + length > 2 * total or len(others) > 50_000:
            _forget_chunks(uuid)
            raise Refusal(409, "There are more chunks than the file has room for, so it starts again.", reset=True)
        _claim(uuid, user)
        folder.mkdir(exist_ok=True)
        path.replace(folder / f"{offset}-{length}")
        return {"success": True}


def _done(fields, user):
    """ "All chunks are sent." It may come twice. """
    uuid = _uuid(fields.get("qquuid", ""))
    size = _number(fields, "qqtotalfilesize")
    if size > MAX_SIZE:
        raise _too_large()
    with _locked(uuid):
        _must_be_of(uuid, user)
        content = FOLDER / uuid / "content"
        way = _cover(_chunks(uuid), size)
        if way is None:
            _forget_chunks(uuid)
            if content.exists() and content.stat().st_size == size:
                return _answer(uuid)
            raise Refusal(409, "Some chunks of the file are missing, so it starts again.", reset=True)
        joined = FOLDER / ".incoming" / str(uuids.uuid4())
        try:
            with open(joined, "wb") as file:
                for offset, length in way:
                    with open(FOLDER / uuid / "chunks" / f"{offset}-{length}", "rb") as chunk:
                        shutil.copyfileobj(chunk, file)
            return _store(uuid, user, _name(fields.get("qqfilename", "")), joined)
        finally:
            # Where the disk is full, say.
            joined.unlink(missing_ok=True)


def _store(uuid, user, name, path):
    """Makes bytes the whole file of an upload: the place to write it into your database."""
    _claim(uuid, user)
    _write(uuid, {"owner": user, "name": name})
    path.replace(FOLDER / uuid / "content")
    _forget_chunks(uuid)
    return _answer(uuid)


def _answer(uuid):
    return {"success": True, "tempLink": f"{PUBLIC_ORIGIN}/uploads/{uuid}"}


def _list(user):
    files = []
    for content in FOLDER.glob("*/content"):
        about = _about(content.parent.name)
        if about and about.get("owner") == user:
            files.append({"uuid": content.parent.name, "name": about.get("name", ""), "size": content.stat().st_size})
    return files


def _view(uuid, user, headers):
    """What is in a file is unknown: it is a download, and a browser is told to run nothing of it."""
    content = FOLDER / uuid / "content"
    if not _is_uuid(uuid) or not content.exists() or _owner(uuid) != user:
        raise Refusal(404, "There is no such file.")
    headers += [
        ("Content-Type", "application/octet-stream"),
        ("Content-Disposition", "attachment; filename*=UTF-8''" + quote(_about(uuid).get("name", ""), safe="")),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "private, no-cache"),
        ("Content-Length", str(content.stat().st_size)),
    ]
    return content


def _delete(uuid, user):
    if not _is_uuid(uuid):
        raise Refusal(404, "There is no such file.")
    with _locked(uuid):
        if _owner(uuid) != user:
            raise Refusal(404, "There is no such file.")
        shutil.rmtree(FOLDER / uuid)


# --- The folder -------------------------------------------------------------------------------------------------------
#
#   {FOLDER}/{uuid}/about.json         its owner; its name once it is whole
#   {FOLDER}/{uuid}/content            the file, once it is whole
#   {FOLDER}/{uuid}/chunks/{offset}-{length}
#   {FOLDER}/.incoming                 what is being received; nothing half-received ever has a proper name


def _is_uuid(text):
    return re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]{7,63}", text) is not None


def _uuid(text):
    """The uuid becomes the name of a folder, so it has to look like one."""
    if not _is_uuid(text):
        raise Refusal(400, "The request has no usable qquuid.", preventRetry=True)
    return text


def _number(fields, name):
    if not re.fullmatch(r"[0-9]{1,15}", fields.get(name, "")):
        raise Refusal(400, f"{name} is not a number of bytes or parts.")
    return int(fields[name])


def _name(text):
    """The name people see: shortened, and without what would garble a log or a header. It is shown and stored, never a path."""
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", text).strip()
    return text[:255] or "unnamed"


def _too_large():
    return Refusal(413, f"The file is larger than this server allows ({MAX_SIZE} bytes).", preventRetry=True)


_mutexes = [threading.Lock() for _ in range(256)]


@contextmanager
def _locked(uuid):
    """Threads and processes serve at once: who changes an upload holds its lock, which it shares with some others."""
    number = zlib.crc32(uuid.encode()) % 256
    (FOLDER / ".locks").mkdir(parents=True, exist_ok=True)
    with _mutexes[number], open(FOLDER / ".locks" / str(number), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _about(uuid):
    try:
        return json.loads((FOLDER / uuid / "about.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _owner(uuid):
    about = _about(uuid)
    return about and about.get("owner")


def _must_be_of(uuid, user):
    if _owner(uuid) not in (None, user):
        raise Refusal(403, "This upload belongs to somebody else.", preventRetry=True)


def _claim(uuid, user):
    _must_be_of(uuid, user)
    if _owner(uuid) is None:
        _write(uuid, {"owner": user})


def _write(uuid, about):
    (FOLDER / uuid).mkdir(parents=True, exist_ok=True)
    path = FOLDER / ".incoming" / str(uuids.uuid4())
    path.write_text(json.dumps(about), "utf-8")
    path.replace(FOLDER / uuid / "about.json")


def _chunks(uuid):
    try:
        names = os.listdir(FOLDER / uuid / "chunks")
    except FileNotFoundError:
        return []
    return [tuple(map(int, name.split("-"))) for name in names]


def _forget_chunks(uuid):
    """An upload without a whole file is forgotten altogether."""
    whole = (FOLDER / uuid / "content").exists()
    shutil.rmtree(FOLDER / uuid / ("chunks" if whole else ""), ignore_errors=True)


def _cover(chunks, size):
    """The chunks that follow each other from the first byte to the last, out of any that were sent."""
    ways = {}
    # From the end backwards, so that at each offset only a chunk is kept from which the end can be reached.
    for offset, length in sorted(chunks, reverse=True):
        if (length or size == 0) and (offset + length == size or offset + length in ways):
            ways[offset] = length
    way, offset = [], 0
    while offset < size or not way:
        if offset not in ways:
            return None
        way.append((offset, ways[offset]))
        offset += ways[offset]
    return way


def _have_same_bytes(content, offset, chunk, length):
    with open(content, "rb") as one, open(chunk, "rb") as other:
        one.seek(offset)
        while length > 0:
            if one.read(min(length, 65536)) != other.read(min(length, 65536)):
                return False
            length -= 65536
    return True


_purged = 0.0


def _purge_now_and_then():
    """Once an hour: drops uploads that nobody has touched for days and that are not whole."""
    global _purged  # pylint: disable=global-statement
    if time.time() - _purged < 3600:
        return
    _purged = time.time()
    oldest = time.time() - UNFINISHED_DAYS * 86400
    for chunks in FOLDER.glob("*/chunks"):
        if chunks.stat().st_mtime < oldest:
            with _locked(chunks.parent.name):
                _forget_chunks(chunks.parent.name)
    # What was being received when a process ended.
    for path in FOLDER.glob(".incoming/*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


# --- python3 traditional_endpoint.py ----------------------------------------------------------------------------------

if __name__ == "__main__":
    import io
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    STALL_SECONDS = int(os.environ.get("STALL_SECONDS") or 60)

    class Patient(io.RawIOBase):
        """What a client sends. It is cut off where that is less than 100 bytes per second, be it headers or a body."""

        def __init__(self, connection):
            super().__init__()
            self._connection, self._bytes, self._until = connection, 0, time.monotonic() + STALL_SECONDS

        def readable(self):
            return True

        def readinto(self, buffer):
            if self._bytes >= 100 * STALL_SECONDS:
                self._bytes, self._until = 0, time.monotonic() + STALL_SECONDS
            self._connection.settimeout(max(0.001, self._until - time.monotonic()))
            try:
                size = self._connection.recv_into(buffer)
            finally:
                self._connection.settimeout(STALL_SECONDS)
            self._bytes += size
            return size

    class Handler(WSGIRequestHandler):
        # Seconds, for the answer.
        timeout = STALL_SECONDS

        def setup(self):
            super().setup()
            self.rfile = io.BufferedReader(Patient(self.connection), 65536)

        def log_request(self, code="-", size="-"):
            pass

        def log_message(self, format, *args):  # pylint: disable=redefined-builtin
            _log(format % args)

    with make_server(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "3000")), application, Server, Handler) as server:
        server.serve_forever()
