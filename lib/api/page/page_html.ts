import { escapeHtml } from "../../charts/markup.ts";
import { VERSION } from "../../model/version.ts";
import { PAGE_KEYS } from "./browser/page_keys.ts";
import { PAGE_STYLE } from "./page_style.ts";

/** Where the page's scripts are. */
export interface PageScripts {
  readonly charts: string;
  readonly dashboard: string;
}

/**
 * The dashboard's page before anything has come in. Its scripts are of its own origin, and it asks no other.
 *
 * @param token what the page changes things with; without one it asks for it
 */
export function pageHtml({ charts, dashboard }: PageScripts, token?: string): string {
  const keys = PAGE_KEYS.map(([key, what]) =>
    `<dt>${escapeHtml(key)}</dt><dd>${escapeHtml(what)}</dd>`
  );
  return `<!doctype html>
<html lang="en" data-theme="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Comove</title>
<link rel="icon" href="data:,">${
    token === undefined ? "" : `\n<meta name="comove-token" content="${escapeHtml(token)}">`
  }
<style>${PAGE_STYLE}</style>
<script src="${escapeHtml(charts)}" defer></script>
<script src="${escapeHtml(dashboard)}" defer></script>
</head>
<body>
<a class="skip" href="#main">To the panels</a>
<header>
<div class="row"><h1>Comove</h1><span id="source"></span><span id="clock"></span><span id="market"></span>
<span class="push"><button id="pause" type="button" aria-pressed="false">Pause</button>
<button id="theme" type="button">Colours</button>
<button id="keys" type="button" aria-haspopup="dialog">Keys</button></span></div>
<div class="row"><nav id="views" aria-label="Views"></nav>
${control("pair", "Pair")}${control("timeframe", "Timeframe")}${control("days", "Past")}${
    control("hours", "Hours")
  }</div>
<p id="note" role="status"></p>
</header>
<main tabindex="-1" id="main"><div id="forms"></div><div id="panels"></div></main>
<dialog id="help" aria-label="Keys"><dl>${keys.join("")}</dl></dialog>
<footer>Comove ${VERSION}. Interactive charts: TradingView Lightweight Charts™, Copyright (c) 2023 TradingView, Inc.
<a href="https://www.tradingview.com/" target="_blank" rel="noopener">https://www.tradingview.com/</a> · Observable Plot</footer>
<noscript>This page needs scripts: its charts and numbers come in live.</noscript>
</body>
</html>
`;
}

function control(id: string, title: string): string {
  return `<label hidden>${title} <select id="${id}"></select></label>`;
}
