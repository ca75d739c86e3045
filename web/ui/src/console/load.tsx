// What a page asks of the server, and how it shows that it waits or failed.
import { Alert, App, Button, Skeleton } from 'antd';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { errorWords, explain, get } from '../api';
import { useT } from '../i18n';
import { consoleWords } from './words';

export interface Loaded<D> { data?: D; problem?: unknown; busy: boolean; again: () => void }

// useLoad gets a path; an empty one is not asked for. What came before stays
// until the answer to another path is there. every is ms between looks.
export function useLoad<D>(path: string, every = 0): Loaded<D> {
  const [state, set] = useState<{ path: string; data?: D; problem?: unknown }>({ path: '' }), [round, setRound] = useState(0);
  useEffect(() => {
    if (!path) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      try {
        const data = await get<D>(path, stop.signal);
        set({ path, data });
      } catch (problem) {
        if (!stop.signal.aborted) set((s) => ({ path, data: s.path === path ? s.data : undefined, problem }));
      }
      if (every && !stop.signal.aborted) timer = setTimeout(ask, every);
    };
    void ask();
    return () => { stop.abort(); clearTimeout(timer); };
  }, [path, every, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return { data: state.data, problem: state.path === path ? state.problem : undefined, busy: !!path && state.path !== path, again };
}

// Shown shows what was loaded, or that it is on its way, or why it is not.
export function Shown<D>({ of, children }: { of: Loaded<D>; children: (d: D) => ReactNode }) {
  const t = useT(consoleWords), errors = useT(errorWords);
  return (
    <>
      {of.problem !== undefined && <Alert type="warning" showIcon role="alert" style={{ marginBottom: 12 }} message={explain(of.problem, errors)}
        action={<Button size="small" onClick={of.again}>{t('again')}</Button>} />}
      {of.data !== undefined ? children(of.data) : of.problem === undefined && <Skeleton active paragraph={{ rows: 6 }} />}
    </>
  );
}

// useAct does something at the server and tells how it went; busy while it does.
export function useAct() {
  const errors = useT(errorWords), { message } = App.useApp();
  const [busy, setBusy] = useState(false), alive = useRef(true);
  useEffect(() => { alive.current = true; return () => { alive.current = false; }; }, []);
  const act = useCallback(async <R,>(what: () => Promise<R>, done?: string): Promise<R | undefined> => {
    setBusy(true);
    try {
      const r = await what();
      if (done) void message.success(done);
      return r;
    } catch (e) {
      void message.error(explain(e, errors));
      return undefined;
    } finally {
      if (alive.current) setBusy(false);
    }
  }, [errors, message]);
  return { act, busy };
}
