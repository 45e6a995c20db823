/** Names of what must not be shown. */
const SECRET_NAME =
  /password|passphrase|passwd|secret|token|api[_-]?key|authorization|credential|signature/i;
const NAME = String
  .raw`[\w-]*(?:password|passphrase|passwd|secret|token|api[_-]?key|credential|signature)[\w-]*`;
const MASK = "***";

/** Patterns of secrets in text, each with its replacement. */
const PATTERNS: readonly (readonly [pattern: RegExp, masked: string])[] = [
  // wss://user:password@host
  [/\b([a-z][a-z\d+.-]*:\/\/)[^\s/?#@"']+@/gi, `$1${MASK}@`],
  // Authorization: Bearer abc, Basic abc
  [/\b(Bearer|Basic)\s+[\w.~+/-]+=*/gi, `$1 ${MASK}`],
  [/\b(authorization["']?\s*[:=]\s*["']?)(?!Bearer|Basic)[^\s"',;&}]+/gi, `$1${MASK}`],
  // token=abc, "apiKey": "abc"
  [new RegExp(String.raw`\b(${NAME}["']?\s*[:=]\s*["']?)[^\s"',;&}]+`, "gi"), `$1${MASK}`],
  // Hooks of chat services: whoever has the address may write.
  [/(\/bot)\d{5,}:[\w-]{10,}/g, `$1${MASK}`],
  [/(\/(?:api\/)?webhooks\/|hooks\.slack\.com\/services\/)[\w/-]+/gi, `$1${MASK}`],
  // Account numbers of Interactive Brokers
  [/\b(DU|DF|U|F)\d{6,9}\b/g, `$1${MASK}`],
];

/** Shorter values occur in ordinary text and would mask it. */
const MIN_LENGTH = 4;

/** True when the value under this name must not be shown: `apiKey`, `botToken`, `Authorization`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * The text without what must not be shown: passwords in addresses, tokens, keys, hooks, account numbers.
 *
 * @param secrets values known to be secret, wherever they stand.
 *
 * @example
 * ```ts
 * import { redact } from "./redact.ts";
 * import assert from "node:assert/strict";
 * assert.equal(redact("wss://me:hunter2@host:1 refused, token=abc"), "wss://***@host:1 refused, token=***");
 * ```
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= MIN_LENGTH) clean = clean.replaceAll(secret, MASK);
  }
  for (const [pattern, masked] of PATTERNS) clean = clean.replace(pattern, masked);
  return clean;
}

/** Every value of a configuration that is secret: by the name of its key, or as the password of an address. */
export function secretsIn(values: unknown, isSecret = false): string[] {
  if (typeof values === "string") return isSecret ? [values] : passwordsOf(values);
  if (typeof values !== "object" || values === null) return [];
  return Object.entries(values).flatMap(([key, value]) =>
    secretsIn(value, isSecret || isSecretName(key))
  );
}

function passwordsOf(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { password, searchParams } = new URL(text);
  const named = [...searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value);
  return [password, decodeURIComponent(password), ...named].filter((secret) => secret !== "");
}
