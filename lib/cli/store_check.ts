import { counted } from "../model/counted.ts";
import { redact } from "../model/redact.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { targetName } from "../store/store_options.ts";
import { type OptionSpec, parseArguments, usageOf } from "./arguments.ts";
import { openPlace, STORE_OPTIONS } from "./store_place.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ...STORE_OPTIONS,
  help: { help: "show this text" },
};

/**
 * `deno task store check`: reads every page and every row of the store, and says what is damaged.
 *
 * @returns exit code: 1 when anything is.
 */
export async function storeCheck(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("store check", "Looks for damage in the store.", OPTIONS));
    return 0;
  }
  const { reader, target } = await openPlace(options, terminal);
  const place = targetName(target);
  let shown = 0;
  const onProgress = (share: number) => {
    const percent = Math.floor(share * 100);
    if (!terminal.isInteractive || percent <= shown) return;
    shown = percent;
    terminal.clearLine();
    terminal.out(`checking, ${percent} %`);
  };
  try {
    const { rows, findings } = await reader.check(onProgress);
    if (shown > 0) terminal.clearLine();
    for (const finding of findings) terminal.out(`${redact(finding)}\n`);
    terminal.out(
      findings.length === 0
        ? `${place} is sound: ${counted(rows, "row")} read.\n`
        : `${place} is damaged: ${counted(findings.length, "finding")} in ${
          counted(rows, "row")
        } read.\n`,
    );
    return findings.length === 0 ? 0 : 1;
  } finally {
    await reader.close();
  }
}
