import { SECOND } from "../model/time.ts";
import type { ChildProcess } from "../runtime/child_process.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { endingOf } from "./kernel_ended.ts";
import type { KernelPorts } from "./kernel_ports.ts";
import { parentWatchCode } from "./kernel_snippets.ts";
import { type ConnectionInfo, executeContent, KernelWire } from "./kernel_wire.ts";
import type { Content, KernelMessage } from "./message.ts";

export interface LaunchOptions {
  /** Folder the cells run in. */
  readonly cwd: string;
  /** For the whole start. */
  readonly startTimeoutMs: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the kernel when aborted, now or later. */
  readonly signal?: AbortSignal;
  readonly onMessage: (message: KernelMessage) => void;
}

/** A kernel that answers requests and whose published messages arrive. */
export interface LaunchedKernel {
  readonly child: ChildProcess;
  /** Closed when the process ends. */
  readonly wire: KernelWire;
  readonly languageInfo: Content;
}

/** The start took too long. */
export class StartTimeout extends Error {}

const CONNECT_EVERY_MS = 15;
/** Poll interval for the first published message, and polls before kernel info is requested again. */
const POLL_MS = 5;
const POLLS = 20;
/** A kernel whose connections have closed usually exits by itself; it is killed after this time. */
const ENDING_MS = 250;

/**
 * Starts a kernel once.
 *
 * @throws what went wrong; then no process is left.
 */
export async function launchKernel(
  options: LaunchOptions,
  ports: KernelPorts,
): Promise<LaunchedKernel> {
  const { signal, startTimeoutMs } = options;
  signal?.throwIfAborted();
  const info = connectionInfo(ports);
  const file = await ports.writePrivateFile("connection.json", JSON.stringify(info));
  try {
    const child = ports.startChild({
      command: ports.deno,
      args: ["jupyter", "--kernel", "--conn", file.path],
      cwd: options.cwd,
      // Output goes to a client, not a terminal: a notice about a newer Deno would never be read.
      env: { DENO_NO_UPDATE_CHECK: "1", ...options.env },
    });
    let isLate = false;
    const timer = ports.clock.setTimer(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, startTimeoutMs);
    const ended = killOnAbort(child, signal);
    try {
      return await greet(child, ended, info, options, ports);
    } catch (error) {
      child.kill("SIGKILL");
      await child.exit;
      if (isLate) throw new StartTimeout(`it was not ready within ${startTimeoutMs / SECOND} s`);
      throw error;
    } finally {
      timer.cancel();
    }
  } finally {
    // The kernel has read it, and it holds the signing key.
    await file.remove();
  }
}

/** Kills the child when `signal` is aborted. @returns a signal aborted when the child has ended. */
function killOnAbort(child: ChildProcess, signal: AbortSignal | undefined): AbortSignal {
  const ended = new AbortController();
  const onAbort = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  void child.exit.then((exit) => {
    signal?.removeEventListener("abort", onAbort);
    ended.abort(endingOf(exit, child.errorTail()));
  });
  return ended.signal;
}

async function greet(
  child: ChildProcess,
  ended: AbortSignal,
  info: ConnectionInfo,
  options: LaunchOptions,
  ports: KernelPorts,
): Promise<LaunchedKernel> {
  let hasPublished = false;
  const wire = await connectWhenUp(info, ports, {
    signal: ended,
    onMessage(message) {
      hasPublished = true;
      options.onMessage(message);
    },
    onEnd() {
      if (ended.aborted) return;
      const timer = ports.clock.setTimer(() => child.kill("SIGKILL"), ENDING_MS);
      ended.addEventListener("abort", () => timer.cancel(), { once: true });
    },
  });
  const languageInfo = await firstAnswer(wire, () => hasPublished, ports.clock);
  await wire.request(
    "shell",
    "execute_request",
    executeContent(parentWatchCode(child.parentPid), true),
  ).reply;
  return { child, wire, languageInfo };
}

type WireOptions = Parameters<typeof KernelWire.connect>[2];

/** Tries until the kernel listens. */
async function connectWhenUp(
  info: ConnectionInfo,
  ports: KernelPorts,
  options: WireOptions,
): Promise<KernelWire> {
  // A failed attempt before the kernel listens is not an end of the connection.
  let isUp = false;
  const onEnd = () => {
    if (isUp) options.onEnd();
  };
  while (true) {
    try {
      const wire = await KernelWire.connect(info, ports, { ...options, onEnd });
      isUp = true;
      return wire;
    } catch {
      await sleep(ports.clock, CONNECT_EVERY_MS, options.signal);
    }
  }
}

/** Requests kernel info until the kernel replies and a message it published arrives as well. */
async function firstAnswer(
  wire: KernelWire,
  hasPublished: () => boolean,
  clock: Clock,
): Promise<Content> {
  while (true) {
    const { content } = await wire.request("shell", "kernel_info_request", {}).reply;
    for (let poll = 0; poll < POLLS && !hasPublished(); poll++) await sleep(clock, POLL_MS);
    const info = content.language_info;
    if (hasPublished()) return typeof info === "object" && info !== null ? info as Content : {};
  }
}

function connectionInfo(ports: KernelPorts): ConnectionInfo {
  const [shell, iopub, stdin, control, heartbeat] = ports.freePorts(5);
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    key: ports.uniqueId(),
    signature_scheme: "hmac-sha256",
    kernel_name: "deno",
    shell_port: shell!,
    iopub_port: iopub!,
    stdin_port: stdin!,
    control_port: control!,
    hb_port: heartbeat!,
  };
}
