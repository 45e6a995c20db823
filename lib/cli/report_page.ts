import { escapeHtml } from "../charts/markup.ts";
import { dressed, pageTheme } from "../charts/page_theme.ts";
import type { Theme } from "../charts/theme.ts";
import { VERSION } from "../model/version.ts";
import { ICON, themeSwitch } from "./page_parts.ts";
import { pagePolicy } from "./page_policy.ts";
import { pageStyle } from "./page_style.ts";
import { switchScript } from "./page_switch_script.ts";

/** One part of a report, under a heading of its own. */
export interface ReportSection {
  readonly heading: string;
  /** Sentences above what is shown. */
  readonly text?: readonly string[];
  /** HTML of our own charts and tables, in these colours. */
  readonly html?: (theme: Theme) => string;
}

/** A report to be read in a browser. */
export interface Report {
  readonly title: string;
  /** The line above the title. */
  readonly kicker: string;
  /** Short facts below it. */
  readonly facts: readonly string[];
  readonly sections: readonly ReportSection[];
  /** The command that made it: `store compare`. */
  readonly command: string;
}

/**
 * A report as one HTML page that is complete in itself: it opens from disk, loads nothing and sends nothing, is dark,
 * light or as the reader's system, and prints on white. The same report gives the same page.
 */
export function reportPage({ title, kicker, facts, sections, command }: Report): string {
  const switches = switchScript(), theme = pageTheme("dark");
  const items = facts.map((fact) => `<li>${escapeHtml(fact)}</li>`);
  const parts = sections.map((section) => sectionHtml(section, theme));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy([switches])}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Comove ${VERSION}">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${ICON}">
<style>${pageStyle(`${kicker} · ${title}`)}</style>
</head>
<body>
<div class="page">
<header class="top">
<div class="bar"><p>${escapeHtml(kicker)}</p><div class="switches">${
    themeSwitch("dark")
  }</div></div>
<h1>${escapeHtml(title)}</h1>
<ul class="facts">${items.join("")}</ul>
</header>
<main>
${parts.join("\n")}
</main>
<footer><p>Made by Comove ${VERSION} with <code>deno task ${escapeHtml(command)}</code>.</p>
<p>The page is complete in itself: it loads nothing and sends nothing.</p></footer>
</div>
<script>${switches}</script>
</body>
</html>
`;
}

function sectionHtml({ heading, text = [], html }: ReportSection, theme: Theme): string {
  const sentences = text.map((one) => `<p>${escapeHtml(one)}</p>`).join("");
  const prose = `<section class="prose"><h2>${escapeHtml(heading)}</h2>${sentences}</section>`;
  if (html === undefined) return prose;
  return `${prose}\n<div class="output html">${dressed(html(theme), theme)}</div>`;
}
