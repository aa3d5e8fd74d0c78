/** One metric that rooms, host or scheduler report. Names follow Prometheus; times are in seconds. */
export interface MetricDescription {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

export type MetricName =
  | "realmwright_tick_seconds"
  | "realmwright_tick_overruns_total"
  | "realmwright_ticks_dropped_total"
  | "realmwright_loop_lag_seconds"
  | "realmwright_inbox"
  | "realmwright_inputs_dropped_total"
  | "realmwright_rooms"
  | "realmwright_rooms_failed_total"
  | "realmwright_players"
  | "realmwright_sessions"
  | "realmwright_frame_bytes_total"
  | "realmwright_bus_full_total"
  | "realmwright_job_seconds"
  | "realmwright_jobs_failed_total"
  | "realmwright_uncaught_total";

/** What the inside of the server measures. `room` is a kind of room, never one room's id. */
export const serverMetrics: Readonly<Record<MetricName, MetricDescription>> = {
  realmwright_tick_seconds: {
    kind: "histogram",
    help: "Time that one tick of a room took.",
    labels: ["room"],
  },
  realmwright_tick_overruns_total: {
    kind: "counter",
    help: "Ticks that took longer than their share of time.",
    labels: ["room"],
  },
  realmwright_ticks_dropped_total: {
    kind: "counter",
    help: "Ticks that never ran because their room was too late.",
    labels: ["room"],
  },
  realmwright_loop_lag_seconds: {
    kind: "histogram",
    help: "How late the scheduler's turns began.",
    labels: [],
  },
  realmwright_inbox: {
    kind: "histogram",
    help: "Inputs that waited in a room when its tick began.",
    labels: ["room"],
  },
  realmwright_inputs_dropped_total: {
    kind: "counter",
    help: "Inputs that were not applied, by cause.",
    labels: ["room", "cause"],
  },
  realmwright_rooms: { kind: "gauge", help: "Running rooms.", labels: ["room"] },
  realmwright_rooms_failed_total: {
    kind: "counter",
    help: "Rooms that an error ended.",
    labels: ["room"],
  },
  realmwright_players: { kind: "gauge", help: "Seats of players in rooms.", labels: ["room"] },
  realmwright_sessions: { kind: "gauge", help: "Connected sessions.", labels: [] },
  realmwright_frame_bytes_total: {
    kind: "counter",
    help: "Bytes of frames, encoded once however many edges read them.",
    labels: ["room"],
  },
  realmwright_bus_full_total: {
    kind: "counter",
    help: "Links that were cut because their queue was full.",
    labels: [],
  },
  realmwright_job_seconds: {
    kind: "histogram",
    help: "Time that one run of a recurring job took on the node that did it.",
    labels: ["job"],
  },
  realmwright_jobs_failed_total: {
    kind: "counter",
    help: "Runs of recurring jobs that an error ended.",
    labels: ["job"],
  },
  realmwright_uncaught_total: {
    kind: "counter",
    help: "Exceptions and rejections that nothing caught.",
    labels: ["kind"],
  },
};

export type MetricLabels = Readonly<Record<string, string>>;

/** Takes measurements. Must not throw and must be cheap: ticks call it. */
export interface Metrics {
  /** Adds to a counter; 1 by default. */
  count(name: MetricName, labels?: MetricLabels, by?: number): void;
  /** Sets a gauge. */
  set(name: MetricName, value: number, labels?: MetricLabels): void;
  /** Adds one value to a histogram. */
  observe(name: MetricName, value: number, labels?: MetricLabels): void;
}
