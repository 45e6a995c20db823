import { MASK } from "./mask.ts";

/** `://` as it stands in an address, in JSON, or percent-encoded. */
const SCHEME_END = /:\\{0,8}\/\\{0,8}\/|%(?:25)?3A%(?:25)?2F%(?:25)?2F/gi;
const ENCODED_AT = /%(?:25)?40/gi;
/** What ends an address in a text. */
const BREAK = /[\s"'<>`]/g;
/** `host:9443`, `[::1]:80`: what stands before a path when there is no password. */
const HOST = /^(?:\[[\da-f:.]+\]|[^:@]*)(?::\d{0,5})?$/i;
const LONGEST_PASSWORD = 129;
/** `user:password@host` without a scheme. */
const BARE =
  /(?<![\w.+:@/-])(?!mailto:|sips?:|xmpp:)([\w.+-]{1,64}:)[^\s:@/"'<>]{1,128}(@(?:[\w-]{1,63}\.[\w.-]{1,255}|localhost\b))/g;

/** False for a text without anything that {@link maskCredentials} would mask. */
export function mayHoldCredentials(text: string): boolean {
  if (text.includes("://") || text.includes("\\/") || /%(?:25)?3[aA]/.test(text)) return true;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const near = text.slice(Math.max(0, at - LONGEST_PASSWORD), at);
    const colon = near.lastIndexOf(":");
    if (colon >= 0 && !/[\s/"'<>]/.test(near.slice(colon))) return true;
  }
  return false;
}

/** The text without names and passwords in front of the host of an address. */
export function maskCredentials(text: string): string {
  const named = text.includes("@") ? text.replace(BARE, `$1${MASK}$2`) : text;
  SCHEME_END.lastIndex = 0;
  let clean = "";
  let from = 0;
  for (const found of named.matchAll(SCHEME_END)) {
    const begin = found.index + found[0].length;
    if (begin < from) continue;
    const end = credentialsEnd(named, begin, found[0].startsWith("%"));
    if (end === undefined) continue;
    clean += named.slice(from, begin) + MASK;
    from = end;
  }
  return clean + named.slice(from);
}

/** Longer authorities are none: the search for their end is bounded, so that many addresses cost no more. */
const LONGEST = 1_024;

/** Where the `@` stands that ends the credentials; undefined where there are none. */
function credentialsEnd(text: string, begin: number, isEncoded: boolean): number | undefined {
  const window = text.slice(begin, begin + LONGEST);
  BREAK.lastIndex = 0;
  const stop = BREAK.exec(window)?.index ?? window.length;
  const whole = window.slice(0, stop);
  if (isEncoded) return encodedEnd(whole, begin);
  const path = whole.search(/[/?#\\]/);
  const authority = path < 0 ? whole : whole.slice(0, path);
  const at = authority.lastIndexOf("@");
  if (at >= 0) return begin + at;
  if (HOST.test(authority)) return undefined;
  // A password may hold a slash that should have been encoded; then what stands before it is no host with a port.
  const later = whole.lastIndexOf("@");
  return later < 0 ? undefined : begin + later;
}

function encodedEnd(whole: string, begin: number): number | undefined {
  const path = whole.search(/%(?:25)?2F|[/?#&]/i);
  const authority = path < 0 ? whole : whole.slice(0, path);
  const at = [...authority.matchAll(ENCODED_AT)].at(-1)?.index ?? authority.lastIndexOf("@");
  return at < 0 ? undefined : begin + at;
}

/** Segments of a path that may be keys. */
const SEGMENT = /(?<=\/)[\w-]{24,}/g;
/** A piece of one that is made as keys are, and not of words: small and capital letters and digits. */
const PIECE = /[A-Za-z\d]{12,}/g;

/** The text without keys that stand as a segment of an address' path. */
export function maskPathKeys(text: string): string {
  if (!/:\\{0,8}\/\\{0,8}\//.test(text)) return text;
  return text.replace(SEGMENT, (segment) => {
    const pieces = segment.match(PIECE) ?? [];
    const isKey = pieces.some((piece) =>
      /\d/.test(piece) && /[a-z]/.test(piece) && /[A-Z]/.test(piece)
    );
    return isKey ? MASK : segment;
  });
}
