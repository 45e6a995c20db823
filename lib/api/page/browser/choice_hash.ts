import type { PageChoice, PlainFields } from "../page_choice.ts";

/** Parts of a choice that are options of their own: `chart.zWindow=30`. */
const NESTED = ["chart", "strategy"] as const;

/** The choice of an address: `#view=evidence&pair=BTCUSDT/ES&days=7`. What it does not name is left out. */
export function choiceOfHash(hash: string): Partial<PageChoice> {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const texts = Object.fromEntries(
    ["view", "pair", "timeframe", "hours"].flatMap((key) => {
      const value = given.get(key);
      return value === null || value === "" ? [] : [[key, value]];
    }),
  );
  const nested = Object.fromEntries(
    NESTED.map((name) => [name, fieldsOf(given, name)] as const).filter(([, fields]) =>
      Object.keys(fields).length > 0
    ),
  );
  const days = Number(given.get("days"));
  return { ...texts, ...(days > 0 ? { days } : {}), ...nested } as Partial<PageChoice>;
}

/** What {@link choiceOfHash} reads. */
export function hashOfChoice(choice: PageChoice): string {
  const texts = Object.entries(choice)
    .filter(([key, value]) => key !== "width" && typeof value !== "object" && value !== undefined)
    .map(([key, value]) => [key, `${value}`]);
  const nested = NESTED.flatMap((name) =>
    Object.entries(choice[name] ?? {}).map(([key, value]) => [`${name}.${key}`, `${value}`])
  );
  const query = new URLSearchParams([...texts, ...nested]).toString();
  return `#${query.replaceAll("%2F", "/").replaceAll("%2C", ",")}`;
}

function fieldsOf(given: URLSearchParams, name: string): PlainFields {
  const fields = [...given].filter(([key, value]) => key.startsWith(`${name}.`) && value !== "");
  return Object.fromEntries(fields.map(([key, value]) => {
    const number = Number(value);
    return [key.slice(name.length + 1), Number.isFinite(number) ? number : value];
  }));
}
