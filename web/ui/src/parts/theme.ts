import type { ThemeConfig } from 'antd';

// One accent, and greys that can be read: Ant Design's own secondary text is
// below the contrast that WCAG AA asks for.
export const accent = '#0b6b6b';

export const theme: ThemeConfig = {
  cssVar: true,
  hashed: false,
  token: {
    colorPrimary: accent, colorLink: accent, colorInfo: accent, colorSuccess: '#2e7031', colorWarning: '#95590a', colorError: '#b42318', colorInfoBg: '#e9f3f2', colorInfoBorder: '#b3d3d0',
    colorText: '#1c2424', colorTextSecondary: '#4d5757', colorTextTertiary: '#5c6666', colorTextDescription: '#4d5757', colorTextPlaceholder: '#667070',
    colorBgLayout: '#f3f5f4', colorBorder: '#cfd6d4', colorBorderSecondary: '#e3e8e6', borderRadius: 6, fontSize: 14, controlHeight: 32,
    fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    motionDurationMid: '0.12s', motionDurationSlow: '0.16s',
  },
  components: { Card: { headerHeight: 40, headerHeightSM: 34, bodyPaddingSM: 12 }, Tag: { defaultBg: '#eef1f0' }, Menu: { itemSelectedBg: '#e4efee' } },
};

// emotions has a colour for each, dark enough for text on white.
export const emotions: Record<string, string> = {
  neutral: '#5c6666', satisfied: '#2e7031', urgent: '#95590a', frustrated: '#b3500b', threatening: '#9c2f3f', angry: '#b42318', abusive: '#8a1c5e',
};
