// What the events of one call add up to on a screen. A pure reducer: pages and
// tests feed it events, in order; one that it had already changes nothing.
import type { Brief, EmotionName, Event, Json, Saying, Passage } from '../api/types';

export type Who = 'caller' | 'bot' | 'agent' | 'whisper';

// Said is one line of the transcript.
export interface Utterance {
  n: number; // of its event
  who: Who; text: string; language?: string; start: number; end: number; leg?: string;
  intent?: string; intentProb?: number; corrected?: boolean;
  emotion?: EmotionName; score?: number; why?: string[];
  cutAfter?: number; passages?: Passage[];
}
export interface Fact { n: number; at: number; event: Event }
export interface Mood { at: number; name: EmotionName; score: number }

// Back is what came of calling the customer back: tries so far, and the last of them.
export interface Back { tries: number; reached: boolean; last: boolean }

export interface CallView {
  id: string; n: number; seq: number; leg?: string; // the caller's
  from: string; to: string; bot?: string; direction: string; started: string; answered: boolean; recording?: string; language?: string;
  phase: 'ringing' | 'bot' | 'waiting' | 'agent' | 'ended';
  lines: Utterance[]; facts: Fact[]; moods: Mood[]; slots: Json; intent: string;
  brief?: Brief; agent?: string; agents: string[]; lost?: string; // the agent whose line is lost, and who may be back
  hold: boolean; callerHolds: boolean; consult?: string; consultWith?: string; result?: string; reason?: string; length: number;
  notes: { n: number; by: string; text: string; at: string }[]; disposition?: { code: string; text?: string };
  passages: Passage[]; customer: Json; slotN: Record<string, number> /* the event that each is from */; learned: string[]; // answers
  skill: string; back?: Back;
  saying: Saying[]; // what is being said, one of each who speaks
  chat: boolean; // in writing
}

export function emptyCall(id: string): CallView {
  return { id, n: 0, seq: 0, from: '', to: '', direction: '', started: '', answered: false, phase: 'ringing', lines: [], facts: [], moods: [], slots: {},
    intent: '', agents: [], hold: false, callerHolds: false, length: 0, notes: [], passages: [], customer: {}, slotN: {}, learned: [], skill: '', saying: [], chat: false };
}

// hear takes in what somebody is saying, until their words are an event.
export function hear(c: CallView, p: Saying): CallView {
  if (p.call !== c.id || c.phase === 'ended') return c;
  const saying = c.saying.filter((s) => s.leg !== p.leg);
  return { ...c, saying: p.text ? [...saying, p] : saying };
}

