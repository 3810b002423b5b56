import type { JSX } from 'preact';
import type { ApiMember } from '../../core/site/api.ts';
import { t } from '../i18n/language.ts';
import { shell } from '../shell/shell-texts.ts';
import { href } from '../shell/route.ts';
import { route } from '../shell/route.ts';
import { store } from '../state/store.ts';

/** The members that a screen can show, and the one it shows: that of the address, else the first. */
export function useMember(
  screen: string,
  wanted: (member: ApiMember) => boolean,
): { readonly member: ApiMember | undefined; readonly tabs: JSX.Element | null } {
  const members = (store.site.value?.members ?? []).filter(wanted);
  const [name] = route.value.rest;
  const member = members.find((one) => one.name === name) ?? members[0];
  if (members.length < 2) return { member, tabs: null };
  return {
    member,
    tabs: (
      <nav class="tabs" aria-label={t(shell.devices)}>
        {members.map((one) => (
          <a
            key={one.name}
            href={href(screen, [one.name])}
            {...(one === member ? { 'aria-current': 'page' as const } : {})}
          >
            {one.title}
          </a>
        ))}
      </nav>
    ),
  };
}
