<?php
/**
 * An endpoint for <fine-uploader> in one file of plain PHP (8.1 or newer). It speaks Fine Uploader's own protocol, so it serves pages that
 * already use Fine Uploader as well.
 *
 *   POST   traditional-endpoint.php           a form with one file, or with one chunk of it   -> {success, tempLink?}
 *   POST   traditional-endpoint.php?done      "all chunks are sent"                           -> {success, tempLink}
 *   DELETE traditional-endpoint.php/{uuid}    (or POST with _method=DELETE)                   -> {success}
 *   GET    traditional-endpoint.php           the user's own files                            -> [{name, uuid, size}]
 *   GET    traditional-endpoint.php/{uuid}    a file of the user
 *
 * Copy it beside your pages, write $authorize, set FOLDER in the environment (SetEnv in Apache, fastcgi_param in nginx) to a folder that the web
 * server does not serve, and put this into your page:
 *
 *   <fine-uploader endpoint="/traditional-endpoint.php" delete-endpoint="/traditional-endpoint.php"
 *     chunking chunking-success-endpoint="/traditional-endpoint.php?done"></fine-uploader>
 *
 * php.ini limits what arrives: upload_max_filesize and post_max_size must allow the element's part-size (2 MB), or whole files where it has no
 * `chunking`. How often somebody may ask, and for how long a request may stall, is the business of the web server in front: limit_req and
 * client_body_timeout in nginx, mod_reqtimeout in Apache.
 *
 * Nothing that a client says becomes part of a path, except a uuid of letters, digits, "-" and "_"; and an upload belongs to the user who began
 * it: nobody else can go on with it, replace it, list it, read it or delete it.
 */
declare(strict_types=1);

// WRITE THIS: who sends the request? A function that returns the id of the signed-in user, or null to refuse. For example
// fn() => (session_start() ? $_SESSION['user_id'] ?? null : null). A random id in a cookie does where nobody signs in.
$authorize = null;

/** Bytes of one file. */
define('MAX_SIZE', (int) (getenv('MAX_SIZE') ?: 5 * 2 ** 30));
/** Other origins whose pages may use this server, such as https://www.example.com. */
define('ALLOWED_ORIGINS', array_filter(preg_split('/[\s,]+/', (string) getenv('ALLOWED_ORIGINS'))));
// PUBLIC_ORIGIN, such as https://files.example.com, is put in front of links, for pages of other origins.
/** After these, an upload that nobody has finished is dropped: as long as the element remembers it. */
const UNFINISHED_DAYS = 7;
/** Of one user at once. */
const MAX_UNFINISHED = 1000;
const LONGEST_BODY = 64 * 1024;

/** An answer other than 200, with a sentence for the person. */
final class Refusal extends Exception
{
    public function __construct(public readonly int $status, string $sentence, public readonly array $extra = [])
    {
        parent::__construct($sentence);
    }
}

// ─── The protocol ────────────────────────────────────────────────────────────────────────────────────────────────────

function main(?callable $authorize): void
{
    // Warnings belong into the log; in an answer they would break its JSON.
    ini_set('display_errors', '0');
    try {
        if ($authorize === null) {
            // Without it, everybody on the internet could fill the disk.
            throw new RuntimeException('Say who may upload: write $authorize in traditional-endpoint.php, a function that returns the id of the signed-in user.');
        }
        if (preg_match('/\A([1-9][0-9]{0,15})?\z/', (string) getenv('MAX_SIZE')) !== 1) {
            throw new RuntimeException('MAX_SIZE must be a number of bytes, such as 20000000.');
        }
        $folder = getenv('FOLDER');
        if ($folder === false || $folder === '') {
            throw new RuntimeException('Set FOLDER in the environment.');
        }
        send_cors_headers();
        if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') {
            http_response_code(in_array($_SERVER['HTTP_ORIGIN'] ?? null, ALLOWED_ORIGINS, true) ? 204 : 403);
            return;
        }
        refuse_other_sites();
        $user = $authorize();
        if (!is_string($user) && !is_int($user) || $user === '') {
            throw new Refusal(403, 'Please sign in to upload.');
        }
        $answer = (new Uploads($folder, (string) $user))->answer();
        [$status, $body] = [200, $answer];
    } catch (Refusal $refusal) {
        [$status, $body] = [$refusal->status, ['success' => false, 'error' => $refusal->getMessage()] + $refusal->extra];
    } catch (Throwable $failure) {
        error_log(preg_replace('/[^\x20-\x7e]/', '?', substr($failure->getMessage(), 0, 500)));
        [$status, $body] = [500, ['success' => false, 'error' => 'The server failed. Its log says why.']];
    }
    if ($body === null) {
        return;
    }
    http_response_code($status);
    header('Content-Type: application/json; charset=utf-8');
    header('Cache-Control: no-store');
    header('X-Content-Type-Options: nosniff');
    echo json_encode($body, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
}

