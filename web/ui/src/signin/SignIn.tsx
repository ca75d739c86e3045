import { Alert, Button, Divider, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { ApiError, errorWords, explain, home, signIn, ways, type Ways } from '../api';
import { follow, useT } from '../i18n';
import { Frame } from './Frame';
import { signinWords } from './words';

// next is the page that the person wanted; only one of ours.
function next(otherwise: string): string {
  const to = new URLSearchParams(location.search).get('to') ?? '';
  return /^\/(desk|console)(\/|\?|#|$)/.test(to) ? to : otherwise;
}

// refused says why the company's sign-in sent the person back.
function refused(): 'refused' | 'away' | null {
  const why = new URLSearchParams(location.search).get('error');
  return why === null ? null : why === 'unavailable' || why === 'too_many' ? 'away' : 'refused';
}

export function SignIn() {
  const t = useT(signinWords), errors = useT(errorWords);
  const [how, setHow] = useState<Ways>({ password: true, oidc: null }), [problem, setProblem] = useState(''), [busy, setBusy] = useState(false), [caps, setCaps] = useState(false);
  useEffect(() => {
    ways().then(setHow, () => {}); // a password always works, or the answer says why not
    const why = refused();
    if (why) setProblem(t(why));
  }, []);
  const submit = async ({ user, password }: { user: string; password: string }) => {
    setBusy(true);
    setProblem('');
    try {
      const u = await signIn(user.trim(), password);
      follow(u.language);
      location.replace(next(home(u)));
    } catch (e) {
      setBusy(false);
      setProblem(e instanceof ApiError && (e.status === 401 || e.status === 403) ? t('wrong') : explain(e, errors));
    }
  };
  return (
    <Frame title={t('title')}>
      {problem && <Alert type="error" showIcon message={problem} role="alert" style={{ marginBottom: 16 }} />}
      {how.password && (
        <Form layout="vertical" onFinish={submit} requiredMark={false} data-testid="signin-form">
          <Form.Item name="user" label={t('name')} rules={[{ required: true, message: t('needed') }]}>
            <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('needed') }]} extra={caps && t('capsLock')}>
            <Input.Password autoComplete="current-password" onKeyUp={(e) => setCaps(e.getModifierState('CapsLock'))} />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy} data-testid="signin">{t('signin')}</Button>
        </Form>
      )}
      {how.oidc && <>{how.password && <Divider plain />}<Button block href={`/api/v1/oidc/login?to=${encodeURIComponent(next('/'))}`}>{t('sso', { name: how.oidc.name })}</Button></>}
    </Frame>
  );
}
