import type { KernelMessage } from "./message.ts";
import type { CellOutput, Metadata, MimeBundle } from "./notebook_file.ts";

/** What a cell has shown so far. It grows and changes until the kernel is gone. */
export interface CellRecord {
  outputs: CellOutput[];
  executionCount: number | null;
  /** When the kernel took it up and was done, as front ends keep it. */
  readonly times: Record<string, string>;
  /** The next output replaces all before it. */
  clearsNext: boolean;
}

/** An output with an id, by which later messages change it. */
interface Shown {
  data: MimeBundle;
  metadata: Metadata;
}

/**
 * Sorts what a kernel publishes to the cells it belongs to, as a front end does: streams are merged, displays with an id
 * are changed wherever they stand, and what arrives after a cell's end still reaches it.
 */
export class OutputRecorder {
  readonly #records = new Map<string, CellRecord>();
  readonly #displays = new Map<string, Shown[]>();

  /** Begins the record of a cell that is run by this request. */
  begin(requestId: string): CellRecord {
    const record = { outputs: [], executionCount: null, times: {}, clearsNext: false };
    this.#records.set(requestId, record);
    return record;
  }

  /** Output published under this internal request belongs to the cell before it. */
  continue(record: CellRecord, requestId: string): void {
    this.#records.set(requestId, record);
  }

  take({ type, parentId, date, content }: KernelMessage): void {
    if (type === "update_display_data") return this.#update(content);
    const record = this.#records.get(parentId);
    if (record === undefined) return;
    if (type === "status") {
      record.times[`iopub.status.${content.execution_state}`] ??= date;
    } else if (type === "execute_input") {
      record.times["iopub.execute_input"] ??= date;
      record.executionCount ??= countOf(content.execution_count);
    } else if (type === "clear_output") {
      if (content.wait === true) record.clearsNext = true;
      else record.outputs = [];
    } else {
      const output = this.#outputOf(type, content);
      if (output !== undefined) show(record, output);
    }
  }

  #outputOf(type: string, content: KernelMessage["content"]): CellOutput | undefined {
    switch (type) {
      case "stream":
        return { output_type: "stream", name: textOf(content.name), text: textOf(content.text) };
      case "error":
        return {
          output_type: "error",
          ename: textOf(content.ename),
          evalue: textOf(content.evalue),
          traceback: Array.isArray(content.traceback) ? content.traceback.map(String) : [],
        };
      case "display_data": {
        // Shown again under the same id: those shown before change too.
        this.#update(content);
        const output = { output_type: type, ...shownOf(content) };
        this.#remember(content, output);
        return output;
      }
      case "execute_result": {
        const execution_count = countOf(content.execution_count);
        const output = { output_type: type, execution_count, ...shownOf(content) } as const;
        this.#remember(content, output);
        return output;
      }
      default:
        return undefined;
    }
  }

  #remember(content: KernelMessage["content"], output: Shown): void {
    const id = displayIdOf(content);
    if (id !== "") this.#displays.set(id, [...this.#displays.get(id) ?? [], output]);
  }

  #update(content: KernelMessage["content"]): void {
    const shown = shownOf(content);
    for (const output of this.#displays.get(displayIdOf(content)) ?? []) {
      Object.assign(output, shown);
    }
  }
}

function show(record: CellRecord, output: CellOutput): void {
  if (record.clearsNext) {
    record.outputs = [];
    record.clearsNext = false;
  }
  const last = record.outputs.at(-1);
  const isMore = output.output_type === "stream" && last?.output_type === "stream" &&
    last.name === output.name;
  if (isMore) record.outputs.splice(-1, 1, { ...last, text: last.text + output.text });
  else record.outputs.push(output);
}

function shownOf({ data, metadata }: KernelMessage["content"]): Shown {
  return { data: bundleOf(data), metadata: isObject(metadata) ? metadata : {} };
}

/** A bundle that the notebook format takes: texts, and any value for JSON types. */
function bundleOf(data: unknown): MimeBundle {
  if (!isObject(data)) return {};
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => value !== null).map(([type, value]) => {
      const isJson = /^application\/(.*\+)?json$/.test(type);
      return [type, isJson ? value : textOf(value)];
    }),
  );
}

function displayIdOf({ transient }: KernelMessage["content"]): string {
  return isObject(transient) && transient.display_id !== undefined
    ? String(transient.display_id)
    : "";
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const isLines = Array.isArray(value) && value.every((line) => typeof line === "string");
  return isLines ? value.join("") : JSON.stringify(value) ?? "";
}

function countOf(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) >= 0 ? value as number : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