/** CORS: what lets pages of the allowed other origins read the answers. */
function send_cors_headers(): void
{
    $origin = $_SERVER['HTTP_ORIGIN'] ?? null;
    if ($origin === null) {
        return;
    }
    header('Vary: Origin');
    if (!in_array($origin, ALLOWED_ORIGINS, true)) {
        return;
    }
    header("Access-Control-Allow-Origin: $origin");
    header('Access-Control-Allow-Credentials: true');
    if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') {
        header('Access-Control-Allow-Methods: GET, POST, DELETE');
        header('Access-Control-Allow-Headers: ' . ($_SERVER['HTTP_ACCESS_CONTROL_REQUEST_HEADERS'] ?? 'Content-Type'));
    }
}

/**
 * Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on
 * localhost, so the Origin is compared as well. "null" is the origin of a sandboxed or disguised page: another site.
 */
function refuse_other_sites(): void
{
    // Pages of other sites may show a file, as they may show any picture; they cannot read it.
    if (in_array($_SERVER['REQUEST_METHOD'], ['GET', 'HEAD'], true)) {
        return;
    }
    $origin = $_SERVER['HTTP_ORIGIN'] ?? null;
    if ($origin !== null && in_array($origin, ALLOWED_ORIGINS, true)) {
        return;
    }
    $same = $origin === null || in_array($origin, ["https://{$_SERVER['HTTP_HOST']}", "http://{$_SERVER['HTTP_HOST']}"], true);
    if (!$same || in_array($_SERVER['HTTP_SEC_FETCH_SITE'] ?? '', ['cross-site', 'same-site'], true)) {
        throw new Refusal(403, 'Pages of this origin may not use this server.');
    }
}

/** The uuid becomes the name of a folder, so it has to look like one. */
function uuid_of(mixed $text): string
{
    if (!is_string($text) || preg_match('/\A[A-Za-z0-9][A-Za-z0-9_-]{7,63}\z/', $text) !== 1) {
        throw new Refusal(400, 'The request has no usable qquuid.', ['preventRetry' => true]);
    }
    return $text;
}

function number_in(array $fields, string $name): int
{
    $text = $fields[$name] ?? '';
    if (!is_string($text) || preg_match('/\A[0-9]{1,15}\z/', $text) !== 1) {
        throw new Refusal(400, "$name is not a number of bytes or parts.");
    }
    return (int) $text;
}

/** The name people see: shortened, and without what would garble a log or a header. It is shown and stored, never a path. */
function name_in(array $fields, string $otherwise): string
{
    $name = is_string($fields['qqfilename'] ?? null) ? $fields['qqfilename'] : $otherwise;
    $plain = trim((string) preg_replace('/\p{Cc}/u', ' ', mb_scrub_name($name)));
    return $plain === '' ? 'unnamed' : (string) preg_replace('/\A(.{255}).*\z/us', '$1', $plain);
}

/** Valid UTF-8, without the mbstring extension. */
function mb_scrub_name(string $name): string
{
    return (string) json_decode((string) json_encode($name, JSON_INVALID_UTF8_SUBSTITUTE));
}

function is_of_type(string $type): bool
{
    return str_starts_with(strtolower($_SERVER['CONTENT_TYPE'] ?? ''), $type);
}

/** The uploads of one user. */
final class Uploads
{
    public function __construct(private readonly string $root, private readonly string $user)
    {
        $this->purge_now_and_then();
    }

    /** @return ?array the body of the answer; null where it has been sent */
    public function answer(): ?array
    {
        $path = explode('?', $_SERVER['REQUEST_URI'], 2)[0];
        $rest = preg_match('~\A.*?\.php(?:/(.*))?\z~s', $path, $match) === 1 ? $match[1] ?? null : null;
        $method = $_SERVER['REQUEST_METHOD'];
        return match (true) {
            $method === 'DELETE' => $this->delete($rest),
            ($method === 'GET' || $method === 'HEAD') && $rest !== null => $this->send($rest),
            $method === 'GET' || $method === 'HEAD' => $this->list(),
            $method !== 'POST' => throw new Refusal(405, 'This server does not know that kind of request.'),
            is_string($_POST['_method'] ?? null) && strtoupper($_POST['_method']) === 'DELETE' => $this->delete($_POST['qquuid'] ?? null),
            isset($_GET['done']) => $this->done(),
            is_of_type('application/x-www-form-urlencoded') => throw new Refusal(400, 'The request has no file.'),
            default => $this->upload(),
        };
    }

