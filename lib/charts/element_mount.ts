import { escapeHtml, jsonAttribute } from "./markup.ts";
import type { Theme } from "./theme.ts";

/**
 * The element of a panel that the page draws, to be shown once; feeds of the same id bring what it shows.
 *
 * @param name of the element, one of `OWN_ELEMENTS`: `comove-scatter`.
 * @param fallbackHtml stands there while it is not drawn. @default nothing
 */
export function elementMount(
  name: string,
  id: string,
  setting: { readonly theme: Theme },
  fallbackHtml = "",
): string {
  const { theme } = setting;
  return `<div style="background:${theme.background};color:${theme.text};min-height:60px">` +
    `<${name} style="display:block" data-id="${escapeHtml(id)}" ` +
    `${jsonAttribute("data-setting", setting)}>${fallbackHtml}</${name}></div>`;
}
