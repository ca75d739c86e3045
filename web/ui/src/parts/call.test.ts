import { expect, it } from 'vitest';
import type { Bodies, Event, Kind } from '../api/types';
import { apply, emptyCall, hear } from './call';

const events = (...list: [Kind, object][]): Event[] =>
  list.map(([kind, body], i) => ({ seq: 100 + i, n: i + 1, call: 'c', at: '2026-11-22T16:12:07Z', media_ms: i * 1000, kind, body: body as Bodies[Kind] }) as Event);
const run = (list: Event[]) => list.reduce(apply, emptyCall('c'));
const calm = { name: 'neutral', score: 0.2 };

const story = events(
  ['call.started', { direction: 'in', from: '0900', to: '1', remote: 'udp' }],
  ['call.answered', { codec: 'PCMU', recording: 'a.wav' }],
  ['said', { text: 'Hello', start_ms: 0, heard_ms: 900, cut: true, to: 'caller', turn: 1, paused: 0, pause_ms: 0 }],
  ['heard', { who: 'caller', text: 'my order', language: 'en', confidence: 1, start_ms: 2000, end_ms: 3000, intent: 'order', emotion: { name: 'angry', score: 0.8 }, slots: { order: '17' }, turn: 2 }],
  ['queued', { skill: 'care', reason: 'asked' }],
  ['popped', { agent: 'a1', brief: { call: 'c', from: '0900', reason: 'asked', skill: 'care', language: 'en', intent: 'order', emotion: calm, slots: { name: 'Li' }, said: [], whisper: '' } }],
  ['agent.joined', { agent: 'a1' }],
  ['heard', { who: 'caller', text: 'yes', language: 'en', confidence: 1, start_ms: 9000, end_ms: 9500, emotion: calm, turn: 3 }],
  ['heard', { who: 'agent', text: 'how can I help', language: 'en', confidence: 1, start_ms: 8000, end_ms: 8800, emotion: calm, turn: 3 }],
);

it('adds up to what is on the screen', () => {
  const c = run(story);
  expect(c.phase).toBe('agent');
  expect(c.lines.map((l) => l.text)).toEqual(['Hello', 'my order', 'how can I help', 'yes']);
  expect(c.lines[0]).toMatchObject({ who: 'bot', cutAfter: 900 });
  expect(c.moods.map((m) => m.name)).toEqual(['angry', 'neutral']);
  expect(c.slots).toEqual({ order: '17', name: 'Li' });
  expect(c.recording).toBe('a.wav');
  expect(c.agent).toBe('a1');
});

it('is the same when events come twice', () => {
  const twice = story.flatMap((ev) => [ev, ev]).concat(story);
  expect(run(twice)).toEqual(run(story));
});

it('takes a correction in', () => {
  const c = apply(run(story), { ...events(['corrected', { n: 4, by: 'anna', intent: 'refund', slots: { order: '18' } }])[0]!, n: 10 });
  expect(c.lines[1]).toMatchObject({ intent: 'refund', corrected: true });
  expect(c.intent).toBe('refund');
  expect(c.slots.order).toBe('18');
});

it('knows which keys a value was entered by', () => {
  const key = { ...events(['key', { key: '#' }])[0]!, n: 5 };
  const c = [...story.slice(0, 4), key, { ...story[5]!, n: 6 }].reduce(apply, emptyCall('c'));
  expect(c.slotN).toEqual({ order: 4, name: 5 });
});

it('keeps the first agent while a second is there, and ends', () => {
  let c = run(story), n = 10;
  const ev = (kind: Kind, body: object) => { c = apply(c, { ...events([kind, body])[0]!, n: n++ }); };
  ev('consult.started', { by: 'a1', agent: 'a2' });
  ev('agent.joined', { agent: 'a2', as: 'consulted' });
  expect([c.agent, c.agents.length, c.consult, c.consultWith]).toEqual(['a1', 1, 'a2', 'a2']);
  ev('consult.ended', { how: 'complete' });
  ev('agent.left', { agent: 'a1', reason: 'transferred', still: 'a2' });
  expect([c.agent, c.phase, c.consult]).toEqual(['a2', 'agent', undefined]);
  ev('call.ended', { result: 'completed', reason: 'caller-hangup', length_ms: 12000 });
  expect([c.phase, c.result]).toEqual(['ended', 'completed']);
});

