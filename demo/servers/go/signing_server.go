// A signing server in one file of plain Go: it lets a page upload straight into an S3 bucket without ever showing it a secret key.
//
//	POST   /s3/signature?v4=true   a form policy -> {policy, signature}; {headers: "…"} -> {signature}; a refusal -> 400 {invalid: true}
//	POST   /s3/success             the object is stored: key=&bucket=&uuid=&name=&etag= -> {success, tempLink}
//	DELETE /s3/files/{uuid}        ?key=&bucket= -> 204 (or POST /s3/files with _method=DELETE -> {success})
//
// Copy it, write authorize, set the environment that is read below, run `go run signing_server.go` (or give ServeUploads to your own server),
// and put this into your page:
//
//	<fine-uploader-s3 endpoint="https://photos.s3.eu-west-1.amazonaws.com" region="eu-west-1" access-key="AKIA…"
//	  signature-endpoint="/s3/signature" success-endpoint="/s3/success" delete-endpoint="/s3/files"></fine-uploader-s3>
//
// A signature is a permission: whoever can make this server sign a string of their own choice owns the bucket. So every request is taken
// apart, and what is not known to be harmless is refused.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// WRITE THIS: who sends the request? A function that returns the id of the signed-in user, or "" to refuse. For example
// func(request *http.Request) string { return userOfSession(request.Cookie("session")) }.
var authorize func(request *http.Request) string = nil

// ─── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────

var (
	bucket = need("S3_BUCKET")
	// Where this server reaches the bucket: https://photos.s3.eu-west-1.amazonaws.com, or path-style https://minio.example.com/photos.
	bucketURL = needURL("S3_BUCKET_URL")
	region    = need("S3_REGION")
	accessKey = need("S3_ACCESS_KEY")
	secretKey = need("S3_SECRET_KEY")
	// Keys must begin with this; {user} stands for the user's id, percent-encoded. With users/{user}/ nobody can overwrite or delete the
	// files of another user; the page's `key` must then begin so as well.
	keyPrefix = os.Getenv("S3_KEY_PREFIX")
	// Bytes; 0 is no limit. With a limit, the page needs a `size-limit` that is no larger.
	maxSize = sizeFrom("S3_MAX_SIZE")
	// Other origins whose pages may use this server, such as https://www.example.com.
	allowedOrigins = strings.FieldsFunc(os.Getenv("ALLOWED_ORIGINS"), func(sign rune) bool { return sign == ',' || unicode.IsSpace(sign) })
)

const (
	acl         = "private"
	linkSeconds = 900
	longestBody = 64 * 1024
)

func need(name string) string {
	value := os.Getenv(name)
	if value == "" {
		log.Fatalf("Set %s in the environment.", name)
	}
	return value
}

// sizeFrom ends the program where the environment has no number: taken for 0, "10MB" would be no limit.
func sizeFrom(name string) int64 {
	text := os.Getenv(name)
	size, err := strconv.ParseInt(text, 10, 64)
	if text != "" && (err != nil || size <= 0) {
		log.Fatalf("%s must be a number of bytes, such as 20000000.", name)
	}
	return size
}

func needURL(name string) *url.URL {
	address, err := url.Parse(strings.TrimRight(need(name), "/"))
	if err != nil || address.Host == "" {
		log.Fatalf("%s is not a URL.", name)
	}
	return address
}

// ─── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────────

// refused is a refusal to sign. The reason goes to the log and not to the client.
type refused struct{ reason string }

func (r refused) Error() string { return r.reason }

func refuse(format string, values ...any) error { return refused{fmt.Sprintf(format, values...)} }

// httpError is an answer other than 200, with a sentence for the person.
type httpError struct {
	status       int
	sentence     string
	preventRetry bool
}

func (e httpError) Error() string { return e.sentence }

type object = map[string]any

