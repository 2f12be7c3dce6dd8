// Nobody has run this file: C# is not to be had where this project is tested. The same checks in other languages are (see demo/servers/).
//
// A signing server in one file for ASP.NET (.NET 8 or newer): it lets a page upload straight into an S3 bucket without ever showing it a secret key.
//
//   POST   /s3/signature?v4=true   a form policy -> {policy, signature}; {headers: "…"} -> {signature}; a refusal -> 400 {invalid: true}
//   POST   /s3/success             the object is stored: key=&bucket=&uuid=&name=&etag= -> {success, tempLink}
//   DELETE /s3/files/{uuid}        ?key=&bucket= -> 204 (or POST /s3/files with _method=DELETE -> {success})
//
// Copy it into a project of `dotnet new web` in place of Program.cs, write authorize, set the environment that is read below, and put this into
// your page:
//
//   <fine-uploader-s3 endpoint="https://photos.s3.eu-west-1.amazonaws.com" region="eu-west-1" access-key="AKIA…"
//     signature-endpoint="/s3/signature" success-endpoint="/s3/success" delete-endpoint="/s3/files"></fine-uploader-s3>
//
// A signature is a permission: whoever can make this server sign a string of their own choice owns the bucket. So every request is taken apart, and
// what is not known to be harmless is refused.

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

// WRITE THIS: who sends the request? A function that returns the id of the signed-in user, or null to refuse. For example
// request => request.HttpContext.User.FindFirst(ClaimTypes.NameIdentifier)?.Value.
Func<HttpRequest, string?>? authorize = null;

if (authorize is null)
{
    // Without it, everybody on the internet could fill the bucket.
    Console.Error.WriteLine("Say who may upload: write `authorize` in SigningServer.cs, a function that returns the id of the signed-in user.");
    return 1;
}

var builder = WebApplication.CreateBuilder(args);
// Who sends headers or a body byte by byte is cut off.
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
    kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
});
var app = builder.Build();
var signer = new Signer(authorize);
app.Map("/s3/{**path}", signer.Answer);
app.Run();
return 0;

/// <summary>A refusal to sign. The reason goes to the log and not to the client.</summary>
sealed class Refused(string reason) : Exception(reason);

/// <summary>An answer other than 200, with a sentence for the person.</summary>
sealed class HttpError(int status, string sentence, bool preventRetry = false) : Exception(sentence)
{
    public int Status => status;
    public bool PreventRetry => preventRetry;
}

sealed partial class Signer(Func<HttpRequest, string?> authorize)
{
    // ─── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────

