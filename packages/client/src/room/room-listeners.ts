import type { PatchOperation } from "@realmwright/protocol";
import { Listeners, NamedListeners } from "../listeners.ts";
import type { ChatLine, Left } from "./client-room.ts";
import type { FieldView } from "./field-view.ts";
import type { SceneNews } from "./scene.ts";

/** Everybody who listens to one room. */
export class RoomListeners {
  readonly enter: NamedListeners<[FieldView]>;
  readonly leave: NamedListeners<[FieldView]>;
  readonly update: NamedListeners<[FieldView]>;
  readonly event: NamedListeners<[unknown, number]>;
  readonly document: NamedListeners<[unknown, readonly PatchOperation[] | undefined]>;
  readonly chat: Listeners<[ChatLine]>;
  readonly left: Listeners<[Left]>;

  constructor(report: (error: unknown) => void) {
    this.enter = new NamedListeners(report);
    this.leave = new NamedListeners(report);
    this.update = new NamedListeners(report);
    this.event = new NamedListeners(report);
    this.document = new NamedListeners(report);
    this.chat = new Listeners(report);
    this.left = new Listeners(report);
  }

  /** Tells what a snapshot changed. */
  tell({ left, entered, updated }: SceneNews): void {
    for (const seen of left) this.leave.emit(seen.type, seen);
    for (const seen of entered) this.enter.emit(seen.type, seen);
    for (const seen of updated) this.update.emit(seen.type, seen);
  }
}
