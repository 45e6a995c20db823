import { isRemark, looksRandom } from "./looks.ts";
import { MASK } from "./mask.ts";
import { isHeaderName, NAME_STEM, type NameRank, rankOfName } from "./names.ts";

/** Words of a text, each looked at once; a percent-encoding is none, so that `%3Ftoken` holds `token`. */
const WORD = /%(?:25)?[\da-f]{2}|[a-z][\w-]*/gi;
/** Closes a quoted or bracketed name: `"token"`, `\"token\"`, `params[token]`. */
const CLOSER = /(?:[\\"'\]]|%(?:25)?5D){0,8}/iy;
const SEPARATOR = /[ \t]*(?:=>|->|[:=]|%(?:25)?3[AD])[ \t]*/iy;
/** Between a header and its value in a list of both, or of `{ name, value }`. */
const IN_LIST = /[ \t]*,[ \t]*(?:[\\"']{1,8}value[\\"']{1,8}[ \t]*:[ \t]*)?(?=[\\"'])/y;
/** Between a name and its value in `{ name, value }`. */
const VALUE_NEXT = /[ \t]*,[ \t]*[\\"']{1,8}value[\\"']{1,8}[ \t]*:[ \t]*(?=[\\"'])/y;
const BLANK = /[ \t]+/y;
/** Before a value in a sentence: `password is …`, `bearer, …`. */
const PROSE_BLANK = /,?[ \t]+(?:(?:is|was)[ \t]+)?/y;
const OPENER = /\\*["'`]/y;
const QUERY_END = /[\s"'<>&#`]|\\(?!\\{0,8}\/)|%(?:25)?26/gi;
/** A comma or semicolon ends a value only before a blank, the end, or the next name. */
const PAIR_END = /[\s"'<>&`|)}\]\\]|[,;](?=\s|$|[\w-]{1,40}=)/g;
const LINE_END = /[\r\n]|(?<!\\)\\+[rn]/g;
const TAG_END = /<|\n/g;
const ALREADY_MASKED = /\*\*\*(?=$|[\s"'`.,;:&<>)}\]|\\@\/])/y;
const PROSE_WORD = /["'`]?([\w.~+/-]{6,}=*)["'`]?/y;
const SCHEME = /^(?:bearer|basic|apikey|bot)$/i;
const SMALL_NUMBER = /^-?\d{1,5}$/;
/** A scheme with one value without blanks, and that value: what follows is the sentence around it. RFC 6750, 7617. */
const SCHEME_VALUE =
  /(?:bearer|basic|apikey|bot|jwt|negotiate|token)[ \t]+[\w.~+/:-]{8,}=*(?=[,;)}\]]|[ \t])/iy;
/** The next header or field after a value without quotes: `, price: 1`. */
const NEXT_FIELD = /[,;][ \t]+[a-z][\w-]{0,40}:[ \t]/gi;
/** Schemes whose values hold quotes themselves. */
const MANY_QUOTES = /^(?:digest|oauth|hawk|signature)\b/i;
/** `api key`, `listen key`: the word before makes the name. */
const LAST_WORD = /(?<![a-z])[a-z]+$/i;

/** Where a value stands. */
interface Place {
  readonly name: string;
  readonly rank: NameRank;
  readonly kind: "query" | "json" | "pair" | "colon" | "tag" | "option";
  /** What stands right before the name. */
  readonly before: string;
}

/** Whether the string under this name in JSON must not be shown. */
export function isHiddenIn(name: string, value: string): boolean {
  const rank = rankOfName(name);
  return rank !== undefined && isHidden(value, { name, rank, kind: "json" });
}

/** A part of the text that is not shown. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** False for a text without anything that {@link maskNamed} would mask. */
export function mayHoldNames(text: string): boolean {
  return NAME_STEM.test(text);
}

/** The text without the values that stand behind the name of a secret. Linear in the text. */
export function maskNamed(text: string): string {
  if (!mayHoldNames(text)) return text;
  let clean = "";
  let from = 0;
  for (let found = nextWord(text, 0); found !== undefined;) {
    const { index, word } = found;
    const span = spanOf(text, index, word) ?? spanAfterEscape(text, index, word);
    if (span === undefined) {
      found = nextWord(text, index + word.length);
      continue;
    }
    clean += text.slice(from, span.from) + MASK;
    from = span.to;
    found = nextWord(text, span.to);
  }
  return clean + text.slice(from);
}

/** `\nAuthorization` in JSON that was not decoded: the first letter belongs to the escape. */
function spanAfterEscape(text: string, index: number, word: string): Span | undefined {
  const isEscape = text[index - 1] === "\\" && /^[nrt]/.test(word);
  return isEscape ? spanOf(text, index + 1, word.slice(1)) : undefined;
}

function nextWord(text: string, at: number): { index: number; word: string } | undefined {
  WORD.lastIndex = at;
  const found = WORD.exec(text);
  return found === null ? undefined : { index: found.index, word: found[0] };
}

function spanOf(text: string, index: number, word: string): Span | undefined {
  if (text[index - 1] === "\\" && isHeaderName(word.slice(1))) return undefined;
  const end = index + word.length;
  const rank = rankOf(text, index, word);
  if (rank === undefined) return SCHEME.test(word) ? schemeSpan(text, end) : undefined;
  const place = placeOf(text, index, word, rank);
  if (place === undefined) return proseSpan(text, end, rank);
  const { from } = place;
  const quoted = quotedSpan(text, from);
  ALREADY_MASKED.lastIndex = quoted?.from ?? from;
  if (ALREADY_MASKED.test(text)) return undefined;
  if (quoted !== undefined) {
    const kind = place.kind === "colon" || place.kind === "pair" ? "json" : place.kind;
    return isHidden(text.slice(quoted.from, quoted.to), { ...place, kind }) ? quoted : undefined;
  }
  const span = { from, to: endOf(text, from, place) };
  return isHidden(text.slice(span.from, span.to), place) ? span : undefined;
}

function rankOf(text: string, index: number, word: string): NameRank | undefined {
  const rank = NAME_STEM.test(word.slice(-80)) ? rankOfName(word) : undefined;
  if (rank !== "maybe" || text[index - 1] !== " ") return rank;
  if (!/^(?:key|code)$/i.test(word)) return rank;
  const before = LAST_WORD.exec(text.slice(Math.max(0, index - 14), index - 1))?.[0];
  return before === undefined ? rank : rankOfName(`${before}-${word}`) ?? rank;
}

/** The place of the value behind a name; undefined when nothing separates them. */
function placeOf(
  text: string,
  index: number,
  name: string,
  rank: NameRank,
): Place & { readonly from: number } | undefined {
  const end = index + name.length;
  const before = text.slice(Math.max(0, index - 5), index);
  if (before.endsWith("<") && text[end] === ">") {
    return { name, rank, kind: "tag", before, from: end + 1 };
  }
  CLOSER.lastIndex = end;
  const closer = CLOSER.exec(text)![0];
  SEPARATOR.lastIndex = end + closer.length;
  const separator = SEPARATOR.exec(text)?.[0];
  if (separator === undefined && /["']/.test(closer) && rank === "always") {
    const next = isHeaderName(name) ? IN_LIST : VALUE_NEXT;
    next.lastIndex = end + closer.length;
    if (next.test(text)) return { name, rank, kind: "json", before, from: next.lastIndex };
  }
  if (separator === undefined) {
    BLANK.lastIndex = end;
    const blank = BLANK.exec(text)?.[0];
    const isOption = before.endsWith("--") && blank !== undefined;
    return isOption ? { name, rank, kind: "option", before, from: end + blank.length } : undefined;
  }
  const from = end + closer.length + separator.length;
  if (separator === ":" && text.startsWith("//", from)) return undefined;
  const isAssigned = /[=%]/.test(separator) && !separator.includes(">");
  const isQuery = isAssigned && separator.trim() === separator &&
    (/[?&#]$|&amp;$|%(?:25)?(?:26|3F)$/i.test(before) || separator.startsWith("%"));
  if (isQuery) return { name, rank, kind: "query", before, from };
  const kind = /["'\\]/.test(closer) ? "json" : isAssigned ? "pair" : "colon";
  return { name, rank, kind, before, from };
}

/** What stands between quotes, escaped ones too; to the end of the text where they are not closed. */
function quotedSpan(text: string, at: number): Span | undefined {
  OPENER.lastIndex = at;
  const opener = OPENER.exec(text);
  if (opener === null) return undefined;
  const from = at + opener[0].length;
  const to = closingQuote(text, from, opener[0]);
  return { from, to: to < 0 ? text.length : to };
}

/** Where the quote is closed, before its escapes; -1 where it is not. @param opener with the escapes before it. */
function closingQuote(text: string, from: number, opener: string): number {
  const quote = opener.at(-1)!;
  const slashes = opener.length - 1;
  for (let to = text.indexOf(quote, from); to >= 0; to = text.indexOf(quote, to + 1)) {
    let run = 0;
    while (to - run > from && text[to - run - 1] === "\\") run++;
    const isClosed = slashes === 0 ? run % 2 === 0 : run <= slashes;
    if (isClosed) return to - (slashes === 0 ? 0 : run);
  }
  return -1;
}

function endOf(text: string, from: number, { name, kind, before }: Place): number {
  const firstOf = (pattern: RegExp) => {
    pattern.lastIndex = from;
    return pattern.exec(text)?.index ?? text.length;
  };
  if (kind === "tag") return firstOf(TAG_END);
  // Whole JSON was masked before: this is the rest of what was cut.
  if (kind === "json" && /[{[]/.test(text[from] ?? "")) return text.length;
  if (kind === "query") return firstOf(QUERY_END);
  if (kind === "option") return firstOf(PAIR_END);
  if (!isHeaderName(name)) return firstOf(PAIR_END);
  if (kind === "pair" && !/cookie/i.test(name)) {
    const end = firstOf(PAIR_END);
    if (text[end] !== " " || !isSchemeName(text.slice(from, end))) return end;
  }
  SCHEME_VALUE.lastIndex = from;
  if (SCHEME_VALUE.test(text)) return SCHEME_VALUE.lastIndex;
  const line = Math.min(firstOf(LINE_END), firstOf(NEXT_FIELD));
  // -H "Authorization: …": the quote before the name ends the value too.
  const quote = /(?<!\\)\\*["'`]$/.exec(before)?.[0];
  if (quote === undefined) return line;
  const close = MANY_QUOTES.test(text.slice(from, from + 20))
    ? text.lastIndexOf(quote, line)
    : closingQuote(text, from, quote);
  return close <= from ? line : Math.min(line, close);
}

/** `Basic`, `AWS4-HMAC-SHA256`: a word, and no key. */
function isSchemeName(word: string): boolean {
  return /^(?:[A-Za-z][A-Za-z-]*|[A-Z][A-Z\d-]{0,30})$/.test(word);
}

/** `BTCUSDT`: what trades, where venues say `token` of coins. */
const SYMBOL = /^[A-Z\d]{2,12}[-/_]?(?:USDT|USDC|FDUSD|USD)(?:-?PERP)?$/;
/** A price; no key has so few kinds of letters. */
const DECIMAL = /^-?\d{1,12}\.\d{1,18}$/;
const OF_COIN = /^(?:token|tokens|key|auth|code|sign|pass|session)$/i;

/** Whether the value is what trades or its price, under a name that venues use of coins, or that is a coin's. */
export function isOfCoin(name: string, value: string): boolean {
  return OF_COIN.test(name) && (SYMBOL.test(value) || DECIMAL.test(value));
}

function isHidden(value: string, { name, rank, kind }: Omit<Place, "before">): boolean {
  const text = value.trim();
  const bare = text.replace(/(?<![).,:;!?\]}])[).,:;!?\]}]+$/, "");
  if (text === "" || text === MASK || /^[{[]/.test(text) && kind !== "json") return false;
  // Venues write signs and sides under short names.
  if (rank === "maybe" && !/[\p{L}\d]/u.test(text)) return false;
  if (isOfCoin(name, bare)) return false;
  if (rank === "always") {
    return kind === "query" || kind === "tag" || isHeaderName(name) && text.includes(" ") ||
      !isRemark(text);
  }
  const last = name.toLowerCase().replace(/^.*[-_.]/, "");
  if (/^acc/.test(last)) return /\d{5}/.test(text) && !/[\s.]\d/.test(text);
  if (SMALL_NUMBER.test(bare)) return /^(?:pin|otp|pass)$/.test(last) && kind !== "colon";
  if (kind === "query") return true;
  const isShort = /^(?:auth|sig|sign|pass|pin|otp|oauth)$/.test(last);
  if (isShort && kind === "json") return !isRemark(text) && !text.includes(" ");
  if (isShort && kind === "pair" && last !== "sign") return !isRemark(text);
  if (text.includes(" ")) return false;
  return looksRandom(text, isShort ? 6 : 12);
}

/** `Bearer abc…`, `Basic abc…` without a header. */
function schemeSpan(text: string, end: number): Span | undefined {
  return wordSpan(
    text,
    end,
    (value) =>
      looksRandom(value, 6) || /=$/.test(value) || /[a-z][A-Z]/.test(value) || value.length >= 24,
  );
}

/** `token 3f9a8b7c6d5e4f3a expired`: only what is made as keys are. */
function proseSpan(text: string, end: number, rank: NameRank): Span | undefined {
  if (rank !== "always") return undefined;
  return wordSpan(text, end, (value) => looksRandom(value, 10));
}

function wordSpan(
  text: string,
  end: number,
  isSecret: (value: string) => boolean,
): Span | undefined {
  PROSE_BLANK.lastIndex = end;
  const blank = PROSE_BLANK.exec(text)?.[0];
  if (blank === undefined) return undefined;
  PROSE_WORD.lastIndex = end + blank.length;
  const found = PROSE_WORD.exec(text);
  if (found === null || !isSecret(found[1]!.replace(/(?<!\.)\.+$/, ""))) return undefined;
  const from = PROSE_WORD.lastIndex - found[0].length;
  const begin = text.indexOf(found[1]!, from);
  return { from: begin, to: begin + found[1]!.length };
}
