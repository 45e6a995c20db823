/** What the format asks of a value: `at` names the place for the message. */
type Rule = (value: unknown, at: string) => string[];

interface Shape {
  readonly required: Readonly<Record<string, Rule>>;
  readonly optional?: Readonly<Record<string, Rule>>;
  /** Fields beyond these are allowed. */
  readonly isOpen?: boolean;
}

/** Reading stops being useful after this many. */
const MAX_PROBLEMS = 10;

/**
 * Everything about a value that breaks the Jupyter notebook format 4.5 (the published JSON schema, and unique cell
 * ids, which the schema cannot say). Empty when it is a notebook.
 */
export function notebookProblems(value: unknown): string[] {
  const problems = notebook(value, "");
  return problems.length <= MAX_PROBLEMS
    ? problems
    : [...problems.slice(0, MAX_PROBLEMS), `and ${problems.length - MAX_PROBLEMS} more`];
}

const kind = (rule: string, isGood: (value: unknown) => boolean): Rule => (value, at) =>
  isGood(value) ? [] : [`${at} must be ${rule}, got ${shown(value)}`];

const any: Rule = () => [];
const text = kind("a text", (value) => typeof value === "string");
const texts = kind("a list of texts", isTexts);
const lines = kind(
  "a text or a list of texts",
  (value) => typeof value === "string" || isTexts(value),
);
const object = kind("an object", isObject);
const flag = kind("true or false", (value) => typeof value === "boolean");
const count = kind(
  "a whole number or null",
  (value) => value === null || (Number.isInteger(value) && (value as number) >= 0),
);
const oneOf = (...allowed: readonly unknown[]): Rule =>
  kind(allowed.map((one) => JSON.stringify(one)).join(" or "), (value) => allowed.includes(value));
const matching = (rule: string, pattern: RegExp): Rule =>
  kind(rule, (value) => typeof value === "string" && pattern.test(value));

const cellId = matching("1 to 64 letters, digits, - or _", /^[a-zA-Z0-9-_]{1,64}$/);

const tags: Rule = (value, at) => {
  const problems = texts(value, at);
  if (problems.length > 0) return problems;
  const all = value as readonly string[];
  const bad = all.find((tag) => tag === "" || tag.includes(","));
  if (bad !== undefined) return [`${at} must hold tags without commas, got ${shown(bad)}`];
  return new Set(all).size < all.length ? [`${at} must not name a tag twice`] : [];
};

function shape({ required, optional = {}, isOpen = false }: Shape): Rule {
  return (value, at) => {
    if (!isObject(value)) return [`${at || "the file"} must be an object, got ${shown(value)}`];
    const problems: string[] = [];
    for (const [name, rule] of Object.entries(required)) {
      const place = within(at, name);
      if (!(name in value)) problems.push(`${place} is missing`);
      else problems.push(...rule(value[name], place));
    }
    for (const [name, field] of Object.entries(value)) {
      if (name in required) continue;
      const rule = Object.hasOwn(optional, name) ? optional[name] : undefined;
      if (rule !== undefined) problems.push(...rule(field, within(at, name)));
      else if (!isOpen) problems.push(`${within(at, name)} is not a field of the format`);
    }
    return problems;
  };
}

const listOf = (item: Rule): Rule => (value, at) =>
  Array.isArray(value)
    ? value.flatMap((one, i) => item(one, `${at}[${i}]`))
    : [`${at} must be a list, got ${shown(value)}`];

const mimeBundle: Rule = (value, at) => {
  if (!isObject(value)) return [`${at} must be an object, got ${shown(value)}`];
  return Object.entries(value).flatMap(([type, data]) =>
    /^application\/(.*\+)?json$/.test(type) ? [] : lines(data, within(at, type))
  );
};

const attachments: Rule = (value, at) =>
  isObject(value)
    ? Object.entries(value).flatMap(([name, data]) => mimeBundle(data, within(at, name)))
    : [`${at} must be an object, got ${shown(value)}`];

