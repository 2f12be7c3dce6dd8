/** The SAS servers of demo/servers that are run: how each is started, and the one line that its copier writes. */
import { SAS_COOKIE } from '../../contract/sas-suite.js';
import type { CopyableServer } from './copied-server.js';

const python = {
  file: 'python/azure_sas_server.py',
  unwritten: 'authorize = None\n',
  written: `def authorize(environ):\n    found = re.search(r"${SAS_COOKIE}", environ.get("HTTP_COOKIE", ""))\n    return found and found[1]\n`,
  careless: 'async def authorize(environ):\n    return "alice"\n',
  path: '/azure',
} as const;

export const sasServers: readonly CopyableServer[] = [
  {
    name: 'Node',
    file: 'node/azure-sas-server.mjs',
    unwritten: 'const authorize = undefined;',
    written: `const authorize = (request) => /${SAS_COOKIE}/.exec(request.headers.cookie ?? '')?.[1];`,
    careless: 'const authorize = () => ({ id: 7 });',
    cutsOff: true,
    programs: ['node'],
    packages: ['nodejs'],
    command: (file) => ['node', file],
    path: '/azure',
  },
  {
    name: 'Python',
    ...python,
    cutsOff: true,
    programs: ['/usr/bin/python3'],
    packages: ['python3'],
    command: (file) => ['/usr/bin/python3', file],
  },
  {
    name: 'Flask',
    ...python,
    programs: ['/usr/bin/python3', '/usr/lib/python3/dist-packages/flask/__init__.py'],
    packages: ['python3', 'python3-flask'],
    beside: {
      // Flask's own web server repeats the addresses that it was asked for, unescaped.
      'app.py': `import logging
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
import azure_sas_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)
app = Flask(__name__)
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/azure": azure_sas_server.application})
`,
    },
    command: (_file, port) => ['/usr/bin/python3', '-m', 'flask', 'run', '--port', String(port)],
  },
  {
    name: 'FastAPI',
    ...python,
    programs: [
      '/usr/bin/python3',
      '/usr/lib/python3/dist-packages/fastapi/__init__.py',
      '/usr/lib/python3/dist-packages/uvicorn/__init__.py',
    ],
    packages: ['python3', 'python3-fastapi', 'python3-uvicorn'],
    beside: {
      'app.py': `from fastapi import FastAPI
from fastapi.middleware.wsgi import WSGIMiddleware
import azure_sas_server

app = FastAPI()
app.mount("/azure", WSGIMiddleware(azure_sas_server.application))
`,
    },
    command: (_file, port) => ['/usr/bin/python3', '-m', 'uvicorn', 'app:app', '--port', String(port), '--log-level', 'warning'],
  },
  {
    name: 'PHP',
    file: 'php/azure-sas-server.php',
    unwritten: '$authorize = null;',
    written: `$authorize = fn() => preg_match('~${SAS_COOKIE}~D', $_SERVER['HTTP_COOKIE'] ?? '', $found) ? $found[1] : null;`,
    programs: ['php', '/usr/share/php8.2-curl/curl/curl.ini'],
    packages: ['php-cli', 'php-curl'],
    command: (_file, port) => ['php', '-S', `127.0.0.1:${port}`],
    path: '/azure-sas-server.php',
    environment: { PHP_CLI_SERVER_WORKERS: '7' },
    startsAnyway: true,
  },
];
