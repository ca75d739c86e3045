// Where in the console the reader is: the path below /console and its query.
import { useSyncExternalStore, type AnchorHTMLAttributes } from 'react';

export const root = '/console';
const listeners = new Set<() => void>();
const told = () => { for (const f of listeners) f(); };
addEventListener('popstate', told);

// go opens another page of the console; in place does so without a step back.
export function go(to: string, inPlace = false) {
  if (inPlace) history.replaceState(null, '', root + to);
  else history.pushState(null, '', root + to);
  told();
}

export interface Route { path: string; query: URLSearchParams }

const here = () => location.pathname + location.search;

export function useRoute(): Route {
  const now = useSyncExternalStore((f) => { listeners.add(f); return () => listeners.delete(f); }, here);
  const url = new URL(now, location.href);
  return { path: url.pathname.slice(root.length).replace(/\/$/, '') || '/', query: url.searchParams };
}

// Link is an anchor that changes the page without loading it anew.
export function Link({ to, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a href={root + to} {...rest} onClick={(e) => {
      rest.onClick?.(e);
      if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
      e.preventDefault();
      go(to);
    }} />
  );
}
