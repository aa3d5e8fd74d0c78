import { App } from "./app.ts";
import { makeHandle } from "./handle.ts";

const app = new App();
Object.assign(globalThis, { realm: makeHandle(app) });
void app.start();
