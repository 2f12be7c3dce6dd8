/** The signing servers of demo/servers that are run: how each is started, and the one line that its copier writes. */
import type { CopyableServer } from './copied-server.js';

/** As a regular expression that all of these languages read alike: the cookie `session`, in small letters. */
export const COOKIE = '(?:^|; )session=([a-z]+)(?:;|$)';

const PYTHON = `def authorize(environ):
    found = re.search(r"${COOKIE}", environ.get("HTTP_COOKIE", ""))
    return found and found[1]
`;

export const signingServers: readonly CopyableServer[] = [
  {
    name: 'Node',
    file: 'node/signing-server.mjs',
    unwritten: 'const authorize = undefined;',
    written: `const authorize = (request) => /${COOKIE}/.exec(request.headers.cookie ?? '')?.[1];`,
    careless: 'const authorize = () => ({ id: 7 });',
    cutsOff: true,
    programs: ['node'],
    packages: ['nodejs'],
    command: (file) => ['node', file],
    path: '/s3',
  },
  {
    name: 'Express',
    file: 'express/signing-server.mjs',
    unwritten: 'const authorize = undefined;',
    written: `const authorize = (request) => /${COOKIE}/.exec(request.headers.cookie ?? '')?.[1];`,
    careless: 'const authorize = () => ({ id: 7 });',
    cutsOff: true,
    programs: ['node'],
    packages: ['nodejs'],
    npm: true,
    command: (file) => ['node', file],
    path: '/s3',
  },
  {
    name: 'Next',
    file: 'next/route.js',
    target: 'app/s3/[...path]/route.js',
    unwritten: 'const authorize = undefined;',
    written: `const authorize = (request) => /${COOKIE}/.exec(request.headers.get('cookie') ?? '')?.[1];`,
    careless: 'const authorize = () => ({ id: 7 });',
    programs: ['node'],
    packages: ['nodejs'],
    npm: true,
    beside: {
      'package.json': '{ "private": true }',
      'app/layout.js': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;',
      'app/page.js': 'export default () => <h1>A page</h1>;',
    },
    prepare: () => ['node', 'node_modules/next/dist/bin/next', 'build'],
    command: (_file, port) => ['node', 'node_modules/next/dist/bin/next', 'start', '--port', String(port), '--hostname', '127.0.0.1'],
    path: '/s3',
    environment: { NEXT_TELEMETRY_DISABLED: '1' },
    startsAnyway: true,
  },
  {
    name: 'Hono',
    file: 'hono/signing-server.mjs',
    unwritten: 'const authorize = undefined;',
    written: `const authorize = (request) => /${COOKIE}/.exec(request.headers.get('cookie') ?? '')?.[1];`,
    careless: 'const authorize = () => ({ id: 7 });',
    programs: ['node'],
    packages: ['nodejs'],
    npm: true,
    beside: {
      'serve.mjs': `import { serve } from '@hono/node-server';
import app from './signing-server.mjs';
serve({ fetch: (request) => app.fetch(request, process.env), port: Number(process.env.PORT), hostname: '127.0.0.1' });
`,
    },
    command: () => ['node', 'serve.mjs'],
    path: '/s3',
    settingsPerRequest: true,
  },
  {
    name: 'Python',
    file: 'python/signing_server.py',
    unwritten: 'authorize = None\n',
    written: PYTHON,
    careless: 'async def authorize(environ):\n    return "alice"\n',
    cutsOff: true,
    programs: ['/usr/bin/python3'],
    packages: ['python3'],
    command: (file) => ['/usr/bin/python3', file],
    path: '/s3',
  },
  {
    name: 'Flask',
    file: 'python/signing_server.py',
    unwritten: 'authorize = None\n',
    written: PYTHON,
    careless: 'async def authorize(environ):\n    return "alice"\n',
    programs: ['/usr/bin/python3', '/usr/lib/python3/dist-packages/flask/__init__.py'],
    packages: ['python3', 'python3-flask'],
    beside: {
      'app.py': `from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
import signing_server

app = Flask(__name__)
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/s3": signing_server.application})
`,
    },
    command: (_file, port) => ['/usr/bin/python3', '-m', 'flask', 'run', '--port', String(port)],
    path: '/s3',
  },
  {
    name: 'FastAPI',
    file: 'python/signing_server.py',
    unwritten: 'authorize = None\n',
    written: PYTHON,
    careless: 'async def authorize(environ):\n    return "alice"\n',
    programs: [
      '/usr/bin/python3',
      '/usr/lib/python3/dist-packages/fastapi/__init__.py',
      '/usr/lib/python3/dist-packages/uvicorn/__init__.py',
    ],
    packages: ['python3', 'python3-fastapi', 'python3-uvicorn'],
    beside: {
      'app.py': `from fastapi import FastAPI
from fastapi.middleware.wsgi import WSGIMiddleware
import signing_server

app = FastAPI()
app.mount("/s3", WSGIMiddleware(signing_server.application))
`,
    },
    command: (_file, port) => ['/usr/bin/python3', '-m', 'uvicorn', 'app:app', '--port', String(port), '--log-level', 'warning'],
    path: '/s3',
  },
  {
    name: 'PHP',
    file: 'php/signing-server.php',
    unwritten: '$authorize = null;',
    written: `$authorize = fn() => preg_match('/${COOKIE}/D', $_SERVER['HTTP_COOKIE'] ?? '', $found) ? $found[1] : null;`,
    programs: ['php', '/usr/share/php8.2-curl/curl/curl.ini'],
    packages: ['php-cli', 'php-curl'],
    command: (_file, port) => ['php', '-S', `127.0.0.1:${port}`],
    path: '/signing-server.php',
    environment: { PHP_CLI_SERVER_WORKERS: '7' },
    startsAnyway: true,
  },
  {
    name: 'Go',
    file: 'go/signing_server.go',
    unwritten: 'var authorize func(request *http.Request) string = nil',
    written: `var authorize func(request *http.Request) string = func(request *http.Request) string {
	if found := regexp.MustCompile(\`${COOKIE}\`).FindStringSubmatch(request.Header.Get("Cookie")); found != nil {
		return found[1]
	}
	return ""
}`,
    cutsOff: true,
    programs: ['go'],
    packages: ['golang-go'],
    prepare: (file) => ['go', 'build', '-o', 'signing-server', file],
    command: () => ['./signing-server'],
    path: '/s3',
  },
  {
    name: 'Ruby',
    file: 'ruby/signing_server.rb',
    unwritten: 'AUTHORIZE = nil',
    written: `AUTHORIZE = ->(env) { env.fetch('HTTP_COOKIE', '')[/${COOKIE}/, 1] }`,
    careless: 'AUTHORIZE = ->(_env) { Object.new }',
    programs: ['/usr/bin/ruby', '/usr/bin/puma'],
    packages: ['ruby', 'ruby-rack', 'puma'],
    beside: { 'config.ru': "require_relative 'signing_server'\nmap('/s3') { run SigningServer }\n" },
    command: (_file, port) => ['/usr/bin/puma', '--quiet', '--threads', '8:8', '--bind', `tcp://127.0.0.1:${port}`, 'config.ru'],
    path: '/s3',
  },
  {
    name: 'Java',
    file: 'java/SigningServer.java',
    unwritten: 'static final Function<HttpExchange, String> AUTHORIZE = null;',
    written: `static final Function<HttpExchange, String> AUTHORIZE = request -> {
    String cookie = request.getRequestHeaders().getFirst("Cookie");
    var found = Pattern.compile("${COOKIE}").matcher(cookie == null ? "" : cookie);
    return found.find() ? found.group(1) : null;
  };`,
    cutsOff: true,
    programs: ['java', 'javac'],
    packages: ['default-jdk-headless'],
    command: (file) => ['java', file],
    path: '/s3',
  },
];
