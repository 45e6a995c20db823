/**
 * Live cells: what a notebook calls to set up, show, run and stop.
 *
 * @module
 */
export type { Closable } from "./keeper.ts";
export type { DataFrameLike } from "./data_frame.ts";
export type { LiveHandle } from "./live_panel.ts";
export {
  cellSignal,
  closeAll,
  finish,
  handles,
  keep,
  live,
  runFor,
  show,
  stopAll,
  traffic,
  troubles,
  wait,
} from "./notebook.ts";
export type { DataWord, Frame, Freshness, Panel, PanelPart } from "./panel.ts";
export { exportData } from "./export_data.ts";
export { importBars, type ImportBarsOptions } from "./import_bars.ts";
export { reload, type ReloadOptions } from "./reload.ts";
export { type RemadeExport, remakeExport } from "./remake_export.ts";
export { save } from "./save.ts";
export type { FinishOptions, LiveOptions, ShowOptions } from "./session.ts";
export { setup, type SetupOptions, type SetupPorts } from "./setup.ts";
export type { Showable } from "./showable.ts";
export { sqlTable } from "./sql_table.ts";
export { storeBehind } from "./store_behind.ts";
export type { Traffic } from "./traffic.ts";
export type { Trouble } from "./troubles.ts";
export { VERSION } from "../model/version.ts";