const OUTPUTS: Readonly<Record<string, Rule>> = {
  stream: shape({ required: { output_type: any, name: text, text: lines } }),
  display_data: shape({ required: { output_type: any, data: mimeBundle, metadata: object } }),
  execute_result: shape({
    required: { output_type: any, data: mimeBundle, metadata: object, execution_count: count },
  }),
  error: shape({ required: { output_type: any, ename: text, evalue: text, traceback: texts } }),
};

const cellMetadata = shape({
  required: {},
  optional: { tags, name: matching("a text that is not empty", /^.+$/), jupyter: object },
  isOpen: true,
});

const codeMetadata: Rule = (value, at) => [
  ...cellMetadata(value, at),
  ...shape({
    required: {},
    optional: {
      collapsed: flag,
      scrolled: oneOf(true, false, "auto"),
      execution: (times, place) =>
        isObject(times)
          ? Object.entries(times).flatMap(([name, time]) => text(time, within(place, name)))
          : [`${place} must be an object, got ${shown(times)}`],
    },
    isOpen: true,
  })(value, at),
];

const textCell = (metadata: Rule) =>
  shape({
    required: { id: cellId, cell_type: any, metadata, source: lines },
    optional: { attachments },
  });

const rawMetadata: Rule = (value, at) => [
  ...cellMetadata(value, at),
  ...shape({ required: {}, optional: { format: text }, isOpen: true })(value, at),
];

const CELLS: Readonly<Record<string, Rule>> = {
  markdown: textCell(cellMetadata),
  raw: textCell(rawMetadata),
  code: shape({
    required: {
      id: cellId,
      cell_type: any,
      metadata: codeMetadata,
      source: lines,
      outputs: listOf(byKind("output_type", OUTPUTS)),
      execution_count: count,
    },
  }),
};

const languageInfo = shape({
  required: { name: text },
  optional: {
    codemirror_mode: kind("a text or an object", (v) => typeof v === "string" || isObject(v)),
    file_extension: text,
    mimetype: text,
    pygments_lexer: text,
  },
  isOpen: true,
});

const notebookMetadata = shape({
  required: {},
  optional: {
    kernelspec: shape({ required: { name: text, display_name: text }, isOpen: true }),
    language_info: languageInfo,
    orig_nbformat: kind(
      "a whole number of 1 or more",
      (v) => Number.isInteger(v) && v as number > 0,
    ),
    title: text,
    authors: listOf(any),
  },
  isOpen: true,
});

const notebookShape = shape({
  required: {
    nbformat: oneOf(4),
    nbformat_minor: kind(
      "a whole number of 5 or more",
      (v) => Number.isInteger(v) && v as number > 4,
    ),
    metadata: notebookMetadata,
    cells: listOf(byKind("cell_type", CELLS)),
  },
});

const notebook: Rule = (value, at) => {
  const problems = notebookShape(value, at);
  return problems.length > 0 ? problems : repeatedIds(value as { cells: { id: string }[] });
};

function repeatedIds({ cells }: { readonly cells: readonly { readonly id: string }[] }): string[] {
  const first = new Map<string, number>();
  return cells.flatMap(({ id }, i) => {
    const at = first.get(id);
    if (at === undefined) first.set(id, i);
    return at === undefined ? [] : [`cells[${i}].id is that of cells[${at}]: ${shown(id)}`];
  });
}

/** The rule that an object's own field chooses. */
function byKind(field: string, rules: Readonly<Record<string, Rule>>): Rule {
  const known = oneOf(...Object.keys(rules));
  return (value, at) => {
    if (!isObject(value)) return [`${at} must be an object, got ${shown(value)}`];
    const name = value[field];
    const rule = typeof name === "string" && Object.hasOwn(rules, name) ? rules[name] : undefined;
    return rule === undefined ? known(name, within(at, field)) : rule(value, at);
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function within(at: string, name: string): string {
  return at === "" ? name : `${at}.${name}`;
}

/** A value, short enough for a sentence. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 40 ? `${json.slice(0, 37)}…` : json;
}
