/** Leading bytes of other file formats, decoded as UTF-8. */
const BEGINNINGS: readonly (readonly [beginning: string, what: string])[] = [
  ["\u001F\uFFFD\b", "packed by gzip: give it a name that ends in .gz"],
  [
    "PK\u0003\u0004",
    "a zip archive or an Excel workbook: unpack it, or save the sheet as CSV (UTF-8)",
  ],
  ["PAR1", "a Parquet file: write it as CSV"],
  ["\uFFFDPNG", "a PNG picture: give the file of bars"],
  ["\uFFFD\uFFFD\uFFFD\uFFFD\0\u0010JFIF", "a JPEG picture: give the file of bars"],
  ["%PDF-", "a PDF document: give the file of bars"],
  ["SQLite format 3", "an SQLite database: write its table as CSV"],
];
/** A page and a message of an API may begin with spaces. */
const TEXTS: readonly (readonly [begins: RegExp, what: string])[] = [
  [
    /^\s*<(?:!doctype|html|head|body|\?xml|script)/i,
    "a web page or XML, perhaps an error in place of the file: open it to see what it says, then download it again",
  ],
  [
    /^\s*(?:\{\s*["}]|\[\s*[[{"\d\]])/,
    "JSON, perhaps an answer of an API: write its rows as CSV",
  ],
];
/** How much of a file is inspected. */
const SAMPLE = 4_096;
/** Share of undecodable characters above which a file is not text. */
const MAX_UNREADABLE = 0.1;

/** Names the format of text that is not CSV, with a remedy: `JSON, …`; undefined when it may be CSV. */
export function notCsv(text: string): string | undefined {
  const sample = text.slice(0, SAMPLE);
  if (text.length <= SAMPLE && sample.replace(/^\uFEFF/, "").trim() === "") {
    return "empty: download or export it again";
  }
  const known = BEGINNINGS.find(([beginning]) => sample.startsWith(beginning)) ??
    TEXTS.find(([begins]) => begins.test(sample));
  if (known !== undefined) return known[1];
  let zeros = 0, unreadable = 0;
  for (let i = 0; i < sample.length; i++) {
    const code = sample.charCodeAt(i);
    if (code === 0) zeros++;
    else if (code === 0xFFFD || (code < 32 && code !== 9 && code !== 10 && code !== 13)) {
      unreadable++;
    }
  }
  if (zeros > 0.3 * sample.length && zeros < 0.7 * sample.length && unreadable < 8) {
    return "written in UTF-16: save it as UTF-8";
  }
  if (unreadable + zeros <= MAX_UNREADABLE * sample.length) return undefined;
  return "not text but binary data: give a CSV file";
}