func main() {
	if authorize == nil {
		// Without it, everybody on the internet could fill the bucket.
		log.Fatal("Say who may upload: write `authorize` in signing_server.go, a function that returns the id of the signed-in user.")
	}
	address := os.Getenv("HOST") + ":" + os.Getenv("PORT")
	if os.Getenv("PORT") == "" {
		address += "3000"
	}
	// Who sends headers or a body byte by byte is cut off.
	server := http.Server{Addr: address, Handler: http.HandlerFunc(ServeUploads), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// ServeUploads answers everything below /s3/.
func ServeUploads(response http.ResponseWriter, request *http.Request) {
	known := setCorsHeaders(response, request)
	if request.Method == http.MethodOptions {
		response.WriteHeader(map[bool]int{true: 204, false: 403}[known])
		return
	}
	answer, err := respond(request)
	status := 200
	switch problem := err.(type) {
	case nil:
		if answer == nil {
			response.WriteHeader(204)
			return
		}
	case refused:
		logLine("not signed: " + problem.reason)
		status, answer = 400, object{"invalid": true}
	case httpError:
		status, answer = problem.status, object{"success": false, "error": problem.sentence}
		if problem.preventRetry {
			answer["preventRetry"] = true
		}
	default:
		logLine("failed: " + err.Error())
		status, answer = 500, object{"success": false, "error": "The server failed."}
	}
	response.Header().Set("Content-Type", "application/json; charset=utf-8")
	response.Header().Set("Cache-Control", "no-store")
	response.Header().Set("X-Content-Type-Options", "nosniff")
	response.WriteHeader(status)
	json.NewEncoder(response).Encode(answer)
}

func respond(request *http.Request) (object, error) {
	if err := refuseOtherSites(request); err != nil {
		return nil, err
	}
	user := authorize(request)
	if user == "" {
		return nil, httpError{403, "Please sign in to upload.", false}
	}
	// Escaped: a user who is called "bob/photos" has no part in bob's files.
	prefix := strings.ReplaceAll(keyPrefix, "{user}", escape(user))
	path := strings.TrimPrefix(request.URL.Path, "/s3")
	switch {
	case request.Method == "POST" && path == "/signature":
		if request.URL.RawQuery != "v4=true" {
			return nil, refuse("this server signs version 4 only")
		}
		text, err := readBody(request)
		if err != nil {
			return nil, err
		}
		return sign(prefix, text)
	case request.Method == "POST" && path == "/success":
		fields, err := formFields(request)
		if err != nil {
			return nil, err
		}
		return success(prefix, fields)
	case request.Method == "POST" && path == "/files":
		fields, err := formFields(request)
		if err == nil && fields["_method"] != "DELETE" {
			err = httpError{400, "The only _method here is DELETE.", false}
		}
		if err == nil {
			err = remove(prefix, fields)
		}
		return object{"success": true}, err
	case request.Method == "DELETE" && strings.HasPrefix(path, "/files/"):
		fields, err := fieldsIn(request.URL.RawQuery)
		if err == nil {
			err = remove(prefix, fields)
		}
		return nil, err
	}
	return nil, httpError{404, "There is nothing here.", false}
}

func readBody(request *http.Request) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(request.Body, longestBody+1))
	if err != nil {
		return nil, httpError{400, "The request ended early.", false}
	}
	if len(text) > longestBody {
		// Read and dropped: a browser that is cut off while it sends shows no answer. But not for ever.
		io.CopyN(io.Discard, request.Body, 100*longestBody)
		return nil, httpError{413, "The request is too long.", false}
	}
	return text, nil
}

// setCorsHeaders says what lets pages of the allowed other origins read the answers.
func setCorsHeaders(response http.ResponseWriter, request *http.Request) (known bool) {
	origin := request.Header.Get("Origin")
	if len(request.Header.Values("Origin")) == 0 {
		return false
	}
	response.Header().Set("Vary", "Origin")
	if !isAllowedOrigin(origin) {
		return false
	}
	response.Header().Set("Access-Control-Allow-Origin", origin)
	response.Header().Set("Access-Control-Allow-Credentials", "true")
	if request.Method == http.MethodOptions {
		response.Header().Set("Access-Control-Allow-Methods", "POST, DELETE")
		response.Header().Set("Access-Control-Allow-Headers", request.Header.Get("Access-Control-Request-Headers"))
	}
	return true
}

func isAllowedOrigin(origin string) bool {
	for _, allowed := range allowedOrigins {
		if origin == allowed {
			return true
		}
	}
	return false
}

// refuseOtherSites refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on
// https and on localhost, so the Origin is compared as well. "null" is the origin of a sandboxed or disguised page: another site.
func refuseOtherSites(request *http.Request) error {
	origin := request.Header.Get("Origin")
	if isAllowedOrigin(origin) {
		return nil
	}
	same := len(request.Header.Values("Origin")) == 0 || origin == "https://"+request.Host || origin == "http://"+request.Host
	site := request.Header.Get("Sec-Fetch-Site")
	if !same || site == "cross-site" || site == "same-site" {
		return httpError{403, "Pages of this origin may not use this server.", false}
	}
	return nil
}

