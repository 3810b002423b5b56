import type { FunctionComponent, JSX } from 'preact';
import type { ApiMember } from '../../core/site/api.ts';
import { t } from '../i18n/language.ts';
import { shell } from '../shell/shell-texts.ts';
import { href, route } from '../shell/route.ts';
import { store } from '../state/store.ts';

/** A screen about one member: that of the address, else the first that is wanted, with tabs where there are several. */
export function memberScreen(
  screen: string,
  wanted: (member: ApiMember) => boolean,
  Of: FunctionComponent<{ readonly member: ApiMember }>,
): () => JSX.Element {
  return function MemberScreen() {
    const members = (store.site.value?.members ?? []).filter(wanted);
    const [name] = route.value.rest;
    const member = members.find((one) => one.name === name) ?? members[0];
    return (
      <>
        {members.length > 1 && (
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
        )}
        {member !== undefined && <Of key={member.name} member={member} />}
      </>
    );
  };
}
