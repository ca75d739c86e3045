import { useEffect, type ReactNode } from 'react';
import icon from '../icon.svg';
import { useT } from '../i18n';
import { LanguageSwitch } from '../parts/Shell';
import { signinWords } from './words';

export function Frame({ title, children }: { title: string; children: ReactNode }) {
  const t = useT(signinWords);
  useEffect(() => { document.title = `${title} · hotline`; }, [title]);
  return (
    <div className="signin">
      <main>
        <header><img src={icon} width={36} height={36} alt="" /><div><b>hotline</b><p>{t('tagline')}</p></div><LanguageSwitch /></header>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}
