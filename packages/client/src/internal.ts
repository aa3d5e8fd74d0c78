export { SimulatedNetwork } from "./simulated/simulated-network.ts";
export type { NetworkConditions, SimulatedPeer } from "./simulated/simulated-network.ts";
