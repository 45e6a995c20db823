import { z } from "@hono/zod-openapi";
import { followable, venueOf, venues } from "../../feeds/venues.ts";
import { MarketError } from "../../model/errors.ts";
import type { Instrument } from "../../model/instrument.ts";
import { sleep } from "../../runtime/clock.ts";
import { BAR_TIMEFRAMES } from "../../model/timeframe.ts";
import type { ApiContext } from "../api_context.ts";
import { ApiProblem } from "../problem.ts";
import { defineRoute } from "../route.ts";
import { barTimeframeText, idText } from "../schemas.ts";

const MOST_BYTES = 64_000_000;
/** So long is waited for a store that is not open yet, local ms. */
const OPENING_MS = 5_000;
const zone = () => z.string().min(1).max(64).openapi({ example: "America/New_York" });

export const imports = defineRoute({
  method: "post",
  path: "/imports",
  summary: "Brings a table of bars or trades into the store, all of it or nothing",
  fresh: "never",
  status: 201,
  problems: [404, 409, 503],
  cost: 50,
  query: z.strictObject({
    symbol: idText().optional(),
    zone: zone().optional(),
    timeframe: barTimeframeText("Length of the bars; as their times show").optional(),
  }),
  body: {
    schema: z.strictObject({
      text: z.string().min(1),
      symbol: z.string().min(1).max(64).optional(),
      zone: zone().optional(),
      timeframe: z.enum(BAR_TIMEFRAMES).optional(),
    }),
    readers: { "text/csv": (text) => ({ text }) },
    maxBytes: MOST_BYTES,
  },
  answer: z.object({
    instrument: z.string(),
    what: z.string(),
    rows: z.int().openapi({ description: "Rows of the table that were taken" }),
    new: z.int().openapi({ description: "Of these, rows that were not stored yet" }),
  }),
  async handle(context, { query, body }) {
    const symbol = query.symbol ?? body.symbol, timeframe = query.timeframe ?? body.timeframe;
    const zone = query.zone ?? body.zone;
    const instrument = instrumentOf(context, symbol);
    const store = await writableStore(context);
    const { tradeIds = "single" } = venueOf(instrument.venue);
    const { planImportAside, isUnhindered } = await loadImport();
    try {
      const plan = await planImportAside({
        name: "the table",
        bytes: new TextEncoder().encode(body.text),
        instrument,
        reading: zone === undefined ? {} : { zone },
        tradeIds,
        now: context.clock.now(),
        ...(timeframe === undefined ? {} : { timeframe }),
      });
      if (!isUnhindered(plan) || plan.rows === 0) {
        const rows = plan.named.map(({ row, reason }) => `${row}: ${reason}`);
        throw refused([...plan.obstacles, ...rows].join("; ") || "it holds no row");
      }
      const change = await store.write(plan.batch);
      const written = change.bars + change.trades;
      return { instrument: instrument.id, what: `${plan.what}`, rows: plan.rows, new: written };
    } catch (error) {
      if (error instanceof MarketError || error instanceof RangeError) {
        throw refused(error.message.replace(/\.$/, ""));
      }
      throw error;
    }
  },
});

/** Reading of tables is loaded where someone brings one: a server starts without it. */
async function loadImport() {
  const [{ planImportAside }, { isUnhindered }] = await Promise.all([
    import("../../store/import/plan_aside.ts"),
    import("../../store/import/plan_import.ts"),
  ]);
  return { planImportAside, isUnhindered };
}

function instrumentOf({ config }: ApiContext, symbol: string | undefined): Instrument {
  if (symbol === undefined) {
    throw new ApiProblem(409, {
      detail: "symbol must say what the rows are of.",
      errors: [{ pointer: "/query/symbol", rule: "must be given, here or in JSON", value: null }],
    });
  }
  try {
    return followable(config, venues(), symbol);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ApiProblem(404, {
      detail: `symbol must be one of ${error.message}.`,
      errors: [{ pointer: "/query/symbol", rule: "must be an instrument", value: symbol }],
    });
  }
}

async function writableStore({ store, clock }: ApiContext) {
  if (store?.whenOpen === undefined) {
    throw new ApiProblem(409, {
      detail: "This server writes no store: set store.kind: sqlite.",
    });
  }
  const answered = new AbortController();
  const late = sleep(clock, OPENING_MS, answered.signal).catch(() => {});
  const open = await Promise.race([store.whenOpen, late]);
  answered.abort();
  if (open === undefined) {
    throw new ApiProblem(503, {
      detail:
        "The store opens with the first data of a venue, and none has come yet: only then is it known whether it is live.",
      headers: { "retry-after": "10" },
    });
  }
  if (open.dataKind !== "live") {
    throw new ApiProblem(409, {
      detail: `The store holds ${open.dataKind} data; a table of yours belongs to a live one.`,
    });
  }
  return open;
}

function refused(why: string): ApiProblem {
  return new ApiProblem(409, {
    detail: `Nothing was imported: ${why}.`.slice(0, 4_000),
    errors: [{ pointer: "/body", rule: "must be a table of bars or trades", value: null }],
  });
}
