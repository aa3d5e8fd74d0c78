import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { addCounters, newCounters, type EdgeCounters } from "../edge/counters.ts";
import {
  serverMetrics,
  type MetricLabels,
  type MetricName,
  type Metrics,
} from "../ports/metrics.ts";

/** Upper bounds, in the metric's unit. */
const buckets: Readonly<Partial<Record<MetricName, readonly number[]>>> = {
  realmwright_tick_seconds: [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.05, 0.2,
  ],
  realmwright_loop_lag_seconds: [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
  realmwright_job_seconds: [0.01, 0.05, 0.2, 1, 5, 20, 60, 300],
  realmwright_inbox: [0, 1, 2, 5, 10, 20, 50, 100, 500, 2000],
};

type ByCode = "refused" | "closed" | "upgradesRefused" | "httpRefused";
type Plain = Exclude<keyof EdgeCounters, ByCode | "sessions">;

/** What edges count in plain fields; read when somebody asks for the metrics. */
const edgeMetrics: readonly (readonly [name: string, help: string, field: Plain])[] = [
  ["connections_total", "Connections that were accepted.", "connections"],
  ["messages_received_total", "Messages of clients that were read.", "messagesIn"],
  ["received_bytes_total", "Bytes of messages from clients.", "bytesIn"],
  ["writes_total", "Writes to clients.", "writes"],
  ["sent_bytes_total", "Bytes written to clients, framing included.", "bytesOut"],
  ["snapshots_total", "Snapshots sent.", "snapshots"],
  ["snapshot_bytes_total", "Bytes of snapshots sent.", "snapshotBytes"],
  ["documents_replaced_total", "Documents sent whole to clients that lagged.", "documentsReplaced"],
];

/** Takes measurements and tells them in the text format of Prometheus. */
export class PromMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricName, Counter>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #histograms = new Map<MetricName, Histogram>();

  /** @param edges gives the counters of each edge, asked for at each reading. */
  constructor(edges: () => Iterable<EdgeCounters>) {
    const registers = [this.#registry];
    for (const [key, { kind, help, labels }] of Object.entries(serverMetrics)) {
      const name = key as MetricName;
      const about = { name, help, labelNames: [...labels], registers };
      if (kind === "counter") this.#counters.set(name, new Counter(about));
      else if (kind === "gauge") this.#gauges.set(name, new Gauge(about));
      else {
        const bounds = [...(buckets[name] ?? [])];
        this.#histograms.set(name, new Histogram({ ...about, buckets: bounds }));
      }
    }
    this.#addEdges(edges);
    collectDefaultMetrics({ register: this.#registry });
  }

  count(name: MetricName, labels: MetricLabels = {}, by = 1): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  set(name: MetricName, value: number, labels: MetricLabels = {}): void {
    this.#gauges.get(name)?.set(labels, value);
  }

  observe(name: MetricName, value: number, labels: MetricLabels = {}): void {
    this.#histograms.get(name)?.observe(labels, value);
  }

  async page(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #addEdges(edges: () => Iterable<EdgeCounters>): void {
    const total = (): EdgeCounters => {
      const sum = newCounters();
      for (const counters of edges()) addCounters(sum, counters);
      return sum;
    };
    for (const [suffix, help, field] of edgeMetrics) {
      const counter = new Counter({
        name: `realmwright_${suffix}`,
        help,
        registers: [],
        collect() {
          this.reset();
          this.inc(total()[field]);
        },
      });
      this.#registry.registerMetric(counter);
    }
    const labelled = (
      suffix: string,
      help: string,
      label: string,
      read: (counters: EdgeCounters) => Readonly<Record<string, number>>,
    ): void => {
      const counter = new Counter({
        name: `realmwright_${suffix}`,
        help,
        labelNames: [label],
        registers: [],
        collect() {
          this.reset();
          for (const [value, count] of Object.entries(read(total()))) {
            this.inc({ [label]: value }, count);
          }
        },
      });
      this.#registry.registerMetric(counter);
    };
    labelled(
      "snapshots_skipped_total",
      "Sends that brought a client no snapshot.",
      "cause",
      (sum) => ({
        window: sum.skippedByWindow,
        queue: sum.skippedByQueue,
      }),
    );
    labelled(
      "upgrades_refused_total",
      "Upgrades to WebSocket that were refused.",
      "code",
      (sum) => sum.upgradesRefused,
    );
    labelled(
      "http_refused_total",
      "Plain HTTP requests and connections that were refused.",
      "code",
      (sum) => sum.httpRefused,
    );
    labelled(
      "messages_refused_total",
      "Messages of clients that were refused.",
      "code",
      (sum) => sum.refused,
    );
    labelled(
      "connections_closed_total",
      "Connections that ended; CLIENT_CLOSED and CONNECTION_LOST were not ended by the server.",
      "code",
      (sum) => sum.closed,
    );
  }
}
