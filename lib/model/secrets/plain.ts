/**
 * What a value of market data is: a number, a decimal as text, true, false or null, or one word as symbols and kinds of
 * message are. A word is shorter than any token that is known by its look. It has digits at its beginning, as
 * `1000PEPEUSDT` has, or a few within, as `C98USDT` has: no account number is one.
 */
const WORD = String.raw`(?:\d{0,7}[A-Za-z]{1,12}|[A-Za-z]{1,4}\d{1,3}[A-Za-z]{1,8})`;
const VALUE = String.raw`(?:-?\d{1,20}|"-?\d{1,20}(?:\.\d{1,20})?"|true|false|null|"${WORD}")`;
/** No secret has a name of one letter; the longer ones are those of quantities and of times. */
const NAME = '"(?:[A-Za-z]|nq|st|ps)":';
/** A list of fields, one of which may be an object again, as the bar of a kline is. */
const FIELDS = `${NAME}${VALUE}(?:,${NAME}${VALUE})*`;
const OBJECT = String.raw`\{${FIELDS}(?:,${NAME}\{${FIELDS}\})?\}`;
const STREAM = `"${WORD}@[A-Za-z]{1,12}(?:_1m)?"`;
const PLAIN = new RegExp(String.raw`^(?:\{"stream":${STREAM},"data":${OBJECT}\}|${OBJECT})$`);

/**
 * True for a frame of numbers, as a venue sends thousands of a second: it surely holds no secret. This takes a seventh
 * of the time of looking for one.
 */
export function isPlainFrame(text: string): boolean {
  return PLAIN.test(text);
}
