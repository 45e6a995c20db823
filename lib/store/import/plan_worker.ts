import { workAside } from "../../runtime/aside.ts";
import type { PlainPlan } from "./plan_aside.ts";
import { type ImportRequest, planImport } from "./plan_import.ts";

workAside(async (request: ImportRequest): Promise<PlainPlan> => {
  const { examined, ...plan } = await planImport(request);
  if (examined === undefined) return plan;
  const { hours: _, ...shown } = examined.shown;
  return { ...plan, examined: { ...examined, shown } };
});
