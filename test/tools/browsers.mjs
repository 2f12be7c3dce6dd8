/**
 * Finds the browsers for the tests, and installs missing ones where one command can.
 *
 * `node test/tools/browsers.mjs chromium firefox webkit` finds or installs these browsers (default chromium) and prints their paths.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** An npm package with a Chromium for Linux x64. It is no dependency, because other platforms would download its 67 MB for nothing. */
const chromiumPackage = '@sparticuz/chromium';
const chromiumPackageVersion = '153.0.0';

const windowsFolders = ['LOCALAPPDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)'].map((name) => process.env[name] ?? '').filter(Boolean);

/** @param {readonly string[]} paths */
const firstThatExists = (paths) => paths.find((path) => existsSync(path));

/** @returns {string | undefined} path of an installed Chrome or Chromium; CHROME_PATH wins */
export function installedChromium() {
  return (
    process.env['CHROME_PATH'] ||
    firstThatExists([
      '/usr/bin/google-chrome-stable',
      '/usr/bin/google-chrome',
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/snap/bin/chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      ...windowsFolders.flatMap((folder) => [
        `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
        `${folder}\\Microsoft\\Edge\\Application\\msedge.exe`,
      ]),
    ])
  );
}

/** @returns {string | undefined} path of an installed Firefox; FIREFOX_PATH wins */
export function installedFirefox() {
  return (
    process.env['FIREFOX_PATH'] ||
    firstThatExists([
      '/usr/bin/firefox-esr',
      '/usr/bin/firefox',
      '/snap/bin/firefox',
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      ...windowsFolders.map((folder) => `${folder}\\Mozilla Firefox\\firefox.exe`),
    ])
  );
}

/** @returns {string | undefined} path of WebKitGTK's MiniBrowser, if its WebDriver is installed too */
export function installedWebKit() {
  if (!existsSync('/usr/bin/WebKitWebDriver')) return undefined;
  return firstThatExists(
    ['x86_64', 'aarch64'].flatMap((machine) =>
      ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'].map((version) => `/usr/lib/${machine}-linux-gnu/${version}/MiniBrowser`),
    ),
  );
}

/** Whether this process may use apt-get: root on Debian or a derivative. */
function mayAptGet() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

let aptIsUpToDate = false;

/** @param {readonly string[]} packages */
function aptGetInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  /** Waits for the lock of another apt-get instead of failing. @param {readonly string[]} args */
  const aptGet = (args) =>
    execFileSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  console.log(`Installing ${packages.join(', ')} with apt-get …`);
  if (!aptIsUpToDate) aptGet(['update', '-q']);
  aptIsUpToDate = true;
  aptGet(['install', '-q', '-y', '--no-install-recommends', ...packages]);
}

/**
 * The path of the Chromium in the npm package, unpacked.
 * @param {{install: boolean}} options
 * @returns {Promise<string | undefined>}
 */
async function packagedChromium({ install }) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  // Node caches a failed import, so look on the disk first.
  if (!existsSync(new URL(`../../node_modules/${chromiumPackage}/package.json`, import.meta.url))) {
    if (!install) return undefined;
    console.log(`Installing Chromium with npm (${chromiumPackage}@${chromiumPackageVersion}) …`);
    execFileSync('npm', ['install', '--no-save', '--loglevel=error', `${chromiumPackage}@${chromiumPackageVersion}`], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  // Makes the package unpack its libraries (nss, expat) too, which a minimal Linux lacks.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x';
  /** @type {{default: {executablePath(): Promise<string>}}} */
  const { default: packaged } = await import(chromiumPackage);
  return packaged.executablePath();
}

/** @returns {Promise<string>} path of a Chromium, which is installed if there is none */
export async function chromium() {
  const found = installedChromium() ?? (await packagedChromium({ install: false }));
  if (found) return found;
  /** @type {unknown} */
  let cause;
  try {
    if (mayAptGet()) aptGetInstall(['chromium']);
    const installed = installedChromium() ?? (await packagedChromium({ install: true }));
    if (installed) return installed;
  } catch (error) {
    cause = error;
  }
  throw new Error(
    'The tests need Chrome or Chromium. Install one (on a Mac: brew install --cask google-chrome) or set CHROME_PATH to its path.',
    {
      cause,
    },
  );
}

/** @returns {string} path of a Firefox, which is installed if there is none */
export function firefox() {
  if (!installedFirefox() && mayAptGet()) aptGetInstall(['firefox-esr']);
  const found = installedFirefox();
  if (!found) throw new Error('The tests need Firefox. Install it or set FIREFOX_PATH to its path.');
  return found;
}

/** @returns {string} path of WebKitGTK's MiniBrowser, which is installed if there is none */
export function webkit() {
  const complete = () => installedWebKit() && (process.env['DISPLAY'] || existsSync('/usr/bin/Xvfb'));
  if (!complete() && mayAptGet()) aptGetInstall(['webkit2gtk-driver', 'xvfb', 'xauth']);
  const found = installedWebKit();
  if (!found || !complete())
    throw new Error('The tests need WebKitGTK. On Debian or Ubuntu: apt-get install webkit2gtk-driver xvfb xauth.');
  return found;
}

/** Arguments of every Chromium: no background traffic, and able to start as root and in a container. */
export const chromiumArguments = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  ...(process.platform === 'linux' ? ['--disable-gpu', '--disable-dev-shm-usage'] : []),
  ...(process.getuid?.() === 0 || process.env['CI'] ? ['--no-sandbox'] : []),
];

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const wanted = process.argv.slice(2);
  try {
    if (!wanted.length || wanted.includes('chromium')) console.log(`Chromium: ${await chromium()}`);
    if (wanted.includes('firefox')) console.log(`Firefox: ${firefox()}`);
    if (wanted.includes('webkit')) console.log(`WebKit: ${webkit()}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof Error && error.cause) console.error(error.cause);
    process.exit(1);
  }
}
