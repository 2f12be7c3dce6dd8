# frozen_string_literal: true

# A signing server in one file of plain Ruby: it lets a page upload straight into an S3 bucket without ever showing it a secret key.
#
#   POST   /s3/signature?v4=true   a form policy -> {policy, signature}; {headers: "…"} -> {signature}; a refusal -> 400 {invalid: true}
#   POST   /s3/success             the object is stored: key=&bucket=&uuid=&name=&etag= -> {success, tempLink}
#   DELETE /s3/files/{uuid}        ?key=&bucket= -> 204 (or POST /s3/files with _method=DELETE -> {success})
#
# Copy it, write AUTHORIZE, set the environment that is read below, and put this into your page:
#
#   <fine-uploader-s3 endpoint="https://photos.s3.eu-west-1.amazonaws.com" region="eu-west-1" access-key="AKIA…"
#     signature-endpoint="/s3/signature" success-endpoint="/s3/success" delete-endpoint="/s3/files"></fine-uploader-s3>
#
# It is a Rack application without gems:
#
#   config.ru   require_relative 'signing_server'; map('/s3') { run SigningServer }
#   Rails       mount SigningServer => '/s3'          (in config/routes.rb; no CSRF token is asked for: the Origin is checked here)
#
# A signature is a permission: whoever can make this server sign a string of their own choice owns the bucket. So every request is taken
# apart, and what is not known to be harmless is refused.

require 'base64'
require 'json'
require 'net/http'
require 'openssl'
require 'time'
require 'uri'