    private function upload(): array
    {
        $fields = $_POST + $_GET;
        $file = $this->received();
        $uuid = uuid_of($fields['qquuid'] ?? null);
        $name = name_in($fields, $file['name']);
        if ($file['size'] > MAX_SIZE) {
            throw $this->too_large();
        }
        if (!isset($fields['qqpartindex'])) {
            if (isset($fields['qqtotalfilesize']) && number_in($fields, 'qqtotalfilesize') !== $file['size']) {
                throw new Refusal(400, 'The file is not as long as announced.');
            }
            return $this->locked($uuid, fn() => $this->keep($uuid, $name, $file['tmp_name']));
        }
        $index = number_in($fields, 'qqpartindex');
        $offset = number_in($fields, 'qqpartbyteoffset');
        $length = number_in($fields, 'qqchunksize');
        $total = number_in($fields, 'qqtotalfilesize');
        if ($total > MAX_SIZE) {
            throw $this->too_large();
        }
        if ($index >= number_in($fields, 'qqtotalparts') || $index >= 50000 || $offset + $length > $total || ($length === 0 && $total > 0)) {
            throw new Refusal(400, 'The chunk lies outside the file.');
        }
        if ($file['size'] !== $length) {
            throw new Refusal(400, 'The chunk is not as long as announced.');
        }
        $resumed = ($fields['qqresume'] ?? '') === 'true';
        return $this->locked($uuid, fn() => $this->keep_chunk($uuid, $index, $offset, $length, $total, $resumed, $file['tmp_name']));
    }

    private function keep_chunk(string $uuid, int $index, int $offset, int $length, int $total, bool $resumed, string $path): array
    {
        $this->claim($uuid, false);
        $whole = "{$this->root}/files/$uuid/bytes";
        // The answer to the last chunk got lost: it comes again, and the file is whole already.
        if (is_file($whole) && filesize($whole) === $total && $this->have_same_bytes($whole, $offset, $path, $length)) {
            return $this->stored($uuid);
        }
        $chunks = "{$this->root}/chunks/$uuid";
        // Going on where nothing is would only be noticed at the end, after hours perhaps.
        if ($resumed && !is_dir($chunks)) {
            throw new Refusal(409, 'The chunks that were sent earlier are no longer here.', ['reset' => true]);
        }
        if (!is_dir($chunks) && count(glob("{$this->root}/chunks/*/by-" . $this->user_hash(), GLOB_NOSORT) ?: []) >= MAX_UNFINISHED) {
            throw new Refusal(429, 'There are too many unfinished uploads. Please finish or cancel some.');
        }
        // A page may cut a file anew, once. More is somebody who fills the disk with one upload.
        $sum = $length;
        foreach (glob("$chunks/[0-9]*", GLOB_NOSORT) ?: [] as $other) {
            $sum += $other === "$chunks/$index" ? 0 : filesize($other);
        }
        if ($sum > 2 * $total) {
            $this->remove("{$this->root}/chunks/$uuid");
            $this->forget_owner_without_files($uuid);
            throw new Refusal(409, 'There are more chunks than the file has room for, so it starts again.', ['reset' => true]);
        }
        $this->claim($uuid, true);
        $this->put($path, "$chunks/$index");
        touch("$chunks/by-" . $this->user_hash());
        return ['success' => true];
    }

    /** "All chunks are sent." It may come twice. */
    private function done(): array
    {
        if (is_of_type('application/json')) {
            $fields = json_decode((string) file_get_contents('php://input', false, null, 0, LONGEST_BODY), true, 8);
            if (!is_array($fields)) {
                throw new Refusal(400, 'The request is not a JSON object, although it says so.');
            }
            $fields = array_map(fn($value) => is_int($value) ? (string) $value : $value, $fields);
        } else {
            $fields = $_POST;
        }
        $uuid = uuid_of($fields['qquuid'] ?? null);
        $size = number_in($fields, 'qqtotalfilesize');
        $parts = number_in($fields, 'qqtotalparts');
        $name = name_in($fields, '');
        if ($size > MAX_SIZE) {
            throw $this->too_large();
        }
        return $this->locked($uuid, function () use ($uuid, $size, $parts, $name): array {
            $this->claim($uuid, false);
            $chunks = "{$this->root}/chunks/$uuid";
            $whole = "{$this->root}/files/$uuid/bytes";
            if (!is_dir($chunks) && is_file($whole) && filesize($whole) === $size) {
                return $this->stored($uuid);
            }
            $joined = is_dir($chunks) ? $this->join($chunks, $parts, $size) : null;
            if ($joined !== null) {
                return $this->keep($uuid, $name, $joined);
            }
            $this->remove($chunks);
            $this->forget_owner_without_files($uuid);
            throw new Refusal(409, 'Some chunks of the file are missing, so it starts again.', ['reset' => true]);
        });
    }

