import { Alert, Button, Result } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { User } from '../api';
import { useT } from '../i18n';
import { LanguageSwitch } from '../parts/Shell';
import { leave } from '../parts/SignedIn';
import { partWords } from '../parts/words';
import './desk.css';
import { Idle } from './Idle';
import { Store, useStore } from './store';
import { TopBar } from './TopBar';
import { deskWords } from './words';

const CallPage = lazy(() => import('./CallPage'));

export function Desk({ user }: { user: User }) {
  const t = useT(deskWords), p = useT(partWords);
  useEffect(() => { document.title = `${t('title')} · hotline`; }, [t]);
  if (!user.agent) {
    return (
      <main className="nodesk">
        <Result status="info" title={user.name} subTitle={t('noAgent')} extra={[
          user.role !== 'agent' && <Button key="c" type="primary" href="/console">{t('toConsole')}</Button>, <Button key="o" onClick={() => void leave()}>{p('signOut')}</Button>, <LanguageSwitch key="l" />]} />
      </main>
    );
  }
  return <Window user={user} />;
}

function Window({ user }: { user: User }) {
  const [store, setStore] = useState<Store>();
  useEffect(() => {
    const s = new Store(user);
    setStore(s);
    void import('./CallPage'); // the first call finds it loaded
    return () => s.stop();
  }, [user]);
  return store ? <Board store={store} /> : null;
}

function Board({ store }: { store: Store }) {
  const v = useStore(store), t = useT(deskWords);
  useEffect(() => {
    if (v.desk.stage !== 'talking') return;
    const ask = (e: BeforeUnloadEvent) => e.preventDefault(); // closing the page leaves the caller
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [v.desk.stage]);
  return (
    <div className="desk" data-stage={v.desk.stage}>
      <TopBar store={store} view={v} />
      {v.link === 'waiting' && <Alert banner type="warning" message={t('linkLost')} data-testid="link-lost" />}
      <main id="content" tabIndex={-1}>
        {v.desk.stage === 'none' ? <Idle store={store} view={v} /> : <Suspense fallback={null}><CallPage key={v.desk.call} store={store} view={v} /></Suspense>}
      </main>
    </div>
  );
}
