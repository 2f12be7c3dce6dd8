/** Programs that come from Debian's packages. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

let upToDate = false;

/**
 * Sees to it that programs can be run: finds them, or installs Debian's packages where it may.
 * @param programs names of programs in the PATH, or absolute paths of files
 * @throws one sentence that says what to do, where it cannot
 */
export async function ensureInstalled(programs: readonly string[], packages: readonly string[]): Promise<void> {
  const found = await Promise.all(programs.map(isThere));
  const missing = programs.filter((_, index) => !found[index]).join(', ');
  if (missing === '') return;
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?="?.*\b(debian|ubuntu)\b/m.test(release))
    throw new Error(`${missing} is not installed: put it into your PATH and start again.`);
  if (process.getuid?.() !== 0) throw new Error(`${missing} is not installed: run "sudo ${command}" and start again.`);
  process.stderr.write(`Installing ${packages.join(', ')} with apt-get (once) …\n`);
  const lock = '-o DPkg::Lock::Timeout=300';
  for (const words of [...(upToDate ? [] : [`apt-get ${lock} update -q`]), command.replace('apt-get', `apt-get ${lock} -q`)]) {
    const child = spawn('sh', ['-c', `${words} >/dev/null`], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`"${words}" ended with ${code}: install ${packages.join(', ')} and start again.`);
  }
  upToDate = true;
}

async function isThere(program: string): Promise<boolean> {
  const paths = program.startsWith('/') ? [program] : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
  for (const path of paths) {
    const found = await access(path, program.startsWith('/') ? constants.R_OK : constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
