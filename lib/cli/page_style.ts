import { DARK, EDGE_PX, LIGHT } from "../charts/theme.ts";
import { ANSI_COLOURS } from "./page_ansi.ts";
import { EMPTY_OUTPUT, PAGE_SCHEME, printVariables } from "../charts/page_theme.ts";
import { colourVariables } from "./page_colours.ts";

/**
 * Width of the text area of a printed A4 page, CSS px: 297 mm less the margins below. The page lies on its side, since a
 * chart of 1,100 px on an upright one has letters of 5 pt.
 */
export const PRINT_WIDTH = 1_031;
const PRINT_MARGIN = "10mm 12mm 13mm";

/** Ids of the switches. */
export const HIDE_CODE = "page-hide-code";
export const THEME_SWITCHES = {
  dark: "page-dark",
  light: "page-light",
  auto: "page-auto",
} as const;

const MONO =
  "ui-monospace,SFMono-Regular,Menlo,Consolas,Liberation Mono,DejaVu Sans Mono,monospace";

/** Tables of outputs. @param within begins each selector */
const tableLook = (within: string) => `
${within}:where(table){border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
${within}:where(th,td){padding:3px 14px 3px 0;border-bottom:1px solid var(--border);text-align:left}
${within}:where(th){color:var(--faint);font-weight:600}`;

/** The style of what is enclosed: no sheet of the page reaches it. */
export const ENCLOSED_STYLE = `${tableLook("")}
:where(img,svg,video,canvas){max-width:100%}`;

/**
 * The style sheet of a page.
 * Rules for outputs are weak (`:where`), so that what an output says itself holds.
 *
 * @param paperLine stands at the foot of each printed page
 */
export function pageStyle(paperLine = ""): string {
  const { light, auto } = THEME_SWITCHES;
  return `
:root{${PAGE_SCHEME}:dark;color-scheme:var(${PAGE_SCHEME});${colourVariables()}}
:root:has(#${light}:checked){${PAGE_SCHEME}:light}
:root:has(#${auto}:checked){${PAGE_SCHEME}:light dark}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:16px}
body{margin:0;background:var(--background);color:var(--text);font:16px/1.65 ${DARK.fontFamily}}
.page{max-width:1148px;margin:0 auto;padding:0 24px}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
${HEADER}${CONTENTS}${PROSE}${CODE}${OUTPUTS}${ansiStyle()}${FOOTER}${NARROW}${
    paperRule(paperLine)
  }${PRINT}`;
}

const HEADER = `
.top{padding:30px 0 18px;margin-bottom:22px;border-bottom:1px solid var(--border)}
.bar{display:flex;flex-wrap:wrap;gap:8px 24px;align-items:center;justify-content:space-between;
  font-size:13.5px;color:var(--faint)}
.bar p{margin:0;font-weight:600;letter-spacing:.02em;overflow-wrap:anywhere}
.switches{display:flex;flex-wrap:wrap;gap:8px}
.switches fieldset{display:flex;margin:0;padding:0;border:1px solid var(--border);border-radius:99px}
.switches fieldset:has(:focus-visible){outline:2px solid var(--link);outline-offset:2px}
.switches fieldset label{padding:2px 11px;border:0}
.switches fieldset label:has(:checked){background:var(--surface);box-shadow:inset 0 0 0 1px var(--faint)}
.switches fieldset input{position:absolute;opacity:0}
.switches label{display:flex;gap:7px;align-items:center;padding:2px 12px 2px 9px;cursor:pointer;
  border:1px solid var(--border);border-radius:99px;color:var(--text)}
.switches label:hover{border-color:var(--faint)}
.switches label:has(:focus-visible){outline:2px solid var(--link);outline-offset:2px}
.switches input{margin:0;accent-color:var(--link);outline:0}
.top h1{margin:16px 0 10px;font-size:clamp(26px,3.4vw,36px);line-height:1.2;font-weight:700;
  letter-spacing:-.012em;text-wrap:balance;overflow-wrap:anywhere}
.facts{display:flex;flex-wrap:wrap;gap:3px 18px;margin:0;padding:0;list-style:none;font-size:14px;
  color:var(--faint);font-variant-numeric:tabular-nums}
.facts .badge{border:1px solid currentColor;border-radius:4px;padding:0 7px;line-height:1.5;color:var(--warning)}
.facts .badge.live{color:var(--text)}
.facts .failed{color:var(--error);font-weight:600}`;