    /** @return ?string the path of all chunks in one, or null where some are missing */
    private function join(string $chunks, int $parts, int $size): ?string
    {
        $joined = fopen("$chunks/joined", 'wb');
        for ($index = 0; $index < $parts && is_file("$chunks/$index"); $index++) {
            $chunk = fopen("$chunks/$index", 'rb');
            stream_copy_to_stream($chunk, $joined);
            fclose($chunk);
        }
        fclose($joined);
        clearstatcache();
        return $index === $parts && filesize("$chunks/joined") === $size ? "$chunks/joined" : null;
    }

    /** Makes bytes the whole file of an upload. */
    private function keep(string $uuid, string $name, string $path): array
    {
        $this->claim($uuid, true);
        file_put_contents("{$this->root}/files/$uuid/name", $name);
        $this->put($path, "{$this->root}/files/$uuid/bytes");
        $this->remove("{$this->root}/chunks/$uuid");
        return $this->stored($uuid);
    }

    /** A file is whole: the place to write it into your database. */
    private function stored(string $uuid): array
    {
        return ['success' => true, 'tempLink' => getenv('PUBLIC_ORIGIN') . $_SERVER['SCRIPT_NAME'] . "/$uuid"];
    }

    private function delete(mixed $text): array
    {
        $uuid = is_string($text) && preg_match('/\A[A-Za-z0-9][A-Za-z0-9_-]{7,63}\z/', $text) === 1 ? $text : throw $this->not_found();
        return $this->locked($uuid, function () use ($uuid): array {
            if ($this->owner($uuid) !== $this->user) {
                throw $this->not_found();
            }
            $this->remove("{$this->root}/files/$uuid");
            $this->remove("{$this->root}/chunks/$uuid");
            return ['success' => true];
        });
    }

    private function list(): array
    {
        $files = [];
        foreach (glob("{$this->root}/files/*/bytes", GLOB_NOSORT) ?: [] as $path) {
            $uuid = basename(dirname($path));
            if ($this->owner($uuid) === $this->user) {
                $files[] = ['uuid' => $uuid, 'name' => (string) file_get_contents(dirname($path) . '/name'), 'size' => filesize($path)];
            }
        }
        return $files;
    }

    /** What is in a file is unknown: it is a download, and a browser is told to run nothing of it. */
    private function send(string $uuid): ?array
    {
        $path = "{$this->root}/files/$uuid/bytes";
        if (preg_match('/\A[A-Za-z0-9][A-Za-z0-9_-]{7,63}\z/', $uuid) !== 1 || !is_file($path) || $this->owner($uuid) !== $this->user) {
            throw $this->not_found();
        }
        header('Content-Type: application/octet-stream');
        header("Content-Disposition: attachment; filename*=UTF-8''" . rawurlencode((string) file_get_contents(dirname($path) . '/name')));
        header('X-Content-Type-Options: nosniff');
        header("Content-Security-Policy: default-src 'none'; sandbox");
        header('Cache-Control: private, no-cache');
        header('Content-Length: ' . filesize($path));
        if ($_SERVER['REQUEST_METHOD'] === 'GET') {
            readfile($path);
        }
        return null;
    }

    /** @return array{tmp_name: string, size: int, name: string} the request's only file, in a temporary file that PHP drops if it is not moved */
    private function received(): array
    {
        if (!is_of_type('multipart/form-data')) {
            $path = (string) tempnam(sys_get_temp_dir(), 'raw');
            register_shutdown_function(fn() => is_file($path) && unlink($path));
            // One byte more than the limit is enough to know.
            $size = (int) stream_copy_to_stream(fopen('php://input', 'rb'), fopen($path, 'wb'), MAX_SIZE + 1);
            if ($size <= MAX_SIZE && $size !== (int) ($_SERVER['CONTENT_LENGTH'] ?? $size)) {
                throw new Refusal(400, 'Only a part of the file arrived.');
            }
            return ['tmp_name' => $path, 'size' => $size, 'name' => is_string($_GET['qqfile'] ?? null) ? $_GET['qqfile'] : ''];
        }
        $file = $_FILES['qqfile'] ?? null;
        if ($file === null || !is_string($file['tmp_name'])) {
            // PHP drops everything of a request that is longer than post_max_size.
            throw $_POST === [] && (int) ($_SERVER['CONTENT_LENGTH'] ?? 0) > MAX_SIZE ? $this->too_large() : new Refusal(400, 'The form has no file.');
        }
        return match ($file['error']) {
            UPLOAD_ERR_OK => $file,
            UPLOAD_ERR_INI_SIZE, UPLOAD_ERR_FORM_SIZE => throw $this->too_large(),
            UPLOAD_ERR_PARTIAL => throw new Refusal(400, 'Only a part of the file arrived.'),
            UPLOAD_ERR_NO_FILE => throw new Refusal(400, 'The form has no file.'),
            default => throw new RuntimeException("PHP could not take the upload (error {$file['error']})."),
        };
    }