func formFields(request *http.Request) (map[string]string, error) {
	text, err := readBody(request)
	if err != nil {
		return nil, err
	}
	return fieldsIn(string(text))
}

// fieldsIn reads form fields, each once: of two keys, one would be checked and the other used somewhere else.
func fieldsIn(text string) (map[string]string, error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, httpError{400, "That is not a form.", false}
	}
	fields := map[string]string{}
	for name, all := range values {
		if len(all) > 1 && (name == "key" || name == "bucket" || name == "_method") {
			return nil, httpError{400, "The field " + name + " is there twice.", false}
		}
		fields[name] = all[0]
	}
	return fields, nil
}

// logLine writes one line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them.
func logLine(line string) {
	if len(line) > 300 {
		line = line[:300]
	}
	quoted := strconv.QuoteToASCII(line)
	log.Print(quoted[1 : len(quoted)-1])
}

// ─── What is signed ──────────────────────────────────────────────────────────────────────────────────────────────────

func sign(prefix string, text []byte) (object, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	// As they were written: 1e3 and 1000 are not the same here.
	decoder.UseNumber()
	var request object
	if err := decoder.Decode(&request); err != nil || request == nil || len(bytes.TrimSpace(text[decoder.InputOffset():])) > 0 {
		return nil, refuse("that is not a JSON object")
	}
	now := time.Now()
	if _, found := request["headers"]; !found {
		scope, err := checkPolicy(prefix, request, now)
		if err != nil {
			return nil, err
		}
		// What was checked is signed, never the bytes that came in: a store might read those differently.
		var checked bytes.Buffer
		encoder := json.NewEncoder(&checked)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(request); err != nil {
			return nil, err
		}
		policy := base64.StdEncoding.EncodeToString(bytes.TrimSpace(checked.Bytes()))
		return object{"policy": policy, "signature": signV4(scope, policy)}, nil
	}
	headers, isString := request["headers"].(string)
	if !isString || len(request) > 1 {
		return nil, refuse("headers is not the only string")
	}
	date, scope, canonicalRequest, err := checkRequest(prefix, headers, now)
	if err != nil {
		return nil, err
	}
	stringToSign := strings.Join([]string{"AWS4-HMAC-SHA256", date, scope, sha256Of(canonicalRequest)}, "\n")
	return object{"signature": signV4(scope, stringToSign)}, nil
}

// checked are fields with checks of their own.
var checked = map[string]bool{"acl": true, "bucket": true, "key": true, "success_action_status": true, "x-amz-algorithm": true, "x-amz-credential": true, "x-amz-date": true}

// harmless are fields and headers, in lower case, that only describe the object. All others (ACL grants, copy sources, redirects, tags) are refused.
var harmless = regexp.MustCompile(`\A(content-(type|md5|encoding|disposition|language)|cache-control|expires|if-none-match|x-amz-storage-class` +
	`|x-amz-server-side-encryption(-[a-z0-9-]+)?|x-amz-checksum-[a-z0-9-]+|x-amz-sdk-checksum-algorithm|x-amz-meta-[a-z0-9!#$%&'*+.^_` + "`" + `|~-]+)\z`)

var ascii = regexp.MustCompile(`\A[\x21-\x7e]+\z`)

var isoDate = regexp.MustCompile(`\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z\z`)

