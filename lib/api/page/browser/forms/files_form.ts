import type { PageForm } from "../page_form.ts";
import { choiceOf, element, field } from "../element.ts";
import { askApi, downloadFromApi } from "../page_api.ts";
import { FormAnswer } from "./form_answer.ts";

const WHAT = [
  "bars",
  "trades",
  "funding",
  "aligned",
  "correlation",
  "spread",
  "zscore",
  "differences",
  "statistics",
  "alerts",
];
/** Exports that are made of bars of a length. */
const OF_BARS = ["bars", "correlation", "spread", "zscore", "statistics"];
const FORMATS = ["csv", "json", "xlsx", "parquet"];
const TIMEFRAMES = ["1m", "5m", "15m", "1h", "4h", "1d"];
const MOST_BYTES = 64_000_000;

/** Exports as files, and bars from the reader's own. */
export function filesForm(): PageForm {
  const answer = new FormAnswer();
  const what = choiceOf("what", WHAT.map((one) => [one, one]));
  const of = choiceOf("of", []);
  const timeframe = choiceOf("timeframe", TIMEFRAMES.map((one) => [one, one]));
  const format = choiceOf("format", FORMATS.map((one) => [one, one]));
  const exported = new FormAnswer();
  const download = element(
    "form",
    { class: "form" },
    element(
      "div",
      { class: "fields" },
      field("Export", what),
      field("Of", of),
      field("Bars of", timeframe),
      field("As", format),
      element("button", { type: "submit" }, "Download"),
    ),
    exported.line,
  );
  download.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = new URLSearchParams({ format: format.value });
    if (OF_BARS.includes(what.value)) query.set("timeframe", timeframe.value);
    if (of.value !== "") query.set(of.value.includes("/") ? "pair" : "symbol", of.value);
    exported.say("Making the file …");
    const got = await downloadFromApi(`exports/${what.value}?${query}`);
    exported.show(got, got.kind === "done" ? `${got.data} is made.` : "");
  });
  const file = element("input", { type: "file", accept: ".csv,.txt,text/csv", required: true });
  const symbol = element("input", { required: true, placeholder: "ES", size: "12" });
  const zone = element("input", { placeholder: "America/New_York", size: "18" });
  const step = choiceOf("step", TIMEFRAMES.map((one) => [one, one]));
  const upload = element(
    "form",
    { class: "form" },
    element(
      "div",
      { class: "fields" },
      field("File of bars", file),
      field("Instrument", symbol),
      field("Zone of its times, where they have none", zone),
      field("Bars of", step),
      element("button", { type: "submit" }, "Import into the store"),
    ),
    answer.line,
  );
  upload.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = file.files?.[0];
    if (chosen === undefined) return;
    if (chosen.size > MOST_BYTES) {
      return answer.say(
        `${chosen.name} has more than 64 MB; import it with deno task store import.`,
        false,
      );
    }
    answer.say(`Importing ${chosen.name} …`);
    const query = new URLSearchParams({ symbol: symbol.value.trim(), timeframe: step.value });
    if (zone.value.trim() !== "") query.set("zone", zone.value.trim());
    const got = await askApi("POST", `imports?${query}`, chosen);
    const done = (got.kind === "done" ? got.data : {}) as Readonly<Record<string, unknown>>;
    answer.show(
      got,
      `${chosen.name} is imported into ${done.instrument}: ${done.rows} ${done.what}, ${done.new} of them new.`,
    );
  });
  const body = element("div", {}, download, upload);
  let offered = "";
  return {
    title: "Files",
    body,
    update: ({ pairs, instruments }) => {
      const now = JSON.stringify([pairs, instruments]);
      if (now === offered) return;
      offered = now;
      const options = [...instruments, ...pairs].map(({ id, title }) =>
        element("option", { value: id }, title)
      );
      of.replaceChildren(element("option", { value: "" }, "all"), ...options);
    },
  };
}
