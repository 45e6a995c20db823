import { SECOND } from "../model/time.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { type ExecuteReply, type Execution, Kernel } from "./kernel.ts";
import { KernelEnded } from "./kernel_ended.ts";
import { type KernelPorts, systemKernelPorts } from "./kernel_ports.ts";
import { type CellFailure, failureInPlace } from "./cell_failure.ts";
import { type Turn, turnsOf } from "./cell_turn.ts";
import { type Notebook, tagsOf } from "./notebook_file.ts";
import { type CellRecord, OutputRecorder } from "./output_recorder.ts";
import { isSettingCell } from "./parameters.ts";
import { UNCAUGHT, uncaughtCode, UncaughtErrors } from "./uncaught_errors.ts";
import { SYNTAX, syntaxErrorOutput, syntaxProbeCode } from "./syntax_error.ts";

export interface RunOptions {
  /** Folder of the notebook, so that its relative imports and its deno.json hold. */
  readonly cwd: string;
  /** A cell that takes longer is interrupted. @default 120000 */
  readonly cellTimeoutMs?: number;
  /** Goes on after a cell that fails. @default false */
  readonly allowErrors?: boolean;
  /** Called before and after each cell. */
  readonly onProgress?: (progress: CellProgress) => void;
  /** Variables added to the kernel's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the run at once, and the kernel with it. */
  readonly signal?: AbortSignal;
}

/** A cell that begins, or has ended. */
export interface CellProgress {
  readonly kind: "started" | "ended";
  /** Number of the code cell, from 1; empty cells and the one that sets parameters do not count. */
  readonly cell: number;
  /** How many there are. */
  readonly of: number;
  readonly firstLine: string;
  /** Local ms since it began; 0 when it begins. */
  readonly tookMs: number;
}

export type { CellFailure };

/** What came of a run. */
export interface NotebookRun {
  /** With the outputs of every cell that ran; those of the others are empty. */
  readonly notebook: Notebook;
  /** The first failure that ended the run; undefined when every cell ran. */
  readonly failure: CellFailure | undefined;
}

/** Cells with this tag may fail; the tag is nbclient's. */
const MAY_FAIL = "raises-exception";

/** Time an interrupted cell has to end. */
const INTERRUPT_MS = 2 * SECOND;
/** Time for a cell to end on its own once the run has failed by an error elsewhere. */
const AFTER_ERROR_MS = 5 * SECOND;
/** Between cells the kernel answers at once, unless something else in the notebook keeps it busy. */
const FENCE_MS = 30 * SECOND;
/** Wait after the last cell's end for late output, such as a last repaint. */
const SETTLE_MS = 60;

/**
 * Runs a notebook in a kernel of its own, cell by cell, and collects every output, late ones included.
 *
 * @throws {MarketError} `kernel-start` when there is no kernel; the signal's reason when that is aborted.
 *
 * ```ts ignore
 * const notebook = parseNotebook(await files.readText(path), { name: path });
 * const { notebook: executed, failure } = await runNotebook(notebook, { cwd: "notebooks" });
 * if (failure !== undefined) throw new Error(failure.message); // cell 7 (…) failed: TypeError: …
 * await files.writeText("executed.ipynb", formatNotebook(executed));
 * ```
 */
export async function runNotebook(
  notebook: Notebook,
  options: RunOptions,
  ports: KernelPorts = systemKernelPorts(),
): Promise<NotebookRun> {
  const recorder = new OutputRecorder();
  const probe: Probe = { message: undefined };
  const uncaught = new UncaughtErrors();
  const { cwd, env, signal } = options;
  await using kernel = await Kernel.start({
    cwd,
    ...(env === undefined ? {} : { env }),
    ...(signal === undefined ? {} : { signal }),
    onMessage(message) {
      if (message.type === SYNTAX) probe.message = String(message.content.message);
      else if (message.type === UNCAUGHT) uncaught.take(message.content);
      else recorder.take(message);
    },
  }, ports);
  const run = new Run({ kernel, recorder, options, clock: ports.clock, probe, uncaught });
  const failure = await run.all(notebook);
  signal?.throwIfAborted();
  await run.settle();
  await kernel.shutdown();
  signal?.throwIfAborted();
  // Late output of the last cell may be an error too.
  return { notebook: run.recorded(notebook), failure: failure ?? run.uncaughtFailure };
}

