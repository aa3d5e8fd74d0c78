import type { MetricLabels, MetricName, Metrics } from "../ports/metrics.ts";

/** Metrics that a test can ask. */
export class RecordedMetrics implements Metrics {
  readonly #values = new Map<string, number>();
  readonly #observed = new Map<string, number[]>();

  count(name: MetricName, labels?: MetricLabels, by = 1): void {
    this.#values.set(keyOf(name, labels), this.value(name, labels) + by);
  }

  set(name: MetricName, value: number, labels?: MetricLabels): void {
    this.#values.set(keyOf(name, labels), value);
  }

  observe(name: MetricName, value: number, labels?: MetricLabels): void {
    const key = keyOf(name, labels);
    const values = this.#observed.get(key);
    if (values === undefined) this.#observed.set(key, [value]);
    else values.push(value);
  }

  /** Of a counter or gauge; 0 when it was never touched. */
  value(name: MetricName, labels?: MetricLabels): number {
    return this.#values.get(keyOf(name, labels)) ?? 0;
  }

  /** All values of a histogram, in order. */
  observed(name: MetricName, labels?: MetricLabels): readonly number[] {
    return this.#observed.get(keyOf(name, labels)) ?? [];
  }
}

function keyOf(name: MetricName, labels: MetricLabels = {}): string {
  return `${name} ${JSON.stringify(labels)}`;
}
