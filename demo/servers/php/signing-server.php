<?php
/**
 * A signing server in one file of plain PHP (8.1 or newer, with the curl extension): it lets a page upload straight into an S3 bucket without
 * ever showing it a secret key.
 *
 *   POST   signing-server.php/signature?v4=true   a form policy -> {policy, signature}; {headers: "…"} -> {signature}; a refusal -> 400 {invalid: true}
 *   POST   signing-server.php/success             the object is stored: key=&bucket=&uuid=&name=&etag= -> {success, tempLink}
 *   DELETE signing-server.php/files/{uuid}        ?key=&bucket= -> 204 (or POST …/files with _method=DELETE -> {success})
 *
 * Copy it beside your pages, write $authorize, set the environment that is read below (SetEnv in Apache, fastcgi_param in nginx), and put
 * this into your page:
 *
 *   <fine-uploader-s3 endpoint="https://photos.s3.eu-west-1.amazonaws.com" region="eu-west-1" access-key="AKIA…"
 *     signature-endpoint="/signing-server.php/signature" success-endpoint="/signing-server.php/success"
 *     delete-endpoint="/signing-server.php/files"></fine-uploader-s3>
 *
 * A signature is a permission: whoever can make this server sign a string of their own choice owns the bucket. So every request is taken
 * apart, and what is not known to be harmless is refused.
 */
declare(strict_types=1);

// WRITE THIS: who sends the request? A function that returns the id of the signed-in user, or null to refuse. For example
// fn() => (session_start() ? $_SESSION['user_id'] ?? null : null).
$authorize = null;

// ─── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────

function setting(string $name): string
{
    $value = getenv($name);
    if ($value === false || $value === '') {
        throw new RuntimeException("Set $name in the environment.");
    }
    return $value;
}

/** Fails where something is missing, at the first request: PHP has no start. */
function read_settings(): void
{
    define('BUCKET', setting('S3_BUCKET'));
    // Where this server reaches the bucket: https://photos.s3.eu-west-1.amazonaws.com, or path-style https://minio.example.com/photos.
    define('BUCKET_URL', rtrim(setting('S3_BUCKET_URL'), '/'));
    define('REGION', setting('S3_REGION'));
    define('ACCESS_KEY', setting('S3_ACCESS_KEY'));
    define('SECRET_KEY', setting('S3_SECRET_KEY'));
    // Keys must begin with this; {user} stands for the user's id, percent-encoded. With users/{user}/ nobody can overwrite or delete the
    // files of another user; the page's `key` must then begin so as well.
    define('KEY_PREFIX', (string) getenv('S3_KEY_PREFIX'));
    // Bytes. With a limit, the page needs a `size-limit` that is no larger.
    $size = (string) getenv('S3_MAX_SIZE');
    if ($size !== '' && preg_match('/\A[1-9][0-9]{0,15}\z/', $size) !== 1) {
        throw new RuntimeException('S3_MAX_SIZE must be a number of bytes, such as 20000000.');
    }
    define('MAX_SIZE', $size === '' ? PHP_INT_MAX : (int) $size);
    // Other origins whose pages may use this server, such as https://www.example.com.
    define('ALLOWED_ORIGINS', array_filter(preg_split('/[\s,]+/', (string) getenv('ALLOWED_ORIGINS'))));
}

const ACL = 'private';
const LINK_SECONDS = 900;

// ─── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const LONGEST_BODY = 64 * 1024;

/** A refusal to sign. The reason goes to the log and not to the client. */
final class Refused extends Exception
{
}

final class HttpError extends Exception
{
    public function __construct(public readonly int $status, string $message, public readonly array $extra = [])
    {
        parent::__construct($message);
    }
}

