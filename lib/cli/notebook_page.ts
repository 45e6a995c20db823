import { escapeHtml } from "../charts/markup.ts";
import type { ThemeName } from "../charts/theme.ts";
import type { Notebook, NotebookCell } from "../kernel/notebook_file.ts";
import { formatUtc } from "../model/time.ts";
import { VERSION } from "../model/version.ts";
import { cellHtml } from "./page_cells.ts";
import { type ChartCode, chartScripts, NO_CHARTS } from "./page_charts.ts";
import { type PageFacts, pageFacts, tookText } from "./page_facts.ts";
import { fragment, type Heading, PageMarkdown, textOf } from "./page_markdown.ts";
import { pagePolicy, TRUSTED_POLICY } from "./page_policy.ts";
import { printScript } from "./page_print_script.ts";
import { HIDE_CODE, pageStyle } from "./page_style.ts";
import { ICON, themeSwitch } from "./page_parts.ts";
import { switchScript } from "./page_switch_script.ts";

/** How {@link pageOf} makes a page. */
export interface PageOptions extends ChartCode {
  /** What the window is called. @default the notebook's first heading, else its name */
  readonly title?: string;
  /** Name of the notebook, such as `04_live_correlation`, for the line above the title. @default none */
  readonly name?: string;
  /** Colours it opens with; readers can switch, which is remembered, and print is always light. @default "dark" */
  readonly theme?: ThemeName;
  /** Keeps the scripts of the notebook, which may then do to the page what they like. @default false */
  readonly isTrusted?: boolean;
}

/** A page with fewer headings needs no list of them. */
const MIN_CONTENTS = 3;

/**
 * A notebook as one HTML page that is complete in itself: it opens from disk, its charts stay interactive, and it makes
 * no request. The page runs our own scripts alone: of the HTML in prose and outputs stays what can only be looked at,
 * unless the notebook is trusted. The same notebook gives the same page.
 */
