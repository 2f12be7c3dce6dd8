/*
 * A signing server in one file of plain Java (17 or newer): it lets a page upload straight into an S3 bucket without ever showing it a secret key.
 *
 *   POST   /s3/signature?v4=true   a form policy -> {policy, signature}; {headers: "…"} -> {signature}; a refusal -> 400 {invalid: true}
 *   POST   /s3/success             the object is stored: key=&bucket=&uuid=&name=&etag= -> {success, tempLink}
 *   DELETE /s3/files/{uuid}        ?key=&bucket= -> 204 (or POST /s3/files with _method=DELETE -> {success})
 *
 * Copy it, write AUTHORIZE, set the environment that is read below, run `java SigningServer.java`, and put this into your page:
 *
 *   <fine-uploader-s3 endpoint="https://photos.s3.eu-west-1.amazonaws.com" region="eu-west-1" access-key="AKIA…"
 *     signature-endpoint="/s3/signature" success-endpoint="/s3/success" delete-endpoint="/s3/files"></fine-uploader-s3>
 *
 * It uses the HTTP server of the JDK. In a servlet or a Spring controller, call `answer` with what it needs of a request.
 *
 * A signature is a permission: whoever can make this server sign a string of their own choice owns the bucket. So every request is taken
 * apart, and what is not known to be harmless is refused.
 */

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class SigningServer {
  // WRITE THIS: who sends the request? A function that returns the id of the signed-in user, or null to refuse. For example
  // request -> userOfSession(request.getRequestHeaders().getFirst("Cookie")).
  static final Function<HttpExchange, String> AUTHORIZE = null;

  // ─── Settings ──────────────────────────────────────────────────────────────────────────────────────────────────────

  static final String BUCKET = need("S3_BUCKET");
  // Where this server reaches the bucket: https://photos.s3.eu-west-1.amazonaws.com, or path-style https://minio.example.com/photos.
  static final URI BUCKET_URL = URI.create(need("S3_BUCKET_URL").replaceAll("/+$", ""));
  static final String REGION = need("S3_REGION");
  static final String ACCESS_KEY = need("S3_ACCESS_KEY");
  static final String SECRET_KEY = need("S3_SECRET_KEY");
  // Keys must begin with this; {user} stands for the user's id, percent-encoded. With users/{user}/ nobody can overwrite or delete the files
  // of another user; the page's `key` must then begin so as well.
  static final String KEY_PREFIX = System.getenv().getOrDefault("S3_KEY_PREFIX", "");
  // Bytes. With a limit, the page needs a `size-limit` that is no larger.
  static final long MAX_SIZE = size(System.getenv().getOrDefault("S3_MAX_SIZE", ""));
  // Other origins whose pages may use this server, such as https://www.example.com.
  static final Set<String> ALLOWED_ORIGINS =
      Arrays.stream(System.getenv().getOrDefault("ALLOWED_ORIGINS", "").split("[\\s,]+")).filter(one -> !one.isEmpty()).collect(Collectors.toSet());
  static final String ACL = "private";
  static final int LINK_SECONDS = 900;
  static final int LONGEST_BODY = 64 * 1024;
  static final Duration DAY = Duration.ofDays(1);

  static String need(String name) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) stop("Set " + name + " in the environment.");
    return value;
  }

  static long size(String text) {
    if (text.isEmpty()) return Long.MAX_VALUE;
    if (!text.matches("[1-9][0-9]{0,15}")) stop("S3_MAX_SIZE must be a number of bytes, such as 20000000.");
    return Long.parseLong(text);
  }

  static void stop(String sentence) {
    System.err.println(sentence);
    System.exit(1);
  }

  // ─── HTTP ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A refusal to sign. The reason goes to the log and not to the client. */
  static final class Refused extends Exception {
    Refused(String reason) {
      super(reason);
    }
  }

  /** An answer other than 200, with a sentence for the person. */
  static final class HttpError extends Exception {
    final int status;
    final boolean preventRetry;

    HttpError(int status, String message, boolean preventRetry) {
      super(message);
      this.status = status;
      this.preventRetry = preventRetry;
    }

    HttpError(int status, String message) {
      this(status, message, false);
    }
  }

  public static void main(String[] arguments) throws IOException {
    // Without it, everybody on the internet could fill the bucket.
    if (AUTHORIZE == null) stop("Say who may upload: write AUTHORIZE in SigningServer.java, a function that returns the id of the signed-in user.");
    // Seconds. Who sends headers or a body byte by byte is cut off.
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    // Else every answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    var address = new InetSocketAddress(System.getenv().getOrDefault("HOST", "127.0.0.1"), Integer.parseInt(System.getenv().getOrDefault("PORT", "3000")));
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newFixedThreadPool(16));
    server.createContext("/", SigningServer::answer);
    server.start();
  }

  static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean known = setCorsHeaders(exchange);
      int status = 200;
      Map<String, Object> answer = null;
      try {
        if (exchange.getRequestMethod().equals("OPTIONS")) status = known ? 204 : 403;
        else if ((answer = respond(exchange)) == null) status = 204;
      } catch (Refused reason) {
        log("not signed: " + reason.getMessage());
        status = 400;
        answer = Map.of("invalid", true);
      } catch (HttpError error) {
        status = error.status;
        answer = new LinkedHashMap<>(Map.of("success", false, "error", error.getMessage()));
        if (error.preventRetry) answer.put("preventRetry", true);
      } catch (Exception | StackOverflowError failure) {
        log("failed: " + failure);
        status = 500;
        answer = Map.of("success", false, "error", "The server failed.");
      }
      Headers headers = exchange.getResponseHeaders();
      byte[] body = answer == null ? new byte[0] : Json.text(answer).getBytes(StandardCharsets.UTF_8);
      if (answer != null) {
        headers.set("Content-Type", "application/json; charset=utf-8");
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
      }
      boolean silent = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, silent ? -1 : body.length);
      if (!silent) exchange.getResponseBody().write(body);
    }
  }

  static Map<String, Object> respond(HttpExchange exchange) throws Exception {
    refuseOtherSites(exchange);
    String user = AUTHORIZE.apply(exchange);
    if (user == null || user.isEmpty()) throw new HttpError(403, "Please sign in to upload.");
    // Escaped: a user who is called "bob/photos" has no part in bob's files.
    String prefix = KEY_PREFIX.replace("{user}", escape(user));
    String query = exchange.getRequestURI().getRawQuery() == null ? "" : exchange.getRequestURI().getRawQuery();
    String path = exchange.getRequestURI().getRawPath();
    String route = exchange.getRequestMethod() + " " + (path.startsWith("/s3/") ? path.substring(3) : "");
    if (route.equals("POST /signature")) {
      if (!query.equals("v4=true")) throw new Refused("this server signs version 4 only");
      return sign(prefix, body(exchange));
    }
    if (route.equals("POST /success")) return success(prefix, fields(body(exchange)));
    if (route.equals("POST /files")) {
      Map<String, String> fields = fields(body(exchange));
      if (!"DELETE".equals(fields.get("_method"))) throw new HttpError(400, "The only _method here is DELETE.");
      remove(prefix, fields);
      return Map.of("success", true);
    }
    if (route.startsWith("DELETE /files/")) {
      remove(prefix, fields(query));
      return null;
    }
    throw new HttpError(404, "There is nothing here.");
  }

  static String body(HttpExchange exchange) throws IOException, HttpError {
    InputStream stream = exchange.getRequestBody();
    byte[] bytes = stream.readNBytes(LONGEST_BODY + 1);
    if (bytes.length > LONGEST_BODY) {
      // Read and dropped: a browser that is cut off while it sends shows no answer. But not for ever.
      stream.readNBytes(100 * LONGEST_BODY);
      throw new HttpError(413, "The request is too long.");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** CORS: what lets pages of the allowed other origins read the answers. */
  static boolean setCorsHeaders(HttpExchange exchange) {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    Headers headers = exchange.getResponseHeaders();
    if (origin == null) return false;
    headers.set("Vary", "Origin");
    if (!ALLOWED_ORIGINS.contains(origin)) return false;
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Allow-Credentials", "true");
    if (exchange.getRequestMethod().equals("OPTIONS")) {
      String asked = exchange.getRequestHeaders().getFirst("Access-Control-Request-Headers");
      headers.set("Access-Control-Allow-Methods", "POST, DELETE");
      headers.set("Access-Control-Allow-Headers", asked == null ? "Content-Type" : asked);
    }
    return true;
  }

  /**
   * Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on
   * localhost, so the Origin is compared as well. "null" is the origin of a sandboxed or disguised page: another site.
   */
  static void refuseOtherSites(HttpExchange exchange) throws HttpError {
    Headers headers = exchange.getRequestHeaders();
    String origin = headers.getFirst("Origin");
    if (origin != null && ALLOWED_ORIGINS.contains(origin)) return;
    String host = headers.getFirst("Host");
    boolean same = origin == null || origin.equals("https://" + host) || origin.equals("http://" + host);
    String site = headers.getFirst("Sec-Fetch-Site");
    if (!same || "cross-site".equals(site) || "same-site".equals(site)) throw new HttpError(403, "Pages of this origin may not use this server.");
  }

  /** Form fields, each once: of two keys, one would be checked and the other used somewhere else. */
  static Map<String, String> fields(String text) throws HttpError {
    Map<String, String> fields = new HashMap<>();
    for (String pair : text.split("&")) {
      String[] parts = pair.split("=", 2);
      try {
        String name = URLDecoder.decode(parts[0], StandardCharsets.UTF_8);
        String before = fields.put(name, parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        if (before != null && Set.of("key", "bucket", "_method").contains(name)) throw new HttpError(400, "The field " + name + " is there twice.");
      } catch (IllegalArgumentException broken) {
        throw new HttpError(400, "That is not a form.");
      }
    }
    return fields;
  }

  /** One line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them. */
  static void log(String line) {
    StringBuilder visible = new StringBuilder();
    line.chars().limit(300).forEach(sign -> visible.append(sign >= 0x20 && sign <= 0x7e ? String.valueOf((char) sign) : String.format("\\u%04x", sign)));
    System.err.println(visible);
  }

  // ─── What is signed ────────────────────────────────────────────────────────────────────────────────────────────────

  static Map<String, Object> sign(String prefix, String text) throws Exception {
    if (!(Json.read(text) instanceof Map<?, ?> request)) throw new Refused("that is not an object");
    if (!request.containsKey("headers")) {
      String scope = checkPolicy(prefix, request);
      // What was checked is signed, never the bytes that came in: a store might read those differently.
      String policy = Base64.getEncoder().encodeToString(Json.text(request).getBytes(StandardCharsets.UTF_8));
      return Map.of("policy", policy, "signature", signV4(scope, policy));
    }
    if (!(request.get("headers") instanceof String headers) || request.size() > 1) throw new Refused("headers is not the only string");
    String[] lines = headers.split("\n", -1);
    checkRequest(prefix, lines);
    String canonicalRequest = String.join("\n", Arrays.asList(lines).subList(3, lines.length));
    return Map.of("signature", signV4(lines[2], String.join("\n", "AWS4-HMAC-SHA256", lines[1], lines[2], sha256(canonicalRequest))));
  }

  /** Fields with checks of their own. */
  static final Set<String> CHECKED =
      Set.of("acl", "bucket", "key", "success_action_status", "x-amz-algorithm", "x-amz-credential", "x-amz-date");

  /** Fields and headers, in lower case, that only describe the object. All others (ACL grants, copy sources, redirects, tags) are refused. */
  static final Pattern HARMLESS = Pattern.compile(
      "content-(type|md5|encoding|disposition|language)|cache-control|expires|if-none-match|x-amz-storage-class|x-amz-server-side-encryption(-[a-z0-9-]+)?"
          + "|x-amz-checksum-[a-z0-9-]+|x-amz-sdk-checksum-algorithm|x-amz-meta-[a-z0-9!#$%&'*+.^_`|~-]+");

  static boolean matches(Pattern pattern, String text) {
    return text != null && pattern.matcher(text).matches();
  }

  static final Pattern ISO_DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z");

  /** Checks a form policy and returns its scope: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */
  static String checkPolicy(String prefix, Map<?, ?> policy) throws Refused {
    if (policy.size() != 2 || !(policy.get("conditions") instanceof List<?> conditions)) throw new Refused("the policy is not an expiration and conditions");
    if (!(policy.get("expiration") instanceof String expiration) || !matches(ISO_DATE, expiration)) throw new Refused("the expiration is not a date");
    // Whoever copies a policy can use it until then.
    Instant end = timeOf(expiration.substring(0, 19), "uuuu-MM-dd'T'HH:mm:ss");
    if (end.isAfter(Instant.now().plus(DAY))) throw new Refused("the expiration is not within a day");

    Map<String, String> exact = new HashMap<>();
    Map<String, Boolean> seen = new HashMap<>();
    long[] range = null;
    for (Object condition : conditions) {
      Object[] parts = conditionOf(condition);
      if (parts[0].equals("content-length-range")) {
        // Of two ranges a store might look at the other one.
        if (range != null) throw new Refused("the policy has two ranges");
        range = new long[] {sizeOf(parts[1]), sizeOf(parts[2])};
        continue;
      }
      if (!(parts[1] instanceof String field) || !(parts[2] instanceof String value)) throw new Refused("a condition has a value that is no string");
      if (!isPlain(value)) throw new Refused("the condition for " + field + " has a control character");
      // The Kelvin sign becomes a k in small letters: a "key" that the store does not know as one.
      if (!field.matches("[\\x21-\\x7e]+")) throw new Refused("the field " + field + " is not of ASCII");
      String name = field.toLowerCase(Locale.ROOT);
      if (seen.put(name, true) != null) throw new Refused("the policy names " + field + " twice");
      if (parts[0].equals("starts-with")) {
        // One policy for many files. It must be for a folder of its own, or it would be a permission to write over everything.
        boolean fine = name.equals("key") ? value.endsWith("/") && isKeyAllowed(prefix, value + "file") : matches(HARMLESS, name);
        if (!fine) throw new Refused("the field " + field + " may not begin with " + value + " and be left open");
      } else {
        if (!CHECKED.contains(name) && !matches(HARMLESS, name)) throw new Refused("the field " + field + " is not one that uploads need");
        exact.put(name, value);
      }
    }
    if (!BUCKET.equals(exact.get("bucket"))) throw new Refused("the bucket is " + exact.get("bucket"));
    if (!ACL.equals(exact.get("acl"))) throw new Refused("the ACL is " + exact.get("acl"));
    String key = exact.get("key");
    if (!seen.containsKey("key") || key != null && !isKeyAllowed(prefix, key)) throw new Refused("the key is " + key);
    if (range != null && range[0] > range[1]) throw new Refused("the range is empty");
    if (MAX_SIZE != Long.MAX_VALUE && (range == null || range[1] > MAX_SIZE)) throw new Refused("the size may be " + (range == null ? "anything" : range[1]));
    if (!Set.of("200", "201", "204").contains(exact.getOrDefault("success_action_status", "200"))) throw new Refused("the status is not one of success");
    if (!"AWS4-HMAC-SHA256".equals(exact.get("x-amz-algorithm"))) throw new Refused("the algorithm is not AWS4-HMAC-SHA256");
    String credential = exact.getOrDefault("x-amz-credential", "");
    if (!credential.startsWith(ACCESS_KEY + "/")) throw new Refused("the credential is " + credential);
    String scope = credential.substring(ACCESS_KEY.length() + 1);
    checkScope(exact.getOrDefault("x-amz-date", ""), scope);
    return scope;
  }

  /** A condition as operator, field and value. */
  static Object[] conditionOf(Object condition) throws Refused {
    if (condition instanceof List<?> list && list.size() == 3 && list.get(0) instanceof String operator) {
      if (operator.equals("content-length-range")) return new Object[] {operator, list.get(1), list.get(2)};
      if ((operator.equals("eq") || operator.equals("starts-with")) && list.get(1) instanceof String field && field.startsWith("$")) {
        return new Object[] {operator, field.substring(1), list.get(2)};
      }
    }
    if (condition instanceof Map<?, ?> map && map.size() == 1) {
      Map.Entry<?, ?> entry = map.entrySet().iterator().next();
      return new Object[] {"eq", entry.getKey(), entry.getValue()};
    }
    throw new Refused("a condition is neither a list with a known operator nor one field");
  }

  static final Pattern DIGITS = Pattern.compile("0|[1-9][0-9]{0,15}");

  /** A size of a content-length-range: plain digits. "1e3", "-1" or " 7" would be read differently elsewhere. */
  static long sizeOf(Object value) throws Refused {
    String text = value instanceof Json.Literal number ? number.text() : value instanceof String string ? string : "";
    // 2^53 is Fine Uploader's "no limit".
    if (!matches(DIGITS, text) || Long.parseLong(text) > 1L << 53) throw new Refused("the range is not of sizes");
    return Long.parseLong(text);
  }

  static final Pattern HEADER_NAME = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]+");
  static final Pattern PAYLOAD_HASH = Pattern.compile("[0-9a-f]{64}|UNSIGNED-PAYLOAD");

  /**
   * Checks a string to sign whose last part is still the canonical request, so that this server sees what it signs:
   * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
   */
  static void checkRequest(String prefix, String[] lines) throws Refused {
    int end = lines.length - 3;
    if (lines.length < 10 || !lines[0].equals("AWS4-HMAC-SHA256") || !lines[end].isEmpty()) throw new Refused("that is not a canonical request");
    checkScope(lines[1], lines[2]);
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : Arrays.asList(lines).subList(6, end)) {
      String[] parts = line.split(":", 2);
      if (parts.length < 2 || !matches(HEADER_NAME, parts[0]) || !isPlain(parts[1]) || headers.put(parts[0], parts[1]) != null) {
        throw new Refused("the header " + line);
      }
      boolean known = Set.of("host", "x-amz-date", "x-amz-content-sha256").contains(parts[0]);
      if (parts[0].equals("x-amz-acl") ? !parts[1].equals(ACL) : !known && !matches(HARMLESS, parts[0])) throw new Refused("the header " + line);
    }
    if (!lines[end + 1].equals(String.join(";", headers.keySet()))) throw new Refused("the signed headers are not the headers");
    if (!BUCKET_URL.getRawAuthority().equals(headers.get("host"))) throw new Refused("the host is " + headers.get("host"));
    if (!lines[1].equals(headers.get("x-amz-date"))) throw new Refused("the time is not the one of x-amz-date");
    if (!matches(PAYLOAD_HASH, lines[end + 2]) || !lines[end + 2].equals(headers.get("x-amz-content-sha256"))) {
      throw new Refused("the hash of the payload is not one");
    }
    checkResource(prefix, lines[3], lines[4], lines[5]);
  }

  /** The value of uploadId. An empty one would turn an abort into the deletion of an object, and a part into an object. */
  static final String ID = "([A-Za-z0-9._~-]|%2[BF]|%3D){1,1024}";

  /** Method and canonical query of the steps of a multipart upload: create, part, complete, abort, list parts. There are no others. */
  static final Pattern STEPS = Pattern.compile(
      "POST uploads=|PUT partNumber=([1-9][0-9]{0,3}|10000)&uploadId=" + ID + "|(POST|DELETE) uploadId=" + ID
          + "|GET (max-parts=[0-9]{1,4}&)?(part-number-marker=[0-9]{1,5}&)?uploadId=" + ID);

  static void checkResource(String prefix, String method, String path, String query) throws Refused {
    // Path-style addresses have the bucket in the path.
    String base = BUCKET_URL.getRawPath() + "/";
    if (!path.startsWith(base)) throw new Refused("the path is " + path);
    String escaped = path.substring(base.length());
    String key = unescape(escaped);
    // Only the one canonical spelling: "+", "%2e" or "%c3" are read differently by different stores, and by proxies in front of them.
    if (key == null || !escapePath(key).equals(escaped)) throw new Refused("the path " + path + " is not canonical");
    if (!isKeyAllowed(prefix, key)) throw new Refused("the key is " + key);
    if (!matches(STEPS, method + " " + query)) throw new Refused(method + " " + query + " is not a step of a multipart upload");
  }

  static void checkScope(String time, String scope) throws Refused {
    if (time.length() != 16 || !scope.equals(time.substring(0, 8) + "/" + REGION + "/s3/aws4_request")) throw new Refused("the scope is " + scope + " at " + time);
    // The store judges the minutes: a page whose clock is off learns the right time from it.
    if (Duration.between(timeOf(time, "uuuuMMdd'T'HHmmss'Z'"), Instant.now()).abs().compareTo(DAY) > 0) throw new Refused("the time is " + time);
  }

  static Instant timeOf(String text, String pattern) throws Refused {
    try {
      DateTimeFormatter format = new DateTimeFormatterBuilder().appendPattern(pattern).toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
      return LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException none) {
      throw new Refused("that is no time: " + text);
    }
  }

  /** Whether this user may touch a key. It is not escaped. */
  static boolean isKeyAllowed(String prefix, String key) {
    if (key.isEmpty() || key.equals(prefix) || !key.startsWith(prefix)) return false;
    // Stores keep a/../b as it is; what reads the bucket later (a CDN, a sync to a disk) may climb. ${filename} a store replaces in a form.
    for (String segment : key.split("[/\\\\]", -1)) if (segment.equals(".") || segment.equals("..")) return false;
    return !key.contains("${") && isPlain(key) && key.getBytes(StandardCharsets.UTF_8).length <= 1024;
  }

  /** Without control characters, and without halves of surrogate pairs. */
  static boolean isPlain(String text) {
    return text.codePoints().noneMatch(sign -> Character.isISOControl(sign) || Character.getType(sign) == Character.SURROGATE);
  }

  // ─── The store ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * The page says that an object is stored. It may say so of anything, so the bucket is asked. This is the place to check the size of a file
   * that came in parts (no policy limits those), and to write the file into your database.
   */
  static Map<String, Object> success(String prefix, Map<String, String> fields) throws Exception {
    String key = keyIn(prefix, fields);
    HttpResponse<Void> answer = ask("HEAD", key);
    if (answer.statusCode() == 404) throw new HttpError(404, "The file is not in the bucket.");
    if (answer.statusCode() != 200) throw new HttpError(502, "The store answered " + answer.statusCode() + " when asked for the file.");
    if (answer.headers().firstValueAsLong("content-length").orElse(0) > MAX_SIZE) {
      ask("DELETE", key);
      throw new HttpError(413, "The file is too large and was not kept.", true);
    }
    return Map.of("success", true, "tempLink", presign("GET", key, LINK_SECONDS));
  }

  /** Deletes an object. S3 says yes as well where there is none, so a repeated request succeeds too. */
  static void remove(String prefix, Map<String, String> fields) throws Exception {
    int status = ask("DELETE", keyIn(prefix, fields)).statusCode();
    if (status != 200 && status != 204) throw new HttpError(502, "The store answered " + status + " when told to delete the file.");
  }

  static String keyIn(String prefix, Map<String, String> fields) throws HttpError {
    String key = fields.getOrDefault("key", "");
    if (BUCKET.equals(fields.get("bucket")) && isKeyAllowed(prefix, key)) return key;
    log("no file of this server: " + key);
    throw new HttpError(400, "That is not a file of this server.", true);
  }

  static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();

  static HttpResponse<Void> ask(String method, String key) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(presign(method, key, 300)))
        .method(method, HttpRequest.BodyPublishers.noBody())
        .timeout(Duration.ofSeconds(20))
        .build();
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.discarding());
    } catch (IOException failure) {
      log("the store did not answer " + method + ": " + failure);
      throw new HttpError(502, "The store could not be reached.");
    }
  }

  // ─── Signature Version 4 ───────────────────────────────────────────────────────────────────────────────────────────

  /** A URL that lets its holder send one kind of request: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
  static String presign(String method, String key, int seconds) throws GeneralSecurityException {
    String time = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").format(LocalDateTime.now(ZoneOffset.UTC));
    String scope = time.substring(0, 8) + "/" + REGION + "/s3/aws4_request";
    String path = BUCKET_URL.getRawPath() + "/" + escapePath(key);
    String host = BUCKET_URL.getRawAuthority();
    String query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + escape(ACCESS_KEY + "/" + scope) + "&X-Amz-Date=" + time
        + "&X-Amz-Expires=" + seconds + "&X-Amz-SignedHeaders=host";
    String canonicalRequest = String.join("\n", method, path, query, "host:" + host, "", "host", "UNSIGNED-PAYLOAD");
    String signature = signV4(scope, String.join("\n", "AWS4-HMAC-SHA256", time, scope, sha256(canonicalRequest)));
    return BUCKET_URL.getScheme() + "://" + host + path + "?" + query + "&X-Amz-Signature=" + signature;
  }

  static String signV4(String scope, String text) throws GeneralSecurityException {
    byte[] key = ("AWS4" + SECRET_KEY).getBytes(StandardCharsets.UTF_8);
    for (String piece : scope.split("/")) key = hmac(key, piece);
    return HexFormat.of().formatHex(hmac(key, text));
  }

  static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(String text) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** RFC 3986's: everything but letters, digits and -._~. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      char sign = (char) (one & 0xff);
      boolean bare = sign >= 'A' && sign <= 'Z' || sign >= 'a' && sign <= 'z' || sign >= '0' && sign <= '9' || "-._~".indexOf(sign) >= 0;
      escaped.append(bare ? String.valueOf(sign) : String.format("%%%02X", (int) sign));
    }
    return escaped.toString();
  }

  static String escapePath(String key) {
    return Arrays.stream(key.split("/", -1)).map(SigningServer::escape).collect(Collectors.joining("/"));
  }

  /** Null where it is broken or no UTF-8. */
  static String unescape(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < text.length(); at++) {
      char sign = text.charAt(at);
      if (sign > 0x7e) return null;
      if (sign != '%') {
        bytes.write(sign);
      } else {
        if (!text.substring(at).matches("(?s)%[0-9A-Fa-f]{2}.*")) return null;
        bytes.write(Integer.parseInt(text.substring(at + 1, at + 3), 16));
        at += 2;
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException none) {
      return null;
    }
  }

  // ─── JSON, which the JDK does not have ─────────────────────────────────────────────────────────────────────────────

  /** Reads JSON (RFC 8259) into Map, List, String and Literal. */
  static final class Json {
    /** A number, true, false or null, as it was written. */
    record Literal(String text) {}

    private static final Pattern LITERAL = Pattern.compile("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private final String text;
    private int at = 0;

    private Json(String text) {
      this.text = text;
    }

    static Object read(String text) throws Refused {
      Json json = new Json(text);
      Object value = json.value(0);
      json.space();
      if (json.at < text.length()) throw new Refused("there is something behind the JSON");
      return value;
    }

    private Object value(int depth) throws Refused {
      // As deep as no policy is; deeper ones are there to exhaust the stack.
      if (depth > 16) throw new Refused("the JSON is too deep");
      space();
      if (take('{')) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (!closes('}')) {
          do {
            space();
            expect('"');
            String name = string();
            space();
            expect(':');
            map.put(name, value(depth + 1));
            space();
          } while (take(','));
          expect('}');
        }
        return map;
      }
      if (take('[')) {
        List<Object> list = new ArrayList<>();
        if (!closes(']')) {
          do {
            list.add(value(depth + 1));
            space();
          } while (take(','));
          expect(']');
        }
        return list;
      }
      if (take('"')) return string();
      int start = at;
      while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0 || at < text.length() && Character.isLetterOrDigit(text.charAt(at))) at++;
      String literal = text.substring(start, at);
      if (!matches(LITERAL, literal)) throw new Refused("that is not JSON");
      return new Literal(literal);
    }

    private String string() throws Refused {
      StringBuilder string = new StringBuilder();
      while (true) {
        if (at >= text.length()) throw new Refused("the JSON ends early");
        char sign = text.charAt(at++);
        if (sign == '"') return string.toString();
        if (sign < 0x20) throw new Refused("the JSON has a control character");
        if (sign != '\\') {
          string.append(sign);
          continue;
        }
        char kind = at < text.length() ? text.charAt(at++) : ' ';
        int known = "\"\\/bfnrt".indexOf(kind);
        if (known >= 0) {
          string.append("\"\\/\b\f\n\r\t".charAt(known));
        } else if (kind == 'u' && at + 4 <= text.length() && text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}")) {
          string.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
          at += 4;
        } else {
          throw new Refused("the JSON has an unknown escape");
        }
      }
    }

    private void space() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private boolean closes(char sign) {
      space();
      return take(sign);
    }

    private boolean take(char sign) {
      boolean there = at < text.length() && text.charAt(at) == sign;
      if (there) at++;
      return there;
    }

    private void expect(char sign) throws Refused {
      if (!take(sign)) throw new Refused("that is not JSON");
    }

    static String text(Object value) {
      if (value instanceof Map<?, ?> map) {
        return map.entrySet().stream().map(entry -> text(entry.getKey()) + ":" + text(entry.getValue())).collect(Collectors.joining(",", "{", "}"));
      }
      if (value instanceof List<?> list) return list.stream().map(Json::text).collect(Collectors.joining(",", "[", "]"));
      if (!(value instanceof String string)) return value instanceof Literal literal ? literal.text() : String.valueOf(value);
      StringBuilder quoted = new StringBuilder("\"");
      for (char sign : string.toCharArray()) {
        if (sign == '"' || sign == '\\') quoted.append('\\').append(sign);
        // As UTF-8 and not escaped: Ceph does not read surrogate pairs that are.
        else if (sign >= 0x20) quoted.append(sign);
        else quoted.append(String.format("\\u%04x", (int) sign));
      }
      return quoted.append('"').toString();
    }
  }
}
