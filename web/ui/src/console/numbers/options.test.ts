import { expect, it } from 'vitest';
import { byHour, other } from './options';
import type { Bucket } from './types';

const bucket = (at: string, calls: number): Bucket => ({ at, calls, contained: 0, transferred: 0, abandoned: 0, wait_mean_ms: 0 });

it('adds the same hours of all days up', () => {
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();
  const hours = byHour([bucket(at(1, 9), 2), bucket(at(2, 9), 3), bucket(at(2, 23), 1)]);
  expect([hours.length, hours[9], hours[23], hours[0]]).toEqual([24, 5, 1, 0]);
});

it('counts no call twice', () => {
  expect(other({ calls: 10, contained: 4, transferred: 3, abandoned: 1 })).toBe(2);
  expect(other({ calls: 1, contained: 1, transferred: 1, abandoned: 0 })).toBe(0);
});
