import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { loginWanted, post, session } from '../api/client.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import type { ApiSession } from '../../core/site/api.ts';
import { t } from '../i18n/language.ts';
import { connect } from '../state/live.ts';
import { FailureNote } from '../ui/notice.tsx';
import { login } from './login-texts.ts';

/** Asks for the password of the gateway. */
export function Login(): JSX.Element {
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);

  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      session.value = await post<ApiSession>('api/login', { password });
      loginWanted.value = false;
      await connect();
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="login" id="main">
      <form class="card" onSubmit={(event) => void enter(event)}>
        <img src="./icon.svg" width="48" height="48" alt="" />
        <h1>{t(login.title)}</h1>
        {/* Keeps password managers happy: there is one user, and its name is that of the program. */}
        <input
          class="hidden"
          type="text"
          autocomplete="username"
          value="busbar"
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        <label>
          <span>{t(login.password)}</span>
          <input
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        {failure !== undefined && <FailureNote failure={failure} />}
        <button type="submit" class="primary" disabled={busy || password === ''}>
          {t(login.enter)}
        </button>
        <p class="quiet">{t(login.hint)}</p>
      </form>
    </main>
  );
}
