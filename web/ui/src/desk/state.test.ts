import { expect, it } from 'vitest';
import type { AgentStatus, Bodies, Event, Kind } from '../api/types';
import { close, emptyDesk, open, receive, type DeskState, type Message } from './state';

const me = (state: AgentStatus['state'], call?: string): Message => ({ me: { id: 'a1', name: 'Anna', skills: [], state, since: '', call } });
let seq = 0;
const event = (kind: Kind, body: object, call = 'c1'): Message =>
  ({ event: { seq: ++seq, n: seq, call, at: '', media_ms: 0, kind, body: body as Bodies[Kind] } as Event });
const run = (list: Message[], from: DeskState = emptyDesk) => list.reduce(receive, from);
const pop = (agent = 'a1', call = 'c1') => event('popped', { agent, brief: {} }, call);

it('pops before it rings, talks, and writes up', () => {
  const stages: string[] = [];
  let s = run([me('ready')]);
  for (const m of [pop(), event('offered', { agent: 'a1' }), me('offered', 'c1'), event('agent.joined', { agent: 'a1' }), me('talking', 'c1'),
    event('agent.left', { agent: 'a1', reason: 'agent-hangup' }), me('wrap-up'), event('call.ended', { reason: 'x' })]) {
    s = receive(s, m);
    stages.push(s.stage);
  }
  expect(stages).toEqual(['popped', 'ringing', 'ringing', 'talking', 'talking', 'wrap', 'wrap', 'wrap']);
  expect(close(s)).toMatchObject({ stage: 'none', call: '' });
});

it('waits for the event of an offer', () => {
  expect(run([me('ready'), me('offered', 'c1')])).toMatchObject({ stage: 'none', call: '' });
});

it('leaves the calls of others alone', () => {
  const s = run([me('ready'), pop('a2', 'c2'), event('offered', { agent: 'a2' }, 'c2'), event('agent.joined', { agent: 'a2' }, 'c2'), event('call.ended', {}, 'c2')]);
  expect(s).toMatchObject({ stage: 'none', call: '' });
});

it('says what was missed', () => {
  const s = run([me('ready'), pop(), event('offered', { agent: 'a1' }), event('agent.left', { agent: 'a1', reason: 'no-answer' })]);
  expect(s).toMatchObject({ stage: 'none', missed: { call: 'c1', reason: 'no-answer' } });
});

it('finds the call again when the page is loaded anew', () => {
  expect(run([me('talking', 'c9')])).toMatchObject({ call: 'c9', stage: 'talking' });
  expect(run([me('offered', 'c9'), event('offered', { agent: 'a1' }, 'c9')])).toMatchObject({ call: 'c9', stage: 'ringing' });
});

it('keeps the call of now on the screen', () => {
  const s = run([me('ready'), pop(), event('agent.joined', { agent: 'a1' })]);
  expect(open(s, 'old').call).toBe('c1');
  expect(close(s).call).toBe('c1');
  expect(run([pop('a1', 'c2')], open(emptyDesk, 'old')).call).toBe('old'); // not known who we are: not ours
  expect(run([me('ready'), pop('a1', 'c2')], open(emptyDesk, 'old'))).toMatchObject({ call: 'c2', stage: 'popped' });
});

it('is consulted, then has the caller', () => {
  let s = run([me('ready'), pop(), event('agent.joined', { agent: 'a1', as: 'consulted' })]);
  expect(s.consulted).toBe(true);
  s = receive(s, event('consult.ended', { how: 'complete' }));
  expect(s).toMatchObject({ consulted: false, stage: 'talking' });
});
