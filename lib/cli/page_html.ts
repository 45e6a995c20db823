import type { Element, Root } from "hast";
import { fromParse5 } from "hast-util-from-parse5";
import { sanitize } from "hast-util-sanitize";
import { toHtml } from "hast-util-to-html";
import { type DefaultTreeAdapterMap, parseFragment } from "parse5";
import { ENCLOSED_STYLE } from "./page_style.ts";
import { NEVER_TAGS, PAGE_SCHEMA } from "./page_schema.ts";

/** How {@link closedHtml} takes foreign HTML. */
export interface HtmlOptions {
  /** Keeps scripts and all else that runs; what leaves the page by itself is dropped in any case. @default false */
  readonly isTrusted?: boolean;
  /** Keeps style sheets, which reach the whole page unless what holds them is {@link enclosed}. @default true */
  readonly keepsStyle?: boolean;
  /** Called when scripts, frames, forms or the like were left out; not for the code of our own charts. */
  readonly onLeftOut?: () => void;
}

type ParsedNode = DefaultTreeAdapterMap["node"];

/** Deeper than any output that a person has made. Browsers themselves cut at 512. */
const MAX_DEPTH = 250;

/** A piece that a browser reads as something else each time it is written out is not shown: it gets this many readings. */
const ROUNDS = 4;

/** More elements than any table that a person reads. */
const MAX_NODES = 300_000;

const TOO_MUCH = "<p>This output is larger or nested deeper than a page can show.</p>";
const UNSTABLE = "<p>This output holds HTML that no two readers read alike; it is left out.</p>";

/** Quotes as the value needs them: charts carry JSON. */
const WRITING = {
  quoteSmart: true,
  allowDangerousCharacters: true,
  characterReferences: { useNamedReferences: true },
};

/**
 * A piece of foreign HTML for a page: read as a browser reads it, reduced to {@link PAGE_SCHEMA}, and written out anew,
 * so that it runs nothing, loads nothing, leads nowhere by itself, leaves nothing open and closes nothing that it did
 * not open.
 *
 * @example
 * ```ts
 * import { closedHtml } from "./page_html.ts";
 * import assert from "node:assert/strict";
 * assert.equal(closedHtml("</div><b>one <i>two"), "<b>one <i>two</i></b>");
 * assert.equal(closedHtml('<b onclick="f()">x</b><script>f()</script>'), "<b>x</b>");
 * ```
 */
export function closedHtml(html: string, options: HtmlOptions = {}): string {
  const { isTrusted = false, keepsStyle = true, onLeftOut } = options;
  let text = html;
  // Read again it must be the same: what turns into other elements on the way is how sanitizers are passed.
  for (let round = 0; round < ROUNDS; round++) {
    const tree = treeOf(text);
    if (tree === undefined) return TOO_MUCH;
    if (prepare(tree, keepsStyle) && !isTrusted) onLeftOut?.();
    const written = toHtml(isTrusted ? tree : sanitize(tree, PAGE_SCHEMA), WRITING);
    if (isTrusted || written === text) return written;
    text = written;
  }
  return UNSTABLE;
}

/**
 * HTML of {@link closedHtml} in a tree of its own where it brings a style sheet: the sheet styles what is within, and
 * neither the page nor what other cells show.
 */
export function enclosed(html: string): string {
  return html.includes("<style")
    ? `<div class="enclosed"><template shadowrootmode="open"><style>${ENCLOSED_STYLE}</style>${html}</template></div>`
    : html;
}

/** @returns undefined when it is too much: what follows works down the tree by recursion. */
function treeOf(html: string): Root | undefined {
  const parsed = parseFragment(html);
  const rest: [node: ParsedNode, depth: number][] = [[parsed, 0]];
  let count = 0;
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [node, depth] = next;
    if (depth > MAX_DEPTH || ++count > MAX_NODES) return undefined;
    if ("content" in node) rest.push([node.content, depth + 1]);
    if ("childNodes" in node) {
      for (const child of node.childNodes) rest.push([child, depth + 1]);
    }
  }
  return fromParse5(parsed) as Root;
}

/** Drops what no page may hold, and makes style sheets safe to write out. @returns true when it held what may run */
function prepare(root: Root, keepsStyle: boolean): boolean {
  let hasActive = false;
  const rest: (Root | Element)[] = [root];
  for (let parent = rest.pop(); parent !== undefined; parent = rest.pop()) {
    const kept = parent.children.filter((child) =>
      child.type !== "element" ||
      !(isForbidden(child) || (child.tagName === "style" && !keepsStyle))
    ) as Element["children"];
    parent.children = kept;
    for (const child of kept) {
      if (child.type !== "element") continue;
      hasActive ||= isActive(child);
      if (child.tagName === "style") escapeStyle(child);
      else rest.push(child);
    }
  }
  return hasActive;
}

function isForbidden({ tagName, properties }: Element): boolean {
  return NEVER_TAGS.includes(tagName) ||
    (tagName === "script" && String(properties.type ?? "").toLowerCase() === "speculationrules");
}

/** Elements that do something by themselves. The charts' library does too, but every page brings that itself. */
function isActive({ tagName, properties, children }: Element): boolean {
  if (!/^(script|iframe|object|embed|form|portal|frame|applet)$/.test(tagName)) {
    return Object.keys(properties).some((name) => /^on[a-z]/i.test(name));
  }
  const [code] = children;
  return !(tagName === "script" && code?.type === "text" && /\bcomoveStarting\b/.test(code.value));
}

/** In a style sheet `<` stands in texts alone; written so it can end the sheet in no reading. */
function escapeStyle(style: Element): void {
  const css = style.children.map((child) => child.type === "text" ? child.value : "").join("");
  style.children = css === "" ? [] : [{ type: "text", value: css.replaceAll("<", "\\3c ") }];
}
