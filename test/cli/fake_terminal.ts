import type { Terminal } from "../../lib/runtime/terminal.ts";

/** A terminal that keeps what it is told, and is stopped by hand. */
export function fakeTerminal({ isInteractive = false, from = "" } = {}) {
  const stopping = new AbortController();
  let [out, err] = ["", ""];
  const terminal: Terminal = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    clearLine: () => void (out += "\r\x1b[K"),
    isInteractive,
    stop: stopping.signal,
    from,
    env: {},
  };
  return {
    terminal,
    out: () => out,
    err: () => err,
    stop: () => stopping.abort(new Error("stopped by the user")),
  };
}
