import { libraryScripts } from "../charts/library_tag.ts";
import {
  extensionScripts,
  PAGE_EXTENSIONS,
  type PageExtension,
} from "../charts/page_extensions.ts";
import { THIRD_PARTY_NOTICES } from "../charts/third_party_notices.ts";
import { sentenceOf } from "../model/sentence_of.ts";
import { OWN_ELEMENTS } from "./page_schema.ts";

/** What makes the charts of a page interactive. */
export interface ChartScripts {
  /** Empty where there are no charts. */
  readonly html: string;
  /** The scripts that the page's policy must allow. */
  readonly allowed: readonly string[];
  /** Why the charts stay pictures, without its full stop; undefined where they do not, or there are none. */
  readonly off: string | undefined;
}

export const NO_CHARTS: ChartScripts = { html: "", allowed: [], off: undefined };

/** What says all that a record can without code: a panel's frame and its parts, and the tables of alerts. */
const PLAIN: ReadonlySet<string> = new Set([
  "comove-alerts",
  "comove-feed",
  "comove-hb",
  "comove-panel",
  "comove-state",
]);
const CHART = new RegExp(`<(${OWN_ELEMENTS.filter((name) => !PLAIN.has(name)).join("|")})\\b`);

/** The code of elements, each one classic script. */
export interface ChartCode {
  /** That of all charts. @default charts stay pictures */
  readonly library?: (() => Promise<string>) | undefined;
  /** That of an element which few notebooks show. @default what the kernel drew stays */
  readonly extension?: ((name: PageExtension) => Promise<string>) | undefined;
}

/**
 * The page's own copy of the charts' code, of this version: the one that the notebook brings is foreign, whatever it
 * calls itself.
 */
export async function chartScripts(
  html: string,
  { library, extension }: ChartCode,
): Promise<ChartScripts> {
  if (library === undefined || !CHART.test(html)) return NO_CHARTS;
  try {
    const scripts = [await libraryScripts(await library())];
    if (extension !== undefined) {
      for (const name of extensionsIn(html)) {
        scripts.push(await extensionScripts(name, await extension(name)));
      }
    }
    const tags = scripts.map(({ starter }) => `<script>${starter}</script>\n`);
    return {
      html: `<!--\n${THIRD_PARTY_NOTICES}-->\n${tags.join("")}`,
      allowed: scripts.flatMap(({ starter, code }) => [starter, code]),
      off: undefined,
    };
  } catch (error) {
    return { html: "", allowed: [], off: sentenceOf(error).replace(/\.$/, "") };
  }
}

function extensionsIn(html: string): PageExtension[] {
  const names = Object.keys(PAGE_EXTENSIONS) as PageExtension[];
  return names.filter((name) => html.includes(`<${name} `));
}
