import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Device } from '../core/device.ts';
import { dissect } from '../core/dissect.ts';
import { hex } from '../core/bytetext.ts';
import { pieceDocument } from '../core/frame-document.ts';
import type { FrameMonitor, Utterance } from '../core/frame-monitor.ts';
import type { ApiUtterance } from '../core/site/api.ts';
import { printRecording } from '../dashboard/frames/recording.ts';
import { clockText } from '../dashboard/i18n/format.ts';
import { t } from '../dashboard/i18n/language.ts';
import { Utterances } from '../dashboard/screens/bus/utterances.tsx';
import { saveFile } from '../dashboard/ui/save-file.ts';
import { catalog } from '../devices/index.ts';
import { texts } from './page-texts.ts';
import { monitor, port, seen } from './reader.ts';

/** Milliseconds between two looks at the line. */
const LOOK = 400;
/** Utterances that are shown; the capture has all that are kept. */
const MOST = 100;

/** What was sent and heard, with its meaning; explained only while somebody looks. */
export function Frames(): JSX.Element | null {
  const [isOpen, setOpen] = useState(false);
  const source = monitor.value;
  const device = seen.value?.device;
  const said = useSaid(isOpen ? source : undefined, device);
  if (port.value === undefined) return null;
  return (
    <details class="card" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t(texts.frames)}</summary>
      {isOpen && (
        <Utterances said={said} when={(at) => clockText(at)}>
          <button type="button" disabled={said.length === 0} onClick={() => save(source, device)}>
            {t(texts.save_frames)}
          </button>
        </Utterances>
      )}
    </details>
  );
}

/** What is said on a line, newest first. */
function useSaid(source: FrameMonitor | undefined, device: Device | undefined): readonly ApiUtterance[] {
  const [said, setSaid] = useState<readonly ApiUtterance[]>([]);
  useEffect(() => {
    setSaid([]);
    if (source === undefined) return;
    const devices = device === undefined ? catalog.devices : [device];
    let last = 0;
    const look = (): void => {
      const fresh = source.recent().filter(({ number }) => number > last);
      last = fresh.at(-1)?.number ?? last;
      if (fresh.length === 0) return;
      const explained = fresh.slice(-MOST).map((one) => explain(one, devices));
      setSaid((known) => [...explained.reverse(), ...known].slice(0, MOST));
    };
    look();
    const timer = setInterval(look, LOOK);
    return () => clearInterval(timer);
  }, [source, device]);
  return said;
}

function explain({ bytes, ...rest }: Utterance, devices: readonly Device[]): ApiUtterance {
  const frames = dissect(devices, bytes).map((piece) => pieceDocument(piece, devices));
  return { ...rest, bytes: hex(bytes), frames };
}

/** Keeps what was said as a capture, which `busbar decode` and `busbar replay` read. */
function save(source: FrameMonitor, device: Device | undefined): void {
  const header = { ...(device === undefined ? {} : { device: device.id }), origin: 'busbar in a browser' };
  // A capture holds bytes: their meaning is not wanted.
  const said = source.recent().map((one) => explain(one, []));
  saveFile(`${device?.id ?? 'line'}.cap`, printRecording(said, header));
}
