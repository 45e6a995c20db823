import type { Page } from "playwright-core";

/**
 * Waits in the page's own time: timers of less that it had set have rung, and what they led to is drawn. A wait of the
 * test's process would say nothing about a page that has not had its turn.
 */
export async function pageTime(page: Page, ms: number): Promise<void> {
  await page.evaluate(async (ms) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    for (let frames = 0; frames < 2; frames++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, ms);
}
