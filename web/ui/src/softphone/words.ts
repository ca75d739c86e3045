import { dict, type T } from '../i18n';
import { explain, type errorWords } from '../api/explain';
import { MicError } from './devices';

export const phoneWords = dict({
  idle: 'Softphone ready', asking: 'Please allow the microphone', connecting: 'Connecting', connected: 'Connected', reconnecting: 'Network changed: reconnecting',
  mic_denied: 'The microphone was refused. Allow it at the left of the address bar and try again.',
  mic_missing: 'There is no microphone. Connect one and try again.',
  mic_busy: 'Another program has the microphone. Close it there and try again.',
  mic_insecure: 'Browsers give the microphone to HTTPS pages only, or to this machine itself.',
  mute: 'Mute', unmute: 'Unmute', keypad: 'Keypad', devices: 'Devices', microphone: 'Microphone', speaker: 'Speaker', systemDefault: 'System default',
  yourLevel: 'Your level', theirLevel: 'Their level', unnamed: 'Device {n}', test: 'Test the microphone', stopTest: 'Stop the test',
}, {
  idle: '软电话就绪', asking: '请允许使用麦克风', connecting: '正在接通', connected: '已接通', reconnecting: '网络变化，正在重新连接',
  mic_denied: '麦克风被拒绝。请在地址栏左侧允许后重试。',
  mic_missing: '没有找到麦克风，请接上后重试。',
  mic_busy: '麦克风被其他程序占用，请关闭后重试。',
  mic_insecure: '浏览器只允许 HTTPS 页面或本机使用麦克风。',
  mute: '静音', unmute: '取消静音', keypad: '键盘', devices: '设备', microphone: '麦克风', speaker: '扬声器', systemDefault: '系统默认',
  yourLevel: '我的音量', theirLevel: '对方音量', unnamed: '设备 {n}', test: '测试麦克风', stopTest: '停止测试',
});

// explainPhone says what kept the phone from the call.
export function explainPhone(e: unknown, t: T<typeof phoneWords.en>, errors: T<typeof errorWords.en>): string {
  return e instanceof MicError ? t(`mic_${e.problem}`) : explain(e, errors);
}