function main(?callable $authorize): void
{
    // Warnings belong into the log; in an answer they would break its JSON.
    ini_set('display_errors', '0');
    try {
        read_settings();
        if ($authorize === null) {
            // Without it, everybody on the internet could fill the bucket.
            throw new RuntimeException('Say who may upload: write $authorize in signing-server.php, a function that returns the id of the signed-in user.');
        }
        send_cors_headers();
        [$status, $body] = respond($authorize);
    } catch (Refused $reason) {
        write_log('not signed: ' . $reason->getMessage());
        [$status, $body] = [400, ['invalid' => true]];
    } catch (HttpError $error) {
        [$status, $body] = [$error->status, ['success' => false, 'error' => $error->getMessage()] + $error->extra];
    } catch (Throwable $failure) {
        write_log('failed: ' . $failure->getMessage());
        [$status, $body] = [500, ['success' => false, 'error' => 'The server failed. Its log says why.']];
    }
    http_response_code($status);
    if ($body !== null) {
        header('Content-Type: application/json; charset=utf-8');
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        echo json_encode($body, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
    }
}

/** @return array{int, ?array} status and body */
function respond(callable $authorize): array
{
    $method = $_SERVER['REQUEST_METHOD'];
    if ($method === 'OPTIONS') {
        return [in_array($_SERVER['HTTP_ORIGIN'] ?? null, ALLOWED_ORIGINS, true) ? 204 : 403, null];
    }
    refuse_other_sites();
    $user = $authorize();
    if (!is_string($user) && !is_int($user) || $user === '') {
        throw new HttpError(403, 'Please sign in to upload.');
    }
    // Escaped: a user who is called "bob/photos" has no part in bob's files.
    $prefix = str_replace('{user}', rawurlencode((string) $user), KEY_PREFIX);
    $path = explode('?', $_SERVER['REQUEST_URI'], 2)[0];
    // What follows the name of this file, or /s3 where the web server sends that here.
    $path = preg_replace('~\A(.*?\.php|/s3)(?=/)~', '', $path);
    $query = $_SERVER['QUERY_STRING'] ?? '';
    if ($method === 'POST' && $path === '/signature') {
        if ($query !== 'v4=true') {
            throw new Refused('this server signs version 4 only');
        }
        return [200, sign($prefix, body())];
    }
    if ($method === 'POST' && $path === '/success') {
        return [200, success($prefix, fields(body()))];
    }
    if ($method === 'POST' && $path === '/files') {
        $fields = fields(body());
        if (($fields['_method'] ?? '') !== 'DELETE') {
            throw new HttpError(400, 'The only _method here is DELETE.');
        }
        remove($prefix, $fields);
        return [200, ['success' => true]];
    }
    if ($method === 'DELETE' && str_starts_with($path, '/files/')) {
        remove($prefix, fields($query));
        return [204, null];
    }
    throw new HttpError(404, 'There is nothing here.');
}

function body(): string
{
    $text = (string) file_get_contents('php://input', false, null, 0, LONGEST_BODY + 1);
    if (strlen($text) > LONGEST_BODY) {
        throw new HttpError(413, 'The request is too long.');
    }
    return $text;
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
        header('Access-Control-Allow-Methods: POST, DELETE');
        header('Access-Control-Allow-Headers: ' . ($_SERVER['HTTP_ACCESS_CONTROL_REQUEST_HEADERS'] ?? 'Content-Type'));
    }
}

/**
 * Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on
 * localhost, so the Origin is compared as well. "null" is the origin of a sandboxed or disguised page: another site.
 */
function refuse_other_sites(): void
{
    $origin = $_SERVER['HTTP_ORIGIN'] ?? null;
    if ($origin !== null && in_array($origin, ALLOWED_ORIGINS, true)) {
        return;
    }
    $same = $origin === null || in_array($origin, ["https://{$_SERVER['HTTP_HOST']}", "http://{$_SERVER['HTTP_HOST']}"], true);
    if (!$same || in_array($_SERVER['HTTP_SEC_FETCH_SITE'] ?? '', ['cross-site', 'same-site'], true)) {
        throw new HttpError(403, 'Pages of this origin may not use this server.');
    }
}

/**
 * Form fields, each once: of two keys, one would be checked and the other used somewhere else. PHP's own $_POST keeps the last one in silence.
 * @return array<string, string>
 */
function fields(string $text): array
{
    $fields = [];
    foreach (explode('&', $text) as $pair) {
        [$name, $value] = array_map(urldecode(...), explode('=', $pair, 2) + [1 => '']);
        if (isset($fields[$name]) && in_array($name, ['key', 'bucket', '_method'], true)) {
            throw new HttpError(400, "The field $name is there twice.");
        }
        $fields[$name] = $value;
    }
    return $fields;
}

