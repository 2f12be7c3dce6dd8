/** The traditional endpoints of demo/servers that are run: how each is started, and the one line that its copier writes. */
import type { CopyableServer } from './copied-server.js';
import { COOKIE } from './signing-servers.js';

/** An endpoint, and where "all chunks are sent" goes to. */
export interface CopyableEndpoint extends CopyableServer {
  /** After `path`. */
  readonly done: string;
}

export const traditionalEndpoints: readonly CopyableEndpoint[] = [
  {
    name: 'Node',
    file: 'node/traditional-endpoint.mjs',
    unwritten: 'const authorize = undefined;',
    written: `const authorize = (request) => /${COOKIE}/.exec(request.headers.cookie ?? '')?.[1];`,
    careless: 'const authorize = () => ({ id: 7 });',
    programs: ['node'],
    packages: ['nodejs'],
    npm: true,
    command: (file) => ['node', file],
    path: '/uploads',
    done: '/done',
    cutsOff: true,
  },
  {
    name: 'Express',
    file: 'express/traditional-endpoint.mjs',
    unwritten: 'const authorize = undefined;',
    written: `const authorize = (request) => /${COOKIE}/.exec(request.headers.cookie ?? '')?.[1];`,
    careless: 'const authorize = () => ({ id: 7 });',
    programs: ['node'],
    packages: ['nodejs'],
    npm: true,
    command: (file) => ['node', file],
    path: '/uploads',
    done: '/done',
    cutsOff: true,
  },
  {
    name: 'PHP',
    file: 'php/traditional-endpoint.php',
    unwritten: '$authorize = null;',
    written: `$authorize = fn() => preg_match('/${COOKIE}/D', $_SERVER['HTTP_COOKIE'] ?? '', $found) ? $found[1] : null;`,
    programs: ['php'],
    packages: ['php-cli'],
    command: (_file, port) => ['php', '-d', 'upload_max_filesize=1G', '-d', 'post_max_size=1G', '-S', `127.0.0.1:${port}`],
    path: '/traditional-endpoint.php',
    done: '?done',
    cutsOff: false,
    environment: { PHP_CLI_SERVER_WORKERS: '7' },
    startsAnyway: true,
  },
  {
    name: 'Python',
    file: 'python/traditional_endpoint.py',
    unwritten: 'authorize = None\n',
    written: `def authorize(environ):\n    found = re.search(r"${COOKIE}", environ.get("HTTP_COOKIE", ""))\n    return found and found[1]\n`,
    careless: 'async def authorize(environ):\n    return "alice"\n',
    programs: ['/usr/bin/python3'],
    packages: ['python3'],
    command: (file) => ['/usr/bin/python3', file],
    path: '/uploads',
    done: '/done',
    cutsOff: true,
  },
  {
    name: 'Go',
    file: 'go/traditional_endpoint.go',
    unwritten: 'var authorize func(request *http.Request) string = nil',
    written: `var authorize func(request *http.Request) string = func(request *http.Request) string {
	if found := regexp.MustCompile(\`${COOKIE}\`).FindStringSubmatch(request.Header.Get("Cookie")); found != nil {
		return found[1]
	}
	return ""
}`,
    programs: ['go'],
    packages: ['golang-go'],
    prepare: (file) => ['go', 'build', '-o', 'traditional-endpoint', file],
    command: () => ['./traditional-endpoint'],
    path: '/uploads',
    done: '/done',
    cutsOff: true,
  },
];
