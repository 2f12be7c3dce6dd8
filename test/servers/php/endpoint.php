<?php
/**
 * Fine Uploader's traditional protocol in PHP, like existing servers: it reads forms from $_POST and $_FILES, stores chunks as numbered files, and joins
 * them on the success request. It shares no code and no layout on disk with the demo's endpoint, and passes the same tests.
 *
 *   php -S 127.0.0.1:8000 endpoint.php      with UPLOAD_FOLDER in the environment
 *
 *   POST   /endpoint.php           a file or a chunk          DELETE /endpoint.php/{uuid}
 *   POST   /endpoint.php?done      after the last chunk       GET    /endpoint.php          list of files; GET …/{uuid}: a file
 *
 * CORS allows the three headers of Fine Uploader's PHP example. Requests to COOKIE_HOST may have cookies and any header.
 */
declare(strict_types=1);

final class RequestError extends Exception
{
    public function __construct(string $message, public readonly int $status = 400, public readonly array $extra = [])
    {
        parent::__construct($message);
    }
}

$root = getenv('UPLOAD_FOLDER');
if ($root === false || $root === '') {
    throw new RuntimeException('UPLOAD_FOLDER is not set.');
}

function respond(int $status, array $body): never
{
    http_response_code($status);
    header('Content-Type: application/json; charset=utf-8');
    header('X-Content-Type-Options: nosniff');
    // Without JSON_FORCE_OBJECT, which would turn the list of files into an object. No response is an empty object.
    echo json_encode($body, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);
    exit();
}

function cors(): void
{
    $origin = $_SERVER['HTTP_ORIGIN'] ?? null;
    if ($origin === null) {
        return;
    }
    $headers = 'Content-Type, X-Requested-With, Cache-Control';
    if ($_SERVER['HTTP_HOST'] === getenv('COOKIE_HOST')) {
        $headers = $_SERVER['HTTP_ACCESS_CONTROL_REQUEST_HEADERS'] ?? $headers;
        header("Access-Control-Allow-Origin: $origin");
        header('Vary: Origin');
        header('Access-Control-Allow-Credentials: true');
    } else {
        header('Access-Control-Allow-Origin: *');
    }
    if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') {
        header('Access-Control-Allow-Methods: POST, DELETE');
        header("Access-Control-Allow-Headers: $headers");
        http_response_code(204);
        exit();
    }
}

/** Validates a UUID, which becomes the name of a folder. */
function uuid_of(mixed $text): string
{
    if (!is_string($text) || preg_match('/\A[A-Za-z0-9][A-Za-z0-9_-]{7,63}\z/', $text) !== 1) {
        throw new RequestError('qquuid is missing or invalid.');
    }
    return $text;
}

function number(array $fields, string $name): int
{
    $text = $fields[$name] ?? '';
    if (!is_string($text) || preg_match('/\A[0-9]{1,15}\z/', $text) !== 1) {
        throw new RequestError("$name is not a number.");
    }
    return (int) $text;
}

function remove_folder(string $folder): void
{
    foreach (is_dir($folder) ? scandir($folder) : [] as $entry) {
        if ($entry === '.' || $entry === '..') {
            continue;
        }
        is_dir("$folder/$entry") ? remove_folder("$folder/$entry") : unlink("$folder/$entry");
    }
    if (is_dir($folder)) {
        rmdir($folder);
    }
}

/** Runs work with the lock of an upload: several PHP workers may handle its requests. */
function with_lock(string $root, string $uuid, callable $work): mixed
{
    @mkdir("$root/locks", 0700, true);
    $lock = fopen("$root/locks/$uuid", 'c');
    flock($lock, LOCK_EX);
    try {
        return $work();
    } finally {
        flock($lock, LOCK_UN);
        fclose($lock);
    }
}

