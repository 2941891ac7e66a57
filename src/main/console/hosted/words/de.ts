// What the hosted pages say in German: the keys of en.ts.
import type { en } from './en.ts';

export const de: Readonly<Record<keyof typeof en, string>> = {
  'common.email': 'E-Mail-Adresse',
  'common.name': 'Name (kann leer bleiben)',
  'common.password': 'Passwort',
  'common.newPassword': 'Neues Passwort',
  'common.passwordRule':
    'Mindestens {count, plural, one {# Zeichen} other {# Zeichen}}. Ein Satz eignet sich gut; alle Zeichen sind erlaubt, auch Leerzeichen.',
  'common.or': 'oder',
  'common.logIn': 'Anmelden',
  'common.back': 'Zurück',
  'common.cancel': 'Abbrechen',
  'common.continue': 'Weiter',
  'common.tryAgain': 'Noch einmal versuchen',
  'common.copied': 'Kopiert',
  'common.request': 'Anfrage',
  'common.copyRequestId': 'Kennung der Anfrage kopieren',
  'common.show': 'Zeigen',
  'common.hide': 'Verbergen',
  'common.showTyped': 'Zeigen, was in „{label}“ steht',
  'common.hideTyped': 'Verbergen, was in „{label}“ steht',
  'common.language': 'Sprache',
  'common.madeWith': 'Konten mit Aquifer',
  'common.recoveryCode': 'Wiederherstellungscode',

  'notFound.title': 'Diese Seite gibt es nicht',
  'notFound.text': 'Vielleicht ist die Adresse vertippt.',

  'logIn.title': 'Anmelden',
  'logIn.forgot': 'Passwort vergessen',
  'logIn.new': 'Neu hier? <a>Registrieren</a>',
  'logIn.byPasskey': 'Mit einem Passkey anmelden',
  'logIn.byMail': 'Code per E-Mail senden',
  'logIn.byPassword': 'Mit Passwort anmelden',
  'logIn.by': 'Weiter mit {provider}',
  'logIn.confirmAgain': 'Bestätigungsmail noch einmal senden',
  'logIn.askInstance': 'Ihr Server bei {provider}',
  'logIn.askInstanceHint': 'Zum Beispiel mastodon.social',
  'logIn.askHandle': 'Ihr Name bei {provider}',
  'logIn.askHandleHint': 'Zum Beispiel ada.bsky.social',

  'mailLogIn.title': 'Per E-Mail anmelden',
  'mailLogIn.text': 'Sie bekommen eine E-Mail mit einem Code und einem Link. Ein Passwort brauchen Sie nicht.',
  'mailLogIn.send': 'E-Mail senden',
  'mailLogIn.sentTitle': 'Sehen Sie in Ihre E-Mail',
  'mailLogIn.sentText':
    'Wenn <b>{email}</b> zu einem Konto gehört, ist ein Code dorthin unterwegs. Geben Sie ihn hier ein, oder öffnen Sie den Link aus der E-Mail in diesem Browser.',
  'mailLogIn.sentNote':
    'Nach ein paar Minuten noch nichts da? Sehen Sie im Spam-Ordner nach, oder fordern Sie eine neue an.',
  'mailLogIn.again': 'Neuen Code senden',
  'mailLogIn.otherAddress': 'Andere Adresse',
  'mailLogIn.codeLabel': 'Code aus der E-Mail',
  'mailLogIn.landTitle': 'Bei {application} anmelden',
  'mailLogIn.landText': 'Sie haben diesen Link eben angefordert. Ein Klick, und Sie sind angemeldet.',
  'mailLogIn.otherBrowserTitle': 'Öffnen Sie ihn dort, wo Sie ihn angefordert haben',
  'mailLogIn.otherBrowserText':
    'Dieser Link gilt nur in dem Browser, der ihn angefordert hat, damit ihn niemand sonst benutzen kann. Gehen Sie dorthin zurück und geben Sie den Code aus derselben E-Mail ein, oder fordern Sie hier eine neue an.',
  'mailLogIn.spentText': 'Er wurde schon benutzt, ist älter als zehn Minuten, oder es wurde ein neuerer gesendet.',

  'secondFactor.title': 'Noch ein Schritt',
  'secondFactor.totp': 'Geben Sie die sechs Ziffern ein, die Ihre Authenticator-App für {application} zeigt.',
  'secondFactor.passkey': 'Bestätigen Sie mit Ihrem Passkey, dass Sie es sind.',
  'secondFactor.recovery':
    'Geben Sie einen der Wiederherstellungscodes ein, die Sie aufbewahrt haben. Jeder gilt einmal.',
  'secondFactor.codeLabel': 'Code aus der App',
  'secondFactor.confirm': 'Bestätigen',
  'secondFactor.usePasskey': 'Passkey benutzen',
  'secondFactor.toPasskey': 'Passkey benutzen',
  'secondFactor.toTotp': 'Authenticator-App benutzen',
  'secondFactor.toRecovery': 'Wiederherstellungscode benutzen',
  'secondFactor.remember': 'In diesem Browser 30 Tage lang nicht mehr fragen',
  'secondFactor.startAgain': 'Von vorn beginnen',
  'secondFactor.lateTitle': 'Das hat zu lange gedauert',
  'secondFactor.lateText':
    'Zu Ihrer Sicherheit muss eine Anmeldung binnen weniger Minuten fertig sein. Beginnen Sie von vorn; nichts ist verloren.',

  'signUp.title': 'Registrieren',
  'signUp.submit': 'Registrieren',
  'signUp.have': 'Sie haben ein Konto? <a>Anmelden</a>',

  'checkMail.title': 'Sehen Sie in Ihre E-Mail',
  'checkMail.verify':
    'Wenn man sich mit <b>{email}</b> registrieren kann, ist eine E-Mail mit einem Link dorthin unterwegs. Öffnen Sie den Link, um die Adresse zu bestätigen.',
  'checkMail.reset':
    'Wenn <b>{email}</b> zu einem Konto gehört, ist eine E-Mail mit einem Link dorthin unterwegs. Öffnen Sie den Link, um ein neues Passwort zu wählen.',
  'checkMail.note':
    'Nach ein paar Minuten noch nichts da? Sehen Sie im Spam-Ordner nach, oder fordern Sie eine neue an.',
  'checkMail.again': 'Noch einmal senden',
  'checkMail.sent': 'Noch einmal angefordert',

  'verify.title': 'Adresse bestätigen',
  'verify.text': 'Ein Klick, und Ihr Konto bei {application} ist bereit. Sie sind dann auch angemeldet.',
  'verify.submit': 'Adresse bestätigen',
  'verify.doneTitle': 'Ihre Adresse ist bestätigt',
  'verify.wiped':
    'Sie sind angemeldet. Das Konto war schon benutzt worden, bevor seine Adresse bestätigt war, und nicht in diesem Browser. Damit es sicher nur Ihnen gehört, wurde es überall sonst abgemeldet und sein Passwort entfernt.',
  'verify.wipedAdvice':
    'Lassen Sie sich einen Link senden und wählen Sie ein neues Passwort, damit Sie sich später wieder anmelden können.',
  'verify.choosePassword': 'Passwort wählen',

  'forgot.title': 'Neues Passwort wählen',
  'forgot.text': 'Geben Sie die Adresse Ihres Kontos an. Dorthin kommt eine E-Mail mit einem Link.',
  'forgot.submit': 'E-Mail senden',
  'forgot.back': 'Zurück zur Anmeldung',

  'reset.title': 'Neues Passwort wählen',
  'reset.submit': 'Passwort ändern',
  'reset.doneTitle': 'Ihr Passwort ist geändert',
  'reset.doneText': 'Sie wurden überall abgemeldet, auch auf diesem Gerät. Melden Sie sich mit dem neuen Passwort an.',

  'linkSpent.title': 'Dieser Link gilt nicht mehr',
  'linkSpent.text':
    'Er wurde schon benutzt, ist zu alt, es wurde ein neuerer gesendet, oder ein Teil von ihm ging unterwegs verloren.',
  'linkSpent.verify':
    'Vielleicht ist Ihre Adresse schon bestätigt: Versuchen Sie, sich anzumelden. Wenn nicht, können Sie dort eine neue E-Mail anfordern.',
  'linkSpent.again': 'Neuen Link anfordern',

  'emailConfirm.title': 'Neue Adresse bestätigen',
  'emailConfirm.text':
    'Ein Klick, und dies ist die Adresse Ihres Kontos bei {application}. Von da an melden Sie sich mit ihr an.',
  'emailConfirm.submit': 'Neue Adresse bestätigen',
  'emailConfirm.doneTitle': 'Ihre Adresse ist geändert',
  'emailConfirm.doneText': 'Melden Sie sich von jetzt an mit der neuen Adresse an. Die alte wurde benachrichtigt.',
  'emailConfirm.spentText':
    'Er wurde schon benutzt, ist zu alt, oder es wurde seither eine andere Adresse angefragt. Einen neuen gibt es auf Ihrer Kontoseite.',
  'emailConfirm.toAccount': 'Zu Ihrem Konto',

  'emailRevert.title': 'Alte Adresse zurückholen',
  'emailRevert.text':
    'Ein Klick, und Ihr Konto bei {application} hat wieder seine alte Adresse, ist überall abgemeldet und hat kein Passwort mehr. Tun Sie es, wenn nicht Sie die Adresse geändert haben.',
  'emailRevert.submit': 'Alte Adresse zurückholen',
  'emailRevert.doneTitle': 'Sie haben Ihre alte Adresse wieder',
  'emailRevert.doneText':
    'Das Konto ist überall abgemeldet. Eine E-Mail mit einem Link ist zu Ihnen unterwegs: Wählen Sie damit ein neues Passwort, damit sich niemand sonst anmelden kann.',

  'setUp.title': 'Konto absichern',
  'setUp.required': '{application} verlangt einen zweiten Faktor: etwas neben dem Passwort, das nur Sie haben.',
  'setUp.dueIn':
    '{application} verlangt einen zweiten Faktor: etwas neben dem Passwort, das nur Sie haben. Sie haben bis zum {date} Zeit.',
  'setUp.optional': 'Mit einem zweiten Faktor bleibt Ihr Konto Ihres, auch wenn jemand Ihr Passwort erfährt.',
  'setUp.later': 'Später',
  'setUp.passkeyTitle': 'Passkey',
  'setUp.passkeyText':
    'Ihr Fingerabdruck, Ihr Gesicht oder Ihre Bildschirmsperre. Am schnellsten, und niemand kann ihn abfischen.',
  'setUp.passkeySubmit': 'Passkey einrichten',
  'setUp.noPasskeys': 'Dieser Browser kennt keine Passkeys.',
  'setUp.totpTitle': 'Authenticator-App',
  'setUp.totpText': 'Eine App auf Ihrem Telefon zeigt sechs Ziffern, die Sie beim Anmelden eingeben.',
  'setUp.totpSubmit': 'App einrichten',
  'setUp.scanTitle': 'Code einlesen',
  'setUp.scanText':
    'Öffnen Sie Ihre Authenticator-App, fügen Sie ein Konto hinzu und richten Sie die Kamera auf dieses Bild.',
  'setUp.picture': 'Der Schlüssel als Bild für die Kamera. Als Text steht er darunter.',
  'setUp.openApp': 'App auf diesem Gerät öffnen',
  'setUp.key': 'Oder diesen Schlüssel eintippen',
  'setUp.copyKey': 'Schlüssel kopieren',
  'setUp.codeLabel': 'Die sechs Ziffern, die die App dann zeigt',
  'setUp.confirm': 'Bestätigen',
  'setUp.otherWay': 'Anderer Weg',

  'codes.title': 'Bewahren Sie diese Codes auf',
  'codes.text':
    'Mit einem dieser Wiederherstellungscodes melden Sie sich an, wenn Sie Ihr Telefon oder Ihren Passkey verloren haben. Jeder gilt einmal. Sie werden nur jetzt gezeigt: Legen Sie sie zu Ihren wichtigen Papieren oder in einen Passwort-Manager.',
  'codes.list': 'Wiederherstellungscodes',
  'codes.copy': 'Alle kopieren',
  'codes.download': 'Herunterladen',
  'codes.kept': 'Ich habe sie aufbewahrt',
  'codes.file': '{application}: Wiederherstellungscodes für {email}, erstellt am {date}. Jeder gilt einmal.',

  'stepUp.title': 'Bestätigen Sie, dass Sie es sind',
  'stepUp.text': 'Für das, was Sie vorhaben, braucht es einen frischen Nachweis, wer Sie sind.',

  'proof.working': 'Einen Moment: Ihr Browser löst eine kleine Aufgabe, die Angreifer fernhält.',

  'fault.missing': 'Das fehlt noch.',
  'fault.email': 'Das ist keine E-Mail-Adresse.',
  'fault.tooShort': 'Es müssen mindestens {count, plural, one {# Zeichen} other {# Zeichen}} sein.',
  'fault.tooLong': 'Das ist zu lang.',
  'fault.personal': 'Es darf nicht Ihr Name, Ihre Adresse oder unser Name sein.',
  'fault.common': 'Das gehört zu dem, was Angreifer zuerst versuchen.',
  'fault.breached': 'Es stand in einem Datenleck: Angreifer haben es auf ihren Listen.',
  'fault.notRight': 'Das stimmt nicht.',
  'fault.code': 'Der Code hat sechs Ziffern.',
  'fault.refused': 'Das wurde nicht angenommen.',
};