/** One line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them. */
function write_log(string $line): void
{
    error_log(preg_replace_callback('/[^\x20-\x7e]/', fn($sign) => sprintf('\\x%02x', ord($sign[0])), substr($line, 0, 300)));
}

// ─── What is signed ──────────────────────────────────────────────────────────────────────────────────────────────────

function sign(string $prefix, string $text): array
{
    // Objects stay objects: as arrays, {"0": …} could not be told from a list.
    $request = json_decode($text, false, 32);
    if (!$request instanceof stdClass) {
        throw new Refused('that is not a JSON object');
    }
    if (!property_exists($request, 'headers')) {
        $scope = check_policy($prefix, $request);
        // What was checked is signed, never the bytes that came in: a store might read those differently.
        // As UTF-8 and not escaped: Ceph does not read \ud83d\udc08.
        $policy = base64_encode(json_encode($request, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES));
        return ['policy' => $policy, 'signature' => sign_v4($scope, $policy)];
    }
    if (!is_string($request->headers) || count((array) $request) > 1) {
        throw new Refused('headers is not the only string');
    }
    [$time, $scope, $canonical_request] = check_request($prefix, $request->headers);
    $string_to_sign = implode("\n", ['AWS4-HMAC-SHA256', $time, $scope, hash('sha256', $canonical_request)]);
    return ['signature' => sign_v4($scope, $string_to_sign)];
}

