import { Marked, type RendererObject } from "marked";
import { escapeHtml } from "../charts/markup.ts";
import type { MimeBundle } from "../kernel/notebook_file.ts";
import { codeHtml } from "./page_code.ts";
import { closedHtml, enclosed } from "./page_html.ts";
import { isOrdinary } from "./page_limits.ts";

/** A heading of the page. */
export interface Heading {
  /** From 1. */
  readonly level: number;
  /** For links to it: unique in the page. */
  readonly id: string;
  /** Without markup. */
  readonly text: string;
}

/** Pictures that belong to a cell, by name. */
export type Attachments = Readonly<Record<string, MimeBundle>>;

/** Never loads anything: not even a picture is worth a request. */
const EMBEDDED = /^data:image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml|apart)[;,]/i;

/** Links that run a script or open a page made of the link itself. */
const UNSAFE_LINK = /^\s*(javascript|vbscript|data):/i;

/** A picture within the text: long, and no matter for a parser of prose. */
const PICTURE_DATA = /data:image\/[\w.+-]+;base64,[A-Za-z\d+/=]+/g;

/** How {@link PageMarkdown} takes what foreign prose and outputs hold. */
export interface MarkdownOptions {
  /** Keeps scripts. @default false */
  readonly isTrusted?: boolean;
}

/**
 * Turns the prose and the HTML outputs of one page into HTML, and remembers the headings. Of HTML within the prose
 * stays what {@link closedHtml} lets stand; mathematics in TeX stays text, and so does prose of extreme length.
 */
export class PageMarkdown {
  readonly headings: Heading[] = [];
  readonly #options: MarkdownOptions;
  readonly #marked: Marked;
  readonly #ids = new Map<string, number>();
  #attachments: Attachments = {};
  #hasLeftOut = false;

  constructor(options: MarkdownOptions = {}) {
    this.#options = options;
    this.#marked = new Marked({ gfm: true, renderer: this.#renderer() });
  }

  /** True when something that may run was left out of what was given so far. */
  get hasLeftOut(): boolean {
    return this.#hasLeftOut;
  }

  /** GitHub's dialect of Markdown as HTML. */
  html(source: string, attachments: Attachments = {}): string {
    this.#attachments = attachments;
    return this.#formatted(source, (text) => this.#marked.parse(text, { async: false }));
  }

  /** HTML as an output holds it. */
  piece(html: string): string {
    const closed = this.#closed(html, true);
    return this.#options.isTrusted ? closed : enclosed(closed);
  }

  /** The first heading when nothing stands before it, and what follows it. */
  lead(source: string): { readonly title: string; readonly rest: string } | undefined {
    const text = source.replace(/\r\n?/g, "\n");
    if (!/^\s*\S/.test(text) || !isOrdinary(withoutPictures(text).text)) return undefined;
    const first = this.#firstToken(text);
    if (first?.type !== "heading" || first.depth !== 1) return undefined;
    const rest = text.slice(text.indexOf(first.raw) + first.raw.length);
    return { title: first.text, rest: rest.replace(/^\n+/, "") };
  }

  /** A line of Markdown without a paragraph around it. */
  inlineHtml(source: string): string {
    return this.#formatted(source, (text) => this.#marked.parseInline(text, { async: false }));
  }

