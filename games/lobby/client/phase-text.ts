import type { TableState } from "./table-room.ts";

/** Who looks at the table. */
export interface Viewer {
  readonly account: string;
  readonly isSpectator: boolean;
}

/** Whose turn it is: an account, or undefined between rounds. */
export function turnOf({ phase, order, turn }: TableState): string | undefined {
  return phase === "play" ? order[turn - 1] : undefined;
}

/** What is to be done now, or how the round has ended. */
export function phaseText(state: TableState, viewer: Viewer): string {
  return state.phase === "play" ? turnText(state, viewer) : restText(state, viewer);
}

/** The newest disc: who has put it where. "" for none. */
export function moveText({ board, last, columns, players }: TableState): string {
  if (last === undefined) return "";
  const mover = Object.values(players).find(({ color }) => String(color) === board[last]);
  return `${mover?.name ?? "Somebody"} has played column ${(last % columns) + 1}.`;
}

function turnText(state: TableState, { account, isSpectator }: Viewer): string {
  const turn = turnOf(state) ?? "";
  const isOwn = turn === account && !isSpectator;
  const who = isOwn ? "Your move" : `${state.players[turn]?.name ?? "Somebody"} moves`;
  const late = state.players[state.late ?? ""];
  if (late === undefined) return who;
  const isOwnLate = state.late === account && !isSpectator;
  return `${isOwnLate ? "Your time was up." : `${late.name}'s time was up.`} ${who}`;
}

function restText(state: TableState, { account, isSpectator }: Viewer): string {
  const { phase, players, winner } = state;
  const all = Object.values(players);
  if (phase === "over") {
    if (winner === account && !isSpectator) return `You have won! ${endText(state)}`.trim();
    const name = players[winner ?? ""]?.name;
    if (name !== undefined) return `${name} has won. ${endText(state)}`.trim();
    return winner === "" ? "A draw: nobody has won." : "Nobody has won.";
  }
  if (all.length === 0) return "Nobody sits at this table.";
  if (all.length === 1) {
    return isSpectator
      ? "Waiting for a second player."
      : "Waiting for somebody to play with. Send the code!";
  }
  const missing = all.filter(({ ready }) => !ready).length;
  return `Waiting until all are ready: ${missing} to go.`;
}

/** Why a round ended without a line. */
function endText({ ended, gone }: TableState): string {
  if (ended === undefined) return "";
  return ended === "left" ? `${gone} has left.` : `${gone} did not come back in time.`;
}
