import assert from "node:assert/strict";
import {
  numberOption,
  type OptionSpec,
  parseArguments,
  parseCommandLine,
  timeOption,
  usageOf,
} from "../../lib/cli/arguments.ts";

const SPECS: Record<string, OptionSpec> = {
  minutes: { value: "N", help: "how long" },
  bars: { value: "SYMBOL=FILE", isRepeated: true, help: "what to serve" },
  start: { value: "TIME", help: "when" },
  help: { help: "this" },
};

Deno.test("parseArguments reads values, inline values, repeats and switches", () => {
  const options = parseArguments(
    ["--minutes", "5", "--bars=A=x", "--bars", "B=y", "--help"],
    SPECS,
  );
  assert.deepEqual(options.get("minutes"), ["5"]);
  assert.deepEqual(options.get("bars"), ["A=x", "B=y"]);
  assert.ok(options.has("help"));
});

Deno.test("parseArguments names what it cannot use", () => {
  assert.throws(
    () => parseArguments(["--minuets", "5"], SPECS),
    /--minuets is not an option.*--minutes/,
  );
  assert.throws(() => parseArguments(["5"], SPECS), /5 is not an option/);
  assert.throws(() => parseArguments(["--minutes"], SPECS), /--minutes needs a value: --minutes N/);
  assert.throws(() => parseArguments(["--minutes=1", "--minutes=2"], SPECS), /given twice/);
  assert.throws(() => parseArguments(["--help=yes"], SPECS), /--help takes no value, got yes/);
  assert.throws(() => parseArguments(["-h"], SPECS), /-h is not an option here; known: --minutes/);
  assert.throws(() => parseArguments(["--__proto__", "5"], SPECS), /is not an option here/);
  assert.throws(() => parseArguments(["--toString"], SPECS), /--toString is not an option here/);
});

Deno.test("parseCommandLine keeps apart what stands for itself", () => {
  const specs = { set: { value: "NAME=VALUE", isRepeated: true, help: "" }, pdf: { help: "" } };
  const read = (...args: string[]) => {
    const { options, positionals } = parseCommandLine(args, specs);
    return { positionals, set: options.get("set"), pdf: options.has("pdf") };
  };
  assert.deepEqual(read("a", "--set", "b", "--pdf", "c", "--set=d", "e"), {
    positionals: ["a", "c", "e"],
    set: ["b", "d"],
    pdf: true,
  });
  assert.deepEqual(read("--pdf", "--", "--set", "-x"), {
    positionals: ["--set", "-x"],
    set: undefined,
    pdf: true,
  });
  assert.throws(() => read("--set"), /--set needs a value: --set NAME=VALUE/);
});

Deno.test("numberOption holds its rule", () => {
  const read = (text: string) =>
    numberOption(parseArguments(["--minutes", text], SPECS), "minutes", { min: 1, isWhole: true });
  assert.equal(read("60"), 60);
  for (const bad of ["0", "1.5", "-3", "six", "", "Infinity"]) {
    assert.throws(() => read(bad), /--minutes must be a whole number of 1 or more/);
  }
});

Deno.test("timeOption wants a zone", () => {
  const read = (text: string) => timeOption(parseArguments(["--start", text], SPECS), "start");
  assert.equal(read("2026-01-26T23:00:00Z"), Date.UTC(2026, 0, 26, 23));
  assert.equal(read("2026-01-26T18:00:00-05:00"), Date.UTC(2026, 0, 26, 23));
  assert.equal(read("1769468400000"), Date.UTC(2026, 0, 26, 23));
  assert.throws(() => read("2026-01-26T23:00:00"), /--start must be a time with a zone/);
  assert.throws(() => read("yesterdayZ"), /--start must be a time with a zone/);
});

Deno.test("usageOf lists every option", () => {
  const text = usageOf("stream", "Streams.", SPECS);
  for (const name of Object.keys(SPECS)) assert.ok(text.includes(`--${name}`));
});

Deno.test("parseCommandLine sees paths from the folder that the user stands in, and nothing else", () => {
  const specs = {
    config: { value: "FILE", help: "" },
    out: { value: "DIR", help: "" },
    bars: { value: "SYMBOL=FILE", isRepeated: true, help: "" },
    set: { value: "NAME=VALUE", help: "" },
    minutes: { value: "N", help: "" },
  };
  const args = ["--config", "c.yaml", "--out=../o", "--set", "A=b.csv", "--minutes", "3"];
  const bars = ["--bars", "ES=x=1.csv", "--bars", "BTC=/tmp/b.csv", "--bars", "no-symbol.csv"];
  const { options } = parseCommandLine([...args, ...bars], specs, "notebooks/mine");
  assert.deepEqual(Object.fromEntries(options), {
    config: ["notebooks/mine/c.yaml"],
    out: ["notebooks/o"],
    bars: ["ES=notebooks/mine/x=1.csv", "BTC=/tmp/b.csv", "notebooks/mine/no-symbol.csv"],
    set: ["A=b.csv"],
    minutes: ["3"],
  });
  const plain = parseCommandLine(["--out", "./o/"], specs, "");
  assert.deepEqual(plain.options.get("out"), ["./o/"], "as written where the user stands there");
});
