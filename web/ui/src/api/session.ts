// Who is signed in.
import { ApiError, del, get, keepSession, post } from './client';
import type { Session, User, Ways } from './types';

// currentUser is who is signed in; null if nobody is.
export async function currentUser(): Promise<User | null> {
  try {
    const s = await get<Session>('session');
    keepSession(s);
    return s.user;
  } catch (e) {
    if (e instanceof ApiError && e.status === 401) { keepSession(null); return null; }
    throw e;
  }
}

export async function signIn(user: string, password: string): Promise<User> {
  const s = await post<Session>('session', { user, password });
  keepSession(s);
  return s.user;
}

export async function signOut(): Promise<void> {
  await del('session');
  keepSession(null);
}

// setUp uses a one-time link; the server may sign the person in with it.
export const setUp = (token: string, user: string, name: string, password: string) => post<Partial<Session>>('setup', { token, user, name, password });
export const changePassword = (old: string, next: string) => post('session/password', { old, new: next });
export const ways = () => get<Ways>('session/ways');

// checkLink is whom a one-time link is for; null for the first administrator, who
// chooses who they are.
export const checkLink = async (token: string) => (await post<{ user: User | null }>('setup/check', { token })).user;

// home is where a person works.
export const home = (u: User) => (u.role === 'agent' ? '/desk' : '/console');
