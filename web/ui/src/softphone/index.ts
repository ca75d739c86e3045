import { useSyncExternalStore } from 'react';
import { Phone, type PhoneState } from './Phone';

export * from './DevicePicker';
export * from './devices';
export * from './level';
export * from './Levels';
export * from './Phone';
export * from './words';

let one: Phone | undefined;

// phone is the softphone of this page.
export const phone = () => (one ??= new Phone());

export function usePhone(): PhoneState {
  const p = phone();
  return useSyncExternalStore(p.subscribe, p.get);
}
