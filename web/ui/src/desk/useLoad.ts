import { useCallback, useEffect, useState } from 'react';
import { get } from '../api';

export interface Loaded<T> { data?: T; error?: unknown; loading: boolean; reload: () => void }

// useLoad reads path, and again when it changes or when again does; data stays
// on the screen while it is read anew. An empty path reads nothing.
export function useLoad<T>(path: string, again: unknown = 0): Loaded<T> {
  const [state, set] = useState<{ path: string; data?: T; error?: unknown; loading: boolean }>({ path, loading: !!path });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!path) { set({ path, loading: false }); return; }
    const stop = new AbortController();
    set((s) => ({ path, data: s.path === path ? s.data : undefined, loading: true }));
    get<T>(path, stop.signal).then((data) => { if (!stop.signal.aborted) set({ path, data, loading: false }); }, (error) => {
      if (!stop.signal.aborted) set((s) => ({ ...s, error, loading: false }));
    });
    return () => stop.abort();
  }, [path, again, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { data: state.path === path ? state.data : undefined, error: state.error, loading: state.loading, reload };
}
