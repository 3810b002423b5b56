import { Component, type ComponentChildren } from 'preact';
import { t } from '../i18n/language.ts';
import { shell } from './shell-texts.ts';

/** Keeps a screen that fails from taking the others with it. (Catching errors needs a class.) */
export class Boundary extends Component<{ children: ComponentChildren }, { error?: string }> {
  static override getDerivedStateFromError(error: unknown): { error: string } {
    return { error: error instanceof Error ? error.message : String(error) };
  }

  override render(): ComponentChildren {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <section class="card notice bad" role="alert">
        <p>{t(shell.broken)}</p>
        <p class="quiet">{error}</p>
      </section>
    );
  }
}
