/**
 * How long `npx -y deno@2.9.6 task serve` takes to a live page, from a clean clone whose downloads are there: each round
 * runs a copy of this checkout in a new folder, so that none of its own code has been compiled before. A browser that is
 * open already looks at the page. By hand: `deno run -A test/bench/serve_start.ts [ROUNDS] [WARM]`; a second argument
 * `warm` runs the same copy again, as later starts do.
 */
import { startChromium } from "../browser/support/chromium.ts";
import { say } from "../support/say.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const [rounds = "3", warm] = Deno.args;
const DENO = "deno@2.9.6";
const MOST_MS = 60_000;
const LOOK_MS = 20;

type Stage = "listening" | "answered" | "page" | "word" | "live";

/** What a clone has: all that is committed, and what is about to be. */
async function copyCheckout(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "comove-clone-" });
  const git = new Deno.Command("git", { args: ["-C", ROOT, "ls-files"] });
  const files = new TextDecoder().decode((await git.output()).stdout).trim().split("\n");
  for (const file of files) {
    const to = `${folder}/${file}`;
    await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(`${ROOT}${file}`, to);
  }
  return folder;
}

/** Ms from the start of the command to each stage. */
async function measure(folder: string): Promise<Record<Stage, number>> {
  const browser = await startChromium();
  const page = await browser.newPage();
  await page.goto("about:blank");
  const at = {} as Record<Stage, number>;
  const since = performance.now();
  const now = (stage: Stage) => at[stage] = performance.now() - since;
  const child = new Deno.Command("npx", {
    args: ["-y", DENO, "task", "serve", "--port", "0"],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let out = "";
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) out += text;
  })();
  try {
    const address = await until(() => /serves at (\S+)/.exec(out)?.[1]);
    now("listening");
    await until(async () => {
      const answer = await fetch(address);
      await answer.body?.cancel();
      return answer.ok || undefined;
    });
    now("answered");
    await page.goto(address, { waitUntil: "commit" });
    await page.waitForSelector("#panels .card[data-filled]", { timeout: MOST_MS });
    now("page");
    await page.locator("#source", { hasText: "simulated" }).waitFor({ timeout: MOST_MS });
    now("word");
    await page.getByText("● live").first().waitFor({ timeout: MOST_MS });
    now("live");
  } finally {
    await browser.close();
    await stopAll(child.pid);
    await child.status;
    await reading;
  }
  return at;
}

/** Stops what `npx` started, the innermost first: it passes no signal on. */
async function stopAll(pid: number): Promise<void> {
  const list = new Deno.Command("ps", { args: ["-o", "pid=", "--ppid", `${pid}`] });
  const children = new TextDecoder().decode((await list.output()).stdout).split(/\s+/);
  for (const child of children) if (child !== "") await stopAll(Number(child));
  try {
    Deno.kill(pid, "SIGINT");
  } catch {
    // It has ended with its child.
  }
}

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = performance.now() + MOST_MS;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`not within ${MOST_MS} ms`);
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const all: Record<Stage, number>[] = [];
let folder: string | undefined;
for (let round = 0; round < Number(rounds); round++) {
  folder ??= await copyCheckout();
  const at = await measure(folder);
  all.push(at);
  say(
    `load ${Deno.loadavg()[0]!.toFixed(1)}: ` +
      Object.entries(at).map(([stage, ms]) => `${stage} ${(ms / 1_000).toFixed(2)} s`).join(", "),
  );
  if (warm === "warm") continue;
  await Deno.remove(folder, { recursive: true });
  folder = undefined;
}
if (folder !== undefined) await Deno.remove(folder, { recursive: true });
for (const stage of Object.keys(all[0]!) as Stage[]) {
  say(`${stage}: median ${(median(all.map((at) => at[stage])) / 1_000).toFixed(2)} s`);
}
