import { HOST_STYLE, PAGE_SCHEME } from "../../charts/page_theme.ts";
import { DARK, LIGHT, type Theme } from "../../charts/theme.ts";

const either = (pick: (theme: Theme) => string) => `light-dark(${pick(LIGHT)},${pick(DARK)})`;

/** The style sheet of the dashboard. */
export const PAGE_STYLE = `
:root{${PAGE_SCHEME}:light dark;color-scheme:var(${PAGE_SCHEME});
--background:${either(({ background }) => background)};--text:${either(({ text }) => text)};
--faint:${either(({ faintText }) => faintText)};--line:${either(({ grid }) => grid)};
--up:${either(({ up }) => up)};--warning:${either(({ warning }) => warning)};
--link:${either(({ lines }) => lines[0]!)};--bad:${either(({ negative }) => negative)}}
:root[data-theme=dark]{${PAGE_SCHEME}:dark}
:root[data-theme=light]{${PAGE_SCHEME}:light}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--background);color:var(--text);font:14px/1.5 ${DARK.fontFamily}}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
a{color:var(--link)}
[hidden]{display:none!important}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;background:var(--background);padding:4px 8px;z-index:9}
header{position:sticky;top:0;z-index:8;background:var(--background);border-bottom:1px solid var(--line);
padding:6px 16px}
.row{display:flex;flex-wrap:wrap;gap:4px 14px;align-items:center;max-width:1208px;margin:0 auto}
h1{font-size:16px;margin:0;letter-spacing:.01em}
#source{border:1px solid currentColor;border-radius:3px;padding:0 6px;font-size:11px;letter-spacing:.04em;
text-transform:uppercase;color:var(--faint)}
#source[data-source=live]{color:var(--up)}
#source[data-source=delayed],#source[data-source=replay]{color:var(--warning)}
#clock{font-variant-numeric:tabular-nums;color:var(--faint)}
#market{color:var(--faint);flex:1 1 240px;min-width:0;display:-webkit-box;-webkit-box-orient:vertical;
-webkit-line-clamp:2;overflow:hidden}
nav{display:flex;flex-wrap:wrap;gap:2px}
nav a{padding:4px 8px;border-radius:4px;text-decoration:none;color:var(--text);min-height:24px}
nav a:hover{background:var(--line)}
nav a[aria-current]{background:var(--line);font-weight:600}
label{display:flex;gap:6px;align-items:center;color:var(--faint)}
select,button{font:inherit;color:var(--text);background:var(--background);border:1px solid var(--faint);
border-radius:4px;padding:3px 8px;min-height:26px;cursor:pointer;max-width:100%}
select{max-width:calc(100vw - 90px)}
.push{margin-left:auto;display:flex;gap:8px}
#note{color:var(--warning);max-width:1208px;margin:0 auto}
#note:empty{display:none}
.lost #note{font-weight:600}
.lost #panels,.paused #panels{opacity:.9}
main{max-width:1240px;margin:0 auto;padding:8px 16px 40px;display:flex;flex-direction:column}
.forms-below #forms{order:1}
.card{border-bottom:1px solid var(--line);padding:6px 0 12px;position:relative}
#panels{display:flex;flex-wrap:wrap;align-items:flex-start}
#panels>.card{width:100%;min-width:0}
/* Ticks lay out their own panel alone. */
[data-panel=header]{contain:layout}
#panels>.narrow{width:calc(var(--share) - 16px);margin-right:16px}
.edge{position:absolute;top:44px;bottom:12px;right:-14px;width:12px;cursor:ew-resize;touch-action:none;
border-right:2px solid var(--line)}
.edge:hover,.edge:focus-visible{background:var(--line)}
.moves{position:absolute;top:6px;right:0;display:flex;gap:4px}
.moves button{border-color:transparent;color:var(--faint);padding:0 8px}
.moves button:hover,.moves button:focus-visible{border-color:var(--faint);color:var(--text)}
.card summary{cursor:pointer;padding:4px 0;min-height:28px}
.card h2{display:inline;font-size:14px;font-weight:600;margin:0}
.card[open]:not([data-filled])::after{content:"drawing …";color:var(--faint);padding:0 8px}
.card:not([data-filled]) .slots{opacity:.6}
.fault{color:var(--bad);margin:4px 8px}
.slots{overflow-x:auto}
.slots img{max-width:none}
.form{display:grid;gap:8px;padding:8px}
.form .fields{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:end}
.form label{flex-direction:column;align-items:start;gap:2px;font-size:12px}
.form input{font:inherit;font-size:14px;color:var(--text);background:var(--background);border:1px solid var(--faint);
border-radius:4px;padding:3px 8px;min-height:28px;max-width:100%}
.form select{font-size:14px;min-height:28px}
.form [aria-invalid]{border-color:var(--bad)}
.form .checks:not([hidden]){display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;font-size:12px}
.form .checks label{flex-direction:row;align-items:center;width:auto!important}
.form .checks input{width:auto!important}
.form output{color:var(--faint);overflow-wrap:anywhere}
.form output:empty{display:none}
.form output.bad{color:var(--bad)}
.form ul{display:flex;flex-wrap:wrap;gap:6px;margin:0;padding:0;list-style:none}
.form li{display:flex;gap:6px;align-items:center;border:1px solid var(--line);border-radius:4px;padding:2px 4px 2px 8px}
.form li button{min-height:24px;padding:0 7px}
dialog{background:var(--background);color:var(--text);border:1px solid var(--faint);border-radius:8px;
max-width:min(92vw,420px)}
dialog dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:0}
dialog dt{font-weight:600}dialog dd{margin:0}
footer{max-width:1240px;margin:0 auto;padding:0 16px 24px;color:var(--faint);font-size:12px}
@media (max-width:720px){header{position:static;padding:6px 10px}main{padding:4px 10px 30px}
.row{gap:4px 8px}.push{gap:3px}.push button{padding:2px 6px;font-size:13px}#market{flex-basis:100%;order:1}
.form .fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(136px,1fr))}
.form .fields label,.form .fields label>*{width:100%}
.slots tr>:first-child{position:sticky;left:0;background:var(--background);white-space:normal!important;
max-width:40vw}
.slots [data-names=long] tr>:first-child{min-width:8.6em}
[data-panel=journal] :is(table,tbody){display:block;min-width:0!important}
[data-panel=journal] tr{display:flex;flex-wrap:wrap;gap:0 10px;padding:4px 0}
[data-panel=journal] tr>*{position:static!important;padding:0!important;white-space:normal!important;
min-width:0!important;max-width:none!important}
[data-panel=journal] tr>:last-child{flex:1 1 100%}
#panels>.narrow{width:100%;margin-right:0}.edge{display:none}}
@media (prefers-reduced-motion:no-preference){.card{transition:opacity .2s}}
${HOST_STYLE}`;
