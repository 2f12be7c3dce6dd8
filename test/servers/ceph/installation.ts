import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The programs of a single-node cluster. Debian's packages radosgw, ceph-mon and ceph-osd contain them. */
const PROGRAMS = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'monmaptool'];
const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd'];

/** Returns the programs that are not in PATH; empty if Ceph is installed. */
export async function missingPrograms(): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const isInstalled = await Promise.all(
    PROGRAMS.map((program) =>
      Promise.any(folders.map((folder) => access(join(folder, program), constants.X_OK))).then(
        () => true,
        () => false,
      ),
    ),
  );
  return PROGRAMS.filter((_, index) => !isInstalled[index]);
}

/**
 * Installs Ceph if it is missing, on Debian and Ubuntu and as root (a download of about 61 MB).
 * @throws with instructions if it cannot install Ceph or apt-get fails
 */
export async function ensureCeph(): Promise<void> {
  const missing = await missingPrograms();
  if (missing.length === 0) return;
  const advice = `Ceph is not installed (${missing.join(', ')} not found in PATH)`;
  const command = `apt-get install --no-install-recommends ${PACKAGES.join(' ')}`;
  if (!(await isDebianLike()))
    throw new Error(`${advice}: run these tests on Debian or Ubuntu, or in a container of it, after "${command}".`);
  if (process.getuid?.() !== 0) throw new Error(`${advice}: run "sudo ${command}" and start again.`);
  process.stderr.write('Installing Ceph with apt-get (about 61 MB, once) ...\n');
  await aptGet(['update']);
  await aptGet(['install', '-y', '--no-install-recommends', ...PACKAGES]);
  const stillMissing = await missingPrograms();
  if (stillMissing.length > 0)
    throw new Error(`apt-get installed ${PACKAGES.join(', ')}, but ${stillMissing.join(', ')} cannot be found in PATH.`);
}

async function isDebianLike(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?="?.*\b(debian|ubuntu)\b/m.test(release);
}

async function aptGet(args: string[]): Promise<void> {
  // Waits for another apt-get instead of failing on its lock.
  const child = spawn('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-2000)));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0)
    throw new Error(`"apt-get ${args.join(' ')}" ended with ${code}, so Ceph could not be installed. Its last output:\n${output.trim()}`);
}
