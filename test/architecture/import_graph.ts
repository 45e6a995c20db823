/** One source file and what it imports. */
export interface Module {
  /** Path from the project's root: `lib/feeds/feed.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Folders, or single files, from the bottom up; a file may import its own layer and those below. */
const LAYERS: readonly (readonly string[])[] = [
  ["model"],
  ["calendar", "wire", "stats"],
  ["bars"],
  ["sync"],
  // The page runs the alerts' state machine too.
  ["pairs", "alerts/reading.ts", "alerts/rule_state.ts"],
  ["charts"],
  ["runtime"],
  ["simulator", "kernel", "export"],
  ["feeds"],
  ["market"],
  ["store"],
  ["alerts", "bus"],
  // Puts a market together from all of the above.
  [
    "market/open_market.ts",
    "market/venue_market.ts",
    "market/opened_alerts.ts",
    "market/market_storage.ts",
    "market/stored_market.ts",
    "market/bus_market.ts",
  ],
  ["cli", "notebook", "api"],
];

/** Layers up to this one are pure: they reach neither the shell nor any npm client. */
const LAST_PURE = LAYERS.findIndex((layer) => layer.includes("charts"));

/** Where each npm package may be imported: one home, so that it can be replaced in one place. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  // What is only known when it runs: edited library code, loaded anew.
  "a computed name": ["lib/runtime/fresh_import.ts"],
  "@hono/zod-openapi": ["lib/api/"],
  "@logtape/logtape": ["lib/runtime/log.ts"],
  "@nats-io/jetstream": ["lib/bus/nats_"],
  "@nats-io/transport-node": [
    "lib/bus/nats_client.ts",
    "lib/bus/nats_publisher.ts",
    "lib/bus/examine_broker.ts",
  ],
  "@observablehq/plot": ["lib/charts/"],
  "@stoqey/ib": ["lib/feeds/ibkr/"],
  "@zip.js/zip.js": ["lib/export/", "lib/store/import/"],
  "danfojs": ["lib/market/frame.ts"],
  "hono": ["lib/api/"],
  "hast": ["lib/cli/page_html.ts"],
  "hast-util-from-parse5": ["lib/cli/page_html.ts"],
  "hast-util-sanitize": ["lib/cli/"],
  "hast-util-to-html": ["lib/cli/page_html.ts"],
  "highlight.js": ["lib/cli/"],
  "hyparquet": ["lib/store/import/"],
  "hyparquet-compressors": ["lib/store/import/"],
  "hyparquet-writer": ["lib/export/"],
  "https-proxy-agent": ["lib/runtime/"],
  "socks-proxy-agent": ["lib/runtime/"],
  "lightweight-charts": ["lib/charts/browser/"],
  "linkedom": ["lib/charts/"],
  "marked": ["lib/cli/"],
  "nodemailer": ["lib/runtime/smtp.ts"],
  "parse5": ["lib/cli/page_html.ts"],
  "pg": ["lib/store/postgres/postgres_client.ts"],
  "pg-copy-streams": ["lib/store/postgres/postgres_client.ts"],
  "ws": ["lib/runtime/", "lib/simulator/"],
  "yaml": ["lib/runtime/"],
  "zod": ["lib/runtime/", "lib/feeds/"],
};

/** Effects that only `lib/runtime` may reach for; everything else takes them as parameters. */
const AMBIENT: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    "the local clock",
    /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\s*\()|(?<![.\w]|new )Date\(|\bperformance\s*[.[]|=\s*performance\b|\bTemporal\.Now\b/,
  ],
  ["randomness", /\bMath\.random\b|(?<!\.)\bcrypto\b/],
  [
    "timers",
    /(?<![.\w])(set(Timeout|Interval|Immediate)|queueMicrotask)\b|\bAbortSignal\.timeout\b/,
  ],
  [
    "the network",
    /(?<![.\w])fetch\b(?=\s*[(;,)])|\bnew (WebSocket(Stream)?|EventSource|XMLHttpRequest)\b/,
  ],
  ["the process", /(?<![.\w])(Deno|process|console)\.|\bglobalThis\b/],
];

/** Modules of the runtime that only compute; the others are effects. */
const HARMLESS_BUILTINS = ["node:util", "node:path", "node:buffer", "node:assert/strict"];

interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
  /** Loaded by `import(…)`, when it is reached. */
  readonly isLazy: boolean;
}

/** Stands for a dynamic import of what is only known when it runs. */
const UNREADABLE = "a computed name";