  /** Prose that no parser should be given, or that overcomes it, as plain text. */
  #formatted(source: string, format: (text: string) => string): string {
    const { text, pictures } = withoutPictures(source);
    if (!isOrdinary(text)) return plainHtml(source);
    const headings = this.headings.length;
    try {
      // A style sheet in prose is of use for the whole page alone.
      return this.#closed(withPictures(format(text), pictures), false);
    } catch (error) {
      // The parser works by recursion, and prose can be nested deeper than the stack.
      if (!(error instanceof RangeError)) throw error;
      this.headings.length = headings;
      return plainHtml(source);
    }
  }

  #closed(html: string, keepsStyle: boolean): string {
    const { isTrusted = false } = this.#options;
    const onLeftOut = () => void (this.#hasLeftOut = true);
    return closedHtml(html, { isTrusted, keepsStyle: isTrusted || keepsStyle, onLeftOut });
  }

  #firstToken(text: string) {
    try {
      return this.#marked.lexer(text).find(({ type }) => type !== "space");
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return undefined;
    }
  }

  #renderer(): RendererObject {
    const take = (level: number, html: string) => this.#heading(level, textOf(html));
    const pictureOf = (href: string) => this.#pictureOf(href);
    return {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        const { id } = take(depth, html);
        const link = `<a class="anchor" href="#${fragment(id)}" aria-label="Link to here">#</a>`;
        return `<h${depth} id="${escapeHtml(id)}">${html}${link}</h${depth}>\n`;
      },
      code({ text, lang }) {
        const language = /^\S*/.exec(lang ?? "")![0];
        return `<pre class="fence" tabindex="0"><code>${codeHtml(text, language)}</code></pre>\n`;
      },
      table(token) {
        // In a box of its own, so that a wide one does not widen the page.
        const cells = (row: typeof token.header, tag: string) =>
          row.map(({ tokens, align }) => {
            const side = align === null ? "" : ` style="text-align:${align}"`;
            return `<${tag}${side}>${this.parser.parseInline(tokens)}</${tag}>`;
          }).join("");
        const rows = token.rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
        return `<div class="wide"><table><thead><tr>${cells(token.header, "th")}</tr></thead>\n` +
          `<tbody>${rows}</tbody></table></div>\n`;
      },
      link({ href, title, tokens }) {
        const html = this.parser.parseInline(tokens);
        if (UNSAFE_LINK.test(href)) return html;
        const hint = title ? ` title="${escapeHtml(title)}"` : "";
        return `<a href="${escapeHtml(pageLink(href))}"${hint}>${html}</a>`;
      },
      image({ href, title, text }) {
        const hint = title ? ` title="${escapeHtml(title)}"` : "";
        const picture = pictureOf(href);
        if (picture !== undefined) {
          return `<img alt="${escapeHtml(text)}"${hint} src="${escapeHtml(picture)}">`;
        }
        const words = escapeHtml(`Picture: ${text || title || href}`);
        if (UNSAFE_LINK.test(href)) return words;
        return `<a href="${escapeHtml(href)}"${hint}>${words}</a>`;
      },
    };
  }

  #heading(level: number, text: string): Heading {
    // As Jupyter names them, so that links within a notebook hold here too.
    const name = text.replace(/ /g, "-");
    const count = (this.#ids.get(name) ?? 0) + 1;
    this.#ids.set(name, count);
    const heading = { level, text, id: count === 1 ? name : `${name}-${count}` };
    this.headings.push(heading);
    return heading;
  }

  #pictureOf(href: string): string | undefined {
    if (EMBEDDED.test(href)) return href;
    const name = /^attachment:(.+)$/s.exec(href)?.[1];
    const bundle = name === undefined ? undefined : this.#attachments[decoded(name)];
    const [type, data] = Object.entries(bundle ?? {})
      .find(([type, data]) => type.startsWith("image/") && typeof data === "string") ?? [];
    return type === undefined ? undefined : pictureSource(type, data as string);
  }
}

/** The fragment of an address that leads to the element with this id. */
export function fragment(id: string): string {
  return escapeHtml(encodeURIComponent(id));
}

/** A picture as an address that holds it whole. @param data base64, or text where the type is SVG */
export function pictureSource(type: string, data: string): string {
  if (type !== "image/svg+xml") return `data:${type};base64,${data.replace(/\s+/g, "")}`;
  // Without its name space an SVG is a picture only within HTML.
  const [tag] = /<svg\b[^>]*/i.exec(data) ?? [""];
  const svg = tag === "" || /\sxmlns\s*=/i.test(tag)
    ? data
    : data.replace(/<svg\b/i, '<svg xmlns="http://www.w3.org/2000/svg"');
  const bytes = new TextEncoder().encode(svg);
  return `data:${type};base64,${bytes.toBase64()}`;
}

/** Notebooks link to notebooks; what is made of them lies side by side in the same way. */
function pageLink(href: string): string {
  return /^[a-z][a-z\d+.-]*:|^\/\//i.test(href) ? href : href.replace(/\.ipynb(?=#|$)/, ".html");
}

/** What a piece of HTML says, without its markup. */
export function textOf(html: string): string {
  return html.replace(/<[^<>]*>/g, "").replace(
    /&(amp|lt|gt|quot|#39|#x27);/g,
    (_, name: string) => SIGNS[name]!,
  ).trim();
}

/** What is written for the signs of markup, here and by the sanitizer. */
const SIGNS: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  "#x27": "'",
};

/** Pictures taken out of a text, with what stands for them there. */
interface PicturesApart {
  readonly text: string;
  readonly pictures: readonly string[];
}

function withoutPictures(source: string): PicturesApart {
  const pictures: string[] = [];
  const text = source.replace(
    PICTURE_DATA,
    (data) => `data:image/apart;${pictures.push(data) - 1}`,
  );
  return { text, pictures };
}

function withPictures(html: string, pictures: readonly string[]): string {
  return html.replace(/data:image\/apart;(\d+)/g, (mark, i) => pictures[Number(i)] ?? mark);
}

function plainHtml(text: string): string {
  return `<pre class="plain">${escapeHtml(text)}</pre>\n`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
