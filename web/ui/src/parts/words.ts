import { dict } from '../i18n';

// What the parts say, and the names of what the server calls by a code.
export const partWords = dict({
  language: 'Language', broken: 'This page has a fault. Reload it; calls are not lost by that.', reload: 'Reload',
  caller: 'Caller', bot: 'Bot', agent: 'Agent', whisper: 'Whisper', you: 'You', supervisor: 'Supervisor',
  nothingSaid: 'Nothing has been said yet. What caller, bot and agent say appears here as they say it.',
  transcript: 'Transcript', cut: 'interrupted after {seconds} s', playFrom: 'Play from {time}', jumpNewest: 'Newest',
  emotionLine: 'Emotion of the caller over the call', noEmotion: 'No emotion yet: it comes with the first words of the caller.',
  neutral: 'neutral', satisfied: 'satisfied', urgent: 'urgent', frustrated: 'frustrated', threatening: 'threatening', angry: 'angry', abusive: 'abusive',
  ready: 'Ready', offered: 'Ringing', talking: 'Talking', wrapUp: 'Wrap-up', away: 'Away', offline: 'Offline',
  ringing: 'ringing', withBot: 'with the bot', waiting: 'waiting', withAgent: 'with an agent', ended: 'ended',
  play: 'Play', pause: 'Pause', noRecording: 'There is no recording of this call.', left: 'Caller', right: 'Far side', recording: 'Recording',
  live: 'Live', connecting: 'Connecting', reconnecting: 'Reconnecting', closed: 'Closed', signOut: 'Sign out', skip: 'Skip to the content',
}, {
  language: '语言', broken: '页面出错，请重新加载；通话不会因此中断。', reload: '重新加载',
  caller: '来电者', bot: '机器人', agent: '客服', whisper: '密语', you: '我', supervisor: '主管',
  nothingSaid: '还没有人说话。来电者、机器人和客服说的话会实时显示在这里。',
  transcript: '对话记录', cut: '{seconds} 秒后被打断', playFrom: '从 {time} 播放', jumpNewest: '最新',
  emotionLine: '来电者在通话中的情绪', noEmotion: '还没有情绪信息：来电者开口后才会出现。',
  neutral: '平静', satisfied: '满意', urgent: '着急', frustrated: '不满', threatening: '扬言投诉或离开', angry: '生气', abusive: '辱骂',
  ready: '空闲', offered: '振铃', talking: '通话中', wrapUp: '话后处理', away: '离开', offline: '离线',
  ringing: '振铃', withBot: '机器人接待', waiting: '排队中', withAgent: '人工服务中', ended: '已结束',
  play: '播放', pause: '暂停', noRecording: '该通话没有录音。', left: '来电者', right: '对方', recording: '录音',
  live: '实时', connecting: '连接中', reconnecting: '重新连接', closed: '已关闭', signOut: '退出登录', skip: '跳到正文',
});

export const passwordWords = dict({
  title: 'Change my password', old: 'Present password', next: 'New password', again: 'New password, once more', change: 'Change', cancel: 'Cancel', changed: 'Your password is changed.',
  needed: 'Please fill this in.', short: 'At least {n} characters. A few words in a row are good.', differ: 'The two are not the same.', wrongOld: 'The present password is not right.', others: 'You stay signed in here. Your other browsers are signed out.',
}, {
  title: '修改我的密码', old: '当前密码', next: '新密码', again: '再次输入新密码', change: '修改', cancel: '取消', changed: '密码已修改。',
  needed: '请填写此项。', short: '至少 {n} 个字符；几个词连在一起就很好。', differ: '两次输入不一致。', wrongOld: '当前密码不正确。', others: '此处保持登录，您的其他浏览器会退出登录。',
});
