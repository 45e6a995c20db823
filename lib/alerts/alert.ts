export type {
  AlertBody,
  AlertChange,
  AlertChangeKind,
  AlertRule,
  RuleHours,
  RulePhase,
  RuleStatus,
  Severity,
  UnknownReason,
} from "../model/alert.ts";
