/**
 * A test runner launcher for WebKitGTK: starts an X display if there is none and WebKit's WebDriver, and speaks the W3C WebDriver protocol with fetch
 * (https://www.w3.org/TR/webdriver2/). The runner's own WebDriver launcher needs 240 more packages.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Key names of the runner's `sendKeys` and their code points in the WebDriver protocol. */
const keyCodes = new Map(
  Object.entries({
    Backspace: '\uE003',
    Tab: '\uE004',
    Enter: '\uE007',
    Shift: '\uE008',
    Control: '\uE009',
    Alt: '\uE00A',
    Escape: '\uE00C',
    Space: ' ',
    PageUp: '\uE00E',
    PageDown: '\uE00F',
    End: '\uE010',
    Home: '\uE011',
    ArrowLeft: '\uE012',
    ArrowUp: '\uE013',
    ArrowRight: '\uE014',
    ArrowDown: '\uE015',
    Delete: '\uE017',
    Meta: '\uE03D',
  }),
);

const mouseButtons = new Map(Object.entries({ left: 0, middle: 1, right: 2 }));

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

class WebKitLauncher {
  name = 'WebKit';
  /** The runner's commands recognize WebDriver launchers by this type. */
  type = 'webdriver';
  concurrency = 1;
  #miniBrowser;
  /** @type {import('node:child_process').ChildProcess[]} */
  #processes = [];
  /** @type {Map<string, string>} */
  #pages = new Map();
  #driver = '';
  #session = '';
  /** @type {Promise<void> | undefined} */
  #started;

  /** @param {string} miniBrowser */
  constructor(miniBrowser) {
    this.#miniBrowser = miniBrowser;
  }

  /** @param {string} command @param {readonly string[]} args @param {import('node:child_process').SpawnOptions} options */
  #spawn(command, args, options) {
    const child = spawn(command, args, options);
    this.#processes.push(child);
    return child;
  }

  async #display() {
    const existing = process.env['DISPLAY'];
    if (existing) return existing;
    const server = this.#spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [number] = await once(/** @type {import('node:stream').Readable} */ (server.stdio[3]), 'data');
    return `:${String(number).trim()}`;
  }

  async #start() {
    const display = await this.#display();
    const port = await freePort();
    this.#driver = `http://127.0.0.1:${port}`;
    this.#spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
      stdio: 'ignore',
      env: {
        ...process.env,
        DISPLAY: display,
        GDK_BACKEND: 'x11',
        WEBKIT_DISABLE_COMPOSITING_MODE: '1',
        LIBGL_ALWAYS_SOFTWARE: '1',
        NO_AT_BRIDGE: '1',
      },
    });
    const deadline = Date.now() + 10_000;
    for (;;) {
      try {
        await fetch(`${this.#driver}/status`);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    const options = { binary: this.#miniBrowser, args: ['--automation'] };
    /** @type {{sessionId: string, capabilities: {browserVersion: string}}} */
    const { sessionId, capabilities } = await this.#call('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
    });
    this.#session = `/session/${sessionId}`;
    this.name = `WebKit ${capabilities.browserVersion}`;
  }

  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} the `value` of the response */
  async #call(method, path, body) {
    const response = await fetch(this.#driver + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const { value } = /** @type {{value: any}} */ (await response.json());
    if (value?.error) throw new Error(`WebKitWebDriver, ${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  /** @param {object} source */
  #act(source) {
    return this.#call('POST', `${this.#session}/actions`, { actions: [source] });
  }

  /** @param {readonly object[]} actions */
  #mouse(actions) {
    return this.#act({ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions });
  }

  async initialize() {}

  /** @param {string} id @param {string} url */
  async startSession(id, url) {
    await (this.#started ??= this.#start());
    this.#pages.set(id, url);
    await this.#call('POST', `${this.#session}/url`, { url });
  }

  /** @param {string} id */
  isActive(id) {
    return this.#pages.has(id);
  }

  /** @param {string} id */
  getBrowserUrl(id) {
    return this.#pages.get(id);
  }

  /** @param {string} id */
  async stopSession(id) {
    this.#pages.delete(id);
    await this.#call('POST', `${this.#session}/url`, { url: 'about:blank' });
    return {};
  }

  async startDebugSession() {
    throw new Error('WebKitGTK has no debugging window; use another browser.');
  }

  async stop() {
    if (this.#session) await this.#call('DELETE', this.#session).catch(() => {});
    for (const child of this.#processes.reverse()) child.kill();
  }

  /** @param {string} _id @param {string | string[]} keys ['abc'] types text, ['Tab'] presses a key */
  async sendKeys(_id, keys) {
    const values = [keys].flat().flatMap((key) => keyCodes.get(key) ?? [...key]);
    const actions = values.flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]);
    await this.#act({ type: 'key', id: 'keyboard', actions });
  }

  /** @param {string} _id @param {number} x @param {number} y */
  sendMouseMove(_id, x, y) {
    return this.#mouse([{ type: 'pointerMove', duration: 0, x, y }]);
  }

  /** @param {string} _id @param {number} x @param {number} y @param {string} [name] */
  sendMouseClick(_id, x, y, name = 'left') {
    const button = mouseButtons.get(name);
    return this.#mouse([
      { type: 'pointerMove', duration: 0, x, y },
      { type: 'pointerDown', button },
      { type: 'pointerUp', button },
    ]);
  }

  /** @param {string} _id @param {string} [name] */
  sendMouseDown(_id, name = 'left') {
    return this.#mouse([{ type: 'pointerDown', button: mouseButtons.get(name) }]);
  }

  /** @param {string} _id @param {string} [name] */
  sendMouseUp(_id, name = 'left') {
    return this.#mouse([{ type: 'pointerUp', button: mouseButtons.get(name) }]);
  }

  resetMouse() {
    return this.#call('DELETE', `${this.#session}/actions`);
  }
}

/**
 * @param {string} miniBrowser path of WebKitGTK's MiniBrowser
 * @returns {import('@web/test-runner').BrowserLauncher}
 */
export const webkitLauncher = (miniBrowser) => /** @type {any} */ (new WebKitLauncher(miniBrowser));
