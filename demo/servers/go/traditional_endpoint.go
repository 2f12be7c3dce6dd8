// An endpoint for <fine-uploader> in one file of plain Go. It speaks Fine Uploader's own protocol, so it serves pages that already use Fine
// Uploader as well.
//
//	POST   /uploads          a form with one file, or with one chunk of it   -> {success, tempLink?}
//	POST   /uploads/done     "all chunks are sent"                           -> {success, tempLink}
//	DELETE /uploads/{uuid}   -> 204 (or POST /uploads with _method=DELETE -> {success})
//	GET    /uploads          the user's own files                            -> [{name, uuid, size}]
//	GET    /uploads/{uuid}   a file of the user
//
// Copy it, write authorize, set FOLDER in the environment, run `go run traditional_endpoint.go` (or give ServeUploads to your own server), and put
// this into your page:
//
//	<fine-uploader endpoint="/uploads" delete-endpoint="/uploads" chunking chunking-success-endpoint="/uploads/done"></fine-uploader>
//
// Nothing that a client says becomes part of a path, except a uuid of letters, digits, "-" and "_"; and an upload belongs to the user who began
// it: nobody else can go on with it, replace it, list it, read it or delete it. One process serves a folder.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"
)

// WRITE THIS: who sends the request? A function that returns the id of the signed-in user, or "" to refuse. For example
// func(request *http.Request) string { return userOfSession(request.Cookie("session")) }. A random id in a cookie does where nobody signs in.
var authorize func(request *http.Request) string = nil

var (
	folder = setting("FOLDER", "uploads")
	// Bytes of one file.
	maxSize = numberFrom("MAX_SIZE", 5<<30)
	// Other origins whose pages may use this server, such as https://www.example.com.
	allowedOrigins = strings.FieldsFunc(os.Getenv("ALLOWED_ORIGINS"), func(sign rune) bool { return sign == ',' || unicode.IsSpace(sign) })
	// Put in front of links, for pages of other origins: such as https://files.example.com.
	publicOrigin = os.Getenv("PUBLIC_ORIGIN")
	stallTime    = time.Duration(numberFrom("STALL_SECONDS", 60)) * time.Second
)

const (
	// After these, an upload that nobody has finished is dropped: as long as the element remembers it.
	unfinishedDays = 7
	// Of one user at once.
	maxUnfinished = 1000
	// Of one user.
	requestsPerMinute = 6000
	longestBody       = 64 * 1024
)

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// numberFrom ends the program where the environment has no number.
func numberFrom(name string, otherwise int64) int64 {
	value, err := strconv.ParseInt(setting(name, strconv.FormatInt(otherwise, 10)), 10, 64)
	if err != nil || value <= 0 {
		log.Fatalf("%s must be a number, such as %d.", name, otherwise)
	}
	return value
}

// ─── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────────

// refusal is an answer other than 200, with a sentence for the person.
type refusal struct {
	status   int
	sentence string
	// Such as "reset" or "preventRetry"; "" for none.
	flag string
}

func (r refusal) Error() string { return r.sentence }

type object = map[string]any

func main() {
	if authorize == nil {
		// Without it, everybody on the internet could fill the disk.
		log.Fatal("Say who may upload: write `authorize` in traditional_endpoint.go, a function that returns the id of the signed-in user.")
	}
	// What was being received when the last process ended.
	os.RemoveAll(filepath.Join(folder, ".incoming"))
	if err := os.MkdirAll(filepath.Join(folder, ".incoming"), 0o700); err != nil {
		log.Fatal(err)
	}
	go func() {
		for ; ; time.Sleep(time.Hour) {
			purge()
		}
	}()
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("HOST"), setting("PORT", "3000")))
	if err != nil {
		log.Fatal(err)
	}
	server := http.Server{Handler: http.HandlerFunc(ServeUploads), ConnState: patience, ErrorLog: log.New(io.Discard, "", 0)}
	log.Fatal(server.Serve(patient{listener}))
}

// patient makes connections that are cut off when less than 100 bytes per second arrive, be it headers or a body. A limit to the whole request would
// end large files on slow lines.
type patient struct{ net.Listener }

func (p patient) Accept() (net.Conn, error) {
	connection, err := p.Listener.Accept()
	return &patientConn{Conn: connection}, err
}

type patientConn struct {
	net.Conn
	bytes int
	until time.Time
}

