import { type Browser, chromium } from "playwright-core";

/** Where Debian puts it; `CHROMIUM` names another. */
const DEFAULT_PATH = "/usr/bin/chromium";

/** Starts a headless Chromium that asks nothing of the network by itself. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: Deno.env.get("CHROMIUM") ?? DEFAULT_PATH,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}
