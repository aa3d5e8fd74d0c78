export { SyncedDocument } from "./documents/document.ts";
export type { DocumentChange, DocumentCheck } from "./documents/document.ts";
export { cloneJson, freezeJson, isPlainObject, sameJson } from "./documents/json.ts";
export { applyPatch, diffJson } from "./documents/json-patch.ts";
export type { JsonPatch, PatchOperation } from "./documents/json-patch.ts";
export { FixedStep } from "./tick/fixed-step.ts";
export type { FixedStepOptions } from "./tick/fixed-step.ts";
export { roomRates } from "./tick/rates.ts";
export type { Rates } from "./tick/rates.ts";
