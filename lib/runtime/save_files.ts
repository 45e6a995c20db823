import { MarketError } from "../model/errors.ts";
import { diskReason } from "./disk_error.ts";
import type { Files, WriteOptions } from "./files.ts";
import type { Pieces } from "./whole_file.ts";

/** The text of a file, or what makes its bytes, anew at each call. */
export type FileContent = string | (() => Pieces);

type Disk = Pick<Files, "writeText" | "writePieces" | "exists">;

export interface SaveOptions {
  readonly files: Disk;
  /** What the files are, for messages: `The export to out`. */
  readonly what: string;
  /** See `WriteOptions`. @default false */
  readonly isPrivate?: boolean;
  /** Called with the path of each file that is saved. */
  readonly onSaved?: (path: string) => void;
  /** Makes a folder elsewhere, for what cannot be written where it should be. @default a temporary folder */
  readonly makeRescueFolder?: () => Promise<string>;
}

/**
 * Writes the files of one result into a folder. One that cannot be written leaves the others alone, and is saved
 * elsewhere where that is possible: what hours have made is not thrown away over a full disk.
 *
 * @param contents of each file, by its name; they are written in this order.
 * @returns the names of the files, all of them saved.
 * @throws {MarketError} `not-saved` naming what was saved and where, what was not, and why.
 */
export async function saveFiles(
  folder: string,
  contents: Readonly<Record<string, FileContent>>,
  options: SaveOptions,
): Promise<string[]> {
  const { files, isPrivate = false, onSaved = () => {} } = options;
  const saved: string[] = [];
  const refused: Refused[] = [];
  for (const [name, content] of Object.entries(contents)) {
    const path = `${folder}/${name}`;
    try {
      await writeOne(files, path, content, { isPrivate });
      saved.push(name);
      onSaved(path);
    } catch (error) {
      const isOldThere = await files.exists(path).catch(() => false);
      refused.push({ name, content, error, isOldThere });
    }
  }
  if (refused.length === 0) return saved;
  const rescue = await rescued(refused, options);
  throw new MarketError(
    "not-saved",
    "configure",
    sentencesOf(options.what, saved, refused, rescue),
    { cause: refused[0]!.error },
  );
}

function writeOne(
  files: Disk,
  path: string,
  content: FileContent,
  options: WriteOptions,
): Promise<void> {
  return typeof content === "string"
    ? files.writeText(path, content, options)
    : files.writePieces(path, content(), options);
}

interface Refused {
  readonly name: string;
  readonly content: FileContent;
  readonly error: unknown;
  /** A file of that name, from before, is still there. */
  readonly isOldThere: boolean;
}

interface Rescue {
  readonly folder: string;
  readonly names: readonly string[];
}

/** Saves elsewhere what was refused; no names where that is refused too. */
async function rescued(refused: readonly Refused[], options: SaveOptions): Promise<Rescue> {
  const { files, isPrivate = false, makeRescueFolder = tempFolder } = options;
  const names: string[] = [];
  let folder = "";
  try {
    folder = await makeRescueFolder();
    for (const { name, content } of refused) {
      await writeOne(files, `${folder}/${name}`, content, { isPrivate });
      names.push(name);
    }
  } catch {
    // The user is given the first reason.
  }
  return { folder, names };
}

function tempFolder(): Promise<string> {
  return Deno.makeTempDir({ prefix: "comove-saved-" });
}

function sentencesOf(
  what: string,
  saved: readonly string[],
  refused: readonly Refused[],
  rescue: Rescue,
): string {
  const reasons = [...new Set(refused.map(({ error }) => diskReason(error)))].join("; ");
  const lost = refused.map(({ name }) => name).filter((name) => !rescue.names.includes(name));
  const old = refused.filter(({ isOldThere }) => isOldThere).map(({ name }) => name);
  const sentences = [
    `${what} is not complete: ${reasons}.`,
    `Saved: ${listOf(saved)}.`,
    rescue.names.length > 0 ? `Saved in ${rescue.folder} instead: ${listOf(rescue.names)}.` : "",
    `Not saved: ${listOf(lost)}.`,
    old.length > 0 ? `Files of an earlier run are still there: ${listOf(old)}.` : "",
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}
