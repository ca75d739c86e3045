import type { Call } from '../../api';

// who is at the other end: the customer's name, or the number, or how they came.
export const who = (c: Pick<Call, 'from' | 'name'>, words: (key: 'unknown' | 'web' | 'chat') => string) =>
  c.name || (c.from === 'web' || c.from === 'chat' ? words(c.from) : c.from || words('unknown'));
