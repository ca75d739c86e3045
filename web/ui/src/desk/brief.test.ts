import { expect, it } from 'vitest';
import { known, named, orderLine, statements } from './brief';

it('takes both forms of what was tried', () => {
  expect(statements(['looked', { text: 'asked', at_ms: 7 }])).toEqual([{ text: 'looked' }, { text: 'asked', at_ms: 7 }]);
  expect(statements(null)).toEqual([]);
});

it('says an order in a line', () => {
  expect(orderLine({ state: 'late', order: '1704' })).toBe('1704 · late');
  expect(orderLine('1704')).toBe('1704');
});

it('shows what is known in the language of the agent', () => {
  const slots = { 'lookup.state.zh': '在途', 'lookup.state.en': 'on its way', order: '1704', 'caller.name': 'Li', empty: '' };
  expect(known(slots, 'en')).toEqual([['order', '1704'], ['lookup.state.en', 'on its way']]);
  expect(named('lookup.state.en')).toBe('lookup state');
});
