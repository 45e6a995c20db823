import type { Page } from "playwright-core";

/** The part of the address behind `#`, as the page itself has it now: playwright's own copy comes later. */
export function hashOf(page: Page): Promise<string> {
  return page.evaluate(() => decodeURIComponent(location.hash));
}

/** Goes to another view, as a reader who changes the address. Resolves once the page has taken note of it. */
export async function goToHash(page: Page, hash: string): Promise<void> {
  await page.evaluate((hash) => {
    if (location.hash === hash) return;
    return new Promise<void>((resolve) => {
      // The page listened first.
      addEventListener("hashchange", () => resolve(), { once: true });
      location.hash = hash;
    });
  }, hash);
}
