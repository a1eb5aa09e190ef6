/** How often it is looked whether npm is still there, in ms. */
const everyMs = 250;

/**
 * Ends this process when the shell ends that npm runs scripts in. npm passes a signal on to that shell alone, which dies of it and leaves
 * the program running.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, everyMs);
  timer.unref();
}
