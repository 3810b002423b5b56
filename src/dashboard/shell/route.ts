import { computed, signal } from '@preact/signals';

/** Where in the dashboard a person is: what stands behind the `#` of the address, so that any proxy path will do. */
export interface Route {
  /** Name of the screen; empty: the first one. */
  readonly screen: string;
  /** What the screen shows, such as the name of a member. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

/** Takes an address fragment apart: `#/history/x?series=a`. */
export function parseRoute(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [screen = '', ...rest] = path.split('/').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return { screen, rest: rest.filter((part) => part !== ''), query: new URLSearchParams(query) };
}

/** The address of a screen, for links. */
export function href(
  screen: string,
  rest: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) pairs.set(name, value);
  const path = [screen, ...rest].map(encodeURIComponent).join('/');
  return `#/${path}${pairs.size === 0 ? '' : `?${pairs.toString()}`}`;
}

const fragment = signal(typeof location === 'undefined' ? '' : location.hash);

/** Where we are. */
export const route = computed(() => parseRoute(fragment.value));

/** Follows the address bar. */
export function startRouting(): void {
  window.addEventListener('hashchange', () => {
    fragment.value = location.hash;
  });
}

/** Goes somewhere; `replace` leaves no step to go back to. */
export function go(to: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', to);
    fragment.value = to;
  } else location.hash = to;
}
