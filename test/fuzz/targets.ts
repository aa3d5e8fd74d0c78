import { DescriptorTarget } from "./decoders/descriptors.ts";
import { FrameTarget } from "./decoders/frames.ts";
import { messageTargets } from "./decoders/messages.ts";
import { PatchTarget } from "./decoders/patches.ts";
import { record } from "./decoders/recording.ts";
import { PackedSnapshotTarget, ReadableSnapshotTarget } from "./decoders/snapshots.ts";
import { MapTarget } from "./maps/maps.ts";
import { SessionTarget } from "./sessions/sessions.ts";
import type { Target } from "./support/target.ts";
import { FrameStreamTarget } from "./websocket/frames.ts";
import { TcpTarget } from "./websocket/tcp.ts";

/** Sessions are recorded and servers seeded by the same number always; only the inputs differ from run to run. */
const RECORDING_SEED = 1;

/** What can be fuzzed, by the name that the command line gives. */
export const groups = {
  decoders: async (): Promise<Target[]> => {
    const { messages, bits, readable } = await record(RECORDING_SEED);
    return [
      ...messageTargets(messages),
      new PackedSnapshotTarget(bits),
      new ReadableSnapshotTarget(readable),
      new FrameTarget(),
      new DescriptorTarget(),
      new PatchTarget(),
      new MapTarget(),
    ];
  },
  frames: (): Promise<Target[]> => Promise.resolve([new FrameStreamTarget()]),
  tcp: async (): Promise<Target[]> => [await TcpTarget.start()],
  sessions: async (): Promise<Target[]> => [await SessionTarget.start(RECORDING_SEED)],
};

export type Group = keyof typeof groups;
