// The client of the HTTP API: JSON in and out, the token against forged requests
// in every one that changes something, and errors that carry the server's words.
import type { Session } from './types';

const base = '/api/v1/';

// ApiError is an answer that says no. status is 0 when no answer came at all.
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly retryAfter = 0, readonly reason = '') {
    super(message);
  }
}

let csrf = '';
let unauthorized = () => {};

// keepSession takes the token of a session that was begun or found.
export function keepSession(s: Session | null) { csrf = s?.csrf ?? ''; }

// whenSignedOut is called when the server knows our session no more.
export function whenSignedOut(f: () => void) { unauthorized = f; }

// send is fetch with the token; a network that fails is an ApiError too.
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const method = init.method ?? 'GET';
  if (csrf && method !== 'GET' && method !== 'HEAD') headers.set('X-CSRF-Token', csrf);
  try {
    return await fetch(path.startsWith('/') ? path : base + path, { ...init, headers, credentials: 'same-origin' });
  } catch (e) {
    if (init.signal?.aborted) throw e;
    throw new ApiError(0, 'offline', 'the server does not answer');
  }
}

async function failed(r: Response): Promise<ApiError> {
  let code = '', reason = '', message = r.statusText;
  try {
    const body = await r.json();
    code = body.code ?? '';
    reason = body.reason ?? '';
    message = body.message ?? message;
  } catch { /* not ours: a proxy's page */ }
  return new ApiError(r.status, code, message, Number(r.headers.get('Retry-After')) || 0, reason);
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const r = await send(path, {
    method, signal,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  if (!r.ok) {
    const err = await failed(r);
    if (err.status === 401 && !path.startsWith('session')) unauthorized();
    throw err;
  }
  const text = await r.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal);
export const post = <T = unknown>(path: string, body: unknown = {}) => call<T>('POST', path, body);
export const put = <T = unknown>(path: string, body: unknown) => call<T>('PUT', path, body);
export const patch = <T = unknown>(path: string, body: unknown) => call<T>('PATCH', path, body);
export const del = <T = unknown>(path: string) => call<T>('DELETE', path);

// lines is an answer of one JSON object a line.
export async function lines<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const r = await send(path, { signal });
  if (!r.ok) throw await failed(r);
  return (await r.text()).split('\n').filter(Boolean).map((l) => JSON.parse(l) as T);
}

// query makes "?a=1&b=2" of what is set.
export function query(of: Record<string, string | number | boolean | undefined | null>): string {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(of)) if (v !== undefined && v !== null && v !== '') q.set(k, String(v));
  const s = q.toString();
  return s && `?${s}`;
}