// patience begins anew with each request of a connection.
func patience(connection net.Conn, _ http.ConnState) {
	if c, isPatient := connection.(*patientConn); isPatient {
		c.until = time.Time{}
	}
}

func (c *patientConn) Read(buffer []byte) (int, error) {
	if c.until.IsZero() || c.bytes >= 100*int(stallTime.Seconds()) {
		c.bytes, c.until = 0, time.Now().Add(stallTime)
	}
	c.Conn.SetReadDeadline(c.until)
	size, err := c.Conn.Read(buffer)
	c.bytes += size
	return size, err
}

// ServeUploads answers everything below /uploads.
func ServeUploads(response http.ResponseWriter, request *http.Request) {
	known := setCorsHeaders(response, request)
	if request.Method == http.MethodOptions {
		response.WriteHeader(map[bool]int{true: 204, false: 403}[known])
		return
	}
	answer, err := respond(response, request)
	status := 200
	var problem refusal
	switch {
	case err == errSent:
		return
	case err == nil && answer == nil:
		response.WriteHeader(204)
		return
	case errors.As(err, &problem):
		status, answer = problem.status, object{"success": false, "error": problem.sentence}
		if problem.flag != "" {
			answer.(object)[problem.flag] = true
		}
	case err != nil:
		logLine("failed: " + err.Error())
		status, answer = 500, object{"success": false, "error": "The server failed."}
		if errors.Is(err, syscall.ENOSPC) {
			status, answer = 507, object{"success": false, "error": "The server has no room left."}
		}
	}
	// Read and dropped: a browser that is cut off while it sends shows no answer. But not for ever.
	io.CopyN(io.Discard, request.Body, maxSize)
	response.Header().Set("Content-Type", "application/json; charset=utf-8")
	response.Header().Set("Cache-Control", "no-store")
	response.Header().Set("X-Content-Type-Options", "nosniff")
	response.WriteHeader(status)
	json.NewEncoder(response).Encode(answer)
}

// errSent: the answer has been sent.
var errSent = errors.New("sent")

func respond(response http.ResponseWriter, request *http.Request) (any, error) {
	if err := refuseOtherSites(request); err != nil {
		return nil, err
	}
	user := authorize(request)
	if user == "" {
		return nil, refusal{403, "Please sign in to upload.", ""}
	}
	if !takeTurn(user) {
		response.Header().Set("Retry-After", "10")
		return nil, refusal{429, "There are too many requests. Please wait a little.", ""}
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(request.URL.Path, "/uploads"), "/")
	switch {
	case request.Method == "POST" && rest == "":
		return post(request, user)
	case request.Method == "POST" && rest == "done":
		fields, err := fieldsOf(request)
		if err != nil {
			return nil, err
		}
		return done(fields, user)
	case (request.Method == "GET" || request.Method == "HEAD") && rest == "":
		return list(user), nil
	case request.Method == "GET" || request.Method == "HEAD":
		return nil, view(response, request, rest, user)
	case request.Method == "DELETE":
		return nil, remove(rest, user)
	}
	return nil, refusal{405, "This server does not know that kind of request.", ""}
}

