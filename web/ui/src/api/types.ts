// What the API says, as in openapi.json and docs/events.md.

export type Language = 'en' | 'zh';
export type Role = 'agent' | 'supervisor' | 'admin';
export type Json = Record<string, string>;

export interface User {
  id: string;
  name: string;
  role: Role;
  agent?: string; // their id at the desk
  language?: string;
  skills?: string[];
  disabled?: boolean;
}
export interface Session { user: User; csrf: string }
export interface Ways { password: boolean; oidc: { name: string } | null }

export type Phase = 'ringing' | 'bot' | 'waiting' | 'agent' | 'ended';
export interface Call {
  id: string; direction: string; from: string; to: string; bot?: string; phase: Phase;
  started: string; answered?: string; ended?: string; result?: string; reason?: string; length_ms: number;
  language?: string; intent?: string; emotion?: string; skill?: string; agent?: string; turns: number; recording?: string;
  channel?: 'phone' | 'browser' | 'chat'; customer?: string; name?: string; segment?: string; disposition?: string;
  seq: number; n: number;
}

export type AgentState = 'ready' | 'offered' | 'talking' | 'wrap-up' | 'away' | 'offline';
export interface AgentStatus {
  id: string; name: string; skills: string[]; address?: string; levels?: Record<string, number>;
  state: AgentState; since: string; until?: string; next?: AgentState; call?: string; reason?: string; away?: string; hot?: number;
}
export interface QueueStatus {
  skill: string; waiting: number; longest_ms: number; ready: number; staffed: number;
  service_level?: number; offered?: number; abandoned?: number;
}
export interface Term { name: string; value_ms: number; why: string }
export interface Estimate { known: boolean; wait_ms: number; how: string }
export interface Place {
  call: string; skill: string; position: number; agent?: string; waited_ms: number; estimate: Estimate; terms: Term[] | null; call_back?: boolean;
}
export interface CallBack { call: string; skill: string; number: string; since: string }

export type EmotionName = 'neutral' | 'satisfied' | 'urgent' | 'frustrated' | 'threatening' | 'angry' | 'abusive' | '';
export interface Emotion { name: EmotionName; score: number; why?: string[] }
export interface Line { who: string; text: string; start_ms: number; end_ms: number; emotion: Emotion }
export interface Passage { doc: string; version: string; text: string; score: number; title?: string; question?: string; answer?: string }
export interface Brief {
  call: string; from: string; reason: string; skill: string; language: string; intent: string; emotion: Emotion;
  slots?: Json; tried?: string[]; suggest?: string[]; said: Line[] | null; whisper: string;
}
export interface MediaStats { codec: string; sent: number; received: number; lost: number; jitter_ms: number; rtt_ms: number; [k: string]: number | string }

// Bodies is the body of each kind of event.
export interface Bodies {
  'call.started': { direction: string; from: string; to: string; remote: string; bot?: string; returns?: string };
  'call.answered': { codec: string; recording?: string };
  heard: { who: string; text: string; language: string; confidence: number; start_ms: number; end_ms: number;
    intent?: string; intent_prob?: number; emotion: Emotion; slots?: Json; turn: number };
  said: { text: string; language?: string; start_ms: number; heard_ms: number; length_ms?: number; cut: boolean; to: string; turn: number;
    paused: number; pause_ms: number; prompt?: string };
  key: { key: string };
  turn: { turn: number; endpoint_ms: number; asr_ms: number; dialog_ms: number; tts_ms: number; total_ms: number };
  'answer.from.kb': { passages: Passage[] };
  'action.done': { action: string; args?: Json; result?: Json; error?: string; took_ms: number; caller?: boolean };
  queued: { skill: string; reason: string };
  'callback.asked': { skill: string; brief: Brief; by?: string; number?: string };
  'callback.forgotten': { by?: string };
  'callback.made': { by?: string; reached: boolean; last: boolean };
  popped: { agent: string; brief: Brief };
  offered: { agent: string; number?: string };
  'agent.joined': { agent: string; number?: string; as?: 'consulted' | 'back' | 'supervisor' };
  'agent.left': { agent: string; number?: string; reason: string; still?: string };
  'agent.lost': { agent: string; back: boolean };
  hold: { on: boolean };
  transferred: { to: string; reason: string };
  'engine.failed': { engine: string; error: string; now: string };
  media: { silent: boolean };
  'call.ended': { result: string; reason: string; code?: number; length_ms: number; stats?: Record<string, MediaStats> };
  supervised: { user: string; mode: string; on: boolean };
  'consult.started': { by: string; skill?: string; agent?: string; number?: string };
  'consult.ended': { how: string };
  'returned.to.bot': { flow: string; step?: string; by: string; then: string; slots?: Json };
  noted: { by: string; text: string };
  disposed: { by: string; code: string; text?: string };
  corrected: { n: number; by: string; intent?: string; slots?: Json };
  learned: { by?: string; question: string; answer: string; language: string; article?: string };
}
export type Kind = keyof Bodies;

// Saying is what somebody is saying, before it is an event: it has no number.
export interface Saying { call: string; leg?: string; at: string; media_ms: number; who: 'caller' | 'agent'; text: string; language?: string; start_ms: number }

// EventOf is an event of one kind; Event is one of any. A kind that is not in
// Bodies comes from a newer server: readers pass over it.
export interface EventOf<K extends Kind> {
  seq: number; n: number; call: string; leg?: string; at: string; media_ms: number; kind: K; body: Bodies[K];
}
export type Event = { [K in Kind]: EventOf<K> }[Kind];
