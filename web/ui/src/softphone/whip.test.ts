import { expect, it } from 'vitest';
import { rms, shown } from './level';
import { parseLinks } from './whip';

it('reads ICE servers from Link headers', () => {
  expect(parseLinks('<stun:stun.example.net>; rel="ice-server", <turn:turn.example.net?transport=udp>; rel="ice-server"; username="u"; credential="p\\"\\\\"; credential-type="password"')).toEqual([
    { urls: 'stun:stun.example.net', username: undefined, credential: undefined },
    { urls: 'turn:turn.example.net?transport=udp', username: 'u', credential: 'p"\\' },
  ]);
  expect(parseLinks('</x>; rel="next"')).toEqual([]);
  expect(parseLinks('')).toEqual([]);
});

it('shows silence as nothing and a shout as all', () => {
  expect(shown(rms(new Float32Array(100)))).toBe(0);
  expect(shown(rms(new Float32Array(100).fill(1)))).toBe(1);
  expect(shown(0.02)).toBeGreaterThan(0.3);
  expect(shown(0.02)).toBeLessThan(0.5);
});
