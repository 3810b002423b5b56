import type { SiteChange, SiteView } from './state.ts';

/** A site of which only some members are to be seen, as somebody who may not see the others sees it. */
export function onlyMembers(view: SiteView, names: readonly string[]): SiteView {
  const wanted = new Set(names);
  const { expected } = view;
  return {
    site: view.site,
    members: () => view.members().filter(({ name }) => wanted.has(name)),
    ...(expected === undefined ? {} : { expected: () => expected().filter((name) => wanted.has(name)) }),
    state: (name) => (wanted.has(name) ? view.state(name) : undefined),
    alarms: () => view.alarms().filter(({ member }) => member === undefined || wanted.has(member)),
    subscribe: (listener) =>
      view.subscribe((change) => {
        const member = memberOfChange(change);
        if (member === undefined || wanted.has(member)) listener(change);
      }),
  };
}

/** Whom a change concerns; undefined: the site as a whole. */
export function memberOfChange(change: SiteChange): string | undefined {
  switch (change.what) {
    case 'snapshot':
      return change.snapshot.device;
    case 'freshness':
      return change.member;
    case 'member':
      return change.name;
    case 'event':
      return change.event.member;
  }
}
