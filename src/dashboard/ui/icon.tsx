import type { JSX } from 'preact';

/** Line drawings of 24 by 24, by name. */
const PATHS: Readonly<Record<string, string>> = {
  home: 'M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z',
  battery: 'M3 8h15v9H3zM18 11h3v3h-3M6 11v3M9.5 11v3M13 11v3',
  gauge: 'M4 17a8 8 0 1 1 16 0M12 17l4-6M7 17h.01M17 17h.01',
  plug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
  chart: 'M4 4v16h16M7 15l4-5 3 3 5-7',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  wave: 'M3 12h3l2-6 4 12 3-9 2 3h4',
  magnifier: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 21 21',
  list: 'M4 6h3v3H4zM4 14h3v3H4zM11 7.5h9M11 15.5h9',
  plus: 'M12 5v14M5 12h14',
  out: 'M13 5h6v6M19 5l-8 8M10 6H5v13h13v-5',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5M14 4l-4 16',
  dice: 'M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1 1-1.1 1.8M12 17h.01',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6 6 18',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  arrow: 'M4 12h15M13 6l6 6-6 6',
  back: 'M20 12H5M11 6l-6 6 6 6',
  check: 'M5 12.5 10 17l9-10',
  warning: 'M12 4 2.8 20h18.4zM12 10v5M12 17.5h.01',
  grid: 'M12 3v18M7 21 12 3l5 18M4 8h16M6 13h12',
};

/** A picture that only repeats what the words beside it say: screen readers pass it over. */
export function Icon({ name, size = 20 }: { readonly name: string; readonly size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name] ?? ''} />
    </svg>
  );
}
