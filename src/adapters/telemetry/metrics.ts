import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

export interface Metrics {
  /** What counts and measures is made with it. */
  readonly meter: Meter;
  /** All of it as it is now, in the text format that Prometheus reads. */
  text(): Promise<string>;
  stop(): Promise<void>;
}

const PREFIX = 'countinghouse';

/** OpenTelemetry's meter, read by whoever asks: no server and no timer of its own. */
export function openMetrics(onError: (error: unknown) => void): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader] });
  const serializer = new PrometheusSerializer(PREFIX, false, undefined, true, true);
  return {
    meter: provider.getMeter('countinghouse'),
    async text() {
      const { resourceMetrics, errors } = await reader.collect();
      // One that can't be asked is left out; the others are told.
      for (const error of errors) onError(error);
      return serializer.serialize(resourceMetrics);
    },
    stop: () => provider.shutdown(),
  };
}
