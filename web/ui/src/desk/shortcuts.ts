import { useEffect, useRef } from 'react';

// keys are the shortcuts: Alt and a letter by its place on the keyboard, so that
// nothing happens while one types, and Macs work too.
export const keys = {
  answer: 'A', decline: 'X', mute: 'M', hold: 'H', hangup: 'L', keypad: 'K', transfer: 'T', consult: 'C', bot: 'B', callBack: 'P', note: 'N', disposition: 'O',
  search: 'S', send: '1', ready: 'R', away: 'Y', done: 'W', talk: 'J',
} as const;
export type Action = keyof typeof keys | 'help';

const byCode = new Map<string, Action>(Object.entries(keys).map(([action, k]) => [/\d/.test(k) ? `Digit${k}` : `Key${k}`, action as Action]));

// actionOf is what a key press asks for; '?' is for help where no text is typed.
export function actionOf(e: Pick<KeyboardEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'code' | 'key' | 'repeat'>, typing: boolean): Action | undefined {
  if (e.repeat || e.ctrlKey || e.metaKey) return undefined;
  if (e.altKey) return byCode.get(e.code);
  return e.key === '?' && !typing ? 'help' : undefined;
}

export type Handlers = Partial<Record<Action, () => void>>;

// useShortcuts calls the handler of a shortcut; actions without one do nothing.
export function useShortcuts(handlers: Handlers) {
  const now = useRef(handlers);
  now.current = handlers;
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const el = e.target as HTMLElement;
      const action = actionOf(e, el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
      const f = action && now.current[action];
      if (!f) return;
      e.preventDefault();
      f();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