/** Moves a file into place atomically, so that no request reads a partial file. */
function move_into_place(string $from, string $to): void
{
    @mkdir(dirname($to), 0700, true);
    $new = "$to.new" . getmypid();
    $moved = is_uploaded_file($from) ? move_uploaded_file($from, $new) : rename($from, $new);
    if (!$moved || !rename($new, $to)) {
        throw new RuntimeException("Could not write $to.");
    }
}

/** Stores the complete file of an upload. */
function store(string $root, string $uuid, string $name, string $from): array
{
    return with_lock($root, $uuid, function () use ($root, $uuid, $name, $from): array {
        @mkdir("$root/files/$uuid", 0700, true);
        file_put_contents("$root/files/$uuid/name", $name);
        move_into_place($from, "$root/files/$uuid/bytes");
        return ['success' => true, 'tempLink' => link_to($uuid)];
    });
}

function link_to(string $uuid): string
{
    return "http://{$_SERVER['HTTP_HOST']}/endpoint.php/$uuid";
}

/** Returns the file of the request, as a temporary file. */
function received_file(): array
{
    if (!str_starts_with($_SERVER['CONTENT_TYPE'] ?? '', 'multipart/form-data')) {
        $path = tempnam(sys_get_temp_dir(), 'raw');
        $size = file_put_contents($path, fopen('php://input', 'rb'));
        return ['tmp_name' => $path, 'size' => $size, 'name' => (string) ($_GET['qqfile'] ?? '')];
    }
    $file = $_FILES['qqfile'] ?? null;
    if ($file === null || !is_string($file['tmp_name'])) {
        throw new RequestError('The form has no file.');
    }
    return match ($file['error']) {
        UPLOAD_ERR_OK => $file,
        UPLOAD_ERR_INI_SIZE, UPLOAD_ERR_FORM_SIZE => throw new RequestError('The file is too large.', 413, ['preventRetry' => true]),
        UPLOAD_ERR_PARTIAL => throw new RequestError('Only a part of the file was received.'),
        UPLOAD_ERR_NO_FILE => throw new RequestError('The form has no file.'),
        default => throw new RuntimeException("PHP could not receive the upload (error {$file['error']})."),
    };
}

function upload(string $root): array
{
    $fields = $_POST + $_GET;
    $uuid = uuid_of($fields['qquuid'] ?? null);
    $file = received_file();
    $name = (string) ($fields['qqfilename'] ?? $file['name']);
    if (!isset($fields['qqpartindex'])) {
        if (isset($fields['qqtotalfilesize']) && number($fields, 'qqtotalfilesize') !== $file['size']) {
            throw new RequestError('The size of the file differs from qqtotalfilesize.');
        }
        return store($root, $uuid, $name, $file['tmp_name']);
    }

    $index = number($fields, 'qqpartindex');
    $offset = number($fields, 'qqpartbyteoffset');
    if ($index >= number($fields, 'qqtotalparts') || $offset + $file['size'] > number($fields, 'qqtotalfilesize')) {
        throw new RequestError('The chunk is outside of the file.');
    }
    if ($file['size'] !== number($fields, 'qqchunksize')) {
        throw new RequestError('The size of the chunk differs from qqchunksize.');
    }
    $chunks = "$root/chunks/$uuid";
    if (($fields['qqresume'] ?? '') === 'true' && !is_dir($chunks) && !is_file("$root/files/$uuid/bytes")) {
        throw new RequestError('The chunks before this one are missing.', 410, ['reset' => true]);
    }
    with_lock($root, $uuid, fn() => move_into_place($file['tmp_name'], "$chunks/$index"));
    return ['success' => true];
}

