import { MarketError } from "../model/errors.ts";
import { SECOND } from "../model/time.ts";
import { endingOf, KernelEnded } from "./kernel_ended.ts";
import { type LaunchedKernel, launchKernel, StartTimeout } from "./kernel_launch.ts";
import { type KernelPorts, systemKernelPorts } from "./kernel_ports.ts";
import { FENCE, fenceCode } from "./kernel_snippets.ts";
import { executeContent } from "./kernel_wire.ts";
import type { Content, KernelMessage } from "./message.ts";

export interface KernelOptions {
  /** Folder the cells run in: that of the notebook, so that its relative imports hold. */
  readonly cwd: string;
  /** What the kernel publishes, in order: outputs, status, … */
  readonly onMessage?: (message: KernelMessage) => void;
  /** @default 30000 */
  readonly startTimeoutMs?: number;
  /** Variables added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the kernel when aborted, whatever it does. */
  readonly signal?: AbortSignal;
}

/** How code that ran has ended. */
export interface ExecuteReply {
  readonly isOk: boolean;
  /** Empty, as the next two, when all went well. */
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Code on its way through the kernel. */
export interface Execution {
  /** What the code publishes names this as its parent. */
  readonly id: string;
  /** Rejects with a {@link KernelEnded} when the kernel ends first. */
  readonly reply: Promise<ExecuteReply>;
}

/** The chosen ports may be taken by another process before the kernel listens. */
const START_ATTEMPTS = 3;
/** Time allowed for a clean shutdown. */
const SHUTDOWN_MS = 2 * SECOND;

/**
 * A Deno Jupyter kernel in a process of its own, spoken to directly: neither Python nor a Jupyter server is needed. The
 * process ends by {@link shutdown} or {@link kill}, by the abort signal, when this process exits, and, should this
 * process be killed, a second later by itself.
 */
export class Kernel implements AsyncDisposable {
  readonly pid: number;
  /** Name, version and file extension of its language, as notebooks keep them. */
  readonly languageInfo: Content;
  readonly #launched: LaunchedKernel;
  readonly #ports: KernelPorts;
  /** Callbacks for the message of a fence, by its token. */
  readonly #fences: Map<string, () => void>;

  private constructor(
    launched: LaunchedKernel,
    ports: KernelPorts,
    fences: Map<string, () => void>,
  ) {
    this.pid = launched.child.pid;
    this.languageInfo = launched.languageInfo;
    this.#launched = launched;
    this.#ports = ports;
    this.#fences = fences;
  }

  /**
   * Starts a kernel and waits until it answers and its published messages arrive.
   *
   * @throws {MarketError} `kernel-start` when it does not come up; the signal's reason when that is aborted.
   */
  static async start(
    { startTimeoutMs = 30 * SECOND, onMessage, ...rest }: KernelOptions,
    ports: KernelPorts = systemKernelPorts(),
  ): Promise<Kernel> {
    const fences = new Map<string, () => void>();
    const onAny = (message: KernelMessage) => {
      if (message.type === FENCE) fences.get(String(message.content.token))?.();
      else onMessage?.(message);
    };
    for (let attempt = 1;; attempt++) {
      try {
        const launched = await launchKernel({ ...rest, startTimeoutMs, onMessage: onAny }, ports);
        return new Kernel(launched, ports, fences);
      } catch (error) {
        rest.signal?.throwIfAborted();
        const isFinal = error instanceof StartTimeout || attempt === START_ATTEMPTS;
        if (isFinal) throw notStarted(error as Error);
      }
    }
  }

  /**
   * Runs code after what runs now.
   *
   * @param options.isSilent true leaves no trace: no execution count, no history. @default false
   */
  execute(code: string, { isSilent = false }: { readonly isSilent?: boolean } = {}): Execution {
    const { id, reply } = this.#launched.wire.request(
      "shell",
      "execute_request",
      executeContent(code, isSilent),
    );
    return { id, reply: quiet(reply.then(executeReplyOf)) };
  }

  /**
   * Runs silent code after which every earlier output has been received. Outputs travel on their own channel, often
   * behind the reply but in order, so a message sent on that channel arrives last.
   */
  fence(): Execution {
    const token = this.#ports.uniqueId();
    const arrived = new Promise<void>((resolve) => this.#fences.set(token, resolve));
    const { id, reply } = this.execute(fenceCode(token), { isSilent: true });
    const passed = reply.then(async (answer) => {
      // The message never arrives if the notebook broke output publishing, so an error reply ends the wait.
      if (answer.isOk) await Promise.race([arrived, this.#end()]);
      return answer;
    }).finally(() => this.#fences.delete(token));
    return { id, reply: quiet(passed) };
  }

  /** Interrupts as the Stop button does. Without a listener for it in the notebook, the kernel ends. */
  interrupt(): void {
    this.#launched.child.kill("SIGINT");
  }

  /** Asks the kernel to end, kills it when it does not, and waits until it is gone. Safe to call twice. */
  async shutdown(): Promise<void> {
    const { child, wire } = this.#launched;
    quiet(wire.request("control", "shutdown_request", { restart: false }).reply);
    const timer = this.#ports.clock.setTimer(() => child.kill("SIGKILL"), SHUTDOWN_MS);
    await child.exit;
    timer.cancel();
  }

  /** Ends the process at once and waits until it is gone. Safe to call twice. */
  async kill(): Promise<void> {
    this.#launched.child.kill("SIGKILL");
    await this.#launched.child.exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  /** Rejects when the process has ended. */
  async #end(): Promise<never> {
    const { child } = this.#launched;
    throw endingOf(await child.exit, child.errorTail());
  }
}

/** Prevents an unhandled rejection when the caller has stopped waiting. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function executeReplyOf({ content }: KernelMessage): ExecuteReply {
  const { status, ename, evalue, traceback } = content;
  return {
    isOk: status === "ok",
    ename: typeof ename === "string" ? ename : "",
    evalue: typeof evalue === "string" ? evalue : "",
    traceback: Array.isArray(traceback) ? traceback.map(String) : [],
  };
}

function notStarted(cause: Error): MarketError {
  const why = cause instanceof KernelEnded ? `it ended ${cause.message}` : cause.message;
  return new MarketError(
    "kernel-start",
    "configure",
    `The Deno kernel did not start: ${why}. Run deno jupyter --kernel --help in the same folder to see whether ` +
      `Deno itself complains, for example about a broken deno.json.`,
    { cause },
  );
}
