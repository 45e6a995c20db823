/**
 * How sure a name makes it that its value is secret: `always` (`password`, `apiKey`, `X-Auth-Token`), or `maybe`,
 * where the value and its place decide too (`key`, `code`, `session`).
 */
export type NameRank = "always" | "maybe";

/** Longer words are no names; of them, only the end is looked at. */
const LONGEST_NAME = 80;

/** Cheap test for a text without any name that {@link rankOfName} knows, and without a scheme. */
export const NAME_STEM =
  /pass|pwd?|pin|tok|otp|secret|key|auth|cred|cookie|sig|code|sess|sid|jwt|hmac|acc|bearer|basic/i;

const ALWAYS: ReadonlySet<string> = new Set([
  "password",
  "passwords",
  "passwd",
  "passphrase",
  "passcode",
  "pwd",
  "secret",
  "secrets",
  "token",
  "credential",
  "credentials",
  "authorization",
  "cookie",
  "cookies",
  "jwt",
  "signature",
  "hmac",
]);

const MAYBE: ReadonlySet<string> = new Set([
  "key",
  "keys",
  "tokens",
  "sig",
  "sign",
  "auth",
  "oauth",
  "code",
  "session",
  "sid",
  "pass",
  "pw",
  "cred",
  "creds",
  "tok",
  "pin",
  "otp",
  "account",
  "accounts",
  "acct",
  "accountid",
  "acctid",
]);

/** Words that make the `key`, `id` or `sign` after them a secret. */
const BEFORE_KEY: ReadonlySet<string> = new Set([
  "access",
  "account",
  "api",
  "app",
  "auth",
  "client",
  "consumer",
  "encryption",
  "license",
  "listen",
  "master",
  "private",
  "rsa",
  "secret",
  "service",
  "session",
  "shared",
  "sign",
  "signing",
  "ssh",
  "stream",
  "subscription",
  "user",
  "webhook",
]);

/** The same written as one word. */
const GLUED = new RegExp(
  [
    `(?:${[...BEFORE_KEY].join("|")})keys?$`,
    "(?:password|passwd|passphrase|signature)$",
    "(?:access|api|app|auth|bearer|bot|csrf|device|id|push|refresh|session|user|web|xsrf)token$",
    "(?:api|app|client|consumer|hmac|shared|user|webhook)secret$",
    "(?:user|db|my|pg)pwd$",
    "(?:j|php|asp)?sess(?:ion)?id$",
    "(?:auth|oauth)code$",
  ].join("|"),
);

/** What a secret is like, or what is done with it: `tokenCount`, `password_policy`, `secret-name`. */
const ABOUT: ReadonlySet<string> = new Set([
  "age",
  "algorithm",
  "bucket",
  "count",
  "counts",
  "enabled",
  "expired",
  "expires",
  "expiry",
  "format",
  "in",
  "index",
  "kind",
  "length",
  "limit",
  "method",
  "name",
  "names",
  "policy",
  "required",
  "size",
  "status",
  "ttl",
  "type",
  "url",
  "uri",
  "version",
]);

/** Parts of a name, lowercase: `X-MBX-APIKEY` as x, mbx, apikey; `botToken` as bot, token. */
function partsOf(name: string): string[] {
  return name.slice(-LONGEST_NAME).replace(/([a-z\d])([A-Z])/g, "$1-$2").toLowerCase()
    .split(/[^a-z\d]+/).filter((part) => part !== "");
}

/** Names met before: the same few stand in every message of a venue. */
const known = new Map<string, NameRank | undefined>();
const MOST_KNOWN = 1_000;

/** What a name says of its value; undefined for ordinary names. */
export function rankOfName(name: string): NameRank | undefined {
  if (known.has(name)) return known.get(name);
  const rank = judged(name);
  if (known.size >= MOST_KNOWN) known.clear();
  if (name.length <= LONGEST_NAME) known.set(name, rank);
  return rank;
}

function judged(name: string): NameRank | undefined {
  const parts = partsOf(name);
  const last = parts.at(-1) ?? "";
  if (ABOUT.has(last)) return undefined;
  if (parts.some((part) => ALWAYS.has(part) || GLUED.test(part))) return "always";
  const before = parts.at(-2) ?? "";
  if (/^(?:key|keys|sign|pin|otp)$/.test(last) && BEFORE_KEY.has(before)) return "always";
  if (/^(?:id)$/.test(last) && /^sess(?:ion)?$|^connect$/.test(before)) return "always";
  if (last === "sid" && before === "connect") return "always";
  if (last === "code" && /auth|oauth/.test(before)) return "always";
  const isHeader = /^x-/i.test(name) && /^(?:key|auth|sign|sig)$/.test(last);
  if (isHeader) return "always";
  if (last === "id" && /^acc(?:oun)?t$/.test(before)) return "maybe";
  return MAYBE.has(last) ? "maybe" : undefined;
}

/** Headers whose value is secret to its last character, blanks included. */
export function isHeaderName(name: string): boolean {
  return /^(?:proxy-|x-)?authorization$|^(?:set-)?cookie$/i.test(name) ||
    (name.includes("-") && rankOfName(name) === "always");
}
