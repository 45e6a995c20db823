/** A regular expression that stands in a file of the library. */
export interface FoundExpression {
  /** `lib/calendar/zone.ts:54` */
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

/** What stands before a slash that begins a regular expression and does not divide. */
const BEFORE =
  /(?:^|[(,=:[&|?{};<>+\-*%~^]|(?<![\w\])!])!|\b(?:return|typeof|case|of|in|yield|await))\s*$/;
const TOKEN =
  /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[^]|\$\{|[^`\\])*`|\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*|[^]/g;

/** Every regular expression that is written out in the code of one file. */
export function expressionsIn(code: string, name: string): FoundExpression[] {
  const found: FoundExpression[] = [];
  let line = 1;
  let before = "";
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(code); token !== null; token = TOKEN.exec(code)) {
    let [text] = token;
    const isSlash = text.length > 1 && text[0] === "/" && text[1] !== "/" && text[1] !== "*";
    if (isSlash && !BEFORE.test(before)) {
      // It divides: only the slash is taken.
      text = "/";
      TOKEN.lastIndex = token.index + 1;
    } else if (isSlash) {
      const end = text.lastIndexOf("/");
      found.push({ at: `${name}:${line}`, source: text.slice(1, end), flags: text.slice(end + 1) });
    }
    line += text.split("\n").length - 1;
    // Comments separate nothing.
    if (!text.startsWith("//") && !text.startsWith("/*")) before = (before + text).slice(-40);
  }
  return found;
}
