import { escapeHtml } from "./markup.ts";

/** Attributes of an element; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An SVG element as text. The content is SVG already; attribute values are escaped. */
export function element(name: string, attributes: Attributes, content = ""): string {
  const list = Object.entries(attributes).filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeHtml(numberText(value!))}"`).join("");
  return content === "" ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

/** One line of text at a point, escaped. */
export function textAt(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, escapeHtml(text));
}

/** A run of text inside a line, escaped. */
export function span(text: string, attributes: Attributes = {}): string {
  return element("tspan", attributes, escapeHtml(text));
}

/** Numbers to a tenth of a px. */
function numberText(value: string | number): string {
  return typeof value === "string" ? value : String(Math.round(10 * value) / 10);
}

/** What XML cannot hold, not even escaped; data may have it, and one such character would spoil the picture. */
// deno-lint-ignore no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text that any XML reader takes. */
export function xmlText(text: string): string {
  return text.replace(NOT_XML, "").toWellFormed();
}
