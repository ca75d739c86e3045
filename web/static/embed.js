// One line puts a call button on any page:
//   <script src="https://hotline.example/embed.js" data-to="shop" data-lang="en" async></script>
// The server must allow that page's site: http.embed. The call goes on while the panel is closed.
(() => {
  const script = document.currentScript;
  const { to = '', lang = '' } = script.dataset;
  const zh = (lang || document.documentElement.lang || navigator.language).startsWith('zh');
  const words = zh ? { open: '联系我们', back: '返回通话', close: '关闭', panel: '通话' } : { open: 'Call us', back: 'Back to the call', close: 'Close', panel: 'Call' };
  const page = new URL('call', script.src);
  page.search = new URLSearchParams({ to, lang: lang || (zh ? 'zh' : 'en') });

  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet(); // unlike a style element, no policy of the page's forbids it
  sheet.replaceSync(`
    :host { all: initial; position: fixed; z-index: 2147483000; inset: auto 16px 16px auto; font: 16px/1.4 system-ui, sans-serif; }
    button { font: inherit; cursor: pointer; border: 0; }
    button:focus-visible { outline: 3px solid #0b6b6b; outline-offset: 3px; }
    .open { display: block; margin-left: auto; min-height: 48px; padding: 0 24px; border-radius: 24px; background: #0b6b6b; color: #fff; font-weight: 600; box-shadow: 0 2px 12px #0005; }
    .panel { position: absolute; right: 0; bottom: 64px; width: min(400px, calc(100vw - 32px)); height: min(640px, calc(100dvh - 96px)); background: #fff; border: 1px solid #d5dddc; border-radius: 16px; overflow: hidden; box-shadow: 0 8px 40px #0006; }
    .panel[hidden] { display: none; }
    iframe { width: 100%; height: 100%; border: 0; }`);
  root.adoptedStyleSheets = [sheet];

  const panel = document.createElement('div');
  panel.className = 'panel';
  panel.hidden = true;
  panel.setAttribute('role', 'dialog');
  panel.setAttribute('aria-label', words.panel);
  const open = document.createElement('button');
  open.className = 'open';
  open.textContent = words.open;
  open.setAttribute('aria-expanded', 'false');
  root.append(panel, open);

  let frame;
  function toggle(on) {
    if (on && !frame) { // nothing is loaded before it is wanted
      frame = document.createElement('iframe');
      frame.title = words.panel;
      frame.allow = 'microphone; autoplay';
      frame.src = page;
      panel.append(frame);
    }
    panel.hidden = !on;
    open.setAttribute('aria-expanded', String(on));
    if (on) frame.focus(); else open.focus();
  }
  open.onclick = () => toggle(panel.hidden);
  root.addEventListener('keydown', (e) => { if (e.key === 'Escape' && !panel.hidden) toggle(false); });
  addEventListener('message', (e) => {
    if (!frame || e.source !== frame.contentWindow || e.origin !== page.origin) return;
    if (e.data?.hotline === 'close') toggle(false);
    if (e.data?.hotline === 'call') open.textContent = e.data.live ? words.back : words.open;
  });
  if (document.body) document.body.append(host);
  else addEventListener('DOMContentLoaded', () => document.body.append(host));
})();
