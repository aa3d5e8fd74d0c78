export { VirtualClock } from "@realmwright/core/internal";
