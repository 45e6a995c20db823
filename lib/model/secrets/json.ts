import { MASK } from "./mask.ts";
import { isHeaderName, rankOfName } from "./names.ts";
import { isHiddenIn, isOfCoin } from "./values.ts";

/** JSON in a text in JSON is looked into so often. */
const DEEPEST = 3;

/**
 * A JSON document without its secrets, and still a JSON document: strings and numbers behind secret names, and
 * whatever `mask` takes out of the other strings. Numbers and order stay as they were written.
 *
 * @param mask for strings that are no JSON themselves.
 * @returns undefined when the text is no JSON.
 */
export function maskJson(
  text: string,
  mask: (text: string) => string,
  depth = 0,
): string | undefined {
  if (depth > DEEPEST || !isDocument(text)) return undefined;
  const walk = new Walk(text, (value) => maskJson(value, mask, depth + 1) ?? mask(value));
  return walk.clean();
}

/** Documents are looked for at so many places of a text; each takes time linear in it. */
const MOST_PLACES = 16;
const BEGIN = /[{[](?=\s*["{[])/g;

/** The text with the JSON documents that stand in it masked, each as {@link maskJson} does. */
export function maskEmbeddedJson(text: string, mask: (text: string) => string): string {
  let clean = "";
  let from = 0;
  BEGIN.lastIndex = 0;
  for (let place = 0; place < MOST_PLACES; place++) {
    const begin = BEGIN.exec(text)?.index;
    if (begin === undefined) break;
    const end = endOfDocument(text, begin);
    const masked = end === undefined ? undefined : maskJson(text.slice(begin, end), mask);
    if (masked === undefined) continue;
    clean += text.slice(from, begin) + masked;
    from = end!;
    BEGIN.lastIndex = from;
  }
  return clean + text.slice(from);
}

/** Where the bracket at `begin` is closed; undefined where it is not. */
function endOfDocument(text: string, begin: number): number | undefined {
  const sign = /["{}[\]]/g;
  sign.lastIndex = begin;
  let depth = 0;
  for (let found = sign.exec(text); found !== null; found = sign.exec(text)) {
    if (found[0] === '"') sign.lastIndex = endOfString(text, found.index);
    else depth += found[0] === "{" || found[0] === "[" ? 1 : -1;
    if (depth === 0) return found.index + 1;
  }
  return undefined;
}

function isDocument(text: string): boolean {
  const first = /^[\s\ufeff]*(.)/.exec(text)?.[1];
  if (first !== "{" && first !== "[") return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** One pass over a valid document, token by token, so that what is not masked stays byte for byte. */
class Walk {
  readonly #text: string;
  readonly #mask: (value: string) => string;
  #clean = "";
  #from = 0;
  #key: string | undefined;
  /** In a list of header names and values: the name before. */
  #header: string | undefined;

  constructor(text: string, mask: (value: string) => string) {
    this.#text = text;
    this.#mask = mask;
  }

  clean(): string {
    const token = /"|[{}[\]]|,|-?\d[\d.eE+-]*/g;
    for (let found = token.exec(this.#text); found !== null; found = token.exec(this.#text)) {
      const [sign] = found;
      if (sign === '"') token.lastIndex = this.#string(found.index);
      else if (sign === "{" || sign === "[") token.lastIndex = this.#bracket(found.index);
      else if (sign !== "," && sign !== "}" && sign !== "]") this.#number(found.index, sign);
      if (/[{}[\]]/.test(sign)) this.#header = undefined;
      if (sign !== '"') this.#key = undefined;
    }
    return this.#clean + this.#text.slice(this.#from);
  }

  #isSecret(): boolean {
    return this.#key !== undefined && rankOfName(this.#key) === "always";
  }

  /** All that stands behind a secret name is one secret. @returns where to go on. */
  #bracket(at: number): number {
    const end = this.#isSecret() ? endOfDocument(this.#text, at) : undefined;
    if (end === undefined) return at + 1;
    this.#replace(at, end, JSON.stringify(MASK));
    return end;
  }

  /** @returns where the string ends. */
  #string(at: number): number {
    const end = endOfString(this.#text, at);
    const value = JSON.parse(this.#text.slice(at, end)) as string;
    const isKey = /[ \t\r\n]*:/y;
    isKey.lastIndex = end;
    if (isKey.test(this.#text)) {
      this.#key = value;
      // An account may be a name itself.
      const name = this.#mask(value);
      if (name !== value) this.#replace(at, end, JSON.stringify(name));
      return end;
    }
    const masked = this.#masked(value);
    if (masked !== value) this.#replace(at, end, JSON.stringify(masked));
    const isName = this.#key !== undefined && /^(?:name|key|header|field)$/i.test(this.#key);
    const isNamed = isHeaderName(value) || (isName && rankOfName(value) === "always");
    this.#header = isNamed ? value : undefined;
    this.#key = undefined;
    return end;
  }

  #masked(value: string): string {
    if (value === "") return value;
    const key = this.#key;
    const isHeaderValue = this.#header !== undefined && (key === undefined || key === "value");
    if (isHeaderValue) return MASK;
    if (this.#isSecret()) return isOfCoin(key!, value) ? value : MASK;
    return key !== undefined && isHiddenIn(key, value) ? MASK : this.#mask(value);
  }

  #number(at: number, digits: string): void {
    const key = this.#key;
    if (key === undefined || isOfCoin(key, digits)) return;
    const isAccount = /^acc/i.test(key) && isHiddenIn(key, digits);
    if (this.#isSecret() || isAccount) this.#replace(at, at + digits.length, JSON.stringify(MASK));
  }

  #replace(at: number, end: number, by: string): void {
    this.#clean += this.#text.slice(this.#from, at) + by;
    this.#from = end;
  }
}

function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let run = 0;
    while (text[end - run - 1] === "\\") run++;
    if (run % 2 === 0) return end + 1;
  }
  return text.length;
}