// setCorsHeaders says what lets pages of the allowed other origins read the answers.
func setCorsHeaders(response http.ResponseWriter, request *http.Request) (known bool) {
	if len(request.Header.Values("Origin")) == 0 {
		return false
	}
	origin := request.Header.Get("Origin")
	response.Header().Set("Vary", "Origin")
	if !isAllowedOrigin(origin) {
		return false
	}
	response.Header().Set("Access-Control-Allow-Origin", origin)
	response.Header().Set("Access-Control-Allow-Credentials", "true")
	if request.Method == http.MethodOptions {
		response.Header().Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
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
	// Pages of other sites may show a file, as they may show any picture; they cannot read it.
	if request.Method == "GET" || request.Method == "HEAD" || isAllowedOrigin(origin) {
		return nil
	}
	same := len(request.Header.Values("Origin")) == 0 || origin == "https://"+request.Host || origin == "http://"+request.Host
	site := request.Header.Get("Sec-Fetch-Site")
	if !same || site == "cross-site" || site == "same-site" {
		return refusal{403, "Pages of this origin may not use this server.", ""}
	}
	return nil
}

// logLine writes one line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them.
func logLine(line string) {
	quoted := strconv.QuoteToASCII(line)
	log.Print(quoted[1 : len(quoted)-1])
}

type rate struct {
	left float64
	at   time.Time
}

var (
	rates     = map[string]rate{}
	ratesLock sync.Mutex
)

// takeTurn counts requests per minute and user, as a bucket that fills again.
func takeTurn(user string) bool {
	ratesLock.Lock()
	defer ratesLock.Unlock()
	now := time.Now()
	before, found := rates[user]
	if !found {
		before = rate{requestsPerMinute, now}
	}
	left := before.left + now.Sub(before.at).Minutes()*requestsPerMinute
	if left > requestsPerMinute {
		left = requestsPerMinute
	}
	if left < 1 {
		rates[user] = rate{left, now}
		return false
	}
	rates[user] = rate{left - 1, now}
	return true
}

// ─── The protocol ────────────────────────────────────────────────────────────────────────────────────────────────────

func isType(request *http.Request, kind string) bool {
	return strings.HasPrefix(strings.ToLower(request.Header.Get("Content-Type")), kind)
}

// fieldsOf reads a form without a file, or JSON where the page asks for that.
func fieldsOf(request *http.Request) (map[string]string, error) {
	text, err := io.ReadAll(io.LimitReader(request.Body, longestBody+1))
	if err != nil {
		return nil, refusal{400, "The request ended early.", ""}
	}
	if len(text) > longestBody {
		return nil, refusal{413, "The request is too long.", ""}
	}
	fields := map[string]string{}
	if isType(request, "application/json") {
		var values object
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if decoder.Decode(&values) != nil || values == nil {
			return nil, refusal{400, "The request is not a JSON object, although it says so.", ""}
		}
		for name, value := range values {
			switch value := value.(type) {
			case string:
				fields[name] = value
			case json.Number:
				fields[name] = value.String()
			}
		}
		return fields, nil
	}
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, refusal{400, "The form could not be read.", ""}
	}
	for name := range values {
		fields[name] = values.Get(name)
	}
	return fields, nil
}

// received is a file that has arrived, under a temporary name.
type received struct {
	path, name string
	size       int64
}

func post(request *http.Request, user string) (any, error) {
	var fields map[string]string
	var file *received
	var err error
	switch {
	case isType(request, "application/x-www-form-urlencoded"):
		if fields, err = fieldsOf(request); err == nil && !strings.EqualFold(fields["_method"], "DELETE") {
			err = refusal{400, "The request has no file.", ""}
		}
	case isType(request, "multipart/form-data"):
		fields, file, err = receiveForm(request)
	default:
		// The bytes themselves as the body, everything else in the query.
		fields = map[string]string{}
		for name := range request.URL.Query() {
			fields[name] = request.URL.Query().Get(name)
		}
		file, err = receive(request.Body, fields["qqfile"])
	}
	if file != nil {
		defer os.Remove(file.path)
	}
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(fields["_method"], "DELETE") {
		return object{"success": true}, remove(fields["qquuid"], user)
	}
	if file == nil {
		return nil, refusal{400, "The form has no file.", ""}
	}
	return keep(fields, *file, user)
}

// receiveForm reads fields in any order, and one file, written to the disk as it comes.
func receiveForm(request *http.Request) (map[string]string, *received, error) {
	unreadable := refusal{400, "The form could not be read to its end.", ""}
	_, parameters, err := mime.ParseMediaType(request.Header.Get("Content-Type"))
	if err != nil || parameters["boundary"] == "" {
		return nil, nil, unreadable
	}
	reader := multipart.NewReader(request.Body, parameters["boundary"])
	fields := map[string]string{}
	var file *received
	for count := 0; count < 200; count++ {
		part, err := reader.NextPart()
		if err == io.EOF {
			return fields, file, nil
		}
		if err != nil {
			return nil, file, unreadable
		}
		_, disposition, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		// Not part.FileName(), which cuts what looks like a path; the name is only shown.
		name, isFile := disposition["filename"]
		if isFile && file == nil {
			if file, err = receive(part, name); err != nil {
				return nil, file, unreadable
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, longestBody+1))
		if err != nil || len(value) > longestBody || isFile {
			return nil, file, unreadable
		}
		fields[part.FormName()] = string(value)
	}
	return nil, file, unreadable
}

