import type { PageChoice } from "../page_choice.ts";

/** The choice of an address: `#view=evidence&pair=BTCUSDT/ES&days=7`. What it does not name is left out. */
export function choiceOfHash(hash: string): Partial<PageChoice> {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const texts = Object.fromEntries(
    ["view", "pair", "timeframe", "hours"].flatMap((key) => {
      const value = given.get(key);
      return value === null || value === "" ? [] : [[key, value]];
    }),
  );
  const days = Number(given.get("days"));
  return days > 0 ? { ...texts, days } as Partial<PageChoice> : texts;
}

/** What {@link choiceOfHash} reads. */
export function hashOfChoice(choice: PageChoice): string {
  const texts = Object.entries(choice)
    .filter(([, value]) => typeof value !== "object" && value !== undefined)
    .map(([key, value]) => [key, `${value}`]);
  return `#${new URLSearchParams(texts).toString().replaceAll("%2F", "/")}`;
}
