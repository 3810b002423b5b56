/**
 * Measurements of a Juntek meter per second: bytes in chunks through scanner, check sum, all plausibility checks and
 * derived values, against the few lines that a script would have, which check nothing.
 *
 *     node bench/decode-juntek.ts
 *
 * Ends with 1 when ours is slower.
 */
import { complete } from '/work/main/src/core/field.ts';
import { scanner } from '/work/main/src/core/framing.ts';
import type { Values } from '/work/main/src/core/snapshot.ts';
import { measuredDerived, shuntMeasured } from '/work/main/src/devices/juntek/fields.ts';
import { framing, lineOf, message } from '/work/main/src/protocols/juntek/index.ts';
import { valuesOf } from '/work/main/src/protocols/juntek/exchange.ts';
import { seeded } from '/work/main/src/simulator/random.ts';
import kg from '/work/main/src/devices/juntek/kg.ts';

const LINES = 20_000;
const ROUNDS = 41;
const WARM_UP = 10;

const random = seeded(50);
const below = (limit: number): number => Math.floor(random() * limit);

/** R50 as a KG sends it, with values over the whole range that owners see. */
function line(): string {
  const values = [
    1000 + below(5000),
    below(20_000),
    below(420_000),
    below(25_000_000),
    below(10_000_000),
    below(8_000_000),
    80 + below(80),
    0,
    0,
    below(2),
    below(10_000),
    below(30_000),
  ];
  return lineOf(':r', 50, 1, `${values.join(',')},`);
}

const text = Array.from({ length: LINES }, line).join('');
const stream = new TextEncoder().encode(text);
/** What serial drivers and converters hand over: anything from a few bytes to a few lines. */
const chunks: Uint8Array[] = [];
for (let at = 0; at < stream.length;) {
  const size = 16 + below(240);
  chunks.push(stream.slice(at, at + size));
  at += size;
}

const measured = message({
  read: 50,
  title: 'Measurements',
  period: 1,
  body: shuntMeasured,
  derived: measuredDerived,
  initial: {} as never, // only simulators start with it
});
const known = { configured: { full_capacity: 420 } };

function ours(): Values[] {
  const scan = scanner(framing);
  const readings: Values[] = [];
  for (const chunk of chunks) {
    for (const found of scan.push(chunk)) {
      if (found.got !== 'frame') throw new Error(`a true line was refused: ${found.got}`);
      readings.push(complete(valuesOf(found.frame, measured), measured.derived, known));
    }
  }
  return readings;
}

function yardstick(): Record<string, number>[] {
  const readings: Record<string, number>[] = [];
  for (const one of new TextDecoder().decode(stream).split('\r\n')) {
    if (one === '') continue;
    const v = (one.split('=')[1] ?? '').split(',').map(Number);
    const current = v[11] === 1 ? (v[3] ?? 0) / 100 : -(v[3] ?? 0) / 100;
    readings.push({
      voltage: (v[2] ?? 0) / 100,
      current,
      power: ((v[2] ?? 0) / 100) * current,
      remaining_capacity: (v[4] ?? 0) / 1000,
      discharged_capacity: (v[5] ?? 0) / 1000,
      charged_energy: (v[6] ?? 0) / 100,
      running_time: v[7] ?? 0,
      temperature: (v[8] ?? 0) - 100,
      output: v[10] ?? 0,
      time_remaining: v[12] ?? 0,
      internal_resistance: (v[13] ?? 0) / 100,
      soc: (v[4] ?? 0) / 1000 / 4.2,
    });
  }
  return readings;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function timed(work: () => readonly unknown[]): number {
  const begun = performance.now();
  if (work().length !== LINES) throw new Error('lines were lost');
  return performance.now() - begun;
}

const frames = (): any[] => { const scan = scanner(framing); const o:any[]=[]; for (const c of chunks) for (const f of scan.push(c)) if (f.got==='frame') o.push(f.frame); return o; };
const F = frames(); const V = F.map(f=>valuesOf(f, measured));
const raw = () => { const o:any[]=[]; for (const f of F) o.push(framing.scan(f.bytes, f.start - 12 < 0 ? 0 : f.bytes.lastIndexOf(58, f.start), f.end+2)); return o; };
const dec = () => { const o:any[]=[]; for (const f of F) o.push(valuesOf(f, measured)); return o; };
const com = () => { const o:any[]=[]; for (const v of V) o.push(complete(v, measured.derived, known)); return o; };
const T:any={}; const fs:any={frames,raw,dec,com,ours,yardstick};
for(let i=0;i<40;i++) for(const k in fs){const b=performance.now();const r=fs[k]();const t=performance.now()-b; if(r.length!==LINES) throw k; if(i>8)(T[k]??=[]).push(t);}
for(const k in T) console.log(k, (median(T[k])/LINES*1e6).toFixed(0),'ns', (Math.min(...T[k])/LINES*1e6).toFixed(0));