// receive writes a stream to disk under a name of its own, to be moved or dropped later.
func receive(bytes io.Reader, name string) (*received, error) {
	file, err := os.CreateTemp(filepath.Join(folder, ".incoming"), "")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	// One byte more than the limit is enough to know.
	size, err := io.Copy(file, io.LimitReader(bytes, maxSize+1))
	if err == nil && size > maxSize {
		_, err = io.Copy(io.Discard, bytes)
	}
	return &received{file.Name(), name, size}, err
}

func keep(fields map[string]string, file received, user string) (any, error) {
	uuid := fields["qquuid"]
	if !isUUID(uuid) {
		return nil, errUUID
	}
	name := fields["qqfilename"]
	if name == "" {
		name = file.name
	}
	if file.size > maxSize {
		return nil, tooLarge()
	}
	defer lock(uuid)()
	if _, isChunk := fields["qqpartindex"]; isChunk {
		return keepChunk(uuid, user, fields, file)
	}
	if _, isSaid := fields["qqtotalfilesize"]; isSaid {
		if size, err := number(fields, "qqtotalfilesize"); err != nil || size != file.size {
			return nil, refusal{400, "The file is not as long as announced.", ""}
		}
	}
	return store(uuid, user, name, file.path)
}

func keepChunk(uuid, user string, fields map[string]string, file received) (any, error) {
	var counts [5]int64
	for index, name := range []string{"qqpartindex", "qqpartbyteoffset", "qqchunksize", "qqtotalparts", "qqtotalfilesize"} {
		count, err := number(fields, name)
		if err != nil {
			return nil, err
		}
		counts[index] = count
	}
	index, offset, length, parts, total := counts[0], counts[1], counts[2], counts[3], counts[4]
	switch {
	case total > maxSize:
		return nil, tooLarge()
	// Chunks of nothing would never fill the file, only the folder.
	case index >= parts || offset+length > total || length == 0 && total > 0:
		return nil, refusal{400, "The chunk lies outside the file.", ""}
	case file.size != length:
		return nil, refusal{400, "The chunk is not as long as announced.", ""}
	}
	if err := mustBeOf(uuid, user); err != nil {
		return nil, err
	}
	// The answer to the last chunk got lost: it comes again, and the file is whole already.
	if sizeOf(path(uuid, "content")) == total && haveSameBytes(path(uuid, "content"), offset, file.path, length) {
		return answerFor(uuid), nil
	}
	chunks := chunksOf(uuid)
	// Going on where nothing is would only be noticed at the end, after hours perhaps.
	if fields["qqresume"] == "true" && len(chunks) == 0 {
		return nil, refusal{409, "The chunks that were sent earlier are no longer here.", "reset"}
	}
	if len(chunks) == 0 && countUnfinished(user) >= maxUnfinished {
		return nil, refusal{429, "There are too many unfinished uploads. Please finish or cancel some.", ""}
	}
	sum := length
	for _, other := range chunks {
		if other != (chunk{offset, length}) {
			sum += other.length
		}
	}
	// A page may cut a file anew, once. More is somebody who fills the disk with one upload.
	if sum > 2*total || len(chunks) > 50_000 {
		forgetChunks(uuid)
		return nil, refusal{409, "There are more chunks than the file has room for, so it starts again.", "reset"}
	}
	if err := claim(uuid, user); err != nil {
		return nil, err
	}
	os.MkdirAll(path(uuid, "chunks"), 0o700)
	return object{"success": true}, os.Rename(file.path, path(uuid, "chunks", fmt.Sprintf("%d-%d", offset, length)))
}

// done: all chunks are sent. It may come twice.
func done(fields map[string]string, user string) (any, error) {
	uuid := fields["qquuid"]
	if !isUUID(uuid) {
		return nil, errUUID
	}
	size, err := number(fields, "qqtotalfilesize")
	if err != nil {
		return nil, err
	}
	if size > maxSize {
		return nil, tooLarge()
	}
	defer lock(uuid)()
	if err := mustBeOf(uuid, user); err != nil {
		return nil, err
	}
	way := cover(chunksOf(uuid), size)
	if way == nil {
		forgetChunks(uuid)
		if sizeOf(path(uuid, "content")) == size {
			return answerFor(uuid), nil
		}
		return nil, refusal{409, "Some chunks of the file are missing, so it starts again.", "reset"}
	}
	joined, err := os.CreateTemp(filepath.Join(folder, ".incoming"), "")
	if err != nil {
		return nil, err
	}
	defer os.Remove(joined.Name())
	defer joined.Close()
	for _, one := range way {
		part, err := os.Open(path(uuid, "chunks", fmt.Sprintf("%d-%d", one.offset, one.length)))
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(joined, part)
		part.Close()
		if err != nil {
			return nil, err
		}
	}
	return store(uuid, user, fields["qqfilename"], joined.Name())
}

