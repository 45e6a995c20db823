import { makePrivate, PRIVATE_MODE } from "./private_mode.ts";

/** Where the lines of a log go, and how much of them is kept. */
export interface LogFilesOptions {
  readonly dir: string;
  /** A file that would become longer is put by, and a new one begun. */
  readonly maxBytes: number;
  /** Files of each source, the one that is written included; the oldest goes. */
  readonly maxFiles: number;
  /** Called once, when the first line is lost. */
  readonly onLoss: (error: unknown, path: string) => void;
}

interface OpenFile {
  readonly file: Deno.FsFile;
  bytes: number;
}

/**
 * A log's lines on the disk: `ES.jsonl` of the source `ES`, and before it `ES.1.jsonl`, `ES.2.jsonl`. Lines that the
 * disk does not take are counted, never thrown over.
 */
export class LogFiles {
  readonly #options: LogFilesOptions;
  readonly #files = new Map<string, OpenFile>();
  #lost = 0;

  constructor(options: LogFilesOptions) {
    this.#options = options;
  }

  /** Lines that are not on the disk. */
  get lost(): number {
    return this.#lost;
  }

  /** @param line with its end of line. */
  write(source: string, line: string): void {
    const { dir, maxBytes, onLoss } = this.#options;
    const stem = `${dir}/${fileNameOf(source)}`, path = `${stem}.jsonl`;
    const bytes = new TextEncoder().encode(line);
    try {
      const before = this.#fileOf(path);
      if (before.bytes > 0 && before.bytes + bytes.length > maxBytes) this.#putBy(stem);
      const open = this.#fileOf(path);
      append(open.file, bytes);
      open.bytes += bytes.length;
    } catch (error) {
      this.#lost++;
      if (this.#lost === 1) onLoss(error, path);
    }
  }

  /** Safe to call twice. */
  close(): void {
    for (const { file } of this.#files.values()) file.close();
    this.#files.clear();
  }

  /** Each file of a source takes the next number, and the last is replaced. */
  #putBy(stem: string): void {
    const path = `${stem}.jsonl`;
    this.#files.get(path)?.file.close();
    this.#files.delete(path);
    const last = this.#options.maxFiles - 1;
    if (last === 0) return Deno.removeSync(path);
    const nameOf = (number: number) => number === 0 ? path : `${stem}.${number}.jsonl`;
    for (let number = last; number > 0; number--) {
      try {
        Deno.renameSync(nameOf(number - 1), nameOf(number));
      } catch (error) {
        // There are not yet so many.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }

  #fileOf(path: string): OpenFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    // A log may name accounts.
    const file = Deno.openSync(path, { create: true, append: true, mode: PRIVATE_MODE });
    makePrivate(path);
    const open = { file, bytes: file.statSync().size };
    this.#files.set(path, open);
    return open;
  }
}

/** Adds a whole line or nothing: half a line would spoil the next one too. */
function append(file: Deno.FsFile, bytes: Uint8Array): void {
  let written = 0;
  try {
    while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
  } catch (error) {
    if (written > 0) file.truncateSync(file.statSync().size - written);
    throw error;
  }
}

/** A source may be an instrument, whose name is the venue's. */
function fileNameOf(source: string): string {
  return source.replace(/^\.+|[\\/:*?"<>|\p{Cc}]/gu, "_");
}
