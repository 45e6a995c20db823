import { gzipBase64 } from "./gzip_base64.ts";
import type { LibraryScripts } from "./library_tag.ts";

/** Elements whose code comes along only where they are shown: the charts' page code is carried by every notebook. */
export const PAGE_EXTENSIONS = {
  "comove-strategy": new URL("./browser/strategy.ts", import.meta.url),
} as const;

/** Name of such an element. */
export type PageExtension = keyof typeof PAGE_EXTENSIONS;

/**
 * The code of an element as HTML, unpacked and run by the page itself once the charts' code is there. A second tag on the
 * page does nothing.
 *
 * @param bundle the element's code: one classic script.
 */
export async function extensionTag(name: PageExtension, bundle: string): Promise<string> {
  const { starter } = await extensionScripts(name, bundle);
  return `<script>${starter}</script>`;
}

/** What {@link extensionTag} runs. */
export async function extensionScripts(
  name: PageExtension,
  bundle: string,
): Promise<LibraryScripts> {
  const code = `${bundle}\n//# sourceURL=${name}.js`;
  return { starter: starter(name, await gzipBase64(code)), code };
}

/** As that of the charts' code: only base64 is put into it, and the code runs as a script element. */
function starter(name: PageExtension, data: string): string {
  return `(function(w,n){var f="starting:"+n;if(customElements.get(n)||w[f])return;w[f]=true;` +
    `function go(){var b=Uint8Array.from(atob("${data}"),function(c){return c.charCodeAt(0)});` +
    `new Response(new Blob([b]).stream().pipeThrough(new DecompressionStream("gzip"))).text()` +
    `.then(function(t){var s=document.createElement("script");s.textContent=t;document.head.append(s)})` +
    `.catch(function(){w[f]=false})}` +
    `if(w.comove)go();else w.addEventListener("comove:library",go,{once:true})` +
    `})(window,"${name}")`;
}
