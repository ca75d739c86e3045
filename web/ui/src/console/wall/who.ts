import type { Call } from '../../api';

// who is at the other end: the customer's name, or the number.
export const who = (c: Pick<Call, 'from' | 'name'>, unknown: string, web: string) => c.name || (c.from === 'web' ? web : c.from || unknown);