/** What the last syntax probe published. */
interface Probe {
  message: string | undefined;
}

interface RunParts {
  readonly kernel: Kernel;
  readonly recorder: OutputRecorder;
  readonly options: RunOptions;
  readonly clock: Clock;
  readonly probe: Probe;
  readonly uncaught: UncaughtErrors;
}

class Run {
  readonly #kernel: Kernel;
  readonly #recorder: OutputRecorder;
  readonly #options: RunOptions;
  readonly #clock: Clock;
  readonly #probe: Probe;
  readonly #uncaught: UncaughtErrors;
  readonly #records = new Map<string, CellRecord>();
  #last: CellRecord | undefined;

  constructor({ kernel, recorder, options, clock, probe, uncaught }: RunParts) {
    this.#kernel = kernel;
    this.#recorder = recorder;
    this.#options = options;
    this.#clock = clock;
    this.#probe = probe;
    this.#uncaught = uncaught;
  }

  /** Of an error that came in no cell's own way; undefined when there was none. */
  get uncaughtFailure(): CellFailure | undefined {
    return this.#uncaught.failure;
  }

  async all(notebook: Notebook): Promise<CellFailure | undefined> {
    await this.#kernel.execute(uncaughtCode(), { isSilent: true }).reply;
    for (const turn of turnsOf(notebook)) {
      this.#report(turn, "started", 0);
      const since = this.#clock.monotonic();
      const failure = await this.#one(turn);
      this.#report(turn, "ended", this.#clock.monotonic() - since);
      // An error that came first is why a cell then waited in vain.
      const first = failure?.kind === "error" ? failure : this.uncaughtFailure ?? failure;
      if (first !== undefined) return first;
    }
  }

  /** Waits for late output of the last cell. */
  async settle(): Promise<void> {
    await sleep(this.#clock, SETTLE_MS);
    try {
      await this.#fence();
    } catch (error) {
      if (!(error instanceof KernelEnded)) throw error;
    }
  }

  /** The notebook with what has been recorded. */
  recorded(notebook: Notebook): Notebook {
    const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
    return {
      ...notebook,
      metadata: {
        kernelspec,
        ...notebook.metadata,
        language_info: { name: "typescript", ...this.#kernel.languageInfo },
      },
      cells: notebook.cells.map((cell) => {
        if (cell.cell_type !== "code") return cell;
        const record = this.#records.get(cell.id);
        if (record === undefined) return { ...cell, execution_count: null, outputs: [] };
        const { executionCount, outputs, times } = record;
        const metadata = { ...cell.metadata, execution: times };
        // The value of its last assignment says nothing that the cell does not.
        const kept = isSettingCell(cell)
          ? outputs.filter(({ output_type }) => output_type !== "execute_result")
          : outputs;
        return { ...cell, metadata, execution_count: executionCount, outputs: kept };
      }),
    };
  }

  #report(turn: Turn, kind: CellProgress["kind"], tookMs: number): void {
    const { cell, number, of, firstLine } = turn;
    // The cell that sets parameters is ours, not one of the notebook's.
    if (isSettingCell(cell)) return;
    this.#options.onProgress?.({ kind, cell: number, of, firstLine, tookMs });
  }

  async #one(turn: Turn): Promise<CellFailure | undefined> {
    const execution = this.#kernel.execute(turn.cell.source);
    const record = this.#recorder.begin(execution.id);
    this.#records.set(turn.cell.id, record);
    this.#last = record;
    this.#uncaught.enter({ turn, record, mayFail: this.#mayFail(turn) });
    let stage = `while cell ${turn.number} (${turn.firstLine}) ran`;
    try {
      const reply = await this.#replyOf(execution);
      if (reply === LATE) return await this.#stop(turn, execution, record);
      stage = `after cell ${turn.number} (${turn.firstLine})`;
      if (await this.#fence() === LATE) return await this.#unanswered(turn, record);
      return reply.isOk ? undefined : await this.#failed(turn, reply, record);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (!(error instanceof KernelEnded)) throw error;
      return failureInPlace(
        turn,
        record,
        "kernel-ended",
        `the kernel ended ${stage}: ${error.message}`,
      );
    }
  }

  async #failed(
    turn: Turn,
    reply: ExecuteReply,
    record: CellRecord,
  ): Promise<CellFailure | undefined> {
    let shown = record.outputs.findLast((output) => output.output_type === "error");
    if (shown === undefined) {
      shown = await this.#unshownError(turn, reply, record);
      record.outputs.push(shown);
    }
    if (this.#mayFail(turn)) return undefined;
    return {
      kind: "error",
      cell: turn.number,
      firstLine: turn.firstLine,
      message: `cell ${turn.number} (${turn.firstLine}) failed: ${shown.ename}: ${shown.evalue}`,
      traceback: shown.traceback,
    };
  }

  #mayFail({ cell }: Turn): boolean {
    return this.#options.allowErrors === true || tagsOf(cell).includes(MAY_FAIL);
  }

