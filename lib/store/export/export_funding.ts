import { fundingTable } from "../../export/tables/funding_table.ts";
import { hasFunding } from "../../model/instrument.ts";
import {
  type ExportKind,
  ExportRefusal,
  instrumentOf,
  rangeOf,
  rangeParameters,
} from "./export_kind.ts";

/** When the funding of one perpetual fell due in what is stored, and what was paid; empty where that is not known. */
export const exportFunding: ExportKind = {
  title: "funding of one perpetual",
  takes: ["symbol"],
  isOf: hasFunding,
  timeframes: [],
  async table(source, query) {
    const { instruments } = source;
    const perpetuals = instruments.filter(hasFunding);
    if (query.symbol === undefined && perpetuals.length === 0) {
      throw new ExportRefusal("No perpetual is stored, and nothing else has funding.");
    }
    const named = query.symbol ?? (perpetuals.length === 1 ? perpetuals[0]!.id : undefined);
    const instrument = instrumentOf(source, named);
    if (!hasFunding(instrument)) {
      const message = `${instrument.id} is no perpetual: it has no funding.`;
      throw new ExportRefusal(message, "symbol");
    }
    const span = await source.minutes.span(instrument) ?? { from: 0, to: 0 };
    const payments = await source.reader.fundings({
      instrument: instrument.id,
      from: -Infinity,
      to: Infinity,
    });
    return {
      table: fundingTable(payments, rangeOf(query, span)),
      parameters: { symbol: instrument.id, ...rangeParameters(query) },
    };
  },
};
