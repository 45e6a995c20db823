/** No regular expression of the library takes more than linear time, whatever text a stranger makes for it. */
import assert from "node:assert/strict";
import { expressionsIn, type FoundExpression } from "../support/regular_expressions.ts";

/**
 * Expressions whose worst case is worse, and why their text is never long. What is cut, and where, is said beside
 * each in the library.
 */
const SHORT: Readonly<Record<string, string>> = {
  "\\p{L}{2}\\S*\\s+\\S*\\p{L}{2}": "the cell is cut at 200 characters",
  "[T\\s]+(?:0?0:00|12:00(?::00)?\\s*AM)(?::00(?:\\.0+)?)?$": "dates of up to 40 characters",
  "\\B(?=(\\d{3})+$)": "digits of a number of ours",
  "\\p{L}\\S*\\s+\\S+\\s+\\S+": "a comment in a notebook of this repository",
  "^(TS\\d+) \\[ERROR\\]: (.+)[\\s\\S]*?\\n\\s+at (file:\\S+?):(\\d+):\\d+$":
    "what deno check says",
  "^error: ([\\s\\S]*?)\\n\\s+at (file:\\S+?):(\\d+):\\d+$": "what deno check says",
  "\\s+at (file:\\S+?):(\\d+):\\d+\\s*$": "what deno lint says",
  "\\n\\s+\\||\\n\\s+at ": "what deno says",
  "\\s*\\n\\s*": "what deno says",
  "=+$": "base64 of a setting of the user's",
};

const MEGABYTE = 1_000_000;
/** Quadratic work on this takes seconds, linear work far below a millisecond. */
const PROBE = 60_000;
const PROBE_LIMIT_MS = 150;
const LIMIT_MS = 2_000;

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

/** Characters and words that an expression speaks of, and those that most leave open. */
function atomsOf({ source }: FoundExpression): string[] {
  const plain = source.replace(/\\[dDwWsSbBpP](?:\{[^}]*\})?|\\[ux][\da-fA-F]+/g, " ");
  const words = plain.match(/[A-Za-z0-9]{2,}/g) ?? [];
  const marks = plain.match(/[^\sA-Za-z0-9\\()|?*+^$]/g) ?? [];
  const usual = [
    " ",
    "\t",
    "0",
    "a",
    "A",
    "(",
    ")",
    "-",
    ".",
    ",",
    "\\",
    '"',
    "\r",
    "\n",
    "/",
    "\0",
    "+A",
    "000",
    "0,",
  ];
  return [...new Set([...words, ...marks, ...usual])].slice(0, 24);
}

/** Texts of about that length that make a wrong way of matching long; of the long ones, those that begin as it does. */
function* hostileTo(expression: FoundExpression, length: number): Generator<string> {
  const all = atomsOf(expression);
  const atoms = length === MEGABYTE ? [...all.slice(0, 2), " ", "a"] : all;
  const [first = "a"] = atoms;
  for (const atom of atoms) {
    const run = atom.repeat(length / atom.length);
    // What the expression begins with stands before, and what it cannot end with stands behind.
    yield `${first}${run}\0\n!`;
    if (length === MEGABYTE) continue;
    yield `"${run}"x`;
    if (atom.length === 1) yield `${atom} `.repeat(length / 2);
  }
}

function msOf(expression: RegExp, text: string): number {
  const began = performance.now();
  expression.lastIndex = 0;
  if (expression.global && !expression.sticky) text.replace(expression, "");
  else expression.exec(text);
  return performance.now() - began;
}

const FOUND = [...filesIn("lib")].flatMap((path) =>
  expressionsIn(Deno.readTextFileSync(path), path)
);

Deno.test("the regular expressions of the library are found, and no division is one", () => {
  const code =
    'const a = b / c / d; // x/y\nreturn /[/"]+\\/x/gi.test("/no/") ? 1 / 2 : (e) / 3; `/t/` /* /k/ */';
  assert.deepEqual(expressionsIn(code, "f.ts"), [
    { at: "f.ts:2", source: '[/"]+\\/x', flags: "gi" },
  ]);
  assert.ok(FOUND.length > 200, `${FOUND.length}`);
  for (const { source, flags } of FOUND) new RegExp(source, flags);
  const known = new Set(FOUND.map(({ source }) => source));
  for (const source of Object.keys(SHORT)) assert.ok(known.has(source), `${source} is gone`);
});

Deno.test("every regular expression of the library reads a hostile megabyte in linear time", () => {
  const slow: string[] = [];
  const seen = new Set<string>();
  for (const found of FOUND) {
    const { at, source, flags } = found;
    if (Object.hasOwn(SHORT, source) || seen.has(`${source}/${flags}`)) continue;
    seen.add(`${source}/${flags}`);
    const expression = new RegExp(source, flags);
    const isSlow = (length: number, limitMs: number) =>
      hostileTo(found, length).find((text) => {
        // Another process may have had the processor.
        return msOf(expression, text) > limitMs && msOf(expression, text) > limitMs;
      });
    const text = isSlow(PROBE, PROBE_LIMIT_MS) ?? isSlow(MEGABYTE, LIMIT_MS);
    if (text !== undefined) {
      slow.push(`${at} /${source}/${flags} on ${JSON.stringify(text.slice(0, 20))}`);
    }
  }
  assert.deepEqual(slow, []);
});
