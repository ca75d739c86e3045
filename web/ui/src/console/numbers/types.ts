// What GET stats says.
interface Counts { calls: number; contained: number; transferred: number; abandoned: number; failed?: number; wait_mean_ms: number }
export interface Bucket extends Counts { at: string }
export interface Stats {
  totals: Counts & { failed: number; answer_p50_ms: number; answer_p95_ms: number; wait_p95_ms: number; handle_mean_ms: number; service_level: number; queued?: number };
  series: Bucket[];
  intents: { intent: string; calls: number; contained: number }[];
  emotions: { emotion: string; calls: number }[];
  channels?: { channel: 'phone' | 'browser' | 'chat'; calls: number; contained: number }[];
  agents: { agent: string; calls: number; talk_mean_ms: number }[];
}
