import { AuditOutlined, BarChartOutlined, BookOutlined, DesktopOutlined, KeyOutlined, LockOutlined, LogoutOutlined, MenuOutlined, PhoneOutlined, TeamOutlined } from '@ant-design/icons';
import { Button, Drawer, Empty, Grid, Layout, Menu, Result, Skeleton } from 'antd';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import type { User } from '../api';
import { useT } from '../i18n';
import { LanguageSwitch, leave, partWords, passwordWords } from '../parts';
import './console.css';
import { Link, useRoute } from './route';
import { consoleWords } from './words';

// Each page is loaded when it is first opened.
const Wall = lazy(() => import('./wall/Wall'));
const CallList = lazy(() => import('./calls/CallList'));
const CallPage = lazy(() => import('./calls/CallPage'));
const Knowledge = lazy(() => import('./knowledge/Knowledge'));
const Numbers = lazy(() => import('./numbers/Numbers'));
const Users = lazy(() => import('./admin/Users'));
const Tokens = lazy(() => import('./admin/Tokens'));
const Audit = lazy(() => import('./admin/Audit'));
const Password = lazy(() => import('../parts/Password'));

type Key = 'wall' | 'calls' | 'knowledge' | 'numbers' | 'users' | 'tokens' | 'audit';
const items: { key: Key; to: string; icon: ReactNode; admin?: boolean }[] = [
  { key: 'wall', to: '/', icon: <DesktopOutlined /> },
  { key: 'calls', to: '/calls', icon: <PhoneOutlined /> },
  { key: 'knowledge', to: '/knowledge', icon: <BookOutlined /> },
  { key: 'numbers', to: '/numbers', icon: <BarChartOutlined /> },
  { key: 'users', to: '/users', icon: <TeamOutlined />, admin: true },
  { key: 'tokens', to: '/tokens', icon: <KeyOutlined />, admin: true },
  { key: 'audit', to: '/audit', icon: <AuditOutlined />, admin: true },
];

function page(first: string, rest: string, user: User): ReactNode {
  switch (first) {
    case '': return <Wall />;
    case 'calls': return rest ? <CallPage key={rest} id={rest} /> : <CallList />;
    case 'knowledge': return <Knowledge part={rest} />;
    case 'numbers': return <Numbers />;
    case 'users': return <Users me={user} />;
    case 'tokens': return <Tokens />;
    case 'audit': return <Audit />;
  }
  return <Nowhere />;
}

// Console is the frame around the supervisors' pages.
export function Console({ user }: { user: User }) {
  const t = useT(consoleWords), parts = useT(partWords);
  const { path } = useRoute();
  const wide = Grid.useBreakpoint().lg ?? true;
  const pw = useT(passwordWords);
  const [open, setOpen] = useState(false), [password, setPassword] = useState(false);
  const [first = '', ...rest] = path.slice(1).split('/');
  const item = items.find((i) => i.to === `/${first}`);
  useEffect(() => {
    setOpen(false);
    document.title = `${item ? t(item.key) : t('product')} · hotline`;
  }, [path, item, t]);
  if (user.role === 'agent') return <Result status="403" title={t('agentsOnly')} extra={<Button type="primary" href="/desk">{t('desk')}</Button>} />;
  const menu = (
    <Menu mode="inline" selectedKeys={item ? [item.key] : []} style={{ border: 0 }}
      items={items.filter((i) => !i.admin || user.role === 'admin').map((i) => ({ key: i.key, icon: i.icon, label: <Link to={i.to} data-testid={`nav-${i.key}`}>{t(i.key)}</Link> }))} />
  );
  const account = (
    <div className="account">
      <LanguageSwitch />
      {user.agent && <Button size="small" href="/desk">{t('desk')}</Button>}
      <Button size="small" icon={<LockOutlined />} onClick={() => setPassword(true)} aria-label={pw('title')} title={pw('title')} data-testid="password" />
      <Button size="small" icon={<LogoutOutlined />} onClick={() => void leave()} title={user.name} data-testid="signout">{parts('signOut')}</Button>
    </div>
  );
  return (
    <Layout className="console">
      <a className="skip" href="#content" onClick={(e) => { e.preventDefault(); document.getElementById('content')?.focus(); }}>{parts('skip')}</a>
      {wide ? (
        <Layout.Sider theme="light" width={200} className="side">
          <div className="brand">{t('product')}</div>
          <nav aria-label={t('menu')}>{menu}</nav>
          <div className="me"><b>{user.name}</b>{account}</div>
        </Layout.Sider>
      ) : (
        <header className="top">
          <Button icon={<MenuOutlined />} aria-label={t('menu')} aria-expanded={open} onClick={() => setOpen(true)} data-testid="menu" />
          <b>{item ? t(item.key) : t('product')}</b>
          <Drawer placement="left" width={260} open={open} onClose={() => setOpen(false)} title={user.name} styles={{ body: { padding: 8 } }} footer={account}>
            <nav aria-label={t('menu')}>{menu}</nav>
          </Drawer>
        </header>
      )}
      {password && <Suspense fallback={null}><Password user={user} close={() => setPassword(false)} /></Suspense>}
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<Skeleton active style={{ padding: 24 }} />}>
          {item?.admin && user.role !== 'admin' ? <Empty description={t('forbidden')} /> : page(first, rest.map(decodeURIComponent).join('/'), user)}
        </Suspense>
      </main>
    </Layout>
  );
}

function Nowhere() {
  const t = useT(consoleWords);
  return <Result status="404" title={t('nowhere')} extra={<Link to="/">{t('toWall')}</Link>} />;
}