// checkPolicy checks a form policy and returns its scope: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
func checkPolicy(prefix string, policy object, now time.Time) (string, error) {
	expiration, isString := policy["expiration"].(string)
	conditions, isList := policy["conditions"].([]any)
	if len(policy) != 2 || !isString || !isList || !isoDate.MatchString(expiration) {
		return "", refuse("the policy is not a date and conditions")
	}
	// Whoever copies a policy can use it until then.
	if end, err := time.Parse(time.RFC3339Nano, expiration); err != nil || end.Sub(now) > 24*time.Hour {
		return "", refuse("the expiration is not within a day")
	}
	exact, seen := map[string]string{}, map[string]bool{}
	least, most, ranges := int64(0), int64(0), 0
	for _, condition := range conditions {
		operator, field, value, err := conditionOf(condition)
		if err != nil {
			return "", err
		}
		if operator == "content-length-range" {
			// Of two ranges a store might look at the other one.
			if ranges++; ranges > 1 {
				return "", refuse("the policy has two ranges")
			}
			if least, err = sizeOf(field); err != nil {
				return "", err
			}
			if most, err = sizeOf(value); err != nil {
				return "", err
			}
			continue
		}
		name, nameIsString := field.(string)
		text, valueIsString := value.(string)
		if !nameIsString || !valueIsString {
			return "", refuse("a condition has a value that is no string")
		}
		if !isPlain(text) {
			return "", refuse("the condition for %s has a control character", name)
		}
		// The Kelvin sign becomes a k in small letters: a "key" that the store does not know as one.
		if !ascii.MatchString(name) {
			return "", refuse("the field %s is not of ASCII", name)
		}
		name = strings.ToLower(name)
		if seen[name] {
			return "", refuse("the policy names %s twice", name)
		}
		seen[name] = true
		switch {
		case operator == "starts-with" && name == "key":
			// One policy for many files. It must be for a folder of its own, or it would be a permission to write over everything.
			if !strings.HasSuffix(text, "/") || !isKeyAllowed(prefix, text+"file") {
				return "", refuse("the prefix of keys is %s", text)
			}
		case operator == "starts-with":
			if !harmless.MatchString(name) {
				return "", refuse("the field %s may not be left open", name)
			}
		case !checked[name] && !harmless.MatchString(name):
			return "", refuse("the field %s is not one that uploads need", name)
		default:
			exact[name] = text
		}
	}
	key, hasKey := exact["key"]
	status, hasStatus := exact["success_action_status"]
	credentialKey, scope, _ := strings.Cut(exact["x-amz-credential"], "/")
	switch {
	case exact["bucket"] != bucket:
		return "", refuse("the bucket is %s", exact["bucket"])
	case exact["acl"] != acl:
		return "", refuse("the ACL is %s", exact["acl"])
	case !seen["key"] || hasKey && !isKeyAllowed(prefix, key):
		return "", refuse("the key is %s", key)
	case least > most:
		return "", refuse("the range is empty")
	case maxSize > 0 && (ranges == 0 || most > maxSize):
		return "", refuse("the size may be more than %d", maxSize)
	case hasStatus && status != "200" && status != "201" && status != "204":
		return "", refuse("the status is not one of success")
	case exact["x-amz-algorithm"] != "AWS4-HMAC-SHA256":
		return "", refuse("the algorithm is not AWS4-HMAC-SHA256")
	case credentialKey != accessKey:
		return "", refuse("the credential is %s", exact["x-amz-credential"])
	}
	return scope, checkScope(exact["x-amz-date"], scope, now)
}

// conditionOf returns a condition as operator, field and value.
func conditionOf(condition any) (operator string, field, value any, err error) {
	switch content := condition.(type) {
	case []any:
		if len(content) == 3 {
			operator, _ = content[0].(string)
			name, _ := content[1].(string)
			if operator == "content-length-range" {
				return operator, content[1], content[2], nil
			}
			if (operator == "eq" || operator == "starts-with") && strings.HasPrefix(name, "$") {
				return operator, name[1:], content[2], nil
			}
		}
		return "", nil, nil, refuse("a condition has no known operator")
	case object:
		if len(content) == 1 {
			for name, value := range content {
				return "eq", name, value, nil
			}
		}
	}
	return "", nil, nil, refuse("a condition is neither a list nor one field")
}

var digits = regexp.MustCompile(`\A(0|[1-9]\d{0,15})\z`)

// sizeOf reads a size of a content-length-range: plain digits. "1e3", "-1" or " 7" would be read differently elsewhere.
func sizeOf(value any) (int64, error) {
	text, isString := value.(string)
	if number, isNumber := value.(json.Number); isNumber {
		text, isString = number.String(), true
	}
	// 2^53 is Fine Uploader's "no limit".
	size, _ := strconv.ParseInt(text, 10, 64)
	if !isString || !digits.MatchString(text) || size > 1<<53 {
		return 0, refuse("the range is not of sizes")
	}
	return size, nil
}

var (
	headerName  = regexp.MustCompile("\\A[a-z0-9!#$%&'*+.^_`|~-]+\\z")
	payloadHash = regexp.MustCompile(`\A([0-9a-f]{64}|UNSIGNED-PAYLOAD)\z`)
)

