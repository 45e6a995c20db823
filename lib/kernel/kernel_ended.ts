import { stripVTControlCharacters } from "node:util";
import type { ChildExit } from "../runtime/child_process.ts";

/** The kernel has ended; the message holds its exit and the tail of its error output. */
export class KernelEnded extends Error {
  override readonly name: string = "KernelEnded";
}

const LAST_LINES = 4;
const LAST_CHARACTERS = 400;

/** How a kernel ended, as the second half of a sentence that begins with "the kernel ended". */
export function endingOf({ code, signal }: ChildExit, errorTail: string): KernelEnded {
  const how = signal === undefined ? `with exit code ${code}` : `killed by ${signal}`;
  const words = stripVTControlCharacters(errorTail).split("\n").map((line) => line.trim())
    .filter((line) => line !== "" && !/"deno jupyter" is unstable/.test(line))
    .slice(-LAST_LINES).join(" ").slice(-LAST_CHARACTERS);
  return new KernelEnded(words === "" ? how : `${how}; its last words: ${words}`);
}
