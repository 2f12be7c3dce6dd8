import { pbkdf2 } from 'node:crypto';

/** Keeps all threads busy that Node opens files with, for some hundred milliseconds: a slow disk. Resolves when they are free again. */
export async function keepThreadsBusy(): Promise<void> {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  const work = Array.from(
    { length: threads },
    () => new Promise<void>((resolve) => pbkdf2('password', 'salt', 500_000, 64, 'sha512', () => resolve())),
  );
  await Promise.all(work);
}