function done(string $root): array
{
    $isJson = str_starts_with($_SERVER['CONTENT_TYPE'] ?? '', 'application/json');
    $fields = $isJson ? json_decode((string) file_get_contents('php://input'), true) : $_POST;
    if (!is_array($fields)) {
        throw new RequestError('The request is neither a form nor JSON.');
    }
    $fields = array_map(fn($value) => is_scalar($value) ? (string) $value : '', $fields);
    $uuid = uuid_of($fields['qquuid'] ?? null);
    $size = number($fields, 'qqtotalfilesize');
    $parts = number($fields, 'qqtotalparts');
    $chunks = "$root/chunks/$uuid";
    $whole = "$root/files/$uuid/bytes";
    if (!is_dir($chunks) && is_file($whole) && filesize($whole) === $size) {
        return ['success' => true, 'tempLink' => link_to($uuid)];
    }

    $joined = with_lock($root, $uuid, function () use ($chunks, $parts, $size): ?string {
        @mkdir($chunks, 0700, true);
        $joined = fopen("$chunks/joined", 'wb');
        for ($index = 0; $index < $parts && is_file("$chunks/$index"); $index++) {
            $chunk = fopen("$chunks/$index", 'rb');
            stream_copy_to_stream($chunk, $joined);
            fclose($chunk);
        }
        fclose($joined);
        clearstatcache();
        if ($index === $parts && filesize("$chunks/joined") === $size) {
            return "$chunks/joined";
        }
        remove_folder($chunks);
        return null;
    });
    if ($joined === null) {
        throw new RequestError('Chunks of the file are missing.', 409, ['reset' => true]);
    }
    $stored = store($root, $uuid, (string) ($fields['qqfilename'] ?? ''), $joined);
    with_lock($root, $uuid, fn() => remove_folder($chunks));
    return $stored;
}

function delete(string $root, mixed $text): array
{
    $uuid = uuid_of($text);
    return with_lock($root, $uuid, function () use ($root, $uuid): array {
        if (!is_dir("$root/files/$uuid") && !is_dir("$root/chunks/$uuid")) {
            throw new RequestError('There is no such file.', 404);
        }
        remove_folder("$root/files/$uuid");
        remove_folder("$root/chunks/$uuid");
        return ['success' => true];
    });
}

function listing(string $root): array
{
    $files = [];
    foreach (is_dir("$root/files") ? scandir("$root/files") : [] as $uuid) {
        if (is_file("$root/files/$uuid/bytes")) {
            $files[] = [
                'uuid' => $uuid,
                'name' => (string) file_get_contents("$root/files/$uuid/name"),
                'size' => filesize("$root/files/$uuid/bytes"),
            ];
        }
    }
    return $files;
}

function send(string $root, string $text): never
{
    $path = "$root/files/" . uuid_of($text) . '/bytes';
    if (!is_file($path)) {
        throw new RequestError('There is no such file.', 404);
    }
    header('Content-Type: application/octet-stream');
    header('Content-Disposition: attachment');
    header('X-Content-Type-Options: nosniff');
    header('Content-Length: ' . filesize($path));
    readfile($path);
    exit();
}

cors();
try {
    $path = explode('?', $_SERVER['REQUEST_URI'], 2)[0];
    if (preg_match('~\A/endpoint\.php(?:/([^/]*))?\z~', $path, $match) !== 1) {
        throw new RequestError('Not found.', 404);
    }
    $uuid = isset($match[1]) ? rawurldecode($match[1]) : null;
    match (true) {
        $_SERVER['REQUEST_METHOD'] === 'DELETE' => respond(200, delete($root, $uuid)),
        $_SERVER['REQUEST_METHOD'] === 'GET' && $uuid !== null => send($root, $uuid),
        $_SERVER['REQUEST_METHOD'] === 'GET' => respond(200, listing($root)),
        $_SERVER['REQUEST_METHOD'] !== 'POST' => throw new RequestError('The method is not allowed.', 405),
        strtoupper((string) ($_POST['_method'] ?? '')) === 'DELETE' => respond(200, delete($root, $_POST['qquuid'] ?? null)),
        isset($_GET['done']) => respond(200, done($root)),
        default => respond(200, upload($root)),
    };
} catch (RequestError $error) {
    respond($error->status, ['success' => false, 'error' => $error->getMessage()] + $error->extra);
} catch (Throwable $failure) {
    error_log((string) $failure);
    respond(500, ['success' => false, 'error' => 'The server failed.']);
}
