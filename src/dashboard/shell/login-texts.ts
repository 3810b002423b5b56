import type { Texts } from '../i18n/language.ts';

/** Texts of the login. */
export const login = {
  title: ['Log in', 'Вход', 'Connexion'],
  password: ['Password', 'Пароль', 'Mot de passe'],
  enter: ['Log in', 'Войти', 'Se connecter'],
  hint: [
    'The password is the one of http.password in the configuration of the gateway.',
    'Пароль задан в настройках шлюза: http.password.',
    'Le mot de passe est celui de http.password dans la configuration de la passerelle.',
  ],
} as const satisfies Texts;
