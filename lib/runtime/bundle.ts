import { fileURLToPath } from "node:url";
import { MarketError } from "../model/errors.ts";
import { projectPath } from "./files.ts";

/** How page code is bundled. */
export interface BundleOptions {
  /** Short names and no spaces. @default true */
  readonly isMinified?: boolean;
  /** Gives up when aborted. @default never */
  readonly signal?: AbortSignal;
}

/**
 * Makes one classic script of a module and all it imports, npm packages included, for a page without
 * requests. Runs the Deno executable this process runs in (in a notebook's kernel too); writes no file.
 * Takes a third of a second once Deno has its bundler, which it fetches the first time.
 *
 * @throws {MarketError} `bundle-failed` when there is no such executable, it may not be run, or the code
 * does not bundle.
 */
export async function bundleForBrowser(entry: URL, options: BundleOptions = {}): Promise<string> {
  const { isMinified = true, signal } = options;
  const args = [
    "bundle",
    "--quiet",
    "--platform",
    "browser",
    "--format",
    "iife",
    "--config",
    projectPath("deno.json"),
    ...(isMinified ? ["--minify"] : []),
    fileURLToPath(entry),
  ];
  const output = await run(args, signal);
  const decoder = new TextDecoder();
  const script = decoder.decode(output.stdout);
  if (output.success && script.trim() !== "") return script;
  signal?.throwIfAborted();
  throw failure(args, lastWords(decoder.decode(output.stderr)) || `exit code ${output.code}`);
}

async function run(args: string[], signal: AbortSignal | undefined): Promise<Deno.CommandOutput> {
  try {
    const command = new Deno.Command(Deno.execPath(), {
      args,
      stdin: "null",
      env: { NO_COLOR: "1" },
      ...(signal === undefined ? {} : { signal }),
    });
    return await command.output();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw failure(args, (error as Error).message, error);
  }
}

function failure(args: readonly string[], why: string, cause?: unknown): MarketError {
  return new MarketError(
    "bundle-failed",
    "configure",
    `The charts' page code could not be bundled: ${why} Charts stay pictures until then. To see all ` +
      `of it, run: deno ${args.join(" ")} > /dev/null`,
    cause === undefined ? {} : { cause },
  );
}

/** The error itself: what stands after the last "error:", on one line, as a sentence. */
function lastWords(text: string): string {
  const at = text.toLowerCase().lastIndexOf("error:");
  const words = (at < 0 ? text : text.slice(at + "error:".length)).replace(/\s+/g, " ").trim();
  const short = words.length > 300 ? `${words.slice(0, 300)}…` : words;
  return short === "" || /[.!?…]$/.test(short) ? short : `${short}.`;
}
