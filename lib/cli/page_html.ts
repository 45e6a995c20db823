/** Elements without content. */
const VOID =
  /^(area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|basefont|bgsound|frame|keygen)$/;
/** Elements whose content is text up to their own end tag. */
const RAW_TEXT = /^(script|style|textarea|title|xmp|iframe|noembed|noframes)$/;
/** Elements that end by themselves where their parent does. */
const SELF_ENDING =
  /^(p|li|dt|dd|option|optgroup|rb|rp|rt|rtc|tr|td|th|thead|tbody|tfoot|caption|colgroup)$/;
/** There is one of each in a page, and it is not in an output; nothing ends the last. */
const DOCUMENT = /^(html|head|body|frameset|plaintext)$/;
/** Where `<x/>` has no content; in HTML the slash means nothing. */
const FOREIGN = ["svg", "math"];

const TOKEN =
  /<!--(?:-?>|[\s\S]*?(?:--!?>|$))|<![^>]*(?:>|$)|<\?[^>]*(?:>|$)|<(\/?)([a-zA-Z][^\s/>]*)(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^'">]+)*(>|$)/g;

/**
 * A piece of HTML that leaves nothing open and closes nothing that it did not open, so that what stands around it stays
 * whole. Browsers do as much for a piece that is put into a page by script. Tags of a whole document are left out.
 *
 * @example
 * ```ts
 * import { closedHtml } from "./page_html.ts";
 * import assert from "node:assert/strict";
 * assert.equal(closedHtml("</div><b>one <i>two"), "<b>one <i>two</i></b>");
 * ```
 */
export function closedHtml(html: string): string {
  const open: string[] = [];
  const parts: string[] = [];
  let at = 0;
  const token = new RegExp(TOKEN);
  for (let match = token.exec(html); match !== null; match = token.exec(html)) {
    parts.push(html.slice(at, match.index));
    at = match.index + match[0].length;
    const [text, slash, tag] = match;
    const name = tag?.toLowerCase();
    if (name === undefined) {
      parts.push(declaration(text));
    } else if (match[3] === "" || DOCUMENT.test(name)) {
      // A tag that the text ends within is none.
    } else if (slash !== "") {
      if (closes(open, name)) parts.push(text);
    } else {
      parts.push(text);
      const isEmpty = VOID.test(name) || (text.endsWith("/>") && isForeign(open, name));
      if (RAW_TEXT.test(name) && !isForeign(open, name)) {
        const end = endOfRawText(html, at, name);
        parts.push(html.slice(at, end), `</${name}>`);
        at = token.lastIndex = afterEndTag(html, end);
      } else if (!isEmpty) open.push(name);
    }
  }
  parts.push(html.slice(at));
  const ends = open.reverse().filter((name) => !SELF_ENDING.test(name));
  return parts.join("") + ends.map((name) => `</${name}>`).join("");
}

/** Comments, closed; of declarations such as `<!doctype html>` nothing. */
function declaration(text: string): string {
  if (!text.startsWith("<!--")) return "";
  return /^<!--(-?|[\s\S]*--!?)>$/.test(text) ? text : `${text}-->`;
}

/** Takes the element off the open ones, and all within it. @returns false when it is not open. */
function closes(open: string[], name: string): boolean {
  const at = open.lastIndexOf(name);
  if (at >= 0) open.length = at;
  return at >= 0;
}

function isForeign(open: readonly string[], name: string): boolean {
  return FOREIGN.includes(name) || open.some((one) => FOREIGN.includes(one));
}

function endOfRawText(html: string, from: number, name: string): number {
  const end = new RegExp(`</${name}(?=[\\s/>])`, "gi");
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

function afterEndTag(html: string, from: number): number {
  const end = html.indexOf(">", from);
  return end < 0 ? html.length : end + 1;
}
