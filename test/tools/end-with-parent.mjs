/**
 * Loaded before the demo by `npm start`. A SIGTERM for npm goes on to the shell that npm runs a script in, and some shells (dash, Debian's) end without passing it on:
 * the server would go on without a parent, and keep its port. So it looks whether its parent is still there.
 */
const parent = process.ppid;

if (process.env['npm_lifecycle_event'] && process.platform !== 'win32') {
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 100).unref();
}
