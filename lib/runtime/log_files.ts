import { makePrivate, PRIVATE_MODE } from "./private_mode.ts";

/** A log's lines on the disk: a file a source. Lines that the disk does not take are counted, never thrown over. */
export class LogFiles {
  readonly #dir: string;
  readonly #files = new Map<string, Deno.FsFile>();
  readonly #onLoss: (error: unknown, path: string) => void;
  #lost = 0;

  /** @param onLoss called once, when the first line is lost. */
  constructor(dir: string, onLoss: (error: unknown, path: string) => void) {
    this.#dir = dir;
    this.#onLoss = onLoss;
  }

  /** Lines that are not on the disk. */
  get lost(): number {
    return this.#lost;
  }

  /** @param line with its end of line. */
  write(source: string, line: string): void {
    const path = `${this.#dir}/${fileNameOf(source)}.jsonl`;
    try {
      append(this.#fileOf(path), new TextEncoder().encode(line));
    } catch (error) {
      this.#lost++;
      if (this.#lost === 1) this.#onLoss(error, path);
    }
  }

  /** Safe to call twice. */
  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  #fileOf(path: string): Deno.FsFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    // A log may name accounts.
    const file = Deno.openSync(path, { create: true, append: true, mode: PRIVATE_MODE });
    makePrivate(path);
    this.#files.set(path, file);
    return file;
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
