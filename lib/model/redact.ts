import { maskCredentials, maskPathKeys, mayHoldCredentials } from "./secrets/addresses.ts";
import { maskEmbeddedJson, maskJson } from "./secrets/json.ts";
import { MASK } from "./secrets/mask.ts";
import { rankOfName } from "./secrets/names.ts";
import { isPlainFrame } from "./secrets/plain.ts";
import { maskPem, maskShapes, mayHoldShapes } from "./secrets/shapes.ts";
import { maskNamed, mayHoldNames } from "./secrets/values.ts";

/** Shorter values occur in ordinary text and would mask it. */
const MIN_LENGTH = 4;

/** True when the value under this name must not be shown: `apiKey`, `botToken`, `Authorization`. */
export function isSecretName(name: string): boolean {
  return rankOfName(name) === "always";
}

/**
 * The text without what must not be shown: passwords in addresses, values of headers, cookies, keys and tokens by
 * their name, hooks, tokens and account numbers by their look. A JSON document stays one. What is masked already
 * stays as it is. Takes time linear in the text.
 *
 * Cut a text after it was masked, never before: the first half of a token has no look of its own.
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
    if (secret.length < MIN_LENGTH) continue;
    for (const form of formsOf(secret)) clean = clean.replaceAll(form, MASK);
  }
  return mayHoldSecrets(clean) ? maskJson(clean, maskText) ?? maskText(clean) : clean;
}

/**
 * False for a text that {@link redact} surely leaves as it is. Takes a fraction of the time of decoding it: nearly
 * every message of a venue is one.
 */
export function mayHoldSecrets(text: string): boolean {
  return !isPlainFrame(text) &&
    (mayHoldNames(text) || mayHoldShapes(text) || mayHoldCredentials(text) ||
      // JSON may spell a letter so.
      text.includes("\\u00"));
}

/** What is no JSON as a whole: documents in it, then the text around them. */
function maskText(text: string): string {
  const outer = maskEmbeddedJson(text, maskPlain);
  if (!outer.includes("\\u00")) return maskPlain(outer);
  // Broken JSON may spell a name with escapes; it is shown spelt out only where that brings a secret to light.
  const spelt = outer.replace(ESCAPED_LETTER, (_, code) => String.fromCharCode(parseInt(code, 16)));
  const masked = maskPlain(spelt);
  return masked === spelt ? maskPlain(outer) : masked;
}

const ESCAPED_LETTER = /(?<!\\)\\+u00(2d|3[0-9]|4[1-9a-f]|5[0-9a]|5f|6[1-9a-f]|7[0-9a])/gi;

function maskPlain(text: string): string {
  return maskShapes(maskNamed(maskPathKeys(maskCredentials(maskPem(text)))));
}

/** A secret as it is, in JSON, and in an address. */
function formsOf(secret: string): Set<string> {
  const forms = [secret, JSON.stringify(secret).slice(1, -1)];
  // A lone surrogate cannot be encoded.
  if (secret.isWellFormed()) forms.push(encodeURIComponent(secret), encodeURI(secret));
  return new Set(forms.sort((a, b) => b.length - a.length));
}

/** Kinds of channels whose whole address is a secret: whoever has it may write. */
const HOOKS: ReadonlySet<unknown> = new Set(["webhook", "discord", "slack", "teams", "mattermost"]);
/** Says where a secret stands, and is none. */
const REFERENCE = /^(?:env|file):/;

/**
 * Every value of a configuration that is secret: by the name of its key, as the password or a query value of an
 * address, or as the path of a channel's hook. Total: an address that cannot be decoded is taken as it stands.
 */
export function secretsIn(values: unknown, isSecret = false): string[] {
  if (typeof values === "string") {
    if (REFERENCE.test(values)) return [];
    return isSecret ? [values] : passwordsOf(values);
  }
  if (typeof values !== "object" || values === null) return [];
  const { kind } = values as { kind?: unknown };
  return Object.entries(values).flatMap(([key, value]) => {
    const isHook = key === "url" && HOOKS.has(kind) && typeof value === "string";
    const hook = isHook ? pathOf(value) : [];
    // Whoever knows a topic of ntfy reads and writes it.
    const isTopic = key === "topic" && kind === "ntfy";
    return [...hook, ...secretsIn(value, isSecret || isTopic || isSecretName(key))];
  });
}

function passwordsOf(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { password, searchParams } = new URL(text);
  const named = [...searchParams].filter(([name]) => rankOfName(name) !== undefined)
    .map(([, value]) => value);
  return [...new Set([password, decoded(password), ...named])].filter((secret) => secret !== "");
}

function pathOf(text: string): string[] {
  if (REFERENCE.test(text) || !URL.canParse(text)) return [];
  const { pathname, search } = new URL(text);
  return pathname.length > 1 ? [pathname + search, pathname] : [];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