/** Fields with checks of their own. */
const CHECKED = ['acl', 'bucket', 'key', 'success_action_status', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date'];
/** Fields and headers, in lower case, that only describe the object. All others (ACL grants, copy sources, redirects, tags) are refused. */
const HARMLESS = '/\A(content-(type|md5|encoding|disposition|language)|cache-control|expires|if-none-match|x-amz-storage-class|x-amz-server-side-encryption(-[a-z0-9-]+)?|x-amz-checksum-[a-z0-9-]+|x-amz-sdk-checksum-algorithm|x-amz-meta-[a-z0-9!#$%&\'*+.^_`|~-]+)\z/';

/** Checks a form policy and returns its scope: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */
function check_policy(string $prefix, stdClass $policy): string
{
    $properties = (array) $policy;
    if (count($properties) !== 2 || !isset($properties['expiration'], $properties['conditions'])) {
        throw new Refused('the policy is not an expiration and conditions');
    }
    ['expiration' => $expiration, 'conditions' => $conditions] = $properties;
    if (!is_string($expiration) || preg_match('/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z\z/', $expiration) !== 1) {
        throw new Refused('the expiration is not a date');
    }
    // Whoever copies a policy can use it until then.
    if (time_of(substr($expiration, 0, 19), 'Y-m-d\TH:i:s') > time() + 86400) {
        throw new Refused('the expiration is not within a day');
    }
    if (!is_array($conditions)) {
        throw new Refused('the policy has no conditions');
    }
    [$exact, $seen, $range] = [[], [], null];
    foreach ($conditions as $condition) {
        [$operator, $field, $value] = condition_of($condition);
        if ($operator === 'content-length-range') {
            // Of two ranges a store might look at the other one.
            if ($range !== null) {
                throw new Refused('the policy has two ranges');
            }
            $range = [size_of($field), size_of($value)];
            continue;
        }
        if (!is_string($value)) {
            throw new Refused('a condition has a value that is no string');
        }
        if (!is_plain($value)) {
            throw new Refused("the condition for $field has a control character");
        }
        $name = strtolower($field);
        if (isset($seen[$name])) {
            throw new Refused("the policy names $field twice");
        }
        $seen[$name] = true;
        if ($operator === 'starts-with' && $name === 'key') {
            // One policy for many files. It must be for a folder of its own, or it would be a permission to write over everything.
            if (!str_ends_with($value, '/') || !is_key_allowed($prefix, "{$value}file")) {
                throw new Refused("the prefix of keys is $value");
            }
        } elseif ($operator === 'starts-with') {
            if (preg_match(HARMLESS, $name) !== 1) {
                throw new Refused("the field $field may not be left open");
            }
        } elseif (!in_array($name, CHECKED, true) && preg_match(HARMLESS, $name) !== 1) {
            throw new Refused("the field $field is not one that uploads need");
        } else {
            $exact[$name] = $value;
        }
    }
    if (($exact['bucket'] ?? null) !== BUCKET) {
        throw new Refused('the bucket is ' . ($exact['bucket'] ?? 'missing'));
    }
    if (($exact['acl'] ?? null) !== ACL) {
        throw new Refused('the ACL is ' . ($exact['acl'] ?? 'missing'));
    }
    if (!isset($seen['key']) || (isset($exact['key']) && !is_key_allowed($prefix, $exact['key']))) {
        throw new Refused('the key is ' . ($exact['key'] ?? 'missing'));
    }
    if ($range !== null && $range[0] > $range[1]) {
        throw new Refused('the range is empty');
    }
    if (MAX_SIZE !== PHP_INT_MAX && ($range === null || $range[1] > MAX_SIZE)) {
        throw new Refused('the size may be ' . ($range[1] ?? 'anything'));
    }
    if (!in_array($exact['success_action_status'] ?? '200', ['200', '201', '204'], true)) {
        throw new Refused('the status is not one of success');
    }
    if (($exact['x-amz-algorithm'] ?? null) !== 'AWS4-HMAC-SHA256') {
        throw new Refused('the algorithm is not AWS4-HMAC-SHA256');
    }
    [$access_key, $scope] = explode('/', $exact['x-amz-credential'] ?? '', 2) + [1 => ''];
    if ($access_key !== ACCESS_KEY) {
        throw new Refused('the credential is ' . ($exact['x-amz-credential'] ?? 'missing'));
    }
    check_scope($exact['x-amz-date'] ?? '', $scope);
    return $scope;
}

/**
 * A condition as operator, field and value.
 * @return array{string, mixed, mixed}
 */
function condition_of(mixed $condition): array
{
    if (is_array($condition)) {
        if (count($condition) === 3 && $condition[0] === 'content-length-range') {
            return $condition;
        }
        if (count($condition) === 3 && in_array($condition[0], ['eq', 'starts-with'], true) && is_string($condition[1]) && str_starts_with($condition[1], '$')) {
            return [$condition[0], substr($condition[1], 1), $condition[2]];
        }
        throw new Refused('a condition has no known operator');
    }
    if (!$condition instanceof stdClass || count((array) $condition) !== 1) {
        throw new Refused('a condition is neither a list nor one field');
    }
    foreach ((array) $condition as $field => $value) {
        return ['eq', (string) $field, $value];
    }
}

/** A size of a content-length-range: plain digits. "1e3", "-1" or " 7" would be read differently elsewhere. */
function size_of(mixed $value): int
{
    $text = is_int($value) ? (string) $value : $value;
    // 2^53 is Fine Uploader's "no limit".
    if (!is_string($text) || preg_match('/\A(0|[1-9]\d{0,15})\z/', $text) !== 1 || (int) $text > 2 ** 53) {
        throw new Refused('the range is not of sizes');
    }
    return (int) $text;
}

/**
 * Checks a string to sign whose last part is still the canonical request, so that this server sees what it signs:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 * @return array{string, string, string} time, scope, canonical request
 */
function check_request(string $prefix, string $text): array
{
    $lines = explode("\n", $text);
    $count = count($lines);
    if ($count < 10 || $lines[0] !== 'AWS4-HMAC-SHA256' || $lines[$count - 3] !== '') {
        throw new Refused('that is not a canonical request');
    }
    [, $time, $scope, $method, $path, $query] = $lines;
    check_scope($time, $scope);
    $headers = [];
    foreach (array_slice($lines, 6, $count - 9) as $line) {
        [$name, $value] = explode(':', $line, 2) + [1 => null];
        if (preg_match('/\A[a-z0-9!#$%&\'*+.^_`|~-]+\z/', $name) !== 1 || $value === null || isset($headers[$name])) {
            throw new Refused("the header $line");
        }
        if (!is_plain($value)) {
            throw new Refused("the header $name has a control character");
        }
        $headers[$name] = $value;
    }
    [$signed_headers, $payload_hash] = [$lines[$count - 2], $lines[$count - 1]];
    if ($signed_headers !== implode(';', array_keys($headers))) {
        throw new Refused('the signed headers are not the headers');
    }
    if (($headers['host'] ?? null) !== bucket_host()) {
        throw new Refused('the host is ' . ($headers['host'] ?? 'missing'));
    }
    if (($headers['x-amz-date'] ?? null) !== $time) {
        throw new Refused('the time is not the one of x-amz-date');
    }
    if (preg_match('/\A([0-9a-f]{64}|UNSIGNED-PAYLOAD)\z/', $payload_hash) !== 1 || ($headers['x-amz-content-sha256'] ?? null) !== $payload_hash) {
        throw new Refused('the hash of the payload is not one');
    }
    foreach ($headers as $name => $value) {
        $name = (string) $name;
        $fine = $name === 'x-amz-acl' ? $value === ACL : in_array($name, ['host', 'x-amz-date', 'x-amz-content-sha256'], true) || preg_match(HARMLESS, $name) === 1;
        if (!$fine) {
            throw new Refused("the header $name is $value");
        }
    }
    check_resource($prefix, $method, $path, $query);
    return [$time, $scope, implode("\n", array_slice($lines, 3))];
}

/** The value of uploadId. An empty one would turn an abort into the deletion of an object, and a part into an object. */
const ID = '([A-Za-z0-9._~-]|%2[BF]|%3D)++';
/** Method and canonical query of the steps of a multipart upload: create, part, complete, abort, list parts. There are no others. */
const STEPS =
    '/\A(POST uploads=|PUT partNumber=([1-9]\d{0,3}|10000)&uploadId=' . ID . '|(POST|DELETE) uploadId=' . ID .
    '|GET (max-parts=\d{1,4}&)?(part-number-marker=\d{1,5}&)?uploadId=' . ID . ')\z/';

function check_resource(string $prefix, string $method, string $path, string $query): void
{
    // Path-style addresses have the bucket in the path.
    $base = bucket_path() . '/';
    if (!str_starts_with($path, $base)) {
        throw new Refused("the path is $path");
    }
    $escaped = substr($path, strlen($base));
    $key = rawurldecode($escaped);
    // Only the one canonical spelling: "+", "%2e" or "%c3" are read differently by different stores, and by proxies in front of them.
    if (escape_path($key) !== $escaped) {
        throw new Refused("the path $path is not canonical");
    }
    if (!is_key_allowed($prefix, $key)) {
        throw new Refused("the key is $key");
    }
    if (strlen($query) > 1100 || preg_match(STEPS, "$method $query") !== 1) {
        throw new Refused("$method $query is not a step of a multipart upload");
    }
}

function check_scope(string $time, string $scope): void
{
    if (preg_match('/\A\d{8}T\d{6}Z\z/', $time) !== 1 || $scope !== substr($time, 0, 8) . '/' . REGION . '/s3/aws4_request') {
        throw new Refused("the scope is $scope at $time");
    }
    // The store judges the minutes: a page whose clock is off learns the right time from it.
    if (abs(time_of(substr($time, 0, 15), 'Ymd\THis') - time()) > 86400) {
        throw new Refused("the time is $time");
    }
}

function time_of(string $text, string $format): int
{
    $time = DateTimeImmutable::createFromFormat("!$format", $text, new DateTimeZone('UTC'));
    // PHP takes a thirteenth month for the next January.
    if ($time === false || $time->format($format) !== $text) {
        throw new Refused('that is no time');
    }
    return $time->getTimestamp();
}

/** Whether this user may touch a key. It is not escaped. */
function is_key_allowed(string $prefix, string $key): bool
{
    if (!str_starts_with($key, $prefix) || $key === '' || $key === $prefix) {
        return false;
    }
    // Stores keep a/../b as it is; what reads the bucket later (a CDN, a sync to a disk) may climb. ${filename} a store replaces in a form.
    if (array_intersect(preg_split('~[/\\\\]~', $key), ['.', '..']) !== [] || str_contains($key, '${')) {
        return false;
    }
    return is_plain($key) && strlen($key) <= 1024;
}

/** UTF-8 without control characters. */
function is_plain(string $text): bool
{
    return preg_match('/\A\P{Cc}*\z/u', $text) === 1;
}

// ─── The store ───────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The page says that an object is stored. It may say so of anything, so the bucket is asked. This is the place to check the size of a file
 * that came in parts (no policy limits those), and to write the file into your database.
 */
function success(string $prefix, array $fields): array
{
    $key = key_in($prefix, $fields);
    [$status, $size] = ask('HEAD', $key);
    if ($status === 404) {
        throw new HttpError(404, 'The file is not in the bucket.');
    }
    if ($status !== 200) {
        throw new HttpError(502, "The store answered $status when asked for the file.");
    }
    if ($size > MAX_SIZE) {
        ask('DELETE', $key);
        throw new HttpError(413, 'The file is too large and was not kept.', ['preventRetry' => true]);
    }
    return ['success' => true, 'tempLink' => presign('GET', $key, LINK_SECONDS)];
}

/** Deletes an object. S3 says yes as well where there is none, so a repeated request succeeds too. */
function remove(string $prefix, array $fields): void
{
    [$status] = ask('DELETE', key_in($prefix, $fields));
    if ($status !== 200 && $status !== 204) {
        throw new HttpError(502, "The store answered $status when told to delete the file.");
    }
}

function key_in(string $prefix, array $fields): string
{
    $key = $fields['key'] ?? '';
    if (($fields['bucket'] ?? null) !== BUCKET || !is_key_allowed($prefix, $key)) {
        write_log("no file of this server: $key");
        throw new HttpError(400, 'That is not a file of this server.', ['preventRetry' => true]);
    }
    return $key;
}

/** @return array{int, int} status and length */
function ask(string $method, string $key): array
{
    $request = curl_init(presign($method, $key, 300));
    curl_setopt_array($request, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_NOBODY => $method === 'HEAD',
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 20,
        // The path goes out as it was signed.
        CURLOPT_PATH_AS_IS => true,
    ]);
    if (curl_exec($request) === false) {
        write_log("the store did not answer $method: " . curl_error($request));
        throw new HttpError(502, 'The store could not be reached.');
    }
    return [curl_getinfo($request, CURLINFO_RESPONSE_CODE), (int) curl_getinfo($request, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)];
}

