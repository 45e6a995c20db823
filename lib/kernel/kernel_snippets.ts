/**
 * Code that runs in the kernel besides the notebook's own: text here, put together from plain strings. It declares no
 * names and leaves no trace in the history.
 *
 * @module
 */

/** Code that publishes a message. @param content an expression */
export function publishCode(type: string, content: string): string {
  return "Deno.jupyter.broadcast(" + JSON.stringify(type) + ", " + content + "); void 0";
}

/** Type of the message that a fence publishes. */
export const FENCE = "comove_fence";

/** Publishes a message that follows all outputs so far. */
export function fenceCode(token: string): string {
  return publishCode(FENCE, JSON.stringify({ token }));
}

/** How often a kernel looks whether its runner still lives. */
const WATCH_EVERY_MS = 1_000;

/**
 * Ends the kernel when its runner is gone: a runner that was killed cannot do it. The watch has a thread of its own,
 * because a busy cell stops every timer of the notebook, and an uncaught error freezes them.
 */
export function parentWatchCode(parentPid: number): string {
  const watch = "setInterval(() => { if (Deno.ppid !== " + parentPid +
    ") Deno.kill(Deno.pid, 'SIGKILL'); }, " + WATCH_EVERY_MS + ");";
  const url = `data:application/javascript,${encodeURIComponent(watch)}`;
  return `void new Worker(${JSON.stringify(url)}, { type: "module" })`;
}
