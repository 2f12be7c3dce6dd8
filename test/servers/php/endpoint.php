<?php
/**
 * demo/servers/php/traditional-endpoint.php for pages of any origin: the tests' pages are on many. Preflights allow what Fine Uploader's own PHP
 * example allowed, three headers and no more; requests to COOKIE_HOST may bring any header. ENDPOINT is the copy with its `$authorize` written.
 */
$origin = $_SERVER['HTTP_ORIGIN'] ?? null;
putenv("PUBLIC_ORIGIN=http://{$_SERVER['HTTP_HOST']}");
if ($origin !== null) {
    putenv("ALLOWED_ORIGINS=$origin");
}
if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS' && $_SERVER['HTTP_HOST'] !== getenv('COOKIE_HOST')) {
    header('Access-Control-Allow-Origin: *');
    header('Access-Control-Allow-Methods: POST, DELETE');
    header('Access-Control-Allow-Headers: Content-Type, X-Requested-With, Cache-Control');
    http_response_code(204);
    return;
}
require getenv('ENDPOINT');
