import { HOUR, SECOND } from "../../model/time.ts";
import { diskReason } from "../../runtime/disk_error.ts";
import type { AppendFile, ByteFiles } from "../../runtime/byte_files.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import { packBlock } from "./block.ts";
import { encodeRow, type Row } from "./tape_row.ts";

export interface TapeWriterOptions {
  /** Folder of the recording. */
  readonly folder: string;
  readonly files: ByteFiles;
  readonly clock: Clock;
  readonly log: Log;
  /** A file that has grown to this is followed by the next. @default 64 MiB */
  readonly maxFileBytes?: number;
  /** Characters that may wait for a slow disk. @default 32 Mi */
  readonly maxWaiting?: number;
}

/** What a recording has come to. */
export interface TapeCounts {
  readonly files: number;
  readonly blocks: number;
  readonly bytes: number;
  /** Rows on the disk. */
  readonly rows: number;
  /** Rows thrown away because the disk was too slow or failed. */
  readonly lost: number;
  /** Why the disk did not take rows; undefined as long as it took all, if slowly. */
  readonly failure: string | undefined;
}

const FLUSH_MS = SECOND;
/** Characters of one block, about: packing more at once would be felt. */
const BLOCK_LENGTH = 256 * 1_024;
const MAX_FILE_BYTES = 64 * 2 ** 20;
const MAX_WAITING = 32 * 2 ** 20;

/**
 * Writes rows to disk, a block at least each second. Never makes the writer wait: what a slow disk cannot take is
 * thrown away in whole turns, counted, logged, and noted in the recording itself.
 */
export class TapeWriter {
  readonly #options: TapeWriterOptions;
  readonly #maxFileBytes: number;
  readonly #maxWaiting: number;
  #lines: string[] = [];
  #waiting = 0;
  #counts = {
    files: 0,
    blocks: 0,
    bytes: 0,
    rows: 0,
    lost: 0,
    failure: undefined as string | undefined,
  };
  #lostHere = 0;
  #file: AppendFile | undefined;
  #fileBytes = 0;
  #fileHour = NaN;
  #hasFailed = false;
  #timer: Timer | undefined;
  #flushing: Promise<void> | undefined;
  #isEnded = false;

  constructor(options: TapeWriterOptions) {
    const { maxFileBytes = MAX_FILE_BYTES, maxWaiting = MAX_WAITING } = options;
    if (!(maxFileBytes > 0)) {
      throw new RangeError(`maxFileBytes must be above 0, got ${maxFileBytes}`);
    }
    if (!(maxWaiting > 0)) throw new RangeError(`maxWaiting must be above 0, got ${maxWaiting}`);
    this.#options = options;
    this.#maxFileBytes = maxFileBytes;
    this.#maxWaiting = maxWaiting;
    this.#setTimer();
  }

  get counts(): TapeCounts {
    return { ...this.#counts };
  }

  /** Adds a row; never waits and never throws. Nothing is added after the note `end`. */
  write(row: Row): void {
    if (this.#isEnded) return;
    if (this.#isLosing(row)) {
      this.#lostHere++;
      this.#counts.lost++;
      return;
    }
    this.#reportLost();
    this.#push(row);
    if (this.#waiting >= BLOCK_LENGTH) this.#startFlush();
  }

  /** Writes the note `end` and everything that waits; one more failure ends the attempts to write. */
  async end(): Promise<void> {
    if (!this.#isEnded) {
      this.#reportLost();
      this.#push({ note: "end" });
      this.#isEnded = true;
    }
    this.#timer?.cancel();
    await this.#flushing;
    await this.#flush();
    this.#file?.close();
    this.#file = undefined;
    // The note that ends a recording is no row that anybody misses.
    this.#counts.lost += Math.max(0, this.#lines.length - 1);
    this.#lines = [];
  }

  /** Turns are dropped whole: after one lost row, all rows are dropped until an input finds room again. */
  #isLosing(row: Row): boolean {
    if (this.#lostHere > 0) return !("in" in row) || this.#waiting > this.#maxWaiting / 2;
    if (this.#waiting <= this.#maxWaiting) return false;
    const why = this.#hasFailed
      ? "The disk still takes nothing"
      : "The disk is slower than the venues";
    this.#options.log.warn(
      `${why}: the recording loses messages. The feeds go on unharmed.`,
      { waiting: this.#waiting },
    );
    return true;
  }

  #reportLost(): void {
    if (this.#lostHere === 0) return;
    this.#push({ note: "lost", rows: this.#lostHere });
    this.#options.log.warn("The disk keeps up again; the recording lacks messages.", {
      lost: this.#lostHere,
      lostInAll: this.#counts.lost,
    });
    this.#lostHere = 0;
  }

  #push(row: Row): void {
    const line = encodeRow(row);
    this.#lines.push(line);
    this.#waiting += line.length + 1;
  }

  #setTimer(): void {
    this.#timer = this.#options.clock.setTimer(() => {
      this.#startFlush();
      this.#setTimer();
    }, FLUSH_MS);
  }

  #startFlush(): void {
    if (this.#flushing !== undefined || this.#lines.length === 0) return;
    this.#flushing = this.#flush().finally(() => this.#flushing = undefined);
  }

  /** Writes what waits now; what comes meanwhile fills the next block. */
  async #flush(): Promise<void> {
    let due = this.#lines.length;
    try {
      while (due > 0) {
        const lines = this.#nextLines();
        const block = await packBlock(this.#counts.blocks, lines);
        const file = await this.#fileFor();
        await file.append(block);
        this.#written(lines, block.length);
        due -= lines.length;
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  #nextLines(): string[] {
    let length = 0;
    let count = 0;
    while (count < this.#lines.length && length < BLOCK_LENGTH) {
      length += this.#lines[count++]!.length + 1;
    }
    return this.#lines.slice(0, count);
  }

  #written(lines: readonly string[], bytes: number): void {
    this.#lines.splice(0, lines.length);
    this.#waiting -= lines.reduce((sum, line) => sum + line.length + 1, 0);
    this.#fileBytes += bytes;
    this.#counts.blocks++;
    this.#counts.bytes += bytes;
    this.#counts.rows += lines.length;
    if (this.#hasFailed) this.#options.log.info("The recording goes on.");
    this.#hasFailed = false;
  }

  /** The block that failed is tried again; in a file of its own where the old one ends in half of it. */
  #failed(error: unknown): void {
    if (this.#file?.isWhole === false) {
      this.#file.close();
      this.#file = undefined;
    }
    this.#counts.failure = diskReason(error);
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.log.error(
      "The recording cannot be written; it is tried again each second, and the feeds go on unharmed.",
      { error, folder: this.#options.folder },
    );
  }

  async #fileFor(): Promise<AppendFile> {
    const { folder, files, clock } = this.#options;
    const hour = Math.floor(clock.now() / HOUR);
    const isFull = this.#fileBytes >= this.#maxFileBytes || hour !== this.#fileHour;
    if (this.#file !== undefined && !isFull) return this.#file;
    this.#file?.close();
    this.#file = undefined;
    const number = `${this.#counts.files + 1}`.padStart(6, "0");
    const name = `${number}_${new Date(hour * HOUR).toISOString().slice(0, 13)}.jsonl.gz`;
    this.#file = await files.create(`${folder}/${name}`);
    this.#counts.files++;
    this.#fileBytes = 0;
    this.#fileHour = hour;
    return this.#file;
  }
}

/** Ending of the names of a recording's files. */
export const TAPE_ENDING = ".jsonl.gz";