// ─── Signature Version 4 ─────────────────────────────────────────────────────────────────────────────────────────────

/** A URL that lets its holder send one kind of request: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
function presign(string $method, string $key, int $seconds): string
{
    $time = gmdate('Ymd\THis\Z');
    $scope = substr($time, 0, 8) . '/' . REGION . '/s3/aws4_request';
    $path = bucket_path() . '/' . escape_path($key);
    $query = implode('&', [
        'X-Amz-Algorithm=AWS4-HMAC-SHA256',
        'X-Amz-Credential=' . rawurlencode(ACCESS_KEY . "/$scope"),
        "X-Amz-Date=$time",
        "X-Amz-Expires=$seconds",
        'X-Amz-SignedHeaders=host',
    ]);
    $canonical_request = implode("\n", [$method, $path, $query, 'host:' . bucket_host(), '', 'host', 'UNSIGNED-PAYLOAD']);
    $signature = sign_v4($scope, implode("\n", ['AWS4-HMAC-SHA256', $time, $scope, hash('sha256', $canonical_request)]));
    return parse_url(BUCKET_URL, PHP_URL_SCHEME) . '://' . bucket_host() . "$path?$query&X-Amz-Signature=$signature";
}

function sign_v4(string $scope, string $text): string
{
    $key = 'AWS4' . SECRET_KEY;
    foreach (explode('/', $scope) as $piece) {
        $key = hash_hmac('sha256', $piece, $key, true);
    }
    return hash_hmac('sha256', $text, $key);
}

function escape_path(string $key): string
{
    return implode('/', array_map(rawurlencode(...), explode('/', $key)));
}

function bucket_host(): string
{
    $url = parse_url(BUCKET_URL);
    return $url['host'] . (isset($url['port']) ? ":{$url['port']}" : '');
}

function bucket_path(): string
{
    return (string) parse_url(BUCKET_URL, PHP_URL_PATH);
}

main($authorize);
