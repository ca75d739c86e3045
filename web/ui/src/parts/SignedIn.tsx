import { Alert, Spin } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { errorWords, explain } from '../api/explain';
import { whenSignedOut } from '../api/client';
import { currentUser, signOut } from '../api/session';
import type { User } from '../api/types';
import { follow, useT } from '../i18n';

export function toSignIn() { location.replace(`/signin?to=${encodeURIComponent(location.pathname + location.search + location.hash)}`); }

export async function leave() {
  try { await signOut(); } catch { /* the session ends by itself */ }
  location.replace('/signin');
}

// SignedIn shows its page to who is signed in, and sends others to the sign-in.
// A server that is away is asked again.
export function SignedIn({ children }: { children: (u: User) => ReactNode }) {
  const errors = useT(errorWords);
  const [user, setUser] = useState<User>(), [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    whenSignedOut(toSignIn);
    const ask = () => currentUser().then((u) => {
      if (!u) { toSignIn(); return; }
      follow(u.language);
      setProblem(undefined);
      setUser(u);
    }, (e) => { setProblem(e); timer = setTimeout(ask, 2000); });
    void ask();
    return () => clearTimeout(timer);
  }, []);
  if (user) return <>{children(user)}</>;
  return <main style={{ display: 'grid', placeItems: 'center', height: '100%' }}>{problem ? <Alert type="warning" showIcon message={explain(problem, errors)} /> : <Spin size="large" />}</main>;
}
