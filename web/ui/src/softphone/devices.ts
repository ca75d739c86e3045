// Which microphone and which speaker.

export interface Devices { inputs: MediaDeviceInfo[]; outputs: MediaDeviceInfo[] }
export interface Choice { input: string; output: string } // device ids; empty is the system's own

const key = 'devices';

export function chosen(): Choice {
  try {
    return { input: '', output: '', ...JSON.parse(localStorage.getItem(key) ?? '{}') };
  } catch {
    return { input: '', output: '' };
  }
}
export function choose(c: Choice) { localStorage.setItem(key, JSON.stringify(c)); }

// list is the devices there are. Their names are empty until the microphone was
// allowed once.
export async function list(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return { inputs: all.filter((d) => d.kind === 'audioinput'), outputs: all.filter((d) => d.kind === 'audiooutput') };
}

export type MicProblem = 'denied' | 'missing' | 'busy' | 'insecure';
export class MicError extends Error {
  constructor(readonly problem: MicProblem) { super(problem); }
}

// microphone opens the one that was chosen, or the system's own if that is gone.
export async function microphone(input = chosen().input): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new MicError('insecure'); // pages over plain HTTP have none
  const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: input ? { ...audio, deviceId: { exact: input } } : audio });
  } catch (e) {
    const name = e instanceof DOMException ? e.name : '';
    if (input && (name === 'OverconstrainedError' || name === 'NotFoundError')) return microphone('');
    throw new MicError(name === 'NotAllowedError' ? 'denied' : name === 'NotReadableError' ? 'busy' : 'missing');
  }
}
