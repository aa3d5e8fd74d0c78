import type { JoinedPayload } from "@realmwright/protocol";
import { Stay } from "../model/stay.ts";
import type { Tally } from "../model/tally.ts";
import type { Director } from "./director.ts";
import { memberOf } from "./stage.ts";

/** The oracle's part in a membership that begins. */
export function stayOf(
  joined: JoinedPayload,
  account: string,
  isSilent: boolean,
  director: Director,
  tally: Tally,
): Stay {
  const { model, script } = director.stage(joined.name);
  const member = memberOf(account, joined.spectator);
  const seats = model.at(joined.tick)?.seats.values() ?? [];
  const seat = [...seats].find((one) => one.account === member)?.seat ?? -1;
  if (!joined.spectator && seat !== joined.seat) throw new Error(`${member} has seat ${seat}`);
  return new Stay({
    room: model,
    shape: script,
    seat,
    tick: joined.tick,
    isSilent,
    sentSeq: joined.inputSeq,
    documents: joined.documents,
    tally,
  });
}
