<?php
/**
 * A server in one file of plain PHP (8.1 or newer, with the curl extension) that lets a page upload straight into a container of Azure Blob
 * Storage, without ever showing it the account's key.
 *
 *   GET  azure-sas-server.php/sas?bloburi=&_method=PUT|DELETE   the permission for one blob, as its SAS URI (text/plain); a refusal -> 403
 *   POST azure-sas-server.php/success                           the blob is stored: blob=&container=&uuid=&name= -> {success, tempLink}
 *
 * Copy it beside your pages, write $authorize, set the environment that is read below (SetEnv in Apache, fastcgi_param in nginx), and put
 * this into your page:
 *
 *   <fine-uploader-azure endpoint="https://account.blob.core.windows.net/photos" can-delete
 *     signature-endpoint="/azure-sas-server.php/sas" success-endpoint="/azure-sas-server.php/success"></fine-uploader-azure>
 *
 * The container needs CORS rules for the page: methods PUT and DELETE (and GET, to resume after a reload), headers
 * `content-type,x-ms-blob-type,x-ms-blob-content-type,x-ms-meta-*`, exposed header `x-ms-error-code`.
 *
 * A SAS is a permission: whoever can choose its blob owns the container. So the address is taken apart, and what is not known to be harmless
 * is refused.
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
    define('ACCOUNT', setting('AZURE_ACCOUNT'));
    // One of the account's two keys.
    $key = base64_decode(setting('AZURE_ACCOUNT_KEY'), true);
    if ($key === false) {
        throw new RuntimeException('AZURE_ACCOUNT_KEY must be base64, as the portal shows it.');
    }
    define('ACCOUNT_KEY', $key);
    // The page's `endpoint`: https://account.blob.core.windows.net/photos.
    define('CONTAINER_URL', rtrim(setting('AZURE_CONTAINER_URL'), '/'));
    if (preg_match('~\Ahttps?://[^/?#@]+(/[^/?#]+)+\z~', CONTAINER_URL) !== 1) {
        throw new RuntimeException('AZURE_CONTAINER_URL must be the address of a container, such as https://account.blob.core.windows.net/photos.');
    }
    // Names must begin with this; {user} stands for the user's id, percent-encoded. With users/{user}/ nobody can overwrite or delete the
    // blobs of another user; the page's `blobName` must then begin so as well.
    define('BLOB_PREFIX', (string) getenv('AZURE_BLOB_PREFIX'));
    // Bytes. A SAS cannot limit the size, so a larger blob is deleted when the page says that it is stored.
    $size = (string) getenv('AZURE_MAX_SIZE');
    if ($size !== '' && preg_match('/\A[1-9][0-9]{0,15}\z/', $size) !== 1) {
        throw new RuntimeException('AZURE_MAX_SIZE must be a number of bytes, such as 20000000.');
    }
    define('MAX_SIZE', $size === '' ? PHP_INT_MAX : (int) $size);
    // Other origins whose pages may use this server, such as https://www.example.com.
    define('ALLOWED_ORIGINS', array_filter(preg_split('/[\s,]+/', (string) getenv('ALLOWED_ORIGINS'))));
}

/** How long a SAS is good for. */
const MINUTES = 15;
/** Whether pages may delete blobs. */
const ALLOW_DELETE = true;

// ─── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const LONGEST_BODY = 64 * 1024;

/** An answer other than 200, with a sentence for the person. */
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
            // Without it, everybody on the internet could fill the container.
            throw new RuntimeException('Say who may upload: write $authorize in azure-sas-server.php, a function that returns the id of the signed-in user.');
        }
        send_cors_headers();
        [$status, $body] = respond($authorize);
    } catch (HttpError $error) {
        [$status, $body] = [$error->status, ['success' => false, 'error' => $error->getMessage()] + $error->extra];
    } catch (Throwable $failure) {
        write_log('failed: ' . $failure->getMessage());
        [$status, $body] = [500, ['success' => false, 'error' => 'The server failed. Its log says why.']];
    }
    http_response_code($status);
    if ($body !== null) {
        header('Content-Type: ' . (is_string($body) ? 'text/plain' : 'application/json') . '; charset=utf-8');
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        echo is_string($body) ? $body : json_encode($body, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
    }
}

