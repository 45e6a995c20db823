import { extensionTag, PAGE_EXTENSIONS, type PageExtension } from "../charts/page_extensions.ts";
import { bundleForBrowser } from "../runtime/bundle.ts";

const bundles = new Map<PageExtension, Promise<string>>();

/**
 * HTML that brings the code of an element which few notebooks show, once for each page; bundled once. Empty where it
 * cannot be bundled: the line of the set-up cell says why, and what the kernel draws stands in.
 */
export async function pageExtension(name: PageExtension): Promise<string> {
  const bundle = bundles.get(name) ?? bundleForBrowser(PAGE_EXTENSIONS[name]);
  bundles.set(name, bundle);
  try {
    return await extensionTag(name, await bundle);
  } catch {
    bundles.delete(name);
    return "";
  }
}
