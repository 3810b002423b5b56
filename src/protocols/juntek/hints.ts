import type { JuntekFrame } from './frame.ts';

/**
 * What silence, or the wrong frames, probably mean on a Juntek line. The causes are those that owners met
 * (threads 3, 10, 20 and 27 of tfyoung/esphome-junctek_kgf).
 */
export function diagnose(asked: number) {
  return (heard: {
    readonly others: readonly JuntekFrame[];
    readonly bytes: number;
    readonly noise: number;
  }): string => {
    const elsewhere = [
      ...new Set(heard.others.filter((f) => f.from === 'meter' && f.address !== asked).map((f) => f.address)),
    ];
    if (elsewhere.length > 0) {
      return `a meter at address ${elsewhere.join(', ')} is heard, ${asked} was asked: try --address ${elsewhere.join(' or ')}`;
    }
    if (heard.others.some((f) => f.from === 'meter' && f.instruction === 'R' && !f.verified)) {
      return 'answers come with a check sum of 0, which means "not verified": they are only believed when the meter says the same twice, so poll it';
    }
    if (heard.others.every((frame) => frame.from === 'master') && heard.others.length > 0) {
      return 'only requests of a display or another master are heard, no answers: is the meter powered, and are A and B the same way round as the display has them?';
    }
    if (heard.others.length > 0)
      return 'the meter answers other questions, but not this one: its firmware may not know it';
    if (heard.bytes > 0) {
      return 'bytes arrive that make no whole line of this protocol: the baud rate is wrong (the meter speaks 115200 8N1), A and B are swapped, another device is on the line, or a converter cuts lines';
    }
    return (
      'is the meter powered, is the plug in its RS485 "LINK" socket (the one next to the terminals), are A and B the right way round, ' +
      `and is its address ${asked} (P${String(asked).padStart(2, '0')} on a display; --address find looks for it)?`
    );
  };
}