/** @return array{int, array|string|null} status and body */
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
    $prefix = str_replace('{user}', rawurlencode((string) $user), BLOB_PREFIX);
    $path = explode('?', $_SERVER['REQUEST_URI'], 2)[0];
    // What follows the name of this file, or /azure where the web server sends that here.
    $path = preg_replace('~\A(.*?\.php|/azure)(?=/)~', '', $path);
    if ($method === 'GET' && $path === '/sas') {
        return [200, permission($prefix, fields($_SERVER['QUERY_STRING'] ?? ''))];
    }
    if ($method === 'POST' && $path === '/success') {
        return [200, success($prefix, fields(body()))];
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
        header('Access-Control-Allow-Methods: GET, POST');
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
 * Form fields, each once: of two bloburis, one would be checked and the other used somewhere else. PHP's own $_GET keeps the last one in silence.
 * @return array<string, string>
 */
function fields(string $text): array
{
    $fields = [];
    foreach (explode('&', $text) as $pair) {
        [$name, $value] = array_map(urldecode(...), explode('=', $pair, 2) + [1 => '']);
        if (isset($fields[$name]) && in_array($name, ['bloburi', '_method', 'blob', 'container'], true)) {
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

// ─── The protocol and the checks ─────────────────────────────────────────────────────────────────────────────────────

/** What a SAS for each method permits. Reading is only of the list of blocks and of this one blob, so that an upload can continue after a reload. */
const PERMISSIONS = ['PUT' => 'rcw', 'DELETE' => 'd'];

/** The SAS URI of one blob. */
function permission(string $prefix, array $fields): string
{
    $method = $fields['_method'] ?? '';
    $blob_uri = $fields['bloburi'] ?? '';
    if (!isset(PERMISSIONS[$method]) || $method === 'DELETE' && !ALLOW_DELETE) {
        write_log("no SAS for the method $method");
        throw new HttpError(403, 'This server gives no permission for that.');
    }
    $container = CONTAINER_URL . '/';
    if (!str_starts_with($blob_uri, $container)) {
        throw refusal($blob_uri);
    }
    return sas_uri(blob_name($prefix, substr($blob_uri, strlen($container))), PERMISSIONS[$method]);
}

/** The name that the rest of a blob's address means. The page escapes only %, ?, # and \. */
function blob_name(string $prefix, string $escaped): string
{
    // A query would be a second set of parameters beside ours. Half an escape would be read differently elsewhere.
    if (preg_match('/[?#\\\\]|%(?![0-9A-Fa-f]{2})/', $escaped) === 1) {
        throw refusal($escaped);
    }
    $name = rawurldecode($escaped);
    if (!is_name_allowed($prefix, $name)) {
        throw refusal($name);
    }
    return $name;
}

function refusal(string $name): HttpError
{
    write_log("no blob of this server: $name");
    return new HttpError(403, 'That is not a file of this server.', ['preventRetry' => true]);
}

/** Whether this user may touch a blob: under the prefix, and without segments that a URL would remove. */
function is_name_allowed(string $prefix, string $name): bool
{
    if (!str_starts_with($name, $prefix) || $name === '' || $name === $prefix) {
        return false;
    }
    // What is no UTF-8, control characters, and what stands for bytes that were no UTF-8, are read differently by what comes between here and
    // the store. Azure reads a backslash as a slash.
    if (preg_match('/\A[^\p{Cc}\x{fffd}\\\\]*\z/u', $name) !== 1) {
        return false;
    }
    // Azure counts as UTF-16 does: characters of four bytes are two.
    if (preg_match_all('/[^\x80-\xbf]/', $name) + preg_match_all('/[\xf0-\xf7]/', $name) > 1024) {
        return false;
    }
    // Azure removes dots and slashes at the end of a name.
    return preg_match('~(\A|/)(/|\z)|\.(/|\z)~', $name) !== 1;
}

/**
 * A service SAS for one blob, whose permissions are in Azure's order:
 * https://learn.microsoft.com/rest/api/storageservices/create-service-sas#version-2020-12-06-and-later
 */
function sas_uri(string $name, string $permissions): string
{
    $container = substr(CONTAINER_URL, strrpos(CONTAINER_URL, '/') + 1);
    $version = '2020-12-06';
    $expiry = gmdate('Y-m-d\TH:i:s\Z', time() + MINUTES * 60);
    $protocol = str_starts_with(CONTAINER_URL, 'https:') ? 'https' : 'https,http';
    // Permissions, start, expiry, resource, identifier, IP, protocol, version, kind, snapshot, encryption scope, five headers.
    $lines = [$permissions, '', $expiry, '/blob/' . ACCOUNT . "/$container/$name", '', '', $protocol, $version, 'b', '', '', '', '', '', '', ''];
    $signature = base64_encode(hash_hmac('sha256', implode("\n", $lines), ACCOUNT_KEY, true));
    $query = ['sv' => $version, 'spr' => $protocol, 'se' => $expiry, 'sr' => 'b', 'sp' => $permissions, 'sig' => $signature];
    $path = implode('/', array_map(rawurlencode(...), explode('/', $name)));
    return CONTAINER_URL . "/$path?" . http_build_query($query, '', '&', PHP_QUERY_RFC3986);
}

// ─── The store ───────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The page says that a blob is stored. It may say so of anything, so the container is asked. This is the place to check the size of a file,
 * which a SAS cannot limit, and to write the file into your database.
 */
function success(string $prefix, array $fields): array
{
    $name = $fields['blob'] ?? '';
    if (rtrim($fields['container'] ?? '', '/') !== CONTAINER_URL || !is_name_allowed($prefix, $name)) {
        throw refusal($name);
    }
    [$status, $size] = ask('HEAD', $name, 'r');
    if ($status === 404) {
        throw new HttpError(404, 'The file is not in the container.');
    }
    if ($status !== 200) {
        throw new HttpError(502, "The store answered $status when asked for the file.");
    }
    if ($size > MAX_SIZE) {
        ask('DELETE', $name, 'd');
        throw new HttpError(413, 'The file is too large and was not kept.', ['preventRetry' => true]);
    }
    return ['success' => true, 'tempLink' => sas_uri($name, 'r')];
}

/**
 * This server's own request to the store.
 * @return array{int, int} status and length
 */
function ask(string $method, string $name, string $permissions): array
{
    $request = curl_init(sas_uri($name, $permissions));
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

main($authorize);
