"""
A signing server in one file of plain Python: it lets a page upload straight into an S3 bucket without ever showing it a secret key.

  POST   /s3/signature?v4=true   a form policy -> {policy, signature}; {headers: "..."} -> {signature}; a refusal -> 400 {invalid: true}
  POST   /s3/success             the object is stored: key=&bucket=&uuid=&name=&etag= -> {success, tempLink}
  DELETE /s3/files/{uuid}        ?key=&bucket= -> 204 (or POST /s3/files with _method=DELETE -> {success})

Copy it, write `authorize`, set the environment that is read below, and put this into your page:

  <fine-uploader-s3 endpoint="https://photos.s3.eu-west-1.amazonaws.com" region="eu-west-1" access-key="AKIA..."
    signature-endpoint="/s3/signature" success-endpoint="/s3/success" delete-endpoint="/s3/files"></fine-uploader-s3>

It is a WSGI application without packages:

  alone     python3 signing_server.py
  Flask     app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/s3": signing_server.application})   (werkzeug.middleware.dispatcher)
  FastAPI   app.mount("/s3", WSGIMiddleware(signing_server.application))                            (fastapi.middleware.wsgi)
  gunicorn  gunicorn signing_server:application

A signature is a permission: whoever can make this server sign a string of their own choice owns the bucket. So every request is taken
apart, and what is not known to be harmless is refused.
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
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlsplit

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


BUCKET = _need("S3_BUCKET")
# Where this server reaches the bucket: https://photos.s3.eu-west-1.amazonaws.com, or path-style https://minio.example.com/photos.
BUCKET_URL = _need("S3_BUCKET_URL").rstrip("/")
REGION = _need("S3_REGION")
ACCESS_KEY = _need("S3_ACCESS_KEY")
SECRET_KEY = _need("S3_SECRET_KEY")
# Keys must begin with this; {user} stands for the user's id, percent-encoded. With users/{user}/ nobody can overwrite or delete the files
# of another user; the page's `key` must then begin so as well.
KEY_PREFIX = os.environ.get("S3_KEY_PREFIX", "")
# Bytes. With a limit, the page needs a `size-limit` that is no larger.
MAX_SIZE = int(os.environ["S3_MAX_SIZE"]) if os.environ.get("S3_MAX_SIZE") else None
if MAX_SIZE is not None and MAX_SIZE <= 0:
    raise SystemExit("S3_MAX_SIZE must be a number of bytes, such as 20000000.")
# Other origins whose pages may use this server, such as https://www.example.com.
ALLOWED_ORIGINS = re.split(r"[\s,]+", os.environ.get("ALLOWED_ORIGINS", "").strip())
ACL = "private"
LINK_SECONDS = 900

if not callable(authorize):
    # Without it, everybody on the internet could fill the bucket.
    raise SystemExit("Say who may upload: write `authorize` in signing_server.py, a function that returns the id of the signed-in user.")

# --- HTTP -------------------------------------------------------------------------------------------------------------

LONGEST_BODY = 64 * 1024


class Refused(Exception):
    """A refusal to sign. The reason goes to the log and not to the client."""


class HttpError(Exception):
    def __init__(self, status, message, **extra):
        super().__init__(message)
        self.status = status
        self.extra = extra


def application(environ, start_response):
    headers = _cors_headers(environ)
    body = b""
    try:
        status, answer = _respond(environ, headers)
    except Refused as reason:
        _log(f"not signed: {reason}")
        status, answer = 400, {"invalid": True}
    except HttpError as error:
        status, answer = error.status, {"success": False, "error": str(error), **error.extra}
    except Exception as failure:  # pylint: disable=broad-except
        _log(f"failed: {type(failure).__name__}: {failure}")
        status, answer = 500, {"success": False, "error": "The server failed."}
    if answer is not None:
        body = json.dumps(answer).encode()
        headers += [("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
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
    prefix = KEY_PREFIX.replace("{user}", quote(str(user), safe=""))
    # Mounted at /s3, or as the whole server.
    path = environ.get("PATH_INFO", "")
    path = path[3:] if path.startswith("/s3/") else path
    query = environ.get("QUERY_STRING", "")
    if method == "POST" and path == "/signature":
        if query != "v4=true":
            raise Refused("this server signs version 4 only")
        return 200, _sign(prefix, body)
    if method == "POST" and path == "/success":
        return 200, _success(prefix, _fields(body))
    if method == "POST" and path == "/files":
        fields = _fields(body)
        if fields.get("_method") != "DELETE":
            raise HttpError(400, "The only _method here is DELETE.")
        _remove(prefix, fields)
        return 200, {"success": True}
    if method == "DELETE" and path.startswith("/files/"):
        _remove(prefix, _fields(query.encode("latin-1")))
        return 204, None
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
        headers.append(("Access-Control-Allow-Methods", "POST, DELETE"))
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
    """Form fields, each once: of two keys, one would be checked and the other used somewhere else."""
    fields = {}
    for name, value in parse_qsl(text.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="surrogateescape"):
        if name in fields and name in ("key", "bucket", "_method"):
            raise HttpError(400, f"The field {name} is there twice.")
        fields[name] = value
    return fields


def _log(line):
    """One line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them."""
    print(re.sub(r"[^\x20-\x7e]", lambda sign: f"\\u{ord(sign[0]):04x}", line[:300]), file=sys.stderr, flush=True)


# --- What is signed ---------------------------------------------------------------------------------------------------


def _sign(prefix, text):
    now = datetime.now(timezone.utc)
    try:
        request = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("that is not JSON") from None
    if not isinstance(request, dict):
        raise Refused("that is not an object")
    if "headers" not in request:
        scope = _check_policy(prefix, request, now)
        # What was checked is signed, never the bytes that came in: a store might read those differently.
        # As UTF-8 and not escaped: Ceph does not read \\ud83d\\udc08.
        policy = base64.b64encode(json.dumps(request, ensure_ascii=False).encode()).decode()
        return {"policy": policy, "signature": _sign_v4(scope, policy)}
    if not isinstance(request["headers"], str) or len(request) > 1:
        raise Refused("headers is not the only string")
    time, scope, canonical_request = _check_request(prefix, request["headers"], now)
    return {"signature": _sign_v4(scope, "\n".join(["AWS4-HMAC-SHA256", time, scope, _sha256(canonical_request)]))}


# Fields with checks of their own.
CHECKED = ("acl", "bucket", "key", "success_action_status", "x-amz-algorithm", "x-amz-credential", "x-amz-date")
# Fields and headers, in lower case, that only describe the object. All others (ACL grants, copy sources, redirects, tags) are refused.
HARMLESS = re.compile(
    r"content-(type|md5|encoding|disposition|language)|cache-control|expires|if-none-match|x-amz-storage-class"
    r"|x-amz-server-side-encryption(-[a-z0-9-]+)?|x-amz-checksum-[a-z0-9-]+|x-amz-sdk-checksum-algorithm|x-amz-meta-[a-z0-9!#$%&'*+.^_`|~-]+"
)


def _check_policy(prefix, policy, now):
    """Checks a form policy and returns its scope: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html"""
    if set(policy) != {"expiration", "conditions"}:
        raise Refused("the policy is not an expiration and conditions")
    expiration, conditions = policy["expiration"], policy["conditions"]
    if not isinstance(expiration, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z", expiration):
        raise Refused("the expiration is not a date")
    # Whoever copies a policy can use it until then.
    if _time(expiration[:19], "%Y-%m-%dT%H:%M:%S") > now + timedelta(days=1):
        raise Refused("the expiration is not within a day")
    if not isinstance(conditions, list):
        raise Refused("the policy has no conditions")
    exact, seen, size_range = {}, set(), None
    for condition in conditions:
        operator, field, value = _condition(condition)
        if operator == "content-length-range":
            # Of two ranges a store might look at the other one.
            if size_range:
                raise Refused("the policy has two ranges")
            size_range = (_size(field), _size(value))
            continue
        if not isinstance(field, str) or not isinstance(value, str):
            raise Refused("a condition has a value that is no string")
        if not _is_plain(value):
            raise Refused(f"the condition for {field} has a control character")
        # The Kelvin sign becomes a k in small letters: a "key" that the store does not know as one.
        if not re.fullmatch(r"[\x21-\x7e]+", field):
            raise Refused(f"the field {field} is not of ASCII")
        name = field.lower()
        if name in seen:
            raise Refused(f"the policy names {field} twice")
        seen.add(name)
        if operator == "starts-with" and name == "key":
            # One policy for many files. It must be for a folder of its own, or it would be a permission to write over everything.
            if not value.endswith("/") or not _is_key_allowed(prefix, value + "file"):
                raise Refused(f"the prefix of keys is {value}")
        elif operator == "starts-with":
            if not HARMLESS.fullmatch(name):
                raise Refused(f"the field {field} may not be left open")
        elif name not in CHECKED and not HARMLESS.fullmatch(name):
            raise Refused(f"the field {field} is not one that uploads need")
        else:
            exact[name] = value
    if exact.get("bucket") != BUCKET:
        raise Refused(f"the bucket is {exact.get('bucket')}")
    if exact.get("acl") != ACL:
        raise Refused(f"the ACL is {exact.get('acl')}")
    if "key" not in seen or "key" in exact and not _is_key_allowed(prefix, exact["key"]):
        raise Refused(f"the key is {exact.get('key')}")
    if size_range and size_range[0] > size_range[1]:
        raise Refused("the range is empty")
    if MAX_SIZE is not None and not (size_range and size_range[1] <= MAX_SIZE):
        raise Refused(f"the size may be {size_range[1] if size_range else 'anything'}")
    if exact.get("success_action_status", "200") not in ("200", "201", "204"):
        raise Refused("the status is not one of success")
    if exact.get("x-amz-algorithm") != "AWS4-HMAC-SHA256":
        raise Refused("the algorithm is not AWS4-HMAC-SHA256")
    access_key, _, scope = exact.get("x-amz-credential", "").partition("/")
    if access_key != ACCESS_KEY:
        raise Refused(f"the credential is {exact.get('x-amz-credential')}")
    _check_scope(exact.get("x-amz-date", ""), scope, now)
    return scope


def _condition(condition):
    """A condition as operator, field and value."""
    if isinstance(condition, list):
        if len(condition) == 3 and condition[0] == "content-length-range":
            return condition
        if len(condition) == 3 and condition[0] in ("eq", "starts-with") and isinstance(condition[1], str) and condition[1].startswith("$"):
            return condition[0], condition[1][1:], condition[2]
        raise Refused("a condition has no known operator")
    if not isinstance(condition, dict) or len(condition) != 1:
        raise Refused("a condition is neither a list nor one field")
    ((field, value),) = condition.items()
    return "eq", field, value


def _size(value):
    """A size of a content-length-range: plain digits. "1e3", "-1" or " 7" would be read differently elsewhere."""
    text = str(value) if type(value) is int else value
    # 2^53 is Fine Uploader's "no limit".
    if not isinstance(text, str) or not re.fullmatch(r"0|[1-9][0-9]{0,15}", text) or int(text) > 2**53:
        raise Refused("the range is not of sizes")
    return int(text)


def _check_request(prefix, text, now):
    """
    Checks a string to sign whose last part is still the canonical request, so that this server sees what it signs:
    https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    """
    lines = text.split("\n")
    if len(lines) < 10 or lines[0] != "AWS4-HMAC-SHA256" or lines[-3] != "":
        raise Refused("that is not a canonical request")
    time, scope, method, path, query = lines[1:6]
    _check_scope(time, scope, now)
    headers = {}
    for line in lines[6:-3]:
        name, colon, value = line.partition(":")
        if not re.fullmatch(r"[a-z0-9!#$%&'*+.^_`|~-]+", name) or not colon or name in headers:
            raise Refused(f"the header {line}")
        if not _is_plain(value):
            raise Refused(f"the header {name} has a control character")
        headers[name] = value
    signed_headers, payload_hash = lines[-2:]
    if signed_headers != ";".join(headers):
        raise Refused("the signed headers are not the headers")
    if headers.get("host") != urlsplit(BUCKET_URL).netloc:
        raise Refused(f"the host is {headers.get('host')}")
    if headers.get("x-amz-date") != time:
        raise Refused("the time is not the one of x-amz-date")
    if not re.fullmatch(r"[0-9a-f]{64}|UNSIGNED-PAYLOAD", payload_hash) or headers.get("x-amz-content-sha256") != payload_hash:
        raise Refused("the hash of the payload is not one")
    for name, value in headers.items():
        if name == "x-amz-acl":
            if value != ACL:
                raise Refused(f"the ACL is {value}")
        elif name not in ("host", "x-amz-date", "x-amz-content-sha256") and not HARMLESS.fullmatch(name):
            raise Refused(f"the header {name} is {value}")
    _check_resource(prefix, method, path, query)
    return time, scope, "\n".join(lines[3:])


# The value of uploadId. An empty one would turn an abort into the deletion of an object, and a part into an object.
_ID = r"([A-Za-z0-9._~-]|%2[BF]|%3D){1,1024}"
# Method and canonical query of the steps of a multipart upload: create, part, complete, abort, list parts. There are no others.
STEPS = re.compile(
    f"POST uploads=|PUT partNumber=([1-9][0-9]{{0,3}}|10000)&uploadId={_ID}|(POST|DELETE) uploadId={_ID}"
    f"|GET (max-parts=[0-9]{{1,4}}&)?(part-number-marker=[0-9]{{1,5}}&)?uploadId={_ID}"
)


def _check_resource(prefix, method, path, query):
    # Path-style addresses have the bucket in the path.
    base = urlsplit(BUCKET_URL).path + "/"
    if not path.startswith(base):
        raise Refused(f"the path is {path}")
    escaped = path[len(base) :]
    try:
        key = unquote_to_bytes(escaped).decode("utf-8")
    except UnicodeError:  # also half a surrogate pair, which is no UTF-8
        raise Refused("the path is not escaped properly") from None
    # Only the one canonical spelling: "+", "%2e" or "%c3" are read differently by different stores, and by proxies in front of them.
    if quote(key, safe="/") != escaped:
        raise Refused(f"the path {path} is not canonical")
    if not _is_key_allowed(prefix, key):
        raise Refused(f"the key is {key}")
    if not STEPS.fullmatch(f"{method} {query}"):
        raise Refused(f"{method} {query} is not a step of a multipart upload")


def _check_scope(time, scope, now):
    if not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", time) or scope != f"{time[:8]}/{REGION}/s3/aws4_request":
        raise Refused(f"the scope is {scope} at {time}")
    # The store judges the minutes: a page whose clock is off learns the right time from it.
    if abs(_time(time, "%Y%m%dT%H%M%SZ") - now) > timedelta(days=1):
        raise Refused(f"the time is {time}")


def _time(text, form):
    try:
        return datetime.strptime(text, form).replace(tzinfo=timezone.utc)
    except ValueError:
        raise Refused("that is no time") from None


def _is_key_allowed(prefix, key):
    """Whether this user may touch a key. It is not escaped."""
    if not key.startswith(prefix) or key in ("", prefix):
        return False
    # Stores keep a/../b as it is; what reads the bucket later (a CDN, a sync to a disk) may climb. ${filename} a store replaces in a form.
    if any(segment in (".", "..") for segment in re.split(r"[/\\]", key)) or "${" in key:
        return False
    try:
        return _is_plain(key) and len(key.encode("utf-8")) <= 1024
    except UnicodeEncodeError:
        return False


def _is_plain(text):
    return not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", text)


# --- The store --------------------------------------------------------------------------------------------------------


def _success(prefix, fields):
    """
    The page says that an object is stored. It may say so of anything, so the bucket is asked. This is the place to check the size of a file
    that came in parts (no policy limits those), and to write the file into your database.
    """
    key = _key(prefix, fields)
    status, headers = _ask("HEAD", key)
    if status == 404:
        raise HttpError(404, "The file is not in the bucket.")
    if status != 200:
        raise HttpError(502, f"The store answered {status} when asked for the file.")
    if MAX_SIZE is not None and int(headers["Content-Length"]) > MAX_SIZE:
        _ask("DELETE", key)
        raise HttpError(413, "The file is too large and was not kept.", preventRetry=True)
    return {"success": True, "tempLink": presign("GET", key, LINK_SECONDS)}


def _remove(prefix, fields):
    """Deletes an object. S3 says yes as well where there is none, so a repeated request succeeds too."""
    status, _ = _ask("DELETE", _key(prefix, fields))
    if status not in (200, 204):
        raise HttpError(502, f"The store answered {status} when told to delete the file.")


def _key(prefix, fields):
    key = fields.get("key", "")
    if fields.get("bucket") != BUCKET or not _is_key_allowed(prefix, key):
        _log(f"no file of this server: {key}")
        raise HttpError(400, "That is not a file of this server.", preventRetry=True)
    return key


def _ask(method, key):
    request = urllib.request.Request(presign(method, key, 300), method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers
    except OSError as error:
        _log(f"the store did not answer {method}: {error}")
        raise HttpError(502, "The store could not be reached.") from None


# --- Signature Version 4 ----------------------------------------------------------------------------------------------


def presign(method, key, seconds):
    """A URL that lets its holder send one kind of request: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"""
    bucket = urlsplit(BUCKET_URL)
    time = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{time[:8]}/{REGION}/s3/aws4_request"
    path = f"{bucket.path}/{quote(key, safe='/')}"
    query = "&".join(
        [
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            f"X-Amz-Credential={quote(f'{ACCESS_KEY}/{scope}', safe='')}",
            f"X-Amz-Date={time}",
            f"X-Amz-Expires={seconds}",
            "X-Amz-SignedHeaders=host",
        ]
    )
    canonical_request = "\n".join([method, path, query, f"host:{bucket.netloc}", "", "host", "UNSIGNED-PAYLOAD"])
    signature = _sign_v4(scope, "\n".join(["AWS4-HMAC-SHA256", time, scope, _sha256(canonical_request)]))
    return f"{bucket.scheme}://{bucket.netloc}{path}?{query}&X-Amz-Signature={signature}"


def _sign_v4(scope, text):
    key = ("AWS4" + SECRET_KEY).encode()
    for piece in scope.split("/"):
        key = hmac.new(key, piece.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _sha256(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- python3 signing_server.py ----------------------------------------------------------------------------------------

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

    with make_server(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "3000")), application, Server, Handler) as server:
        server.serve_forever()
