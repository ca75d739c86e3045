import { App, Button, ConfigProvider, Result, Segmented } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { Component, StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Language } from '../api/types';
import { language, speak, useLanguage, useT } from '../i18n';
import './base.css';
import { theme } from './theme';
import { partWords } from './words';

// mount shows a page: the look, the language, and a net below it.
export function mount(page: ReactNode) {
  speak(language(), false);
  createRoot(document.getElementById('root')!).render(<StrictMode><Shell>{page}</Shell></StrictMode>);
}

export function Shell({ children }: { children: ReactNode }) {
  const l = useLanguage();
  return (
    <ConfigProvider theme={theme} locale={l === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <App style={{ height: '100%' }}><Net>{children}</Net></App>
    </ConfigProvider>
  );
}

// Net catches a fault of the page and says what to do.
class Net extends Component<{ children: ReactNode }, { broken: boolean }> {
  state = { broken: false };
  static getDerivedStateFromError() { return { broken: true }; }
  render() { return this.state.broken ? <Broken /> : this.props.children; }
}

function Broken() {
  const t = useT(partWords);
  return <Result status="warning" title={t('broken')} extra={<Button type="primary" onClick={() => location.reload()}>{t('reload')}</Button>} />;
}

export function LanguageSwitch() {
  const t = useT(partWords), l = useLanguage();
  return (
    <Segmented<Language> size="small" value={l} aria-label={t('language')} onChange={(v) => speak(v)} data-testid="language"
      options={[{ value: 'en', label: 'EN', title: 'English' }, { value: 'zh', label: '中文', title: '中文' }]} />
  );
}