// store makes bytes the whole file of an upload: the place to write it into your database.
func store(uuid, user, name, from string) (any, error) {
	if err := claim(uuid, user); err != nil {
		return nil, err
	}
	if err := write(uuid, about{user, plain(name)}); err != nil {
		return nil, err
	}
	if err := os.Rename(from, path(uuid, "content")); err != nil {
		return nil, err
	}
	forgetChunks(uuid)
	return answerFor(uuid), nil
}

func answerFor(uuid string) object {
	return object{"success": true, "tempLink": publicOrigin + "/uploads/" + uuid}
}

func list(user string) []object {
	files := []object{}
	contents, _ := filepath.Glob(filepath.Join(folder, "*", "content"))
	for _, content := range contents {
		uuid := filepath.Base(filepath.Dir(content))
		if one, found := read(uuid); found && one.Owner == user {
			files = append(files, object{"uuid": uuid, "name": one.Name, "size": sizeOf(content)})
		}
	}
	return files
}

// view sends a file. What is in it is unknown: it is a download, and a browser is told to run nothing of it.
func view(response http.ResponseWriter, request *http.Request, uuid, user string) error {
	one, found := about{}, false
	if isUUID(uuid) {
		one, found = read(uuid)
	}
	if !found || one.Owner != user || sizeOf(path(uuid, "content")) < 0 {
		return errNotFound
	}
	headers := response.Header()
	headers.Set("Content-Type", "application/octet-stream")
	headers.Set("Content-Disposition", "attachment; filename*=UTF-8''"+strings.ReplaceAll(url.QueryEscape(one.Name), "+", "%20"))
	headers.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	headers.Set("X-Content-Type-Options", "nosniff")
	headers.Set("Cache-Control", "private, no-cache")
	http.ServeFile(response, request, path(uuid, "content"))
	return errSent
}

func remove(uuid, user string) error {
	if !isUUID(uuid) {
		return errNotFound
	}
	defer lock(uuid)()
	if one, found := read(uuid); !found || one.Owner != user {
		return errNotFound
	}
	return os.RemoveAll(path(uuid))
}

// ─── The folder ──────────────────────────────────────────────────────────────────────────────────────────────────────
//
//	{folder}/{uuid}/about.json         its owner; its name once it is whole
//	{folder}/{uuid}/content            the file, once it is whole
//	{folder}/{uuid}/chunks/{offset}-{length}
//	{folder}/.incoming                 what is being received; nothing half-received ever has a proper name

type about struct{ Owner, Name string }

type chunk struct{ offset, length int64 }

var (
	uuidPattern   = regexp.MustCompile(`\A[0-9A-Za-z][0-9A-Za-z_-]{7,63}\z`)
	numberPattern = regexp.MustCompile(`\A[0-9]{1,15}\z`)
	errUUID       = refusal{400, "The request has no usable qquuid.", "preventRetry"}
	errNotFound   = refusal{404, "There is no such file.", ""}
	locks         [256]sync.Mutex
)

// isUUID: the uuid becomes the name of a folder, so it has to look like one.
func isUUID(text string) bool { return uuidPattern.MatchString(text) }

func path(uuid string, rest ...string) string {
	if !isUUID(uuid) {
		panic("an upload is named by a uuid")
	}
	return filepath.Join(append([]string{folder, uuid}, rest...)...)
}

// lock: many requests come at once; who changes an upload holds its lock, which it shares with some others.
func lock(uuid string) (unlock func()) {
	mutex := &locks[crc32.ChecksumIEEE([]byte(uuid))%256]
	mutex.Lock()
	return mutex.Unlock
}

func number(fields map[string]string, name string) (int64, error) {
	if !numberPattern.MatchString(fields[name]) {
		return 0, refusal{400, name + " is not a number of bytes or parts.", ""}
	}
	return strconv.ParseInt(fields[name], 10, 64)
}

