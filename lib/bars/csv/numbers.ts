/** Reads the numbers of a file; NaN for other text. */
export interface CsvNumbers {
  readonly hasDecimalComma: boolean;
  read(text: string): number;
}

/** `5,003.25`; `5003.25` and `5e3` are parsed by `Number`. */
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
/** `5.003,25`, `5 003,25`, `5'003,25`, `5003,25`, `5003`, `1,5e-05`. */
const COMMA = /^[+-]?(?:\d+|\d{1,3}(?:[.\s\u00A0\u202F'’]\d{3})+)(?:,\d+)?(?:e[+-]?\d+)?$/i;
const GROUPS = /[.\s\u00A0\u202F'’]/g;
/** `$5003.25`, as Nasdaq writes. */
const CURRENCY = /^[$€£]\s?/;
const PLAIN = /^\d+(?:\.\d+)?$/;
/** `1.23K` of a volume. */
const SUFFIXED = /^(.*\S)\s*([kmb])$/i;
const SUFFIXES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 };

/**
 * How the numbers of a file are written: with a decimal point, or with a decimal comma as in most of Europe.
 *
 * @param sample some of its cells.
 * @param isCommaSeparator true where the comma separates the cells.
 */
export function csvNumbers(sample: readonly string[], isCommaSeparator: boolean): CsvNumbers {
  let commas = 0, points = 0, open = 0;
  for (const cell of sample) {
    const comma = cell.lastIndexOf(","), point = cell.lastIndexOf(".");
    if (comma < 0 && point < 0) continue;
    if (comma >= 0 && !COMMA.test(cell) && !GROUPED.test(cell)) continue;
    // A single mark followed by three digits may separate thousands or a fraction.
    if (comma > point && (point >= 0 || !GROUPED.test(cell))) commas++;
    else if (comma > point) open++;
    else if (comma >= 0 || !/^[+-]?\d{1,3}(?:\.\d{3})+$/.test(cell)) points++;
  }
  const hasDecimalComma = commas > points ||
    (commas + points === 0 && open > 0 && !isCommaSeparator);
  return { hasDecimalComma, read: hasDecimalComma ? readWithComma : readWithPoint };
}

function readWithPoint(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value)) return text === "" || isOtherBase(text) ? NaN : value;
  const bare = text.replace(CURRENCY, "");
  if (GROUPED.test(bare)) return Number(bare.replaceAll(",", ""));
  return bare !== text && PLAIN.test(bare) ? Number(bare) : NaN;
}

function readWithComma(text: string): number {
  return COMMA.test(text) ? Number(text.replace(GROUPS, "").replace(",", ".")) : NaN;
}

/** `0x1F`, which `Number` would accept. */
function isOtherBase(text: string): boolean {
  return text.length > 2 && text.charCodeAt(0) === 48 && /^0[xob]/i.test(text);
}

/** A volume: a number, or one with the K, M or B of a web page. */
export function readVolume(text: string, numbers: CsvNumbers): number {
  const value = numbers.read(text);
  if (!Number.isNaN(value)) return value;
  const [, number, suffix] = SUFFIXED.exec(text) ?? [];
  return number === undefined ? NaN : numbers.read(number) * SUFFIXES[suffix!.toLowerCase()]!;
}