const CONTENTS = `
.contents{margin:0 0 22px;font-size:14px}
.contents ol{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0;padding:0;list-style:none}
.contents a{color:var(--faint);text-decoration:none}
.contents a:hover{color:var(--link);text-decoration:underline}
.contents .level-3{display:none}
@media (min-width:1640px){
.contents{position:fixed;top:36px;left:calc(50% + 590px);width:calc(50vw - 620px);max-width:260px;
  max-height:calc(100vh - 72px);overflow-y:auto;padding-left:16px;border-left:1px solid var(--border)}
.contents ol{flex-direction:column;flex-wrap:nowrap;gap:6px}
.contents .level-3{display:block;padding-left:14px}}`;

const PROSE = `
.prose{max-width:46em;margin:0 0 14px;overflow-wrap:break-word;contain:layout;overflow:clip;overflow-clip-margin:32px}
.prose>:first-child{margin-top:0}
.prose>:last-child{margin-bottom:0}
.prose :is(h1,h2,h3,h4,h5,h6){line-height:1.3;margin:1.5em 0 .5em;font-weight:650;text-wrap:balance}
section.prose:has(>:is(h1,h2):first-child){margin-top:44px}
section.prose:has(>:is(h3,h4,h5,h6):first-child){margin-top:30px}
.prose h1{font-size:28px}.prose h2{font-size:23px}.prose h3{font-size:18.5px}
.prose :is(h4,h5,h6){font-size:16px}
.anchor{margin-left:.4em;color:var(--faint);text-decoration:none;opacity:0;font-weight:400}
:is(h1,h2,h3,h4,h5,h6):hover .anchor,.anchor:focus-visible{opacity:1}
.prose :is(p,ul,ol,blockquote){margin:0 0 .85em}
.prose :is(ul,ol){padding-left:1.5em}
.prose li>:is(ul,ol){margin-bottom:0}
.prose blockquote{margin-left:0;padding:2px 0 2px 16px;border-left:3px solid var(--border);color:var(--faint)}
.prose code{font:.875em/1.5 ${MONO};background:var(--surface);border:1px solid var(--border);
  border-radius:4px;padding:.08em .35em;overflow-wrap:anywhere}
.prose pre{overflow-x:auto;background:var(--surface);border:1px solid var(--border);border-radius:8px;
  padding:12px 16px;margin:0 0 .85em}
.prose pre code{font-size:13.5px;background:none;border:0;padding:0;overflow-wrap:normal}
.prose pre.plain{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}
.prose img{max-width:100%;height:auto}
.prose hr{border:0;border-top:1px solid var(--border);margin:1.6em 0}
.wide{overflow-x:auto;margin:0 0 .85em}
.prose table{border-collapse:collapse;font-size:14.5px;font-variant-numeric:tabular-nums}
.prose :is(th,td){padding:5px 18px 5px 0;border-bottom:1px solid var(--border);text-align:left;vertical-align:top}
.prose th{color:var(--faint);font-weight:600}`;

const CODE = `
.cell{margin:0 0 20px}
.input{position:relative;margin-bottom:10px;background:var(--surface);border:1px solid var(--border);
  border-radius:8px;font:13.5px/1.6 ${MONO}}
.input pre{margin:0;padding:12px 16px;overflow-x:auto;font:inherit;tab-size:2}
.input code{font:inherit}
.input summary{display:flex;gap:12px;align-items:baseline;padding:6px 14px;list-style:none;cursor:pointer;
  color:var(--faint);font-size:12px;border-radius:8px}
.input summary::-webkit-details-marker{display:none}
.input summary:hover{color:var(--text)}
.input[open]>summary{position:absolute;top:0;right:0;padding:8px 14px 4px 10px;background:var(--surface)}
.input[open] .first{display:none}
.first{flex:1;min-width:0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.note{font-family:${DARK.fontFamily}}
.count::after{content:"\\00a0▸"}
.input[open] .count::after{content:"\\00a0▾"}
:root:has(#${HIDE_CODE}:checked) .input{display:none}
:root:has(#${HIDE_CODE}:checked) :is(.cell:not(:has(.outputs)),
.prose:not(:has(h1,h2,h3)):has(+.cell:not(:has(.outputs)))){display:none}
.hljs-keyword,.hljs-literal{color:var(--keyword)}
.hljs-string,.hljs-regexp{color:var(--string)}
.hljs-number{color:var(--number)}
.hljs-title{color:var(--title)}
.hljs-built_in,.hljs-type,.hljs-title.class_{color:var(--type)}
.hljs-comment,.hljs-doctag{color:var(--comment);font-style:italic}
.hljs-subst{color:var(--text)}
.raw pre{overflow-x:auto;color:var(--faint);font:13px/1.5 ${MONO}}`;