// plain is the name people see: shortened, and without what would garble a log or a header. It is shown and stored, never a path.
func plain(name string) string {
	signs := []rune(strings.TrimSpace(strings.Map(func(sign rune) rune {
		if unicode.IsControl(sign) {
			return ' '
		}
		return sign
	}, name)))
	if len(signs) > 255 {
		signs = signs[:255]
	}
	if len(signs) == 0 {
		return "unnamed"
	}
	return string(signs)
}

func tooLarge() error {
	return refusal{413, fmt.Sprintf("The file is larger than this server allows (%d bytes).", maxSize), "preventRetry"}
}

func read(uuid string) (one about, found bool) {
	text, err := os.ReadFile(path(uuid, "about.json"))
	return one, err == nil && json.Unmarshal(text, &one) == nil
}

func write(uuid string, one about) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Join(folder, ".incoming"), "")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(text)
	file.Close()
	if err != nil {
		return err
	}
	os.MkdirAll(path(uuid), 0o700)
	return os.Rename(file.Name(), path(uuid, "about.json"))
}

func mustBeOf(uuid, user string) error {
	if one, found := read(uuid); found && one.Owner != user {
		return refusal{403, "This upload belongs to somebody else.", "preventRetry"}
	}
	return nil
}

// claim makes an upload the user's own.
func claim(uuid, user string) error {
	if err := mustBeOf(uuid, user); err != nil {
		return err
	}
	if _, found := read(uuid); !found {
		return write(uuid, about{Owner: user})
	}
	return nil
}

func chunksOf(uuid string) []chunk {
	chunks := []chunk{}
	entries, _ := os.ReadDir(path(uuid, "chunks"))
	for _, entry := range entries {
		var one chunk
		if _, err := fmt.Sscanf(entry.Name(), "%d-%d", &one.offset, &one.length); err == nil {
			chunks = append(chunks, one)
		}
	}
	return chunks
}

// forgetChunks forgets an upload without a whole file altogether.
func forgetChunks(uuid string) {
	if sizeOf(path(uuid, "content")) < 0 {
		os.RemoveAll(path(uuid))
	} else {
		os.RemoveAll(path(uuid, "chunks"))
	}
}

func countUnfinished(user string) (count int) {
	unfinished, _ := filepath.Glob(filepath.Join(folder, "*", "chunks"))
	for _, chunks := range unfinished {
		if one, found := read(filepath.Base(filepath.Dir(chunks))); found && one.Owner == user {
			count++
		}
	}
	return count
}

// cover returns the chunks that follow each other from the first byte to the last, out of any that were sent; nil where some are missing.
func cover(chunks []chunk, size int64) []chunk {
	sort.Slice(chunks, func(one, other int) bool { return chunks[one].offset > chunks[other].offset })
	// From the end backwards, so that at each offset only a chunk is kept from which the end can be reached.
	ways := map[int64]chunk{}
	for _, one := range chunks {
		_, leads := ways[one.offset+one.length]
		if (one.length > 0 || size == 0) && (one.offset+one.length == size || leads) {
			ways[one.offset] = one
		}
	}
	way := []chunk{}
	for offset := int64(0); offset < size || len(way) == 0; {
		one, found := ways[offset]
		if !found {
			return nil
		}
		way = append(way, one)
		offset += one.length
	}
	return way
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return -1
	}
	return info.Size()
}

func haveSameBytes(content string, offset int64, chunk string, length int64) bool {
	one, err := os.Open(content)
	if err != nil {
		return false
	}
	defer one.Close()
	other, err := os.Open(chunk)
	if err != nil {
		return false
	}
	defer other.Close()
	var left, right [65536]byte
	for at := int64(0); at < length; at += 65536 {
		n, _ := one.ReadAt(left[:min(65536, length-at)], offset+at)
		m, _ := other.ReadAt(right[:min(65536, length-at)], at)
		if n != m || !bytes.Equal(left[:n], right[:m]) {
			return false
		}
	}
	return true
}

func min(one, other int64) int64 {
	if one < other {
		return one
	}
	return other
}

// purge drops uploads that nobody has touched for days and that are not whole.
func purge() {
	unfinished, _ := filepath.Glob(filepath.Join(folder, "*", "chunks"))
	for _, chunks := range unfinished {
		info, err := os.Stat(chunks)
		if err == nil && time.Since(info.ModTime()) > unfinishedDays*24*time.Hour {
			uuid := filepath.Base(filepath.Dir(chunks))
			unlock := lock(uuid)
			forgetChunks(uuid)
			unlock()
		}
	}
}