  /** The error of a cell that showed none: the kernel keeps syntax errors to itself. */
  async #unshownError(turn: Turn, reply: ExecuteReply, record: CellRecord) {
    this.#probe.message = undefined;
    const probe = this.#kernel.execute(syntaxProbeCode(turn.cell.source), { isSilent: true });
    this.#recorder.continue(record, probe.id);
    await this.#within(FENCE_MS, probe.reply);
    await this.#fence();
    const { message } = this.#probe;
    if (message !== undefined) return syntaxErrorOutput(message);
    const { ename, evalue, traceback } = reply;
    return { output_type: "error", ename, evalue, traceback } as const;
  }

  /**
   * A run that has failed waits no longer for its cell than that needs to end on its own: what it waits for may have
   * died with the error.
   */
  async #replyOf({ reply }: Execution): Promise<ExecuteReply | typeof LATE> {
    const failed = this.#uncaught.failed.then(() => this.#within(AFTER_ERROR_MS, reply));
    // The kernel may end later, when nobody waits for this any more.
    failed.catch(() => {});
    return await Promise.race([this.#within(this.#timeoutMs, reply), failed]);
  }

  /** Interrupts a cell that runs too long; kills the kernel when that does not help. */
  async #stop(turn: Turn, { reply }: Execution, record: CellRecord): Promise<CellFailure> {
    const ran = this.uncaughtFailure === undefined
      ? `ran longer than ${this.#timeoutMs / SECOND} s`
      : `still ran ${AFTER_ERROR_MS / SECOND} s after an error that nothing caught`;
    const what = `cell ${turn.number} (${turn.firstLine}) ${ran}`;
    this.#kernel.interrupt();
    try {
      if (await this.#within(INTERRUPT_MS, reply) === LATE) {
        await this.#kernel.kill();
        return failureInPlace(
          turn,
          record,
          "timeout",
          `${what}, did not heed the interrupt, and was killed`,
        );
      }
      await this.#fence();
      return failureInPlace(turn, record, "timeout", `${what} and was interrupted`);
    } catch (error) {
      if (!(error instanceof KernelEnded)) throw error;
      return failureInPlace(turn, record, "timeout", `${what}; the interrupt ended the kernel`);
    }
  }

  async #unanswered(turn: Turn, record: CellRecord): Promise<CellFailure> {
    await this.#kernel.kill();
    const what = `after cell ${turn.number} (${turn.firstLine}) the kernel did not answer for ` +
      `${FENCE_MS / SECOND} s: something that the notebook has started keeps it busy`;
    return failureInPlace(turn, record, "timeout", what);
  }

  async #fence(): Promise<ExecuteReply | typeof LATE> {
    const fence = this.#kernel.fence();
    if (this.#last !== undefined) this.#recorder.continue(this.#last, fence.id);
    return await this.#within(FENCE_MS, fence.reply);
  }

  get #timeoutMs(): number {
    return this.#options.cellTimeoutMs ?? 120 * SECOND;
  }

  /** What the promise gives, or {@link LATE} when it takes longer. */
  async #within<T>(ms: number, promise: Promise<T>): Promise<T | typeof LATE> {
    const late = Promise.withResolvers<typeof LATE>();
    const timer = this.#clock.setTimer(() => late.resolve(LATE), ms);
    try {
      return await Promise.race([promise, late.promise]);
    } finally {
      timer.cancel();
    }
  }
}

const LATE = Symbol("late");