    readonly string bucket = Need("S3_BUCKET");
    // Where this server reaches the bucket: https://photos.s3.eu-west-1.amazonaws.com, or path-style https://minio.example.com/photos.
    readonly Uri bucketUrl = new(Need("S3_BUCKET_URL").TrimEnd('/'));
    readonly string region = Need("S3_REGION");
    readonly string accessKey = Need("S3_ACCESS_KEY");
    readonly string secretKey = Need("S3_SECRET_KEY");
    // Keys must begin with this; {user} stands for the user's id, percent-encoded. With users/{user}/ nobody can overwrite or delete the files of
    // another user; the page's `key` must then begin so as well.
    readonly string keyPrefix = Environment.GetEnvironmentVariable("S3_KEY_PREFIX") ?? "";
    // Bytes. With a limit, the page needs a `size-limit` that is no larger.
    readonly long? maxSize = Size("S3_MAX_SIZE");
    // Other origins whose pages may use this server, such as https://www.example.com.
    readonly string[] allowedOrigins = (Environment.GetEnvironmentVariable("ALLOWED_ORIGINS") ?? "").Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries);
    readonly HttpClient client = new(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };

    const string Acl = "private";
    const int LinkSeconds = 900;
    const int LongestBody = 64 * 1024;

    static string Need(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw new InvalidOperationException($"Set {name} in the environment.");

    static long? Size(string name)
    {
        if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } text) return null;
        if (!Regex.IsMatch(text, @"\A[1-9][0-9]{0,15}\z")) throw new InvalidOperationException($"{name} must be a number of bytes, such as 20000000.");
        return long.Parse(text, CultureInfo.InvariantCulture);
    }

    string BucketHost => bucketUrl.IsDefaultPort ? bucketUrl.Host : $"{bucketUrl.Host}:{bucketUrl.Port}";
    // Path-style addresses have the bucket in the path.
    string BucketPath => bucketUrl.AbsolutePath == "/" ? "" : bucketUrl.AbsolutePath;

    // ─── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────

    public async Task Answer(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var known = SetCorsHeaders(request, response);
        if (request.Method == "OPTIONS")
        {
            response.StatusCode = known ? 204 : 403;
            return;
        }
        JsonObject? answer;
        try
        {
            answer = await Respond(request);
            response.StatusCode = answer is null ? 204 : 200;
        }
        catch (Refused reason)
        {
            Log($"not signed: {reason.Message}");
            (response.StatusCode, answer) = (400, new() { ["invalid"] = true });
        }
        catch (HttpError error)
        {
            (response.StatusCode, answer) = (error.Status, new() { ["success"] = false, ["error"] = error.Message });
            if (error.PreventRetry) answer["preventRetry"] = true;
        }
        catch (Exception failure)
        {
            Log($"failed: {failure}");
            (response.StatusCode, answer) = (500, new() { ["success"] = false, ["error"] = "The server failed." });
        }
        if (answer is null) return;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (request.Method != "HEAD") await response.WriteAsync(answer.ToJsonString());
    }

    async Task<JsonObject?> Respond(HttpRequest request)
    {
        RefuseOtherSites(request);
        var user = authorize(request);
        if (string.IsNullOrEmpty(user)) throw new HttpError(403, "Please sign in to upload.");
        // Escaped: a user who is called "bob/photos" has no part in bob's files.
        var prefix = keyPrefix.Replace("{user}", Escape(user));
        var path = request.Path.Value![3..];
        var query = request.QueryString.Value is { Length: > 0 } text ? text[1..] : "";
        switch (request.Method, path)
        {
            case ("POST", "/signature"):
                return query == "v4=true" ? Sign(prefix, await Body(request)) : throw new Refused("this server signs version 4 only");
            case ("POST", "/success"):
                return await Success(prefix, Fields(await Body(request)));
            case ("POST", "/files"):
                var fields = Fields(await Body(request));
                if (fields.GetValueOrDefault("_method") != "DELETE") throw new HttpError(400, "The only _method here is DELETE.");
                await Remove(prefix, fields);
                return new() { ["success"] = true };
            case ("DELETE", _) when path.StartsWith("/files/", StringComparison.Ordinal):
                await Remove(prefix, Fields(query));
                return null;
            default:
                throw new HttpError(404, "There is nothing here.");
        }
    }

    static async Task<string> Body(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await request.Body.ReadAsync(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > LongestBody) throw new HttpError(413, "The request is too long.");
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>CORS: what lets pages of the allowed other origins read the answers.</summary>
    bool SetCorsHeaders(HttpRequest request, HttpResponse response)
    {
        if (!request.Headers.TryGetValue("Origin", out var origins)) return false;
        response.Headers.Vary = "Origin";
        var origin = origins.ToString();
        if (!allowedOrigins.Contains(origin)) return false;
        response.Headers.AccessControlAllowOrigin = origin;
        response.Headers.AccessControlAllowCredentials = "true";
        if (request.Method == "OPTIONS")
        {
            response.Headers.AccessControlAllowMethods = "POST, DELETE";
            response.Headers.AccessControlAllowHeaders = request.Headers.AccessControlRequestHeaders;
        }
        return true;
    }

    /// <summary>
    /// Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on
    /// localhost, so the Origin is compared as well. "null" is the origin of a sandboxed or disguised page: another site.
    /// </summary>
    void RefuseOtherSites(HttpRequest request)
    {
        var sent = request.Headers.TryGetValue("Origin", out var origins);
        var origin = origins.ToString();
        if (sent && allowedOrigins.Contains(origin)) return;
        var host = request.Headers.Host.ToString();
        var same = !sent || origin == $"https://{host}" || origin == $"http://{host}";
        if (!same || request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site") throw new HttpError(403, "Pages of this origin may not use this server.");
    }

    /// <summary>Form fields, each once: of two keys, one would be checked and the other used somewhere else.</summary>
    static Dictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>();
        foreach (var pair in text.Split('&'))
        {
            var parts = pair.Split('=', 2);
            var name = WebUtility.UrlDecode(parts[0]);
            if (fields.ContainsKey(name) && name is ("key" or "bucket" or "_method")) throw new HttpError(400, $"The field {name} is there twice.");
            fields[name] = parts.Length < 2 ? "" : WebUtility.UrlDecode(parts[1]);
        }
        return fields;
    }

    /// <summary>One line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them.</summary>
    static void Log(string line) =>
        Console.Error.WriteLine(string.Concat(line.Take(300).Select(sign => sign is >= ' ' and <= '~' ? sign.ToString() : $"\\u{(int)sign:x4}")));

    // ─── What is signed ──────────────────────────────────────────────────────────────────────────────────────────────

    JsonObject Sign(string prefix, string text)
    {
        JsonObject request;
        try
        {
            // Duplicate names are found when the object is first looked at.
            request = JsonNode.Parse(text, null, new() { MaxDepth = 16 }) as JsonObject ?? throw new Refused("that is not an object");
            _ = request.ContainsKey("headers");
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new Refused("that is not JSON");
        }
        if (!request.ContainsKey("headers"))
        {
            var scope = CheckPolicy(prefix, request);
            // As UTF-8 and not escaped: Ceph does not read escaped surrogate pairs.
            // What was checked is signed, never the bytes that came in: a store might read those differently.
            var policy = Convert.ToBase64String(Encoding.UTF8.GetBytes(request.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));
            return new() { ["policy"] = policy, ["signature"] = SignV4(scope, policy) };
        }
        if (StringOf(request["headers"]) is not { } headers || request.Count > 1) throw new Refused("headers is not the only string");
        var lines = headers.Split('\n');
        CheckRequest(prefix, lines);
        var canonicalRequest = string.Join('\n', lines.Skip(3));
        return new() { ["signature"] = SignV4(lines[2], $"AWS4-HMAC-SHA256\n{lines[1]}\n{lines[2]}\n{Sha256(canonicalRequest)}") };
    }

    static string? StringOf(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>Fields with checks of their own.</summary>
    static readonly string[] Checked = ["acl", "bucket", "key", "success_action_status", "x-amz-algorithm", "x-amz-credential", "x-amz-date"];

    /// <summary>Fields and headers, in lower case, that only describe the object. All others (ACL grants, copy sources, redirects, tags) are refused.</summary>
    [GeneratedRegex(@"\A(content-(type|md5|encoding|disposition|language)|cache-control|expires|if-none-match|x-amz-storage-class|x-amz-server-side-encryption(-[a-z0-9-]+)?|x-amz-checksum-[a-z0-9-]+|x-amz-sdk-checksum-algorithm|x-amz-meta-[a-z0-9!#$%&'*+.^_`|~-]+)\z")]
    private static partial Regex Harmless();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z\z")]
    private static partial Regex IsoDate();

    /// <summary>Checks a form policy and returns its scope: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html</summary>
    string CheckPolicy(string prefix, JsonObject policy)
    {
        if (policy.Count != 2 || policy["conditions"] is not JsonArray conditions) throw new Refused("the policy is not an expiration and conditions");
        if (StringOf(policy["expiration"]) is not { } expiration || !IsoDate().IsMatch(expiration)) throw new Refused("the expiration is not a date");
        // Whoever copies a policy can use it until then.
        if (TimeOf(expiration[..19], "yyyy-MM-dd'T'HH:mm:ss") - DateTime.UtcNow > TimeSpan.FromDays(1)) throw new Refused("the expiration is not within a day");

        var exact = new Dictionary<string, string>();
        var seen = new HashSet<string>();
        (long Least, long Most)? range = null;
        foreach (var condition in conditions)
        {
            var (op, first, second) = ConditionOf(condition);
            if (op == "content-length-range")
            {
                // Of two ranges a store might look at the other one.
                if (range is not null) throw new Refused("the policy has two ranges");
                range = (SizeOf(first), SizeOf(second));
                continue;
            }
            if (StringOf(first) is not { } field || StringOf(second) is not { } value) throw new Refused("a condition has a value that is no string");
            if (!IsPlain(value)) throw new Refused($"the condition for {field} has a control character");
            // The Kelvin sign becomes a k in small letters: a "key" that the store does not know as one.
            if (!Regex.IsMatch(field, @"\A[\x21-\x7e]+\z")) throw new Refused($"the field {field} is not of ASCII");
            var name = field.ToLowerInvariant();
            if (!seen.Add(name)) throw new Refused($"the policy names {field} twice");
            if (op == "starts-with")
            {
                // One policy for many files. It must be for a folder of its own, or it would be a permission to write over everything.
                var fine = name == "key" ? value.EndsWith('/') && IsKeyAllowed(prefix, value + "file") : Harmless().IsMatch(name);
                if (!fine) throw new Refused($"the field {field} may not begin with {value} and be left open");
            }
            else
            {
                if (!Checked.Contains(name) && !Harmless().IsMatch(name)) throw new Refused($"the field {field} is not one that uploads need");
                exact[name] = value;
            }
        }
        string? Exact(string name) => exact.GetValueOrDefault(name);
        if (Exact("bucket") != bucket) throw new Refused($"the bucket is {Exact("bucket")}");
        if (Exact("acl") != Acl) throw new Refused($"the ACL is {Exact("acl")}");
        if (!seen.Contains("key") || Exact("key") is { } key && !IsKeyAllowed(prefix, key)) throw new Refused($"the key is {Exact("key")}");
        if (range is { } sizes && sizes.Least > sizes.Most) throw new Refused("the range is empty");
        if (maxSize is not null && !(range?.Most <= maxSize)) throw new Refused($"the size may be {range?.Most}");
        if ((Exact("success_action_status") ?? "200") is not ("200" or "201" or "204")) throw new Refused("the status is not one of success");
        if (Exact("x-amz-algorithm") != "AWS4-HMAC-SHA256") throw new Refused("the algorithm is not AWS4-HMAC-SHA256");
        var credential = Exact("x-amz-credential") ?? "";
        if (!credential.StartsWith(accessKey + "/", StringComparison.Ordinal)) throw new Refused($"the credential is {credential}");
        var scope = credential[(accessKey.Length + 1)..];
        CheckScope(Exact("x-amz-date") ?? "", scope);
        return scope;
    }

    /// <summary>A condition as operator, field and value.</summary>
    static (string Operator, JsonNode? Field, JsonNode? Value) ConditionOf(JsonNode? condition)
    {
        if (condition is JsonArray { Count: 3 } list)
        {
            var op = StringOf(list[0]);
            if (op == "content-length-range") return (op, list[1], list[2]);
            if (op is ("eq" or "starts-with") && StringOf(list[1]) is ['$', .. var field]) return (op, JsonValue.Create(field), list[2]);
        }
        if (condition is JsonObject { Count: 1 } one)
        {
            var (name, value) = one.First();
            return ("eq", JsonValue.Create(name), value);
        }
        throw new Refused("a condition is neither a list with a known operator nor one field");
    }

    /// <summary>A size of a content-length-range: plain digits. "1e3", "-1" or " 7" would be read differently elsewhere.</summary>
    static long SizeOf(JsonNode? value)
    {
        var text = value is JsonValue number && number.GetValueKind() == JsonValueKind.Number ? number.ToJsonString() : StringOf(value) ?? "";
        // 2^53 is Fine Uploader's "no limit".
        if (!Regex.IsMatch(text, @"\A(0|[1-9][0-9]{0,15})\z") || long.Parse(text, CultureInfo.InvariantCulture) > 1L << 53) throw new Refused("the range is not of sizes");
        return long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Checks a string to sign whose last part is still the canonical request, so that this server sees what it signs:
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    /// </summary>
    void CheckRequest(string prefix, string[] lines)
    {
        if (lines.Length < 10 || lines[0] != "AWS4-HMAC-SHA256" || lines[^3] != "") throw new Refused("that is not a canonical request");
        CheckScope(lines[1], lines[2]);
        var headers = new Dictionary<string, string>();
        var names = new List<string>();
        foreach (var line in lines[6..^3])
        {
            var parts = line.Split(':', 2);
            if (parts.Length < 2 || !Regex.IsMatch(parts[0], @"\A[a-z0-9!#$%&'*+.^_`|~-]+\z") || !IsPlain(parts[1]) || !headers.TryAdd(parts[0], parts[1])) throw new Refused($"the header {line}");
            names.Add(parts[0]);
            var known = parts[0] is "host" or "x-amz-date" or "x-amz-content-sha256";
            if (parts[0] == "x-amz-acl" ? parts[1] != Acl : !known && !Harmless().IsMatch(parts[0])) throw new Refused($"the header {line}");
        }
        string? Header(string name) => headers.GetValueOrDefault(name);
        if (lines[^2] != string.Join(';', names)) throw new Refused("the signed headers are not the headers");
        if (Header("host") != BucketHost) throw new Refused($"the host is {Header("host")}");
        if (Header("x-amz-date") != lines[1]) throw new Refused("the time is not the one of x-amz-date");
        if (!Regex.IsMatch(lines[^1], @"\A([0-9a-f]{64}|UNSIGNED-PAYLOAD)\z") || Header("x-amz-content-sha256") != lines[^1]) throw new Refused("the hash of the payload is not one");
        CheckResource(prefix, lines[3], lines[4], lines[5]);
    }

    /// <summary>The value of uploadId. An empty one would turn an abort into the deletion of an object, and a part into an object.</summary>
    const string Id = "([A-Za-z0-9._~-]|%2[BF]|%3D){1,1024}";

    /// <summary>Method and canonical query of the steps of a multipart upload: create, part, complete, abort, list parts. There are no others.</summary>
    [GeneratedRegex(@"\A(POST uploads=|PUT partNumber=([1-9][0-9]{0,3}|10000)&uploadId=" + Id + "|(POST|DELETE) uploadId=" + Id + "|GET (max-parts=[0-9]{1,4}&)?(part-number-marker=[0-9]{1,5}&)?uploadId=" + Id + @")\z")]
    private static partial Regex Steps();

    void CheckResource(string prefix, string method, string path, string query)
    {
        if (!path.StartsWith(BucketPath + "/", StringComparison.Ordinal)) throw new Refused($"the path is {path}");
        var escaped = path[(BucketPath.Length + 1)..];
        var key = Uri.UnescapeDataString(escaped);
        // Only the one canonical spelling: "+", "%2e" or "%c3" are read differently by different stores, and by proxies in front of them.
        if (EscapePath(key) != escaped) throw new Refused($"the path {path} is not canonical");
        if (!IsKeyAllowed(prefix, key)) throw new Refused($"the key is {key}");
        if (!Steps().IsMatch($"{method} {query}")) throw new Refused($"{method} {query} is not a step of a multipart upload");
    }

    void CheckScope(string time, string scope)
    {
        if (time.Length != 16 || scope != $"{time[..8]}/{region}/s3/aws4_request") throw new Refused($"the scope is {scope} at {time}");
        // The store judges the minutes: a page whose clock is off learns the right time from it.
        if ((TimeOf(time, "yyyyMMdd'T'HHmmss'Z'") - DateTime.UtcNow).Duration() > TimeSpan.FromDays(1)) throw new Refused($"the time is {time}");
    }

    static DateTime TimeOf(string text, string format) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new Refused($"that is no time: {text}");

    /// <summary>Whether this user may touch a key. It is not escaped.</summary>
    static bool IsKeyAllowed(string prefix, string key)
    {
        if (key == "" || key == prefix || !key.StartsWith(prefix, StringComparison.Ordinal)) return false;
        // Stores keep a/../b as it is; what reads the bucket later (a CDN, a sync to a disk) may climb. ${filename} a store replaces in a form.
        if (key.Split('/', '\\').Any(segment => segment is "." or "..") || key.Contains("${", StringComparison.Ordinal)) return false;
        return IsPlain(key) && Encoding.UTF8.GetByteCount(key) <= 1024;
    }

    /// <summary>Without control characters, and without halves of surrogate pairs (which come out of decoding as U+FFFD).</summary>
    static bool IsPlain(string text) => text.EnumerateRunes().All(sign => !Rune.IsControl(sign) && sign != Rune.ReplacementChar);

    // ─── The store ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>
    /// The page says that an object is stored. It may say so of anything, so the bucket is asked. This is the place to check the size of a file that
    /// came in parts (no policy limits those), and to write the file into your database.
    /// </summary>
    async Task<JsonObject> Success(string prefix, Dictionary<string, string> fields)
    {
        var key = KeyIn(prefix, fields);
        using var answer = await Ask(HttpMethod.Head, key);
        if (answer.StatusCode == HttpStatusCode.NotFound) throw new HttpError(404, "The file is not in the bucket.");
        if (!answer.IsSuccessStatusCode) throw new HttpError(502, $"The store answered {(int)answer.StatusCode} when asked for the file.");
        if (answer.Content.Headers.ContentLength > maxSize)
        {
            (await Ask(HttpMethod.Delete, key)).Dispose();
            throw new HttpError(413, "The file is too large and was not kept.", preventRetry: true);
        }
        return new() { ["success"] = true, ["tempLink"] = Presign("GET", key, LinkSeconds) };
    }

    /// <summary>Deletes an object. S3 says yes as well where there is none, so a repeated request succeeds too.</summary>
    async Task Remove(string prefix, Dictionary<string, string> fields)
    {
        using var answer = await Ask(HttpMethod.Delete, KeyIn(prefix, fields));
        if (!answer.IsSuccessStatusCode) throw new HttpError(502, $"The store answered {(int)answer.StatusCode} when told to delete the file.");
    }

    string KeyIn(string prefix, Dictionary<string, string> fields)
    {
        var key = fields.GetValueOrDefault("key") ?? "";
        if (fields.GetValueOrDefault("bucket") == bucket && IsKeyAllowed(prefix, key)) return key;
        Log($"no file of this server: {key}");
        throw new HttpError(400, "That is not a file of this server.", preventRetry: true);
    }

    async Task<HttpResponseMessage> Ask(HttpMethod method, string key)
    {
        // The path goes out as it was signed.
        var address = new Uri(Presign(method.Method, key, 300), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        try
        {
            return await client.SendAsync(new HttpRequestMessage(method, address));
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            Log($"the store did not answer {method}: {failure.Message}");
            throw new HttpError(502, "The store could not be reached.");
        }
    }

    // ─── Signature Version 4 ─────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>A URL that lets its holder send one kind of request: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html</summary>
    string Presign(string method, string key, int seconds)
    {
        var time = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/{region}/s3/aws4_request";
        var path = $"{BucketPath}/{EscapePath(key)}";
        var query = $"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={Escape($"{accessKey}/{scope}")}&X-Amz-Date={time}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host";
        var canonicalRequest = string.Join('\n', method, path, query, $"host:{BucketHost}", "", "host", "UNSIGNED-PAYLOAD");
        var signature = SignV4(scope, $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Sha256(canonicalRequest)}");
        return $"{bucketUrl.Scheme}://{BucketHost}{path}?{query}&X-Amz-Signature={signature}";
    }

    string SignV4(string scope, string text)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var piece in scope.Split('/')) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(piece));
        return Convert.ToHexString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
    }

    static string Sha256(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();

    /// <summary>RFC 3986's: everything but letters, digits and -._~.</summary>
    static string Escape(string text) =>
        string.Concat(Encoding.UTF8.GetBytes(text).Select(one => one is (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~' ? ((char)one).ToString() : $"%{one:X2}"));

    static string EscapePath(string key) => string.Join('/', key.Split('/').Select(Escape));
}
