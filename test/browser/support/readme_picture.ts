/**
 * Takes the picture of the README: the charts, the table and the correlation of notebook 04, from its rendered page.
 *
 * `deno task render 04_live_correlation --set RUN_SECONDS=20`, then `deno run -A test/browser/support/readme_picture.ts`.
 */
import { startChromium } from "./chromium.ts";

const ROOT = new URL("../../../", import.meta.url);
const PAGE = new URL("notebooks/rendered/04_live_correlation.html", ROOT);
const PICTURE = new URL("notebooks/images/04_live_correlation.png", ROOT);
/** Cells of these variables, of which the first output is the panel. */
const PANELS = ["markets", "correlation", "lines"];
const WIDTH = 1_084;

/** Leaves of the page only the panels, one below the other. Runs in the page. */
function leaveOnly(panels: readonly string[]): number {
  const bare = "margin:0;padding:0;border:0;max-width:none;width:auto;box-shadow:none";
  const cells = [...document.querySelectorAll("section.cell")];
  const wanted = panels.map((name) =>
    cells.find((cell) => cell.textContent?.trim().startsWith(`const ${name} = `))
      ?.querySelector(".output")
  );
  for (const element of document.querySelectorAll("body *")) {
    if (!(element instanceof HTMLElement)) continue;
    const isPart = wanted.some((panel) => panel?.contains(element) || element.contains(panel!));
    if (!isPart) element.style.display = "none";
    else if (!wanted.some((panel) => panel?.contains(element))) element.style.cssText = bare;
  }
  // The panels reach to their edge, and so does the picture.
  document.body.style.padding = "10px 16px";
  return wanted.filter((panel) => panel !== undefined && panel !== null).length;
}

const browser = await startChromium();
try {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 1_200 } });
  await page.goto(PAGE.href);
  const found = await page.evaluate(leaveOnly, PANELS);
  if (found < PANELS.length) throw new Error(`${found} of ${PANELS.length} panels are in ${PAGE}`);
  // The charts fit themselves to the new width.
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: PICTURE.pathname, fullPage: true });
} finally {
  await browser.close();
}
