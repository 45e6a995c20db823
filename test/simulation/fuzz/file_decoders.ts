import { readBarsCsv } from "../../../lib/bars/csv/read_bars_csv.ts";
import { packBlock, unpackBlock } from "../../../lib/feeds/recording/block.ts";
import { decodeManifest } from "../../../lib/feeds/recording/manifest.ts";
import { decodeRow } from "../../../lib/feeds/recording/tape_row.ts";
import { MarketError } from "../../../lib/model/errors.ts";
import { ConfigError, parseConfig } from "../../../lib/feeds/config.ts";
import { simulatedBars } from "../../../lib/simulator/bars_csv.ts";
import { type Decoder, ofBytes, ofText, reasoned, refusing } from "./decoder.ts";
import * as samples from "./samples.ts";

const BLOCKS = await Promise.all([
  packBlock(0, samples.TAPE_ROWS.slice(0, 3)),
  packBlock(1, samples.TAPE_ROWS),
]);

/** Readers of files: a recording's, a table of bars, the configuration. */
export const FILE_DECODERS: readonly (() => Decoder)[] = [
  () =>
    ofText("rows of a recording", samples.TAPE_ROWS, () => (text) => {
      return decodeRow(text) === undefined ? "rejected" : "accepted";
    }),
  () =>
    ofBytes("blocks of a recording", BLOCKS, () => (bytes) => {
      const found = unpackBlock(bytes, 0);
      if (found.kind === "damaged" || found.kind === "torn") return reasoned(found.why);
      return found.kind === "block" ? "accepted" : "ignored";
    }),
  () =>
    ofText("manifests of a recording", samples.MANIFESTS, () => (text) => {
      const manifest = decodeManifest(text);
      return typeof manifest === "string" ? reasoned(manifest) : "accepted";
    }),
  () =>
    ofText("bars from a file", samples.BAR_TABLES, () => (text) => {
      const read = () => void readBarsCsv(text, { file: "fuzz.csv" });
      return refusing(read, (error) => error instanceof MarketError);
    }),
  () =>
    ofText("bars for the simulator", samples.BAR_TABLES, () => (text) => {
      const read = () => void simulatedBars(text, { symbol: "ES", file: "fuzz.csv" });
      return refusing(read, (error) => error instanceof MarketError);
    }),
  () =>
    ofText("configurations", samples.CONFIGS, () => (text) => {
      const read = () => void parseConfig({ yaml: text });
      return refusing(read, (error) => error instanceof ConfigError);
    }),
];