// checkRequest checks a string to sign whose last part is still the canonical request, so that this server sees what it signs:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
func checkRequest(prefix, text string, now time.Time) (date, scope, canonicalRequest string, err error) {
	fail := func(format string, values ...any) (string, string, string, error) {
		return "", "", "", refuse(format, values...)
	}
	lines := strings.Split(text, "\n")
	end := len(lines) - 3
	if len(lines) < 10 || lines[0] != "AWS4-HMAC-SHA256" || lines[end] != "" || !utf8.ValidString(text) {
		return fail("that is not a canonical request")
	}
	date, scope = lines[1], lines[2]
	if err := checkScope(date, scope, now); err != nil {
		return "", "", "", err
	}
	headers, names := map[string]string{}, []string{}
	for _, line := range lines[6:end] {
		name, value, found := strings.Cut(line, ":")
		if _, twice := headers[name]; !found || twice || !headerName.MatchString(name) || !isPlain(value) {
			return fail("the header %s", line)
		}
		headers[name] = value
		names = append(names, name)
		switch name {
		case "host", "x-amz-date", "x-amz-content-sha256":
		case "x-amz-acl":
			if value != acl {
				return fail("the ACL is %s", value)
			}
		default:
			if !harmless.MatchString(name) {
				return fail("the header %s is %s", name, value)
			}
		}
	}
	switch {
	case lines[end+1] != strings.Join(names, ";"):
		return fail("the signed headers are not the headers")
	case headers["host"] != bucketURL.Host:
		return fail("the host is %s", headers["host"])
	case headers["x-amz-date"] != date:
		return fail("the time is not the one of x-amz-date")
	case !payloadHash.MatchString(lines[end+2]) || headers["x-amz-content-sha256"] != lines[end+2]:
		return fail("the hash of the payload is not one")
	}
	if err := checkResource(prefix, lines[3], lines[4], lines[5]); err != nil {
		return "", "", "", err
	}
	return date, scope, strings.Join(lines[3:], "\n"), nil
}

// steps are method and canonical query of the steps of a multipart upload: create, part, complete, abort, list parts. There are no others.
// An empty uploadId would turn an abort into the deletion of an object, and a part into an object.
var steps = regexp.MustCompile(strings.ReplaceAll(`\A(POST uploads=|PUT partNumber=([1-9]\d{0,3}|10000)&uploadId=ID|(POST|DELETE) uploadId=ID`+
	`|GET (max-parts=\d{1,4}&)?(part-number-marker=\d{1,5}&)?uploadId=ID)\z`, "ID", `([A-Za-z0-9._~-]|%2[BF]|%3D){1,1000}`))

func checkResource(prefix, method, path, query string) error {
	// Path-style addresses have the bucket in the path.
	base := bucketURL.Path + "/"
	if !strings.HasPrefix(path, base) {
		return refuse("the path is %s", path)
	}
	escaped := strings.TrimPrefix(path, base)
	key, err := url.PathUnescape(escaped)
	// Only the one canonical spelling: "+", "%2e" or "%c3" are read differently by different stores, and by proxies in front of them.
	if err != nil || escapePath(key) != escaped {
		return refuse("the path %s is not canonical", path)
	}
	if !isKeyAllowed(prefix, key) {
		return refuse("the key is %s", key)
	}
	if !steps.MatchString(method + " " + query) {
		return refuse("%s %s is not a step of a multipart upload", method, query)
	}
	return nil
}

func checkScope(date, scope string, now time.Time) error {
	moment, err := time.Parse("20060102T150405Z", date)
	if err != nil || len(date) != 16 || scope != date[:8]+"/"+region+"/s3/aws4_request" {
		return refuse("the scope is %s at %s", scope, date)
	}
	// The store judges the minutes: a page whose clock is off learns the right time from it.
	if off := moment.Sub(now); off > 24*time.Hour || off < -24*time.Hour {
		return refuse("the time is %s", date)
	}
	return nil
}