it('knows whose line is lost, and that a caller on hold is so after it', () => {
  let c = run(story), n = 10;
  const ev = (kind: Kind, body: object) => { c = apply(c, { ...events([kind, body])[0]!, n: n++, leg: 'a' }); };
  ev('hold', { on: true });
  ev('agent.lost', { agent: 'a1', back: false });
  expect([c.lost, c.phase, c.agent, c.hold]).toEqual(['a1', 'agent', 'a1', true]);
  ev('agent.lost', { agent: 'a1', back: true });
  expect([c.lost, c.hold]).toEqual([undefined, true]);
  ev('agent.lost', { agent: 'a1', back: false });
  ev('agent.left', { agent: 'a1', reason: 'media-lost' });
  expect([c.lost, c.agents]).toEqual([undefined, []]);
  ev('agent.joined', { agent: 'a2' });
  expect([c.agent, c.hold]).toEqual(['a2', false]); // the hold was the other's
});

it('tells a caller who holds from one who is on hold', () => {
  let c = run(story.map((ev) => ({ ...ev, leg: 'x' }))), n = 10;
  const hold = (leg: string, on: boolean) => { c = apply(c, { ...events(['hold', { on }])[0]!, n: n++, leg }); return [c.callerHolds, c.hold]; };
  expect(hold('x', true)).toEqual([true, false]);
  expect(hold('a', true)).toEqual([true, true]);
  expect(hold('x', false)).toEqual([false, true]);
});

it('says what came of a call-back', () => {
  let c = run(story), n = 10;
  const ev = (kind: Kind, body: object) => { c = apply(c, { ...events([kind, body])[0]!, n: n++ }); };
  expect([c.skill, c.back]).toEqual(['care', undefined]);
  ev('callback.asked', { skill: 'billing', brief: story[5]!.body });
  expect([c.skill, c.back]).toEqual(['billing', { tries: 0, reached: false, last: false }]);
  ev('callback.made', { by: 'd', reached: false, last: false });
  ev('callback.made', { by: 'e', reached: true, last: true });
  expect(c.back).toEqual({ tries: 2, reached: true, last: true });
  ev('callback.asked', { skill: 'billing', brief: story[5]!.body, by: 'a1' });
  ev('callback.forgotten', { by: 'a1' });
  expect(c.back).toBeUndefined();
  expect(c.facts.slice(-5, -2).map((f) => f.event.kind)).toEqual(['callback.asked', 'callback.made', 'callback.made']);
});

it('shows what is being said until it is an event, or comes to nothing', () => {
  const saying = (leg: string, text: string) => ({ call: 'c', leg, at: '', media_ms: 9000, who: 'caller' as const, text, start_ms: 8000 });
  const start = run(story);
  const now = (c: typeof start) => c.saying.map((s) => `${s.leg} ${s.text}`);
  let c = hear(hear(hear(start, saying('x', 'where')), saying('y', 'one')), saying('x', 'where is'));
  expect(now(c)).toEqual(['y one', 'x where is']);
  expect(now(hear(c, { ...saying('x', 'other'), call: 'd' }))).toEqual(['y one', 'x where is']);
  c = hear(c, saying('y', ''));
  expect(now(c)).toEqual(['x where is']);
  const said = { ...story[3]!, seq: 200, n: 10, leg: 'x' } as Event;
  expect(now(apply(c, { ...said, leg: 'z' }))).toEqual(['x where is']);
  expect(now(apply(c, said))).toEqual([]);
  const ended = { ...story[0]!, n: 10, kind: 'call.ended', body: { result: 'completed', reason: 'x', length_ms: 1 } } as Event;
  expect(now(hear(apply(c, ended), saying('x', 'too late')))).toEqual([]);
});
