// The messages of WHIP (RFC 9725), by which a browser joins a call.
import { ApiError, send } from '../api/client';

const sdp = { 'Content-Type': 'application/sdp' };

export interface Joined { location: string; call: string; leg: string; answer: string }

// parseLinks reads the ICE servers of Link headers (section 4.6).
export function parseLinks(link: string): RTCIceServer[] {
  return [...link.matchAll(/<([^>]+)>([^<]*)/g)].filter((m) => m[2]!.includes('ice-server')).map((m) => {
    const part = (name: string) => m[2]!.match(new RegExp(`${name}="((?:[^"\\\\]|\\\\.)*)"`))?.[1]?.replace(/\\(.)/g, '$1');
    return { urls: m[1]!, username: part('username'), credential: part('credential') };
  });
}

export async function iceServers(): Promise<RTCIceServer[]> {
  return parseLinks((await send('whip', { method: 'OPTIONS' })).headers.get('Link') ?? '');
}

async function refused(r: Response): Promise<ApiError> {
  const text = (await r.text()).trim();
  try {
    const body = JSON.parse(text);
    return new ApiError(r.status, body.code, body.message, Number(r.headers.get('Retry-After')) || 0, body.reason);
  } catch {
    return new ApiError(r.status, '', text || r.statusText);
  }
}

export async function post(query: string, offer: string): Promise<Joined> {
  const r = await send(`whip?${query}`, { method: 'POST', headers: sdp, body: offer });
  if (r.status !== 201) throw await refused(r);
  return { location: r.headers.get('Location') ?? '', call: r.headers.get('Hotline-Call') ?? '', leg: r.headers.get('Hotline-Leg') ?? '', answer: await r.text() };
}

// patch renews the session with a whole offer and returns the answer.
export async function patch(location: string, offer: string): Promise<string> {
  const r = await send(location, { method: 'PATCH', headers: sdp, body: offer });
  if (r.status !== 200) throw await refused(r);
  return r.text();
}

export async function leave(location: string): Promise<void> {
  try {
    await send(location, { method: 'DELETE', keepalive: true });
  } catch { /* it notices that we are gone */ }
}

// gathered waits for all candidates, or those of the first second.
export function gathered(pc: RTCPeerConnection): Promise<void> {
  if (pc.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(done, 1000);
    pc.addEventListener('icegatheringstatechange', () => {
      if (pc.iceGatheringState === 'complete') { clearTimeout(timer); done(); }
    });
  });
}
