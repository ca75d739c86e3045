// Notes that are being written, kept by call: a new call, a reload or a dead
// battery takes no word away.
const key = (call: string) => `note.${call}`;
export const draft = (call: string) => localStorage.getItem(key(call)) ?? '';
export const hasDraft = (call: string) => draft(call).trim() !== '';
export function keepDraft(call: string, text: string) {
  if (text) localStorage.setItem(key(call), text);
  else localStorage.removeItem(key(call));
}