export async function pageOf(notebook: Notebook, options: PageOptions = {}): Promise<string> {
  const facts = pageFacts(notebook);
  const { isTrusted = false } = options;
  const markdown = new PageMarkdown({ isTrusted });
  const { title, cells } = leadOf(notebook, markdown);
  const shownTitle = title ?? escapeHtml(options.title ?? options.name ?? "Notebook");
  const context = { markdown, language: facts.language };
  const body = cells.map((cell) => cellHtml(cell, context)).filter((html) => html !== "");
  const plainTitle = options.title ?? textOf(shownTitle);
  const main = body.join("\n");
  const charts = isTrusted ? NO_CHARTS : await chartScripts(main, options);
  const print = printScript(), switches = switchScript();
  const policy = isTrusted ? TRUSTED_POLICY : pagePolicy([...charts.allowed, switches, print]);
  const notes = { hasLeftOut: markdown.hasLeftOut, chartsOff: charts.off };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta http-equiv="x-dns-prefetch-control" content="off">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Comove ${VERSION}">
<title>${escapeHtml(plainTitle)}</title>
<link rel="icon" href="${ICON}">
<style>${pageStyle(paperLine(plainTitle, facts, options))}</style>
</head>
<body>
<div class="page">
${headerHtml(shownTitle, facts, options)}
${contentsHtml(markdown.headings)}<main>
${main}
</main>
${footerHtml(facts, options, notes)}
</div>
<script>${switches}</script>
${charts.html}<script>${print}</script>
</body>
</html>
`;
}

/** Takes the heading at the very top out of its cell: it becomes the title of the page. */
function leadOf(
  { cells }: Notebook,
  markdown: PageMarkdown,
): { readonly title: string | undefined; readonly cells: readonly NotebookCell[] } {
  const [first, ...rest] = cells;
  const lead = first?.cell_type === "markdown" ? markdown.lead(first.source) : undefined;
  if (first === undefined || lead === undefined) return { title: undefined, cells };
  return {
    title: markdown.inlineHtml(lead.title),
    cells: [{ ...first, source: lead.rest } as NotebookCell, ...rest],
  };
}

function headerHtml(
  title: string,
  facts: PageFacts,
  { name, theme = "dark" }: PageOptions,
): string {
  return `<header class="top">
<div class="bar"><p>${escapeHtml(name ?? "Comove notebook")}</p><div class="switches">
<label><input type="checkbox" id="${HIDE_CODE}" autocomplete="off">Hide code</label>
${themeSwitch(theme)}
</div></div>
<h1>${title}</h1>
<ul class="facts">${factsOf(facts).join("")}</ul>
</header>`;
}

function factsOf(
  { source, startedAt, tookMs, dataTime, isExecuted, hasFailed }: PageFacts,
): string[] {
  const items: string[] = [];
  if (source !== undefined) {
    // Never green: what a page holds is not of now.
    const look = source === "live" ? "badge live" : "badge";
    items.push(`<li class="${look}">${escapeHtml(source)} data</li>`);
  }
  if (Number.isFinite(startedAt)) {
    const took = Number.isFinite(tookMs) ? `, in ${tookText(tookMs)}` : "";
    items.push(`<li>Run at ${formatUtc(startedAt)}${took}</li>`);
  } else if (!isExecuted) items.push("<li>Not run yet: its cells show no results</li>");
  if (Number.isFinite(dataTime)) items.push(`<li>Data up to ${formatUtc(dataTime)}</li>`);
  if (hasFailed) items.push('<li class="failed">A cell ended with an error</li>');
  return items;
}

/** What stands at the foot of each printed page: which notebook, whose data, and of when. */
function paperLine(title: string, facts: PageFacts, { name }: PageOptions): string {
  const { source, startedAt, dataTime } = facts;
  const parts = [name ?? title];
  if (source !== undefined) parts.push(`${source} data`);
  if (Number.isFinite(dataTime)) parts.push(`up to ${formatUtc(dataTime)}`);
  if (Number.isFinite(startedAt)) parts.push(`run at ${formatUtc(startedAt)}`);
  return parts.join(" · ");
}

function contentsHtml(headings: readonly Heading[]): string {
  const listed = headings.filter(({ level }) => level <= 3);
  if (listed.length < MIN_CONTENTS) return "";
  const items = listed.map(({ level, id, text }) =>
    `<li class="level-${level}"><a href="#${fragment(id)}">${escapeHtml(text)}</a></li>`
  );
  return `<nav class="contents" aria-label="Contents"><ol>\n${items.join("\n")}\n</ol></nav>\n`;
}

/** What readers should know of what the page does not do. */
interface Notes {
  readonly hasLeftOut: boolean;
  /** Why the charts are pictures, without its full stop; undefined when they are not. */
  readonly chartsOff: string | undefined;
}

function footerHtml({ isExecuted }: PageFacts, { name }: PageOptions, notes: Notes): string {
  const from = name === undefined ? "a notebook" : `${escapeHtml(name)}.ipynb`;
  const how = isExecuted ? "Results are those of its last run." : "It had not been run.";
  return `<footer><p>Made by Comove ${VERSION} from ${from} with <code>deno task render</code>. ${how}</p>
${
    notesHtml(notes)
  }<p>The page is complete in itself: it loads nothing and sends nothing.</p></footer>`;
}

function notesHtml({ hasLeftOut, chartsOff }: Notes): string {
  const notes: string[] = [];
  if (hasLeftOut) {
    notes.push(
      "<p>Scripts and other active parts that the notebook brought were left out; " +
        "<code>deno task render --trust</code> keeps them.</p>\n",
    );
  }
  if (chartsOff !== undefined) {
    notes.push(`<p>The charts are pictures here: ${escapeHtml(chartsOff)}.</p>\n`);
  }
  return notes.join("");
}