// isKeyAllowed tells whether this user may touch a key. It is not escaped.
func isKeyAllowed(prefix, key string) bool {
	if key == "" || key == prefix || !strings.HasPrefix(key, prefix) {
		return false
	}
	// Stores keep a/../b as it is; what reads the bucket later (a CDN, a sync to a disk) may climb. ${filename} a store replaces in a form.
	for _, segment := range strings.Split(strings.ReplaceAll(key, `\`, "/"), "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return !strings.Contains(key, "${") && isPlain(key) && len(key) <= 1024
}

// isPlain is UTF-8 without control characters. What was no UTF-8 in JSON is U+FFFD by now.
func isPlain(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, func(sign rune) bool { return unicode.IsControl(sign) || sign == utf8.RuneError }) < 0
}

// ─── The store ───────────────────────────────────────────────────────────────────────────────────────────────────────

// success: the page says that an object is stored. It may say so of anything, so the bucket is asked. This is the place to check the size of a
// file that came in parts (no policy limits those), and to write the file into your database.
func success(prefix string, fields map[string]string) (object, error) {
	key, err := keyIn(prefix, fields)
	if err != nil {
		return nil, err
	}
	status, size, err := ask("HEAD", key)
	switch {
	case err != nil:
		return nil, err
	case status == 404:
		return nil, httpError{404, "The file is not in the bucket.", false}
	case status != 200:
		return nil, httpError{502, fmt.Sprintf("The store answered %d when asked for the file.", status), false}
	case maxSize > 0 && size > maxSize:
		ask("DELETE", key)
		return nil, httpError{413, "The file is too large and was not kept.", true}
	}
	return object{"success": true, "tempLink": presign("GET", key, linkSeconds)}, nil
}

// remove deletes an object. S3 says yes as well where there is none, so a repeated request succeeds too.
func remove(prefix string, fields map[string]string) error {
	key, err := keyIn(prefix, fields)
	if err != nil {
		return err
	}
	status, _, err := ask("DELETE", key)
	if err == nil && status != 200 && status != 204 {
		err = httpError{502, fmt.Sprintf("The store answered %d when told to delete the file.", status), false}
	}
	return err
}

func keyIn(prefix string, fields map[string]string) (string, error) {
	key := fields["key"]
	if fields["bucket"] != bucket || !isKeyAllowed(prefix, key) {
		logLine("no file of this server: " + key)
		return "", httpError{400, "That is not a file of this server.", true}
	}
	return key, nil
}

var client = http.Client{Timeout: 20 * time.Second}

func ask(method, key string) (status int, size int64, err error) {
	request, err := http.NewRequest(method, presign(method, key, 300), nil)
	if err != nil {
		return 0, 0, err
	}
	response, err := client.Do(request)
	if err != nil {
		logLine("the store did not answer " + method + ": " + err.Error())
		return 0, 0, httpError{502, "The store could not be reached.", false}
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	return response.StatusCode, response.ContentLength, nil
}

// ─── Signature Version 4 ─────────────────────────────────────────────────────────────────────────────────────────────

// presign makes a URL that lets its holder send one kind of request: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
func presign(method, key string, seconds int) string {
	date := time.Now().UTC().Format("20060102T150405Z")
	scope := date[:8] + "/" + region + "/s3/aws4_request"
	path := bucketURL.Path + "/" + escapePath(key)
	query := "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + escape(accessKey+"/"+scope) + "&X-Amz-Date=" + date +
		"&X-Amz-Expires=" + strconv.Itoa(seconds) + "&X-Amz-SignedHeaders=host"
	canonicalRequest := strings.Join([]string{method, path, query, "host:" + bucketURL.Host, "", "host", "UNSIGNED-PAYLOAD"}, "\n")
	signature := signV4(scope, strings.Join([]string{"AWS4-HMAC-SHA256", date, scope, sha256Of(canonicalRequest)}, "\n"))
	return bucketURL.Scheme + "://" + bucketURL.Host + path + "?" + query + "&X-Amz-Signature=" + signature
}

func signV4(scope, text string) string {
	key := []byte("AWS4" + secretKey)
	for _, piece := range strings.Split(scope, "/") {
		key = hmacSHA256(key, piece)
	}
	return hex.EncodeToString(hmacSHA256(key, text))
}

func hmacSHA256(key []byte, text string) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(text))
	return hash.Sum(nil)
}

func sha256Of(text string) string {
	hash := sha256.Sum256([]byte(text))
	return hex.EncodeToString(hash[:])
}

// escape is RFC 3986's: everything but letters, digits and -._~. Go's own functions leave more alone.
func escape(text string) string {
	var escaped strings.Builder
	for _, sign := range []byte(text) {
		if sign >= 'A' && sign <= 'Z' || sign >= 'a' && sign <= 'z' || sign >= '0' && sign <= '9' || strings.IndexByte("-._~", sign) >= 0 {
			escaped.WriteByte(sign)
		} else {
			fmt.Fprintf(&escaped, "%%%02X", sign)
		}
	}
	return escaped.String()
}

func escapePath(key string) string {
	segments := strings.Split(key, "/")
	for index, segment := range segments {
		segments[index] = escape(segment)
	}
	return strings.Join(segments, "/")
}