/** What a module imports, statically or not. Comments do not count. */
export function importsOf({ text }: Module): Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  const statement = /^\s*(import|export)\s+(type\s)?(?:[^;"']*?\sfrom\s+)?["']([^"']+)["']/gm;
  for (const [, , type, specifier] of code.matchAll(statement)) {
    found.push({ specifier: specifier!, isTypeOnly: type !== undefined, isLazy: false });
  }
  for (const [, specifier] of code.matchAll(/\bimport\(\s*(?:["'`]([^"'`$]+)["'`])?/g)) {
    found.push({ specifier: specifier ?? UNREADABLE, isTypeOnly: false, isLazy: true });
  }
  return found;
}

/** What is loaded together with a module: itself, and all that it imports at once, one through the other. */
export function loadedWith(entry: string, modules: readonly Module[]): Set<string> {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const loaded = new Set<string>();
  const visit = (path: string) => {
    const module = byPath.get(path);
    if (module === undefined || loaded.has(path)) return;
    loaded.add(path);
    for (const { specifier, isTypeOnly, isLazy } of importsOf(module)) {
      if (!isTypeOnly && !isLazy && specifier.startsWith(".")) visit(resolve(path, specifier));
    }
  };
  visit(entry);
  return loaded;
}

/** Everything that breaks the rules, one sentence each. */
export function breachesOf(modules: readonly Module[]): string[] {
  return [
    ...modules.flatMap(layerBreaches),
    ...modules.flatMap(homeBreaches),
    ...modules.flatMap(ambientBreaches),
    ...cycles(modules),
  ];
}

function layerOf(path: string): number {
  const file = path.replace(/^lib\//, "");
  const folder = file.split("/")[0]!;
  if (folder === "mod.ts") return LAYERS.length;
  const own = LAYERS.findIndex((layer) => layer.includes(file));
  return own >= 0 ? own : LAYERS.findIndex((layer) => layer.includes(folder));
}

function layerBreaches(module: Module): string[] {
  const { path } = module;
  const layer = layerOf(path);
  if (layer < 0) return [`${path} lies in a folder that has no layer`];
  return importsOf(module).flatMap(({ specifier }) => {
    if (!specifier.startsWith(".")) {
      const isPure = layer <= LAST_PURE;
      const isDrawing = path.startsWith("lib/charts/") && DRAWING_PACKAGES.test(specifier);
      return isPure && !isDrawing && !PURE_PACKAGES.test(specifier)
        ? [`${path} is pure and imports ${specifier}`]
        : [];
    }
    const target = resolve(path, specifier);
    if (layerOf(target) < 0) return [`${path} imports ${target}, which has no layer`];
    const [from, to] = [path, target].map((p) => p.split("/")[1]);
    const isSibling = layerOf(target) === layer && from !== to && layer < LAYERS.length;
    if (layerOf(target) > layer) return [`${path} reaches up to ${target}`];
    return isSibling && layer !== 1 && layer !== LAYERS.length - 1
      ? [`${path} reaches across to ${target}`]
      : [];
  });
}

/** Numbers only: no state, no input, no output. */
const PURE_PACKAGES = /^(ml-[a-z-]+|@stdlib\/.+|simple-statistics)$/;

/** Packages that draw: data in, text out. */
const DRAWING_PACKAGES = /^(@observablehq\/plot|linkedom|lightweight-charts)$/;

function homeBreaches(module: Module): string[] {
  return importsOf(module).flatMap(({ specifier }) => {
    if (/^(\.|node:)/.test(specifier)) return [];
    const name = specifier.replace(/^npm:/, "").replace(/(?<=.)@\d.*$/, "")
      .replace(/^(@[^/]+\/[^/]+|[^@/][^/]*)\/.*$/, "$1");
    const homes = HOMES[name] ?? (PURE_PACKAGES.test(name) ? [""] : []);
    if (homes.some((home) => module.path.startsWith(home))) return [];
    const home = homes.length === 0
      ? "which has no home here"
      : `whose home is ${homes.join(" or ")}`;
    return [`${module.path} imports ${specifier}, ${home}`];
  });
}

function ambientBreaches(module: Module): string[] {
  const { path, text } = module;
  // What lies in a folder `browser` runs in the page, where these are the only way.
  if (/^lib\/(runtime|charts\/browser|api\/page\/browser)\//.test(path)) return [];
  const raw = text.split("\n");
  const isExcused = (i: number) => /\/\/ ambient-ok: \S/.test(raw[i]!);
  const builtins = importsOf(module).map(({ specifier }) => specifier)
    .filter((name) => name.startsWith("node:") && !HARMLESS_BUILTINS.includes(name))
    .filter((name) => !raw.some((line, i) => line.includes(name) && isExcused(i)))
    .map((name) => `${path} reaches for ${name}`);
  const lines = withoutComments(text, { blankStrings: true }).split("\n");
  return builtins.concat(
    lines.flatMap((line, i) =>
      AMBIENT.flatMap(([name, pattern]) =>
        pattern.test(line) && !isExcused(i)
          ? [`${path}:${i + 1} reaches for ${name}: ${line.trim()}`]
          : []
      )
    ),
  );
}

/** Import cycles, those of types alone included: two files that need each other are one noun. */
function cycles(modules: readonly Module[]): string[] {
  const edges = new Map(modules.map((module) => [
    module.path,
    importsOf(module).filter((i) => !i.isLazy && i.specifier.startsWith("."))
      .map((i) => resolve(module.path, i.specifier)),
  ]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push(`cycle: ${[...trail.slice(at), path].join(" → ")}`);
    if (at >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

function resolve(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/**
 * The code with comments blanked out, line for line. Plain strings are blanked where wanted (a message may
 * well say "process."), template strings never: they hold code.
 */
function withoutComments(text: string, { blankStrings = false } = {}): string {
  const token =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=(?:[(,=:[!&|?{};]|=>|\breturn)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\//g;
  const isBlanked = blankStrings ? /^(\/\*|\/\/|["'])/ : /^\/[*/]/;
  return text.replace(
    token,
    (match) => isBlanked.test(match) ? match.replace(/[^\n]/g, " ") : match,
  );
}