// apply takes the next event in.
export function apply(c: CallView, ev: Event): CallView {
  if (ev.call !== c.id || ev.n <= c.n) return c;
  const next: CallView = { ...c, n: ev.n, seq: ev.seq, length: Math.max(c.length, ev.media_ms) };
  const fact = () => { next.facts = [...c.facts, { n: ev.n, at: ev.media_ms, event: ev }]; };
  switch (ev.kind) {
    case 'call.started':
      return { ...next, leg: ev.leg, from: ev.body.from, to: ev.body.to, bot: ev.body.bot, direction: ev.body.direction, started: ev.at, chat: ev.body.remote.split(' ')[0] === 'chat' };
    case 'call.answered':
      return { ...next, answered: true, phase: 'bot', recording: ev.body.recording };
    case 'heard': {
      const b = ev.body, caller = b.who === 'caller';
      next.saying = c.saying.filter((s) => s.leg !== ev.leg);
      if (caller) {
        if (b.intent && !courtesy.has(b.intent)) next.intent = b.intent;
        next.language = b.language || c.language;
        next.slots = { ...c.slots, ...b.slots };
        next.slotN = { ...c.slotN, ...Object.fromEntries(Object.keys(b.slots ?? {}).map((k) => [k, ev.n])) };
        if (b.emotion?.name) next.moods = [...c.moods, { at: b.start_ms, name: b.emotion.name, score: b.emotion.score }];
      }
      if (b.text) {
        next.lines = insert(c.lines, { n: ev.n, who: caller ? 'caller' : 'agent', text: b.text, language: b.language, start: b.start_ms, end: b.end_ms, leg: ev.leg,
          intent: b.intent, intentProb: b.intent_prob, emotion: b.emotion?.name, score: b.emotion?.score, why: b.emotion?.why });
      }
      return next;
    }
    case 'said': {
      const b = ev.body;
      next.lines = insert(c.lines, { n: ev.n, who: b.to === 'agent' ? 'whisper' : 'bot', text: b.text, language: b.language, start: b.start_ms,
        end: b.start_ms + b.heard_ms, cutAfter: b.cut ? b.heard_ms : undefined });
      return next;
    }
    case 'answer.from.kb':
      return { ...next, passages: ev.body.passages };
    case 'action.done':
      fact();
      return ev.body.caller ? { ...next, customer: { ...c.customer, ...ev.body.result } } : next;
    case 'queued':
      fact();
      return { ...next, phase: 'waiting', skill: ev.body.skill || c.skill };
    case 'popped': {
      const b = ev.body.brief, keys = c.facts.filter((f) => f.event.kind === 'key' && f.event.leg === c.leg).pop();
      const keyed = keys ? Object.fromEntries(Object.keys(b.slots ?? {}).map((k) => [k, keys.n])) : {}; // what was not heard was entered
      return { ...next, brief: b, skill: b.skill || c.skill, slots: { ...c.slots, ...b.slots }, slotN: { ...keyed, ...c.slotN }, intent: b.intent || c.intent };
    }
    case 'agent.joined': {
      fact();
      const who = ev.body.agent || ev.body.number || '';
      if (ev.body.as === 'consulted') return { ...next, consultWith: who };
      return { ...next, phase: 'agent', lost: undefined, hold: false, agent: c.agents.length ? c.agent : who, agents: [...c.agents.filter((a) => a !== who), who] };
    }
    case 'agent.left': {
      fact();
      const who = ev.body.agent || ev.body.number || '', still = ev.body.still;
      let agents = c.agents.filter((a) => a !== who);
      if (still && !agents.includes(still)) agents = [...agents, still];
      return { ...next, lost: c.lost === who ? undefined : c.lost, agents, agent: still ?? agents[0], phase: c.phase === 'agent' && agents.length === 0 ? 'bot' : c.phase };
    }
    case 'agent.lost':
      fact();
      return { ...next, lost: ev.body.back ? undefined : ev.body.agent };
    case 'hold':
      fact();
      return ev.leg === c.leg ? { ...next, callerHolds: ev.body.on } : { ...next, hold: ev.body.on };
    case 'consult.started':
      fact();
      return { ...next, hold: false, consult: ev.body.agent || ev.body.number || ev.body.skill || '', consultWith: undefined };
    case 'consult.ended':
      fact();
      return { ...next, consult: undefined, consultWith: undefined,
        agents: ev.body.how === 'join' && c.consultWith ? [...c.agents.filter((a) => a !== c.consultWith), c.consultWith] : c.agents };
    case 'returned.to.bot':
      fact();
      return { ...next, phase: 'bot' };
    case 'callback.asked':
      fact();
      return { ...next, skill: ev.body.skill || c.skill, back: { tries: 0, reached: false, last: false } };
    case 'callback.forgotten':
      fact();
      return { ...next, back: undefined };
    case 'callback.made':
      fact();
      return { ...next, back: { tries: (c.back?.tries ?? 0) + 1, reached: ev.body.reached, last: ev.body.last } };
    case 'noted':
      return { ...next, notes: [...c.notes, { n: ev.n, by: ev.body.by, text: ev.body.text, at: ev.at }] };
    case 'disposed':
      return { ...next, disposition: { code: ev.body.code, text: ev.body.text } };
    case 'learned':
      return { ...next, learned: [...c.learned, ev.body.answer] };
    case 'corrected': {
      const b = ev.body;
      if (b.slots) next.slots = Object.fromEntries(Object.entries({ ...c.slots, ...b.slots }).filter(([, v]) => v !== ''));
      if (b.intent) {
        next.lines = c.lines.map((l) => (l.n === b.n ? { ...l, intent: b.intent, intentProb: 1, corrected: true } : l));
        if (!c.lines.some((l) => l.n > b.n && l.who === 'caller' && l.intent)) next.intent = b.intent;
      }
      return next;
    }
    case 'call.ended':
      fact();
      return { ...next, phase: 'ended', result: ev.body.result, reason: ev.body.reason, lost: undefined, hold: false, consult: undefined, consultWith: undefined, agents: [], saying: [] };
    case 'turn':
      return next;
    default:
      fact();
      return next;
  }
}

// courtesy has the intents that say nothing of what a caller wants.
const courtesy = new Set(['none', 'inform', 'affirm', 'deny', 'repeat', 'wait', 'cancel', 'dont_know', 'goodbye', 'agent', 'speak_en', 'speak_zh', 'speak_slower', 'speak_faster']);

// insert keeps lines by their time: what an agent said may be understood after
// what the caller said next.
function insert(lines: Utterance[], u: Utterance): Utterance[] {
  let i = lines.length;
  while (i > 0 && lines[i - 1]!.start > u.start) i--;
  return [...lines.slice(0, i), u, ...lines.slice(i)];
}