const OUTPUTS = `
.output{margin:0 0 10px;overflow-x:auto;max-width:100%;contain:paint}
.output.html{border-radius:6px}
.output.html:has(${EMPTY_OUTPUT}){display:none}
.output.html:has([style*="color-scheme"],[data-comove-credit]){margin-inline:-${EDGE_PX}px;max-width:calc(100% + ${
  2 * EDGE_PX
}px)}
.output pre{margin:0;font:13.5px/1.5 ${MONO};white-space:pre}
.output:is(.text,.json){max-height:560px;overflow:auto;padding:2px 0 2px 14px;border-left:2px solid var(--border)}
.output.text pre{white-space:pre-wrap;overflow-wrap:anywhere}
.output.stderr{border-left-color:var(--warning)}
.output.error{padding:10px 14px;background:var(--surface);border:1px solid var(--border);
  border-left:3px solid var(--error);border-radius:6px}
.output.picture img{display:block;max-width:100%;height:auto}
.output.unknown{color:var(--faint);font-size:14px}
.output.prose{max-width:46em}
:where(.output.html) :where(img,svg,video,canvas){max-width:100%}
${tableLook(":where(.output.html) ")}
.closed{margin-bottom:10px}
.closed>summary{cursor:pointer;color:var(--faint);font-size:14px}`;

const FOOTER = `
footer{margin:44px 0 40px;padding-top:16px;border-top:1px solid var(--border);color:var(--faint);font-size:13.5px}
footer p{margin:0 0 4px;max-width:60em}`;

const NARROW = `
@media (max-width:760px){.page{padding:0 16px}.top{padding-top:18px}
.input[open]>summary{position:static;justify-content:flex-end;padding:6px 14px 0}
.input[open]>summary+pre{padding-top:0;margin-top:-3px}}
@media (max-width:480px){.page{padding:0 12px}body{font-size:15.5px}.input pre{padding:10px 12px}}`;

/** The sheet, with a line at its foot; browsers that know no margin boxes leave that out. */
function paperRule(line: string): string {
  const box = `font:8pt ${DARK.fontFamily};color:${LIGHT.faintText}`;
  return `
@page{size:A4 landscape;margin:${PRINT_MARGIN};
@bottom-left{content:${cssText(line)};width:80%;${box};vertical-align:top;padding-top:3mm}
@bottom-right{content:"page " counter(page) " of " counter(pages);${box};vertical-align:top;padding-top:3mm}}`;
}

/** A string of CSS; what is no plain letter, digit or space is escaped. */
function cssText(text: string): string {
  const escaped = text.replace(
    /[^\p{L}\p{N} .,:_-]/gu,
    (sign) => `\\${sign.codePointAt(0)!.toString(16)} `,
  );
  return `"${escaped}"`;
}

/** Panels are laid out for this width, CSS px, and shrunk to paper: as they are on a screen, and nothing is cut. */
const PANEL_WIDTH = 1_200;
export const PRINT_ZOOM = (PRINT_WIDTH / PANEL_WIDTH).toFixed(3);

const PRINT = `
@media print{
:root,:root:has(#${THEME_SWITCHES.auto}){${PAGE_SCHEME}:light;${printVariables()}}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{font-size:10pt;line-height:1.45}
.page{max-width:none;padding:0}
.top{padding-top:0;margin-bottom:14px}
.switches,.contents,.anchor,.input[open]>summary{display:none}
.input[open]>summary+pre{padding-top:10px;margin-top:0}
.prose{max-width:52em}
.input{font-size:9pt;break-inside:avoid;break-after:avoid}
.input pre,.output pre{white-space:pre-wrap;overflow-wrap:anywhere;overflow:visible}
.output:is(.text,.json){max-height:none;overflow:visible}
.output{overflow:hidden;margin-bottom:4px}
.cell{margin-bottom:10px}
tr{break-inside:avoid}
section.prose:has(>:is(h1,h2):first-child){margin-top:20px;break-after:avoid}
.output:has(comove-state){break-before:avoid}
.output.html:has([style*="color-scheme"],[data-comove-credit]){zoom:${PRINT_ZOOM}}
.output:not(.text,.json,:has(tr:nth-child(25))),.prose :is(table,blockquote,pre,img){break-inside:avoid}
h1,h2,h3,h4,h5,h6{break-after:avoid}
p,li{orphans:3;widows:3}
footer{margin:20px 0 0;break-inside:avoid}}`;

function ansiStyle(): string {
  const colours = ANSI_COLOURS.map((name) =>
    `.ansi-${name}{color:var(--ansi-${name})}.ansi-on-${name}{background:var(--ansi-${name})}`
  );
  return `
${colours.join("\n")}
.ansi-on-text{background:var(--text)}
.ansi-reversed{color:var(--background)}
.ansi-bold{font-weight:700}.ansi-faint{color:var(--faint)}.ansi-italic{font-style:italic}
.ansi-underline{text-decoration:underline}.ansi-strike{text-decoration:line-through}`;
}