    /** Refuses the upload of somebody else; makes a new one the user's own where `$begin` says so. */
    private function claim(string $uuid, bool $begin): void
    {
        $owner = $this->owner($uuid);
        if ($owner !== null && $owner !== $this->user) {
            throw new Refusal(403, 'This upload belongs to somebody else.', ['preventRetry' => true]);
        }
        if ($owner === null && $begin) {
            @mkdir("{$this->root}/files/$uuid", 0700, true);
            file_put_contents("{$this->root}/files/$uuid/owner", $this->user);
        }
    }

    private function owner(string $uuid): ?string
    {
        $path = "{$this->root}/files/$uuid/owner";
        return is_file($path) ? (string) file_get_contents($path) : null;
    }

    private function forget_owner_without_files(string $uuid): void
    {
        if (!is_file("{$this->root}/files/$uuid/bytes")) {
            $this->remove("{$this->root}/files/$uuid");
        }
    }

    private function have_same_bytes(string $whole, int $offset, string $chunk, int $length): bool
    {
        [$one, $other] = [fopen($whole, 'rb'), fopen($chunk, 'rb')];
        fseek($one, $offset);
        for ($same = true; $same && $length > 0; $length -= 65536) {
            $same = (string) stream_get_contents($one, min($length, 65536)) === (string) stream_get_contents($other, min($length, 65536));
        }
        fclose($one);
        fclose($other);
        return $same;
    }

    /** Several processes serve at once: who changes an upload holds its lock, which it shares with some others. */
    private function locked(string $uuid, callable $work): array
    {
        @mkdir("{$this->root}/locks", 0700, true);
        $lock = fopen("{$this->root}/locks/" . crc32($uuid) % 256, 'c');
        flock($lock, LOCK_EX);
        clearstatcache();
        try {
            return $work();
        } finally {
            flock($lock, LOCK_UN);
            fclose($lock);
        }
    }

    /** Moves bytes to their place in one step, so that nobody ever sees half of them. */
    private function put(string $from, string $to): void
    {
        @mkdir(dirname($to), 0700, true);
        $new = "$to.new" . getmypid();
        $moved = is_uploaded_file($from) ? move_uploaded_file($from, $new) : rename($from, $new);
        if (!$moved || !rename($new, $to)) {
            throw new RuntimeException('The file could not be written.');
        }
    }

    private function remove(string $folder): void
    {
        foreach (is_dir($folder) ? scandir($folder) : [] as $entry) {
            if ($entry !== '.' && $entry !== '..') {
                unlink("$folder/$entry");
            }
        }
        if (is_dir($folder)) {
            rmdir($folder);
        }
    }

    /** Once an hour, by whoever comes by: PHP has no process that stays. Drops uploads that nobody has touched for days and that are not whole. */
    private function purge_now_and_then(): void
    {
        $mark = "{$this->root}/purged";
        @mkdir($this->root, 0700, true);
        if (is_file($mark) && filemtime($mark) > time() - 3600) {
            return;
        }
        touch($mark);
        foreach (glob("{$this->root}/chunks/*", GLOB_NOSORT) ?: [] as $chunks) {
            if (filemtime($chunks) < time() - UNFINISHED_DAYS * 86400) {
                $uuid = basename($chunks);
                $this->locked($uuid, function () use ($chunks, $uuid): array {
                    $this->remove($chunks);
                    $this->forget_owner_without_files($uuid);
                    return [];
                });
            }
        }
    }

    private function user_hash(): string
    {
        return hash('sha256', $this->user);
    }

    private function too_large(): Refusal
    {
        return new Refusal(413, 'The file is larger than this server allows (' . MAX_SIZE . ' bytes).', ['preventRetry' => true]);
    }

    private function not_found(): Refusal
    {
        return new Refusal(404, 'There is no such file.');
    }
}

main($authorize);
