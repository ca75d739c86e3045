// What the agent's desk shows, as a value: a pure reducer of the messages of
// GET /api/v1/desk and of the agent's own doing.
import type { AgentStatus, Event, Saying, Place } from '../api/types';
import type { Hit } from './Knowledge';

export interface Suggestion { call: string; n: number; passages: Hit[] } // to what the caller said in the event n of the call
export interface Message { event?: Event; partial?: Saying; me?: AgentStatus; places?: Place[]; suggest?: Suggestion } // has one of them

// Stage is where the agent is with the call on the screen.
export type Stage =
  | 'none' // no call on the screen
  | 'popped' // who and why is shown; it does not ring yet
  | 'ringing'
  | 'talking'
  | 'wrap' // the call has left us; it is written up
  | 'review'; // a call of the past, opened by the agent

export interface DeskState {
  me?: AgentStatus;
  places: Place[];
  placesKnown: boolean; // false: the server has not told yet
  suggest?: Suggestion; // the last
  call: string; // on the screen
  stage: Stage;
  consulted: boolean; // another agent asks us; the caller does not hear
  missed?: { call: string; reason: string }; // an offer that went away
}

export const emptyDesk: DeskState = { places: [], placesKnown: false, call: '', stage: 'none', consulted: false };

export function receive(s: DeskState, m: Message): DeskState {
  if (m.me) return meIs(s, m.me);
  if (m.event) return happened(s, m.event);
  if (m.places) return { ...s, places: m.places, placesKnown: true };
  if (m.suggest) return { ...s, suggest: m.suggest };
  return s;
}

function meIs(s: DeskState, me: AgentStatus): DeskState {
  const next = { ...s, me };
  // The page was loaded anew in the middle of a call. Otherwise an offer comes with
  // its event: the state may overtake it, and the call is not ours to read before.
  if (me.call && me.call !== s.call && (me.state === 'talking' || (me.state === 'offered' && !s.me))) {
    return { ...next, call: me.call, stage: me.state === 'talking' ? 'talking' : 'popped', consulted: false, missed: undefined };
  }
  if (me.state === 'talking' && me.call === s.call && (s.stage === 'ringing' || s.stage === 'popped')) return { ...next, stage: 'talking' };
  return next;
}

function happened(s: DeskState, ev: Event): DeskState {
  const id = s.me?.id;
  const mine = s.call === ev.call;
  switch (ev.kind) {
    case 'popped':
      if (ev.body.agent !== id || (mine && s.stage !== 'review' && s.stage !== 'wrap')) return s;
      return { ...s, call: ev.call, stage: 'popped', consulted: false, missed: undefined };
    case 'offered':
      if (ev.body.agent !== id || (mine && s.stage === 'talking')) return s;
      return { ...s, call: ev.call, stage: 'ringing', missed: undefined };
    case 'agent.joined':
      if (ev.body.agent !== id) return s;
      return { ...s, call: ev.call, stage: 'talking', consulted: ev.body.as === 'consulted', missed: undefined };
    case 'consult.ended':
      return mine && s.consulted && ev.body.how !== 'cancel' ? { ...s, consulted: false } : s;
    case 'agent.left':
      if (!mine || ev.body.agent !== id) return s;
      return left(s, ev.body.reason);
    case 'call.ended':
      return mine ? left(s, ev.body.reason) : s;
    default:
      return s;
  }
}

function left(s: DeskState, reason: string): DeskState {
  if (s.stage === 'talking') return { ...s, stage: 'wrap', consulted: false };
  if (s.stage === 'popped' || s.stage === 'ringing') return { ...s, stage: 'none', call: '', missed: { call: s.call, reason } };
  return s;
}

// open shows a call of the past; close clears the screen. Neither takes a call
// off the screen that the agent has.
export function open(s: DeskState, call: string): DeskState {
  return busy(s) ? s : { ...s, call, stage: 'review', missed: undefined };
}
export function close(s: DeskState): DeskState {
  return busy(s) ? s : { ...s, call: '', stage: 'none', missed: undefined };
}
export const busy = (s: DeskState) => s.stage === 'popped' || s.stage === 'ringing' || s.stage === 'talking';
