import { useEffect, useState } from 'react';
import { ApiError, Feed, get, type Call, type Event, type EventOf, type Link, type Saying } from '../../api';
import { apply, emptyCall, hear, type CallView } from '../../parts';

export interface OneCall { view: CallView; call?: Call; turns: EventOf<'turn'>['body'][]; ended?: EventOf<'call.ended'>['body']; link: Link; missing: boolean; problem?: unknown }

// useCall is one call, from its first event on and as it happens.
export function useCall(id: string): OneCall {
  const [state, set] = useState<OneCall>(() => ({ view: emptyCall(id), turns: [], link: 'connecting', missing: false }));
  const phase = state.view.phase;
  useEffect(() => {
    const stop = new AbortController();
    get<Call>(`calls/${encodeURIComponent(id)}`, stop.signal).then((call) => set((s) => ({ ...s, call, problem: undefined })), (problem) => {
      if (!stop.signal.aborted) set((s) => ({ ...s, problem, missing: problem instanceof ApiError && problem.status === 404 }));
    });
    return () => stop.abort();
  }, [id, phase]);
  useEffect(() => {
    if (state.missing) return;
    let waiting: (Event | { partial: Saying })[] = [], frame = 0;
    const flush = () => { // the events of a long call come all at once: they are one change
      frame = 0;
      const told = waiting, evs = told.filter((m): m is Event => !('partial' in m));
      waiting = [];
      set((s) => {
        const turns = evs.filter((e): e is EventOf<'turn'> => e.kind === 'turn').map((e) => e.body);
        const ended = evs.find((e): e is EventOf<'call.ended'> => e.kind === 'call.ended')?.body ?? s.ended;
        return { ...s, view: told.reduce((v, m) => ('partial' in m ? hear(v, m.partial) : apply(v, m)), s.view), turns: turns.length ? [...s.turns, ...turns] : s.turns, ended };
      });
    };
    const feed = new Feed<Event | { partial: Saying }>({
      path: `calls/${encodeURIComponent(id)}/events?partials=1`, ends: true, seq: (m) => ('partial' in m ? undefined : m.seq), link: (link) => set((s) => ({ ...s, link })),
      message: (e) => { waiting.push(e); frame ||= window.setTimeout(flush, 16); },
    });
    return () => { feed.close(); clearTimeout(frame); };
  }, [id, state.missing]);
  return state;
}
