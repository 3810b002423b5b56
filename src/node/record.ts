import type { CaptureEntry } from '../core/capture.ts';
import type { Clock } from '../core/clock.ts';
import type { Channel, Link } from '../core/link.ts';

/**
 * Wraps a link so that every chunk in both directions is also given to the sink, with seconds since this call as
 * its time. Bytes pass as they are, at once and in order: a written chunk is noted when it is handed over, a
 * received one when its reader gets it. Closing, faults and line changes pass untouched.
 * @param sink must return quickly and must neither throw nor keep the right to change the bytes
 */
export function recording(link: Link, sink: (entry: CaptureEntry) => void, clock: Clock): Link {
  const start = clock.now();
  const note = (direction: '>' | '<', bytes: Uint8Array): void => {
    sink({ at: (clock.now() - start) / 1000, direction, bytes: bytes.slice() }); // the owner may reuse the array
  };

  function recorded(channel: Channel): Channel {
    async function* noted(): AsyncGenerator<Uint8Array, void> {
      for await (const chunk of channel.incoming) {
        note('<', chunk);
        yield chunk;
      }
    }
    const setLine = channel.setLine?.bind(channel);
    return {
      peer: channel.peer,
      incoming: noted(),
      write: (bytes) => {
        note('>', bytes);
        return channel.write(bytes);
      },
      ...(setLine === undefined ? {} : { setLine }),
      close: () => channel.close(),
    };
  }

  return {
    name: link.name,
    latency: link.latency,
    gap: link.gap,
    renewable: link.renewable,
    connect: async (line, signal) => recorded(await link.connect(line, signal)),
  };
}
