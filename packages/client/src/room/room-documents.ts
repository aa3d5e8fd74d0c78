import { applyPatch, freezeJson } from "@realmwright/core/internal";
import type { DocumentPayload, JoinedPayload } from "@realmwright/protocol";

export type DocumentName = "shared" | "private";

/** A room's documents as this client knows them. Values are frozen; a change makes a new one. */
export class RoomDocuments {
  #shared: unknown;
  #private: unknown;
  readonly #versions: Record<DocumentName, number> = { shared: -1, private: -1 };

  get shared(): unknown {
    return this.#shared;
  }

  get private(): unknown {
    return this.#private;
  }

  /** The documents of a membership that begins; the versions are told by what follows. */
  begin(documents: JoinedPayload["documents"]): void {
    this.#shared = freezeJson(documents.shared);
    this.#private = freezeJson(documents.private);
    this.#versions.shared = -1;
    this.#versions.private = -1;
  }

  /** Takes a new version; false for one that is known already. Throws DECODE_INVALID for a patch that does not fit. */
  take({ doc, version, value, patch }: DocumentPayload): boolean {
    const known = this.#versions[doc];
    if (version <= known) return false;
    const before = doc === "shared" ? this.#shared : this.#private;
    const after = freezeJson(patch === undefined ? value : applyPatch(before, patch));
    this.#versions[doc] = version;
    if (doc === "shared") this.#shared = after;
    else this.#private = after;
    return true;
  }
}
