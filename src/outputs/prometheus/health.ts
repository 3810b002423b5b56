import type { LineStatus, OutputStatus, SiteHealth } from '../../core/site/index.ts';
import { type Book, named } from './samples.ts';

/** How the gateway, its lines and its outputs stand. */
export function healthSamples(book: Book, health: SiteHealth, prefix: string, site: string): void {
  const metric = named(prefix);
  book.add(metric('build_info', 'Version of busbar; always 1'), { version: health.version }, 1);
  book.add(
    metric('start_timestamp_seconds', 'When busbar was started, in seconds since 1970-01-01T00:00Z'),
    { site },
    health.startedAt / 1000,
  );
  for (const line of health.lines) lineSamples(book, line, prefix, site);
  for (const output of health.outputs) outputSamples(book, output, prefix, site);
}

function lineSamples({ add }: Book, line: LineStatus, prefix: string, site: string): void {
  const metric = named(prefix);
  const { health, devices, trouble } = line;
  const labels = { site, bus: line.name };
  add(metric('bus_up', 'Whether the link is there: 1, or 0'), labels, trouble === undefined ? 1 : 0);
  add(metric('bus_received_bytes_total', 'Bytes heard'), labels, health.bytesIn);
  add(metric('bus_sent_bytes_total', 'Bytes sent'), labels, health.bytesOut);
  add(metric('bus_frames_total', 'Frames that answered us'), labels, health.frames);
  add(metric('bus_foreign_frames_total', 'Good frames that were not for us'), labels, health.foreign);
  add(metric('bus_bad_frames_total', 'Frames whose check failed'), labels, health.bad);
  add(metric('bus_echoes_total', 'Requests of ours that were heard back'), labels, health.echoes);
  add(metric('bus_noise_bytes_total', 'Bytes that belonged to no frame'), labels, health.noiseBytes);
  add(
    metric('bus_stale_bytes_total', 'Unasked bytes thrown away before a request'),
    labels,
    health.staleBytes,
  );
  add(
    metric('bus_utilisation_ratio', 'Share of the last minute in which our dialogues held the line'),
    labels,
    health.utilisation,
  );
  for (const [device, one] of Object.entries(health.devices)) {
    const own = { ...labels, device };
    add(metric('device_answers_total', 'Requests that were answered'), own, one.answered);
    add(metric('device_retries_total', 'Requests that were made again'), own, one.retries);
    add(metric('device_silent_requests', 'Requests in a row without an answer'), own, one.silentFor);
    for (const [code, count] of Object.entries(one.faults)) {
      add(metric('device_faults_total', 'Requests that failed, by what was wrong'), { ...own, code }, count);
    }
    const turnaround = metric(
      'device_turnaround_seconds',
      'From the end of a request to the first byte of its answer, over the last 256',
    );
    add(turnaround, { ...own, percentile: '50' }, seconds(one.turnaround?.p50));
    add(turnaround, { ...own, percentile: '95' }, seconds(one.turnaround?.p95));
  }
  for (const { member, groups } of devices) {
    for (const [group, { read, failed, overruns, period }] of Object.entries(groups)) {
      const own = { ...labels, device: member, group };
      add(metric('poll_period_seconds', 'Time between two readings as wanted'), own, period);
      add(metric('polls_total', 'Readings of a group'), own, read);
      add(metric('poll_failures_total', 'Readings of a group that failed'), own, failed);
      add(
        metric(
          'poll_overruns_total',
          'Readings that came more than half a period late: the line is too slow',
        ),
        own,
        overruns,
      );
    }
  }
}

function outputSamples({ add }: Book, output: OutputStatus, prefix: string, site: string): void {
  const metric = named(prefix);
  const labels = { site, output: output.name, type: output.type };
  const { state } = output;
  // Switched off is neither.
  if (state !== 'off') {
    add(metric('output_up', 'Whether it delivers: 1, or 0'), labels, state === 'failing' ? 0 : 1);
  }
  add(metric('output_backlog_entries', 'Entries of the journal not delivered yet'), labels, output.backlog);
  add(
    metric('output_oldest_timestamp_seconds', 'When the oldest entry not delivered yet was measured'),
    labels,
    seconds(output.oldest),
  );
  add(metric('output_delivered_entries_total', 'Entries delivered'), labels, output.delivered);
  add(metric('output_quarantined_entries_total', 'Entries set aside'), labels, output.quarantined);
}

const seconds = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : milliseconds / 1000;
