import { resolve } from "node:path";
import { MarketError } from "../model/errors.ts";
import { diskReason } from "./disk_error.ts";
import { variable as systemValue } from "./environment.ts";

/** Where secrets are read; a parameter, so that tests need no environment. */
export interface SecretPorts {
  /** @default the process' environment */
  readonly env?: (name: string) => string | undefined;
  /** What a relative path begins at: the folder of the configuration. @default the working folder */
  readonly folder?: string;
}

const REFERENCE = /^(env|file):(.*)$/s;
const VARIABLE = /^[A-Za-z_]\w*$/;
/** Keys and certificates are far shorter. */
const MAX_BYTES = 64 * 1_024;
/** Group and others: none of their bits may be set. */
const NOT_OWNER = 0o077;

/**
 * The secret that a value of the configuration stands for: of `env:NAME` the variable, of `file:PATH` the content of
 * the file without the ends of line behind it, of anything else the value itself. Read anew at each call.
 *
 * The tasks may read variables that begin with COMOVE_; those that begin with COMOVE_SECRET_ are taken for no key of the
 * configuration.
 *
 * A file must be readable by its owner alone (mode 600 or 400; Windows has no such modes), and at most 64 kB of UTF-8.
 *
 * @param key names the value in messages: `api.token`. No message holds the secret.
 * @throws {MarketError} `no-secret` when there is none, or it may not be read; `open-secret` when others may read the
 * file. Both say what to do.
 *
 * @example
 * ```ts
 * import { readSecret } from "./secret.ts";
 * import assert from "node:assert/strict";
 * const env = (name: string) => name === "DESK_TOKEN" ? "hunter2" : undefined;
 * assert.equal(await readSecret("api.token", "env:DESK_TOKEN", { env }), "hunter2");
 * ```
 */
export async function readSecret(
  key: string,
  value: string,
  { env = systemValue, folder = "." }: SecretPorts = {},
): Promise<string> {
  const [, kind, where = ""] = REFERENCE.exec(value) ?? [];
  if (kind === undefined) {
    return filled(value, `${key} is empty. Give a secret, env:NAME or file:PATH.`);
  }
  if (kind === "env") return variable(key, where, env);
  if (where === "") throw noSecret(`${key} is file: without a path. Write file:PATH.`);
  return await contentOf(key, resolve(folder, where));
}

function variable(
  key: string,
  name: string,
  env: (name: string) => string | undefined,
): string {
  if (!VARIABLE.test(name)) {
    throw noSecret(
      `${key} names no variable: env: is followed by a name of letters, digits and _, such as env:COMOVE_SECRET_TOKEN.`,
    );
  }
  let value: string | undefined;
  try {
    value = env(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw noSecret(
      `${key} is in the variable ${name}, which this task may not read. Call it COMOVE_SECRET_…, which tasks may read, or use file:PATH.`,
      error,
    );
  }
  return filled(
    value ?? "",
    `${key} is in the variable ${name}, which is not set. Set it, or use file:PATH.`,
  );
}

async function contentOf(key: string, path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    // To open a pipe would wait for a writer.
    if (!(await Deno.stat(path)).isFile) throw noFile(key, path);
    // Judged by the open file: a name could be given to another one meanwhile.
    using file = await Deno.open(path);
    const { isFile, size, mode } = await file.stat();
    if (!isFile) throw noFile(key, path);
    if (size > MAX_BYTES) {
      throw noSecret(
        `${key} is in ${path}, which has ${size} bytes, and a secret has at most ${MAX_BYTES}. Give another file.`,
      );
    }
    if (mode !== null && Deno.build.os !== "windows" && (mode & NOT_OWNER) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(3, "0");
      throw new MarketError(
        "open-secret",
        "configure",
        `${key} is in ${path}, which others may read or write (mode ${shown}). Make it yours alone: chmod 600 ${path}`,
      );
    }
    bytes = await readAtMost(file, MAX_BYTES);
  } catch (error) {
    if (error instanceof MarketError) throw error;
    const why = error instanceof Deno.errors.NotFound ? "it is not there" : diskReason(error);
    throw noSecret(`${key} is in ${path}, which cannot be read: ${why}.`, error);
  }
  return filled(
    textOf(key, path, bytes),
    `${key} is in ${path}, which is empty. Write the secret into it.`,
  );
}

function noFile(key: string, path: string): MarketError {
  return noSecret(`${key} is in ${path}, which is no file. Give the path of one.`);
}

async function readAtMost(file: Deno.FsFile, most: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(most);
  let length = 0;
  while (length < most) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

function textOf(key: string, path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(
      /(?<![\r\n])[\r\n]+$/,
      "",
    );
  } catch (error) {
    throw noSecret(
      `${key} is in ${path}, which is not UTF-8 text. Write the secret as text.`,
      error,
    );
  }
}

function filled(value: string, otherwise: string): string {
  if (value === "") throw noSecret(otherwise);
  return value;
}

function noSecret(message: string, cause?: unknown): MarketError {
  return new MarketError("no-secret", "configure", message, cause === undefined ? {} : { cause });
}
