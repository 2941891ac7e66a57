// What a refusal is called and what can be done about it, in German: the keys of problems-en.ts.
import type { problemsEn } from './problems-en.ts';

export const problemsDe: Readonly<Record<keyof typeof problemsEn, string>> = {
  'problem.unexpected': 'Hier ist etwas schiefgegangen',
  'problem.unexpected.advice':
    'Die Seite ist auf etwas gestoßen, wofür sie nicht gemacht ist. Laden Sie sie neu; wenn es wieder geschieht, sagen Sie uns, was Sie getan haben.',
  'problem.server_unreachable': 'Der Server antwortet nicht',
  'problem.server_unreachable.advice':
    'Vielleicht startet er gerade, steht still oder ist von hier aus nicht zu erreichen. Nichts geht verloren; versuchen Sie es noch einmal.',
  'problem.not_logged_in': 'Sie sind nicht angemeldet',
  'problem.not_logged_in.advice': 'Ihre Sitzung ist beendet. Melden Sie sich wieder an, um weiterzumachen.',
  'problem.refused': 'Das hat nicht geklappt',
  'problem.forbidden': 'Das steht Ihrem Konto nicht offen',
  'problem.forbidden.advice': 'Wer {application} betreibt, kann ändern, was Ihr Konto darf.',
  'problem.not_found': 'Das ist nicht mehr hier',
  'problem.not_found.advice': 'Vielleicht wurde es eben entfernt. Laden Sie die Seite neu.',
  'problem.busy': 'Gerade ist hier viel los',
  'problem.late': 'Es hat zu lange gedauert',
  'problem.late.advice': 'Es wurde abgebrochen, damit andere nicht darauf warten. Versuchen Sie es noch einmal.',
  'problem.server': 'Der Server konnte es nicht tun',
  'problem.server.advice':
    'Der Fehler liegt beim Server und steht unter der Kennung unten in seinem Protokoll. Ein neuer Versuch kann helfen.',
  'problem.wait':
    '{seconds, plural, one {Versuchen Sie es in einer Sekunde wieder.} other {Versuchen Sie es in # Sekunden wieder.}}',
  'problem.waitMinutes':
    '{minutes, plural, one {Versuchen Sie es in einer Minute wieder.} other {Versuchen Sie es in # Minuten wieder.}}',
  'problem.waitALittle': 'Warten Sie ein wenig und versuchen Sie es dann wieder.',

  'problem.invalid_credentials': 'Das passt nicht zusammen',
  'problem.invalid_credentials.advice':
    'E-Mail-Adresse und Passwort gehören nicht zusammen. Prüfen Sie beide, und ob die Feststelltaste gedrückt ist.',
  'problem.email_not_verified': 'Ihre Adresse ist noch nicht bestätigt',
  'problem.email_not_verified.advice':
    'Öffnen Sie den Link in der E-Mail, die Sie bekommen haben, oder fordern Sie eine neue an.',
  'problem.too_many_attempts': 'Zu viele Versuche',
  'problem.too_many_requests': 'Zu viele Anfragen',
  'problem.proof_required': 'Ihr Browser sollte kurz etwas rechnen',
  'problem.proof_required.advice':
    'Gerade werden viele falsche Anmeldungen versucht. Laden Sie die Seite mit einem aktuellen Browser neu, unter einer Adresse, die mit https beginnt.',
  'problem.invalid_email': 'An diese Adresse kann keine E-Mail gehen',
  'problem.invalid_email.advice': 'Prüfen Sie sie auf einen Tippfehler.',
  'problem.invalid_name': 'So lässt sich der Name nicht speichern',
  'problem.invalid_name.advice': 'Er hat unsichtbare Zeichen. Tippen Sie ihn neu.',
  'problem.password_refused': 'Dieses Passwort ist zu leicht zu erraten',
  'problem.password_refused.advice': 'Wählen Sie ein anderes. Ein Satz eignet sich gut.',
  'problem.wrong_password': 'Das Passwort stimmt nicht',
  'problem.wrong_password.advice': 'Prüfen Sie es, und ob die Feststelltaste gedrückt ist.',
  'problem.email_taken': 'Mit dieser Adresse gibt es schon ein Konto',
  'problem.email_taken.advice': 'Melden Sie sich damit an, oder nehmen Sie eine andere Adresse.',
  'problem.invalid_link': 'Dieser Link gilt nicht mehr',
  'problem.invalid_link.advice': 'Er wurde benutzt, ist zu alt, oder es wurde ein neuerer gesendet.',
  'problem.step_up_required': 'Bestätigen Sie, dass Sie es sind',
  'problem.step_up_required.advice': 'Dafür braucht es einen frischen Nachweis, wer Sie sind.',
  'problem.second_factor_setup_required': 'Richten Sie zuerst einen zweiten Faktor ein',
  'problem.second_factor_setup_required.advice': 'Vorher steht Ihrem Konto nichts anderes offen.',
  'problem.wrong_second_factor': 'Das stimmt nicht',
  'problem.wrong_second_factor.advice':
    'Ein Code gilt eine halbe Minute und nur einmal. Nehmen Sie den, der jetzt gezeigt wird.',
  'problem.second_factor_needed': 'Ihr Passwort genügt hier nicht',
  'problem.second_factor_needed.advice': 'Ihr Konto hat einen zweiten Faktor: Nehmen Sie diesen.',
  'problem.invalid_challenge': 'Das hat zu lange gedauert',
  'problem.invalid_challenge.advice': 'Oder es waren zu viele Versuche. Melden Sie sich noch einmal an.',
  'problem.wrong_code': 'Der Code stimmt nicht',
  'problem.wrong_code.advice': 'Nehmen Sie den neuesten. Nach fünf falschen fordern Sie eine neue E-Mail an.',
  'problem.nothing_to_confirm': 'Das hat zu lange gedauert',
  'problem.nothing_to_confirm.advice': 'Oder es waren zu viele falsche Codes. Beginnen Sie mit einem neuen Schlüssel.',
  'problem.last_factor_needed': 'Ihr Konto muss einen zweiten Faktor haben',
  'problem.last_factor_needed.advice': 'Dies ist der letzte. Fügen Sie zuerst einen anderen hinzu.',
  'problem.no_factor_yet': 'Richten Sie zuerst eine Authenticator-App oder einen Passkey ein',
  'problem.proof_not_yours': 'Das kann nur, wem das Konto gehört',
  'problem.impersonation_refused': 'Wer für jemand anderen handelt, kann das nicht tun',
  'problem.session_not_found': 'Diese Sitzung ist schon beendet',
  'problem.session_rotated': 'Ein anderes Fenster war schneller',
  'problem.session_rotated.advice': 'Versuchen Sie es noch einmal.',
  'problem.email_mismatch': 'Das ist nicht die Adresse Ihres Kontos',
  'problem.other_browser': 'Dieser Link gehört zu einem anderen Browser',
  'problem.other_browser.advice':
    'Öffnen Sie ihn dort, wo Sie ihn angefordert haben, oder geben Sie dort den Code ein.',

  'problem.passkey_cancelled': 'Der Passkey wurde nicht benutzt',
  'problem.passkey_cancelled.advice':
    'Es wurde abgebrochen oder dauerte zu lange. Versuchen Sie es noch einmal, oder wählen Sie einen anderen Weg.',
  'problem.passkey_known': 'Dieses Gerät hat schon einen Passkey für Ihr Konto',
  'problem.passkey_unusable': 'Dieser Browser kann hier keine Passkeys benutzen',
  'problem.passkey_unusable.advice': 'Wählen Sie einen anderen Weg, oder versuchen Sie einen anderen Browser.',
  'problem.passkey_refused': 'Der Passkey wurde nicht angenommen',
  'problem.passkey_refused.advice':
    'Vielleicht wurde er aus Ihrem Konto entfernt. Versuchen Sie es noch einmal, oder melden Sie sich anders an.',
  'problem.passkey_not_added': 'Der Passkey konnte nicht hinzugefügt werden',
  'problem.passkey_not_added.advice': 'Beginnen Sie noch einmal.',
  'problem.no_passkey': 'Dieses Konto hat keinen Passkey',
  'problem.no_passkey.advice': 'Wählen Sie einen anderen Weg.',
  'problem.last_operator': 'Sie sind der letzte Operator',
  'problem.last_operator.advice': 'Ernennen Sie zuerst einen anderen.',
  'problem.too_many_passkeys': 'Mehr Passkeys kann ein Konto nicht haben',
  'problem.too_many_passkeys.advice': 'Entfernen Sie einen, den Sie nicht mehr benutzen.',

  'problem.social_provider_unknown': 'Über diese Seite kann man sich hier nicht anmelden',
  'problem.social_instance_refused': 'Diesen Server kann man nicht fragen',
  'problem.social_instance_refused.advice': 'Prüfen Sie den Namen auf einen Tippfehler.',
  'problem.social_flow_invalid': 'Die Anmeldung wurde nicht abgeschlossen',
  'problem.social_flow_invalid.advice':
    'Sie wurde in einem anderen Browser begonnen, war schon fertig oder dauerte zu lange. Beginnen Sie neu.',
  'problem.social_cancelled': 'Die Anmeldung wurde auf der anderen Seite abgebrochen',
  'problem.social_cancelled.advice': 'Sie können neu beginnen oder sich anders anmelden.',
  'problem.social_answer_refused': 'Der Antwort der anderen Seite war nicht zu trauen',
  'problem.social_answer_refused.advice':
    'Beginnen Sie neu. Wenn es wieder geschieht, melden Sie sich anders an und sagen Sie es uns.',
  'problem.social_provider_unavailable': 'Die andere Seite antwortet nicht',
  'problem.social_address_missing': 'Die andere Seite hat uns keine Adresse genannt',
  'problem.social_address_missing.advice':
    'Registrieren Sie sich mit Ihrer Adresse, und verbinden Sie die Seite dann auf Ihrer Kontoseite.',
  'problem.social_address_unverified': 'Die andere Seite hat Ihre Adresse nicht bestätigt',
  'problem.social_address_unverified.advice':
    'Bestätigen Sie sie dort, oder melden Sie sich anders an und verbinden Sie die Seite auf Ihrer Kontoseite.',
  'problem.social_link_first': 'Mit dieser Adresse gibt es ein Konto',
  'problem.social_link_first.advice':
    'Melden Sie sich dort auf anderem Weg an, und verbinden Sie die Seite dann auf Ihrer Kontoseite.',
  'problem.social_sign_up_closed': 'Zu diesem Konto der anderen Seite gehört hier keines',
  'problem.social_sign_up_closed.advice':
    'Melden Sie sich anders an, und verbinden Sie die Seite dann auf Ihrer Kontoseite.',
  'problem.social_identity_taken': 'Es ist hier mit einem anderen Konto verbunden',
  'problem.social_identity_taken.advice': 'Trennen Sie es dort zuerst.',
  'problem.last_way_to_log_in': 'Das ist Ihr einziger Weg, sich anzumelden',
  'problem.last_way_to_log_in.advice': 'Setzen Sie zuerst ein Passwort, oder fügen Sie einen Passkey hinzu.',

  'problem.too_many_api_keys': 'Mehr Schlüssel kann ein Konto nicht haben',
  'problem.too_many_api_keys.advice': 'Löschen Sie einen, der nicht benutzt wird.',
  'problem.invalid_expiry': 'Ein Schlüssel endet in der Zukunft, und binnen eines Jahres',
};
