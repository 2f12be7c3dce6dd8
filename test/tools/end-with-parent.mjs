/**
 * `npm start` loads this before the demo. npm passes SIGTERM to the shell that runs the script, and some shells (dash on Debian) end without passing it on.
 * The server would keep running and keep its port, so it ends itself when its parent process is gone.
 */
const parent = process.ppid;

if (process.env['npm_lifecycle_event'] && process.platform !== 'win32') {
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 100).unref();
}
