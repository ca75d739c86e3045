import { dict } from '../../i18n';

export const callWords = dict({
  title: 'Calls', search: 'Words that were said', intent: 'Intent', emotion: 'Emotion', agent: 'Agent', result: 'Result', time: 'Time', state: 'State', live: 'Live', ended: 'Ended',
  started: 'Began', who: 'Who', length: 'Length', more: 'Show earlier calls', clear: 'Clear', end: 'No earlier calls.',
  none: 'No call fits. Make the filter wider: fewer words, another time.', noneYet: 'No calls yet. Every call appears here from its first ring; dial the number or open the customers’ page.',
  customers: 'Open the customers’ page', turns: '{n} turns', notFound: 'There is no such call.',
  listen: 'Listen', whisper: 'Whisper', barge: 'Barge in', leave: 'Leave', listenWhy: 'You hear both; nobody hears you', whisperWhy: 'Only the agent hears you', bargeWhy: 'Everybody hears you',
  supervise: 'Take part', byPhone: 'By phone', phoneAddress: 'Your phone', phoneHint: '+4930123456', ring: 'Ring it', ringing: 'Your phone rings: you will listen.', noAgentYet: 'Whispering needs an agent in the call.', hangup: 'End the call', hangupSure: 'End this call for everybody?', youAre: 'You are in the call: {mode}', devices: 'Devices',
  events: 'Events', thatCall: 'that call', timings: 'Timings', remarks: 'Notes', known: 'Known', stats: 'Packets', noEvents: 'Nothing has happened yet but talk.', noTimings: 'No answer yet: each answer of the bot is measured here.', noSlots: 'Nothing yet: what the bot finds out appears here.',
  turn: 'Turn', endpoint: 'End of turn', asr: 'Recogniser', dialog: 'Dialog', tts: 'Voice', total: 'In all', timingWhy: 'Milliseconds from the end of the caller’s speech to the first sound of the answer.',
  codec: 'Codec', lost: 'lost', jitter: 'jitter', rtt: 'round trip', recordingSoon: 'The recording can be played when the call has ended.', unrecorded: 'There is no recording of this call.', written: 'The customer wrote: there is nothing to hear.',
  slot: 'Detail', value: 'Value', skill: 'Skill', language: 'Language', customer: 'Customer', segment: 'Segment', sources: 'Answered from',
}, {
  title: '通话', search: '说过的话', intent: '意图', emotion: '情绪', agent: '坐席', result: '结果', time: '时间', state: '状态', live: '进行中', ended: '已结束',
  started: '开始', who: '来电者', length: '时长', more: '显示更早的通话', clear: '清除', end: '没有更早的通话。',
  none: '没有符合条件的通话。请放宽条件：减少词语或更换时间。', noneYet: '还没有通话。每通电话从第一声振铃起就会出现在这里；请拨打号码或打开客户页面。',
  customers: '打开客户页面', turns: '{n} 轮', notFound: '没有这通电话。',
  listen: '监听', whisper: '密语', barge: '强插', leave: '退出', listenWhy: '您能听到双方，没有人能听到您', whisperWhy: '只有坐席能听到您', bargeWhy: '所有人都能听到您',
  supervise: '参与', byPhone: '用电话', phoneAddress: '您的电话', phoneHint: '+4930123456', ring: '呼叫', ringing: '您的电话正在振铃，接听后开始监听。', noAgentYet: '密语需要通话中有坐席。', hangup: '结束通话', hangupSure: '为所有人结束这通电话？', youAre: '您正在通话中：{mode}', devices: '设备',
  events: '事件', thatCall: '查看该通话', timings: '计时', remarks: '备注', known: '已知', stats: '数据包', noEvents: '除了对话，还没有发生其他事情。', noTimings: '还没有应答：机器人的每次应答都会在这里计时。', noSlots: '还没有：机器人了解到的信息会显示在这里。',
  turn: '轮次', endpoint: '判断结束', asr: '识别', dialog: '对话', tts: '语音', total: '合计', timingWhy: '从来电者说完到听到应答第一个声音的毫秒数。',
  codec: '编码', lost: '丢失', jitter: '抖动', rtt: '往返', recordingSoon: '通话结束后可以播放录音。', unrecorded: '该通话没有录音。', written: '客户使用文字对话，没有录音。',
  slot: '项目', value: '值', skill: '技能', language: '语言', customer: '客户', segment: '客户等级', sources: '答案来源',
});
