import { join } from "node:path";
import { MarketError } from "../../model/errors.ts";
import { DAY } from "../../model/time.ts";
import type { ByteFiles } from "../../runtime/byte_files.ts";
import type { Files } from "../../runtime/files.ts";
import type { Folders } from "../../runtime/folders.ts";
import { type Block, type Found, unpackBlock } from "./block.ts";
import { decodeManifest, type Manifest, MANIFEST_NAME } from "./manifest.ts";
import { decodeRow, type Row } from "./tape_row.ts";
import { TAPE_ENDING } from "./tape_writer.ts";

/** The disk as a reader needs it. */
export interface TapeDisk {
  readonly files: Files;
  readonly folders: Folders;
  readonly bytes: ByteFiles;
}

/** Longest time between two inputs: timers ring each second, unless the machine sleeps. */
const MAX_PAUSE_MS = 7 * DAY;

/** How the rows of a recording ended. */
export type TapeEnding =
  /** It was ended in order. */
  | { readonly kind: "whole" }
  /** It stops, as after a crash of the recorder: everything before is good. */
  | {
    readonly kind: "cut";
    /** Name of the file in which it stops. */
    readonly file: string;
    /** Bytes of that file that are good. */
    readonly at: number;
    /** Bytes behind that could not be read, in this and in later files. */
    readonly lostBytes: number;
    readonly why: string;
  };

/** A folder that a `TapeWriter` filled. */
export class TapeReader {
  readonly manifest: Manifest;
  readonly #folder: string;
  readonly #disk: TapeDisk;
  #ending: TapeEnding | undefined;

  constructor(folder: string, manifest: Manifest, disk: TapeDisk) {
    this.#folder = folder;
    this.manifest = manifest;
    this.#disk = disk;
  }

  /** How it ended; undefined until all rows were read. */
  get ending(): TapeEnding | undefined {
    return this.#ending;
  }

  /**
   * Every row, block by block, up to the first that cannot be read, in the middle of a block too. What follows damage is not given, so that the
   * rows are always a beginning of what was written. Never throws for what the files hold.
   */
  async *blocks(): AsyncGenerator<readonly Row[]> {
    this.#ending = undefined;
    const paths = await this.#disk.folders.files(this.#folder, TAPE_ENDING);
    let number = 0;
    let cut: Cut | undefined;
    const order = new RowOrder();
    for (const [i, path] of paths.entries()) {
      const file = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
      let bytes: Uint8Array;
      try {
        bytes = await this.#disk.bytes.read(path);
      } catch (error) {
        return this.#end(
          { file, at: 0, lost: 0, why: textOf(error), isTorn: false },
          paths.slice(i),
        );
      }
      const first = unpackBlock(bytes, 0);
      // A writer whose disk fails leaves half a block and writes it again, whole, into its next file.
      const isResumed = first.kind === "block" ? first.number === number : first.kind !== "damaged";
      if (cut !== undefined && !(cut.isTorn && isResumed)) return this.#end(cut, paths.slice(i));
      const lostBefore = first.kind === "block" ? 0 : cut?.lost ?? 0;
      cut = undefined;
      for (let at = 0, found: Found = first;; found = unpackBlock(bytes, at)) {
        const { rows, why } = found.kind === "block"
          ? rowsOf(found, number, order)
          : { rows: [], why: faultOf(found) };
        if (why !== undefined) {
          if (rows.length > 0) yield rows;
          const isTorn = found.kind === "torn" || found.kind === "end";
          cut = { file, at, lost: lostBefore + bytes.length - at, why, isTorn };
          break;
        }
        number++;
        at = (found as Block).end;
        yield rows;
        const last = rows.at(-1);
        if (last !== undefined && "note" in last && last.note === "end") {
          this.#ending = { kind: "whole" };
          return;
        }
      }
    }
    await this.#end(cut ?? { file: "", at: 0, lost: 0, why: "it has no files", isTorn: true }, []);
  }

  async #end({ file, at, lost, why }: Cut, unread: readonly string[]): Promise<void> {
    let lostBytes = lost;
    for (const path of unread) {
      const read = this.#disk.bytes.read(path);
      lostBytes += await read.then((bytes) => bytes.length, () => 0);
    }
    this.#ending = { kind: "cut", file, at, lostBytes, why };
  }
}

interface Cut {
  readonly file: string;
  readonly at: number;
  readonly lost: number;
  readonly why: string;
  readonly isTorn: boolean;
}

/**
 * Opens a recording.
 *
 * @param folder that holds its manifest.
 * @throws {MarketError} `no-recording` when there is none, or it is of another version.
 */
export async function openTape(folder: string, disk: TapeDisk): Promise<TapeReader> {
  let text: string;
  try {
    text = await disk.files.readText(join(folder, MANIFEST_NAME));
  } catch (cause) {
    throw noRecording(folder, `it has no readable ${MANIFEST_NAME}`, cause);
  }
  const manifest = decodeManifest(text);
  if (typeof manifest === "string") throw noRecording(folder, manifest);
  return new TapeReader(folder, manifest, disk);
}

function noRecording(folder: string, why: string, cause?: unknown): MarketError {
  return new MarketError(
    "no-recording",
    "configure",
    `${folder} is not a recording that can be replayed: ${why}. Give the folder that deno task record named when it began.`,
    { cause },
  );
}

/** Rows of a block, up to the first that cannot be. */
interface BlockRows {
  readonly rows: readonly Row[];
  /** Why what follows was not read; undefined when all was. */
  readonly why: string | undefined;
}

function rowsOf(block: Block, number: number, order: RowOrder): BlockRows {
  const rows: Row[] = [];
  if (block.number !== number) {
    return { rows, why: `block ${number} is missing: number ${block.number} stands there` };
  }
  for (const line of block.lines) {
    const row = decodeRow(line);
    if (row === undefined) return { rows, why: "a row is none that this version knows" };
    if (!order.takes(row)) return { rows, why: "a row does not follow the one before in time" };
    rows.push(row);
  }
  return { rows, why: undefined };
}

/** Inputs never go back in time, and never jump further than a machine sleeps. */
class RowOrder {
  #at: number | undefined;

  takes(row: Row): boolean {
    if (!("in" in row)) return true;
    const elapsedMs = row.at - (this.#at ?? row.at);
    this.#at = row.at;
    return elapsedMs >= 0 && elapsedMs <= MAX_PAUSE_MS;
  }
}

function faultOf(found: Exclude<Found, Block>): string {
  return found.kind === "end" ? "it was not ended in order" : found.why;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
