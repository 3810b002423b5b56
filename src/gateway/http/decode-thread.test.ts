import { describe, expect, it } from 'vitest';
import { decodePasted } from './decode-thread.ts';

const never = new AbortController().signal;
// Each begins a frame that never ends, so that every protocol tries from each of them: takes about a second.
const LONG = '~20024600\n'.repeat(3_000);

describe('a long paste', () => {
  it('leaves this thread free while it is explained', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const frames = await decodePasted({ text: LONG, device: undefined }, never);
    clearInterval(timer);
    expect(frames.length).toBeGreaterThan(1_000);
    expect(turns).toBeGreaterThan(10);
  });

  it('is given up when whoever asked goes, also while it waits for its turn', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const running = decodePasted({ text: LONG, device: undefined }, first.signal);
    const waiting = decodePasted({ text: LONG, device: undefined }, second.signal);
    second.abort();
    first.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(decodePasted({ text: 'ff', device: 'nobody' }, never)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining("unknown device 'nobody'") as string,
    });
  });
});
