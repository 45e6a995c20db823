import { gzipBase64 } from "./gzip_base64.ts";
import { DARK } from "./theme.ts";
import { THIRD_PARTY_NOTICES } from "./third_party_notices.ts";

/** The page code of the charts: one module, to be bundled for the browser. */
export const PAGE_CODE = new URL("./browser/mod.ts", import.meta.url);

/** The charts' page code as the two scripts that run: a policy of the page can name both by their hashes. */
export interface LibraryScripts {
  /** Stands in the page; unpacks the code and adds it as a script. */
  readonly starter: string;
  /** The script that it adds. */
  readonly code: string;
}

/**
 * The charts' page code as HTML, to be shown once per page: packed (gzip in base64, a third of its size),
 * unpacked and run by the page itself, without a request. A second tag on the page does nothing. Charts
 * that were mounted earlier start when it has run; `comove:library` is then dispatched on the window.
 * Carries the notices of what is inside, and a line of credit that readers see.
 *
 * @param bundle the page code: one classic script.
 */
export async function libraryTag(bundle: string): Promise<string> {
  const { starter } = await libraryScripts(bundle);
  return `<!--\n${THIRD_PARTY_NOTICES}-->\n${libraryCredit()}<script>${starter}</script>`;
}

/** The line of credit that readers see; it stands where the tag will be. */
export function libraryCredit(): string {
  return `<div data-comove-credit style="font:11px ${DARK.fontFamily};opacity:.8;padding:4px 8px">${CREDIT}</div>`;
}

/** What {@link libraryTag} runs. @param bundle the page code: one classic script */
export async function libraryScripts(bundle: string): Promise<LibraryScripts> {
  const code = `${bundle}\n//# sourceURL=comove-charts.js`;
  return { starter: starter(await gzipBase64(code)), code };
}

const CREDIT = "Interactive charts: TradingView Lightweight Charts™, " +
  "Copyright (c) 2023 TradingView, Inc. " +
  '<a href="https://www.tradingview.com/" target="_blank" rel="noopener" style="color:inherit">' +
  "https://www.tradingview.com/</a> · Observable Plot";

/**
 * Only base64 is put into this script, so that nothing in it can end it early. The code runs as a script element and
 * not by `eval`, which pages may forbid.
 */
function starter(data: string): string {
  return `(function(w){if(w.comove||w.comoveStarting)return;w.comoveStarting=true;` +
    `var b=Uint8Array.from(atob("${data}"),function(c){return c.charCodeAt(0)});` +
    `Promise.resolve().then(function(){` +
    `return new Response(new Blob([b]).stream().pipeThrough(new DecompressionStream("gzip"))).text()` +
    `}).then(function(t){var s=document.createElement("script"),why;` +
    `function note(e){why=e.error}` +
    `s.textContent=t;w.addEventListener("error",note);document.head.append(s);` +
    `w.removeEventListener("error",note);` +
    `if(!w.comove)throw why||new Error("its code did not run");` +
    `w.dispatchEvent(new Event("comove:library"))` +
    `}).catch(function(e){w.comoveStarting=false;` +
    `document.querySelectorAll("[data-comove-credit]").forEach(function(n){` +
    `n.textContent="Interactive charts are off in this viewer ("+e.message+"); the pictures stand for them."` +
    `})})})(window)`;
}