module SigningServer
  # WRITE THIS: who sends the request? A lambda that returns the id of the signed-in user, or nil to refuse. For example
  # ->(env) { env['rack.session']['user_id'] }.
  AUTHORIZE = nil

  # --- Settings -------------------------------------------------------------------------------------------------------

  def self.need(name)
    value = ENV.fetch(name, '')
    value.empty? ? abort("Set #{name} in the environment.") : value
  end

  BUCKET = need('S3_BUCKET')
  # Where this server reaches the bucket: https://photos.s3.eu-west-1.amazonaws.com, or path-style https://minio.example.com/photos.
  BUCKET_URL = URI(need('S3_BUCKET_URL').chomp('/'))
  BUCKET_HOST = BUCKET_URL.port == BUCKET_URL.default_port ? BUCKET_URL.host : "#{BUCKET_URL.host}:#{BUCKET_URL.port}"
  REGION = need('S3_REGION')
  ACCESS_KEY = need('S3_ACCESS_KEY')
  SECRET_KEY = need('S3_SECRET_KEY')
  # Keys must begin with this; {user} stands for the user's id, percent-encoded. With users/{user}/ nobody can overwrite or delete the files
  # of another user; the page's `key` must then begin so as well.
  KEY_PREFIX = ENV.fetch('S3_KEY_PREFIX', '')
  # Bytes. With a limit, the page needs a `size-limit` that is no larger.
  MAX_SIZE = ENV.fetch('S3_MAX_SIZE', '').empty? ? nil : ENV.fetch('S3_MAX_SIZE').to_i
  abort 'S3_MAX_SIZE must be a number of bytes, such as 20000000.' unless MAX_SIZE.nil? || ENV['S3_MAX_SIZE'].match?(/\A[1-9]\d{0,15}\z/)
  # Other origins whose pages may use this server, such as https://www.example.com.
  ALLOWED_ORIGINS = ENV.fetch('ALLOWED_ORIGINS', '').split(/[\s,]+/)
  ACL = 'private'
  LINK_SECONDS = 900
  LONGEST_BODY = 64 * 1024
  DAY = 86_400

  # Without it, everybody on the internet could fill the bucket.
  abort 'Say who may upload: write AUTHORIZE in signing_server.rb, a lambda that returns the id of the signed-in user.' unless AUTHORIZE

  # A refusal to sign. The reason goes to the log and not to the client.
  class Refused < StandardError; end

  # An answer other than 200, with a sentence for the person.
  class HttpError < StandardError
    attr_reader :status, :extra

    def initialize(status, message, extra = {})
      super(message)
      @status = status
      @extra = extra
    end
  end

  module_function

  # --- HTTP -----------------------------------------------------------------------------------------------------------

  def call(env)
    headers = cors_headers(env)
    status, answer = respond(env, headers)
    json(status, headers, answer)
  rescue Refused => e
    log("not signed: #{e.message}")
    json(400, headers, invalid: true)
  rescue HttpError => e
    json(e.status, headers, { success: false, error: e.message }.merge(e.extra))
  rescue StandardError => e
    log("failed: #{e.class}: #{e.message} #{e.backtrace&.first}")
    json(500, headers, success: false, error: 'The server failed.')
  end

  def json(status, headers, answer)
    return [status, headers, []] if answer.nil?

    more = { 'Content-Type' => 'application/json; charset=utf-8', 'Cache-Control' => 'no-store', 'X-Content-Type-Options' => 'nosniff' }
    [status, headers.merge(more), [JSON.generate(answer)]]
  end

  def respond(env, headers)
    return [headers.key?('Access-Control-Allow-Origin') ? 204 : 403, nil] if env['REQUEST_METHOD'] == 'OPTIONS'

    refuse_other_sites(env)
    user = AUTHORIZE.call(env)
    raise HttpError.new(403, 'Please sign in to upload.') if !user || user == ''
    # True, or an object, would be one and the same folder for all users.
    raise 'AUTHORIZE must return the id of the user, a String or an Integer.' unless user.is_a?(String) || user.is_a?(Integer)

    # Escaped: a user who is called "bob/photos" has no part in bob's files.
    prefix = KEY_PREFIX.gsub('{user}') { escape(user.to_s) }
    route = "#{env['REQUEST_METHOD']} #{env['PATH_INFO']}"
    case route
    when 'POST /signature'
      raise Refused, 'this server signs version 4 only' unless env['QUERY_STRING'] == 'v4=true'

      [200, sign(prefix, body(env))]
    when 'POST /success'
      [200, success(prefix, fields(body(env)))]
    when 'POST /files'
      form = fields(body(env))
      raise HttpError.new(400, 'The only _method here is DELETE.') unless form['_method'] == 'DELETE'

      remove(prefix, form)
      [200, { success: true }]
    when %r{\ADELETE /files/}
      remove(prefix, fields(env['QUERY_STRING']))
      [204, nil]
    else
      raise HttpError.new(404, 'There is nothing here.')
    end
  end

  def body(env)
    text = env['rack.input'].read(LONGEST_BODY + 1) || +''
    raise HttpError.new(413, 'The request is too long.') if text.bytesize > LONGEST_BODY

    text.force_encoding(Encoding::UTF_8)
  end

  # CORS: what lets pages of the allowed other origins read the answers.
  def cors_headers(env)
    origin = env['HTTP_ORIGIN']
    return {} if origin.nil?
    return { 'Vary' => 'Origin' } unless ALLOWED_ORIGINS.include?(origin)

    headers = { 'Access-Control-Allow-Origin' => origin, 'Access-Control-Allow-Credentials' => 'true', 'Vary' => 'Origin' }
    return headers unless env['REQUEST_METHOD'] == 'OPTIONS'

    asked = env['HTTP_ACCESS_CONTROL_REQUEST_HEADERS'] || 'Content-Type'
    headers.merge('Access-Control-Allow-Methods' => 'POST, DELETE', 'Access-Control-Allow-Headers' => asked)
  end

  # Refuses requests that a page of another site makes a visitor's browser send, cookie included. Sec-Fetch-Site only exists on https and on
  # localhost, so the Origin is compared as well. "null" is the origin of a sandboxed or disguised page: another site.
  def refuse_other_sites(env)
    origin = env['HTTP_ORIGIN']
    return if ALLOWED_ORIGINS.include?(origin)

    same = origin.nil? || ["https://#{env['HTTP_HOST']}", "http://#{env['HTTP_HOST']}"].include?(origin)
    return if same && !%w[cross-site same-site].include?(env['HTTP_SEC_FETCH_SITE'])

    raise HttpError.new(403, 'Pages of this origin may not use this server.')
  end

  # Form fields, each once: of two keys, one would be checked and the other used somewhere else.
  def fields(text)
    pairs = begin
      URI.decode_www_form(text)
    rescue ArgumentError
      raise HttpError.new(400, 'That is not a form.')
    end
    pairs.each_with_object({}) do |(name, value), form|
      raise HttpError.new(400, "The field #{name} is there twice.") if form.key?(name) && %w[key bucket _method].include?(name)

      form[name] = value
    end
  end

  # One line of visible ASCII. A line break would forge lines, an ESC would command the terminal of whoever reads them.
  def log(line)
    warn(line[0, 300].b.gsub(/[^\x20-\x7e]/n) { |sign| format('\\x%02x', sign.ord) })
  end

  # --- What is signed -------------------------------------------------------------------------------------------------

  def sign(prefix, text)
    raise Refused, 'that is not UTF-8' unless text.valid_encoding?

    request = begin
      JSON.parse(text)
    rescue JSON::ParserError, EncodingError
      raise Refused, 'that is not JSON'
    end
    raise Refused, 'that is not an object' unless request.is_a?(Hash)

    unless request.key?('headers')
      scope = check_policy(prefix, request)
      # What was checked is signed, never the bytes that came in: a store might read those differently.
      policy = Base64.strict_encode64(JSON.generate(request))
      return { policy: policy, signature: sign_v4(scope, policy) }
    end
    raise Refused, 'headers is not the only string' unless request['headers'].is_a?(String) && request.size == 1

    time, scope, canonical_request = check_request(prefix, request['headers'])
    string_to_sign = ['AWS4-HMAC-SHA256', time, scope, OpenSSL::Digest::SHA256.hexdigest(canonical_request)].join("\n")
    { signature: sign_v4(scope, string_to_sign) }
  end

  # Fields with checks of their own.
  CHECKED = %w[acl bucket key success_action_status x-amz-algorithm x-amz-credential x-amz-date].freeze
  # Fields and headers, in lower case, that only describe the object. All others (ACL grants, copy sources, redirects, tags) are refused.
  HARMLESS = /\A(content-(type|md5|encoding|disposition|language)|cache-control|expires|if-none-match|x-amz-storage-class|
    x-amz-server-side-encryption(-[a-z0-9-]+)?|x-amz-checksum-[a-z0-9-]+|x-amz-sdk-checksum-algorithm|
    x-amz-meta-[a-z0-9!\#$%&'*+.^_`|~-]+)\z/x

  # Checks a form policy and returns its scope: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
  def check_policy(prefix, policy)
    raise Refused, 'the policy is not an expiration and conditions' unless policy.keys.sort == %w[conditions expiration]

    expiration, conditions = policy.values_at('expiration', 'conditions')
    unless expiration.is_a?(String) && /\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z\z/.match?(expiration)
      raise Refused, 'the expiration is not a date'
    end
    # Whoever copies a policy can use it until then.
    raise Refused, 'the expiration is not within a day' if time_of(expiration[0, 19], '%Y-%m-%dT%H:%M:%S') > Time.now + DAY
    raise Refused, 'the policy has no conditions' unless conditions.is_a?(Array)

    exact = {}
    seen = {}
    range = nil
    conditions.each do |condition|
      operator, field, value = condition_of(condition)
      if operator == 'content-length-range'
        # Of two ranges a store might look at the other one.
        raise Refused, 'the policy has two ranges' if range

        range = [size_of(field), size_of(value)]
        next
      end
      raise Refused, 'a condition has a value that is no string' unless value.is_a?(String)
      raise Refused, "the condition for #{field} has a control character" unless plain?(value) && plain?(field)

      name = field.downcase(:ascii)
      raise Refused, "the policy names #{field} twice" if seen[name]

      seen[name] = true
      if operator == 'starts-with' && name == 'key'
        # One policy for many files. It must be for a folder of its own, or it would be a permission to write over everything.
        raise Refused, "the prefix of keys is #{value}" unless value.end_with?('/') && key_allowed?(prefix, "#{value}file")
      elsif operator == 'starts-with'
        raise Refused, "the field #{field} may not be left open" unless HARMLESS.match?(name)
      else
        raise Refused, "the field #{field} is not one that uploads need" unless CHECKED.include?(name) || HARMLESS.match?(name)

        exact[name] = value
      end
    end
    raise Refused, "the bucket is #{exact['bucket']}" unless exact['bucket'] == BUCKET
    raise Refused, "the ACL is #{exact['acl']}" unless exact['acl'] == ACL
    raise Refused, "the key is #{exact['key']}" unless seen['key'] && (!exact.key?('key') || key_allowed?(prefix, exact['key']))
    raise Refused, 'the range is empty' if range && range[0] > range[1]
    raise Refused, "the size may be #{range ? range[1] : 'anything'}" if MAX_SIZE && !(range && range[1] <= MAX_SIZE)
    raise Refused, 'the status is not one of success' unless %w[200 201 204].include?(exact.fetch('success_action_status', '200'))
    raise Refused, 'the algorithm is not AWS4-HMAC-SHA256' unless exact['x-amz-algorithm'] == 'AWS4-HMAC-SHA256'

    access_key, _, scope = exact.fetch('x-amz-credential', '').partition('/')
    raise Refused, "the credential is #{exact['x-amz-credential']}" unless access_key == ACCESS_KEY

    check_scope(exact.fetch('x-amz-date', ''), scope)
    scope
  end

  # A condition as operator, field and value.
  def condition_of(condition)
    case condition
    in ['content-length-range', least, most] then ['content-length-range', least, most]
    in [('eq' | 'starts-with') => operator, /\A\$/ => field, value] then [operator, field[1..], value]
    in Hash if condition.size == 1 then ['eq', *condition.first]
    else raise Refused, 'a condition is neither a list with a known operator nor one field'
    end
  end

  # A size of a content-length-range: plain digits. "1e3", "-1" or " 7" would be read differently elsewhere.
  def size_of(value)
    text = value.is_a?(Integer) ? value.to_s : value
    # 2^53 is Fine Uploader's "no limit".
    unless text.is_a?(String) && /\A(0|[1-9]\d{0,15})\z/.match?(text) && text.to_i <= 2**53
      raise Refused, 'the range is not of sizes'
    end

    text.to_i
  end

  # Checks a string to sign whose last part is still the canonical request, so that this server sees what it signs:
  # https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  def check_request(prefix, text)
    lines = text.valid_encoding? ? text.split("\n", -1) : []
    raise Refused, 'that is not a canonical request' unless lines.size >= 10 && lines[0] == 'AWS4-HMAC-SHA256' && lines[-3] == ''

    time, scope, method, path, query = lines[1, 5]
    check_scope(time, scope)
    headers = {}
    lines[6...-3].each do |line|
      name, colon, value = line.partition(':')
      raise Refused, "the header #{line}" if colon.empty? || !/\A[a-z0-9!#$%&'*+.^_`|~-]+\z/.match?(name) || headers.key?(name)
      raise Refused, "the header #{name} has a control character" unless plain?(value)

      fine = name == 'x-amz-acl' ? value == ACL : %w[host x-amz-date x-amz-content-sha256].include?(name) || HARMLESS.match?(name)
      raise Refused, "the header #{name} is #{value}" unless fine

      headers[name] = value
    end
    signed_headers, payload_hash = lines.last(2)
    raise Refused, 'the signed headers are not the headers' unless signed_headers == headers.keys.join(';')
    raise Refused, "the host is #{headers['host']}" unless headers['host'] == BUCKET_HOST
    raise Refused, 'the time is not the one of x-amz-date' unless headers['x-amz-date'] == time
    unless /\A([0-9a-f]{64}|UNSIGNED-PAYLOAD)\z/.match?(payload_hash) && headers['x-amz-content-sha256'] == payload_hash
      raise Refused, 'the hash of the payload is not one'
    end

    check_resource(prefix, method, path, query)
    [time, scope, lines.drop(3).join("\n")]
  end

  # The value of uploadId. An empty one would turn an abort into the deletion of an object, and a part into an object.
  ID = /([A-Za-z0-9._~-]|%2[BF]|%3D){1,1024}/
  # Method and canonical query of the steps of a multipart upload: create, part, complete, abort, list parts. There are no others.
  STEPS = /\A(POST\ uploads=|PUT\ partNumber=([1-9]\d{0,3}|10000)&uploadId=#{ID}|(POST|DELETE)\ uploadId=#{ID}|
    GET\ (max-parts=\d{1,4}&)?(part-number-marker=\d{1,5}&)?uploadId=#{ID})\z/x

  def check_resource(prefix, method, path, query)
    # Path-style addresses have the bucket in the path.
    base = "#{BUCKET_URL.path}/"
    raise Refused, "the path is #{path}" unless path.start_with?(base)

    escaped = path.delete_prefix(base)
    key = escaped.b.gsub(/%(\h\h)/) { $1.hex.chr }.force_encoding(Encoding::UTF_8)
    # Only the one canonical spelling: "+", "%2e" or "%c3" are read differently by different stores, and by proxies in front of them.
    raise Refused, "the path #{path} is not canonical" unless escape_path(key) == escaped
    raise Refused, "the key is #{key}" unless key_allowed?(prefix, key)
    raise Refused, "#{method} #{query} is not a step of a multipart upload" unless STEPS.match?("#{method} #{query}")
  end

  def check_scope(time, scope)
    unless /\A\d{8}T\d{6}Z\z/.match?(time) && scope == "#{time[0, 8]}/#{REGION}/s3/aws4_request"
      raise Refused, "the scope is #{scope} at #{time}"
    end
    # The store judges the minutes: a page whose clock is off learns the right time from it.
    raise Refused, "the time is #{time}" if (time_of(time[0, 15], '%Y%m%dT%H%M%S') - Time.now).abs > DAY
  end

  def time_of(text, format)
    time = Time.strptime("#{text} UTC", "#{format} %Z")
    # Ruby reads 2026-02-30 as a day in March.
    raise Refused, 'that is no time' unless time.strftime(format) == text

    time
  rescue ArgumentError
    raise Refused, 'that is no time'
  end

  # Whether this user may touch a key. It is not escaped.
  def key_allowed?(prefix, key)
    return false if !plain?(key) || key.bytesize > 1024 || key.empty? || key == prefix || !key.start_with?(prefix)

    # Stores keep a/../b as it is; what reads the bucket later (a CDN, a sync to a disk) may climb. ${filename} a store replaces in a form.
    key.split(%r{[/\\]}, -1).none? { |segment| %w[. ..].include?(segment) } && !key.include?('${')
  end

  # UTF-8 without control characters.
  def plain?(text)
    text.valid_encoding? && !text.match?(/[[:cntrl:]]/)
  end

  # --- The store ------------------------------------------------------------------------------------------------------

  # The page says that an object is stored. It may say so of anything, so the bucket is asked. This is the place to check the size of a file
  # that came in parts (no policy limits those), and to write the file into your database.
  def success(prefix, form)
    key = key_in(prefix, form)
    answer = ask(Net::HTTP::Head, key)
    raise HttpError.new(404, 'The file is not in the bucket.') if answer.code == '404'
    raise HttpError.new(502, "The store answered #{answer.code} when asked for the file.") unless answer.code == '200'

    if MAX_SIZE && answer['content-length'].to_i > MAX_SIZE
      ask(Net::HTTP::Delete, key)
      raise HttpError.new(413, 'The file is too large and was not kept.', preventRetry: true)
    end
    { success: true, tempLink: presign('GET', key, LINK_SECONDS) }
  end

  # Deletes an object. S3 says yes as well where there is none, so a repeated request succeeds too.
  def remove(prefix, form)
    answer = ask(Net::HTTP::Delete, key_in(prefix, form))
    return if %w[200 204].include?(answer.code)

    raise HttpError.new(502, "The store answered #{answer.code} when told to delete the file.")
  end

  def key_in(prefix, form)
    key = form.fetch('key', '')
    return key if form['bucket'] == BUCKET && key_allowed?(prefix, key)

    log("no file of this server: #{key}")
    raise HttpError.new(400, 'That is not a file of this server.', preventRetry: true)
  end

  def ask(request, key)
    url = URI(presign(request::METHOD, key, 300))
    Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == 'https', open_timeout: 10, read_timeout: 20) do |http|
      http.request(request.new(url))
    end
  rescue SystemCallError, IOError, Timeout::Error, OpenSSL::SSL::SSLError, SocketError => e
    log("the store did not answer: #{e.message}")
    raise HttpError.new(502, 'The store could not be reached.')
  end

  # --- Signature Version 4 --------------------------------------------------------------------------------------------

  # A URL that lets its holder send one kind of request: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  def presign(method, key, seconds)
    time = Time.now.utc.strftime('%Y%m%dT%H%M%SZ')
    scope = "#{time[0, 8]}/#{REGION}/s3/aws4_request"
    path = "#{BUCKET_URL.path}/#{escape_path(key)}"
    query = [
      'X-Amz-Algorithm=AWS4-HMAC-SHA256',
      "X-Amz-Credential=#{escape("#{ACCESS_KEY}/#{scope}")}",
      "X-Amz-Date=#{time}",
      "X-Amz-Expires=#{seconds}",
      'X-Amz-SignedHeaders=host'
    ].join('&')
    canonical_request = [method, path, query, "host:#{BUCKET_HOST}", '', 'host', 'UNSIGNED-PAYLOAD'].join("\n")
    hash = OpenSSL::Digest::SHA256.hexdigest(canonical_request)
    signature = sign_v4(scope, ['AWS4-HMAC-SHA256', time, scope, hash].join("\n"))
    "#{BUCKET_URL.scheme}://#{BUCKET_HOST}#{path}?#{query}&X-Amz-Signature=#{signature}"
  end

  def sign_v4(scope, text)
    key = scope.split('/', -1).reduce("AWS4#{SECRET_KEY}") { |key_so_far, piece| OpenSSL::HMAC.digest('SHA256', key_so_far, piece) }
    OpenSSL::HMAC.hexdigest('SHA256', key, text)
  end

  # RFC 3986's: everything but letters, digits and -._~.
  def escape(text)
    text.b.gsub(/[^A-Za-z0-9\-._~]/n) { |sign| format('%%%02X', sign.ord) }
  end

  def escape_path(key)
    key.b.split('/', -1).map { |segment| escape(segment) }.join('/')
  end
end
