export { inflate } from "./assets/inflate.ts";
