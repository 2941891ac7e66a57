// What the hosted pages say in English. The other catalogues have the same keys. ICU's message format: {name}, plurals, <b>.

export const en = {
  'common.email': 'Email address',
  'common.name': 'Name (you may leave it out)',
  'common.password': 'Password',
  'common.newPassword': 'New password',
  'common.passwordRule':
    '{count, plural, one {# character or more.} other {# characters or more.}} A sentence works well; any characters do, spaces too.',
  'common.or': 'or',
  'common.logIn': 'Log in',
  'common.back': 'Back',
  'common.cancel': 'Cancel',
  'common.continue': 'Continue',
  'common.tryAgain': 'Try again',
  'common.copied': 'Copied',
  'common.request': 'Request',
  'common.copyRequestId': 'Copy the request id',
  'common.show': 'Show',
  'common.hide': 'Hide',
  'common.showTyped': 'Show what is typed in “{label}”',
  'common.hideTyped': 'Hide what is typed in “{label}”',
  'common.language': 'Language',
  'common.madeWith': 'Accounts by Aquifer',
  'common.recoveryCode': 'Recovery code',

  'notFound.title': 'There is no such page',
  'notFound.text': 'The address may be mistyped.',

  'logIn.title': 'Log in',
  'logIn.forgot': 'Forgot your password',
  'logIn.new': 'New here? <a>Sign up</a>',
  'logIn.byPasskey': 'Log in with a passkey',
  'logIn.byMail': 'Have a code sent by mail',
  'logIn.byPassword': 'Log in with a password',
  'logIn.by': 'Continue with {provider}',
  'logIn.confirmAgain': 'Send the confirmation mail again',
  'logIn.askInstance': 'Your server at {provider}',
  'logIn.askInstanceHint': 'Such as mastodon.social',
  'logIn.askHandle': 'Your handle at {provider}',
  'logIn.askHandleHint': 'Such as ada.bsky.social',

  'mailLogIn.title': 'Log in by mail',
  'mailLogIn.text': 'A mail with a code and a link comes to your address. No password is needed.',
  'mailLogIn.send': 'Send the mail',
  'mailLogIn.sentTitle': 'Check your mail',
  'mailLogIn.sentText':
    'If <b>{email}</b> belongs to an account, a code is on its way to it. Type it here, or open the link in the mail in this browser.',
  'mailLogIn.sentNote': 'Nothing after a few minutes? Look among the unwanted mail, or ask again.',
  'mailLogIn.again': 'Send a new code',
  'mailLogIn.otherAddress': 'Another address',
  'mailLogIn.codeLabel': 'Code from the mail',
  'mailLogIn.landTitle': 'Log in to {application}',
  'mailLogIn.landText': 'You asked for this link a moment ago. One press, and you are logged in.',
  'mailLogIn.otherBrowserTitle': 'Open it where you asked for it',
  'mailLogIn.otherBrowserText':
    'This link works only in the browser that asked for it, so that nobody else can use it. Go back there and type the code from the same mail, or ask for a new mail here.',
  'mailLogIn.spentText': 'It was used already, it is older than ten minutes, or a newer one was sent.',

  'secondFactor.title': 'One more step',
  'secondFactor.totp': 'Type the six digits that your authenticator app shows for {application}.',
  'secondFactor.passkey': 'Confirm with your passkey that it is you.',
  'secondFactor.recovery': 'Type one of the recovery codes that you kept. Each works once.',
  'secondFactor.codeLabel': 'Code from the app',
  'secondFactor.confirm': 'Confirm',
  'secondFactor.usePasskey': 'Use the passkey',
  'secondFactor.toPasskey': 'Use a passkey',
  'secondFactor.toTotp': 'Use the authenticator app',
  'secondFactor.toRecovery': 'Use a recovery code',
  'secondFactor.remember': 'Do not ask again in this browser for 30 days',
  'secondFactor.startAgain': 'Start again',
  'secondFactor.lateTitle': 'That took too long',
  'secondFactor.lateText':
    'For your safety a log-in has to be completed within a few minutes. Start again; nothing is lost.',

  'signUp.title': 'Sign up',
  'signUp.submit': 'Sign up',
  'signUp.have': 'You have an account? <a>Log in</a>',

  'checkMail.title': 'Check your mail',
  'checkMail.verify':
    'If <b>{email}</b> can be used to sign up, a mail with a link is on its way to it. Open the link to confirm the address.',
  'checkMail.reset':
    'If <b>{email}</b> belongs to an account, a mail with a link is on its way to it. Open the link to choose a new password.',
  'checkMail.note': 'Nothing after a few minutes? Look among the unwanted mail, or ask again.',
  'checkMail.again': 'Send it again',
  'checkMail.sent': 'Asked for again',

  'verify.title': 'Confirm your address',
  'verify.text': 'One press, and your account at {application} is ready. You are logged in with it.',
  'verify.submit': 'Confirm the address',
  'verify.doneTitle': 'Your address is confirmed',
  'verify.wiped':
    'You are logged in. The account had been used before its address was confirmed, and not in this browser: to be sure that it is yours alone, it was logged out everywhere else, and its password was removed.',
  'verify.wipedAdvice': 'Have a link sent to you and choose a new password, so that you can log in again later.',
  'verify.choosePassword': 'Choose a password',

  'forgot.title': 'Choose a new password',
  'forgot.text': 'Give the address of your account. A mail with a link comes to it.',
  'forgot.submit': 'Send the mail',
  'forgot.back': 'Back to the log-in',

  'reset.title': 'Choose a new password',
  'reset.submit': 'Change the password',
  'reset.doneTitle': 'Your password is changed',
  'reset.doneText': 'You were logged out everywhere, on this device too. Log in with the new password.',

  'linkSpent.title': 'This link does not work',
  'linkSpent.text': 'It was used already, it is too old, a newer one was sent, or a part of it got lost on the way.',
  'linkSpent.verify':
    'Perhaps your address is confirmed already: try to log in. If not, you can ask for a new mail there.',
  'linkSpent.again': 'Ask for a new link',

  'emailConfirm.title': 'Confirm your new address',
  'emailConfirm.text':
    'One press, and this is the address of your account at {application}. You log in with it from then on.',
  'emailConfirm.submit': 'Confirm the new address',
  'emailConfirm.doneTitle': 'Your address is changed',
  'emailConfirm.doneText': 'Log in with the new address from now on. The old one was told.',
  'emailConfirm.spentText':
    'It was used already, it is too old, or another address was asked for since. You can ask for a new one on your account page.',
  'emailConfirm.toAccount': 'To your account',

  'emailRevert.title': 'Take the old address back',
  'emailRevert.text':
    'One press, and your account at {application} has its old address again, is logged out everywhere, and has no password any more. Do it if it was not you who changed the address.',
  'emailRevert.submit': 'Take the old address back',
  'emailRevert.doneTitle': 'You have your old address back',
  'emailRevert.doneText':
    'The account is logged out everywhere. A mail with a link is on its way to you: choose a new password with it, so that nobody else can log in.',

  'setUp.title': 'Secure your account',
  'setUp.required': '{application} asks for a second factor: something besides the password that only you have.',
  'setUp.dueIn':
    '{application} asks for a second factor: something besides the password that only you have. You can do it until {date}.',
  'setUp.optional': 'A second factor keeps your account yours even when somebody learns your password.',
  'setUp.later': 'Later',
  'setUp.passkeyTitle': 'Passkey',
  'setUp.passkeyText': 'Your fingerprint, face or screen lock. The quickest way, and no one can phish it.',
  'setUp.passkeySubmit': 'Set up a passkey',
  'setUp.noPasskeys': 'This browser does not know passkeys.',
  'setUp.totpTitle': 'Authenticator app',
  'setUp.totpText': 'An app on your phone shows six digits that you type when you log in.',
  'setUp.totpSubmit': 'Set up an app',
  'setUp.scanTitle': 'Scan the code',
  'setUp.scanText': 'Open your authenticator app, add an account, and point the camera at this picture.',
  'setUp.picture': 'The key as a picture for the camera. The key as text stands below it.',
  'setUp.openApp': 'Open the app on this device',
  'setUp.key': 'Or type this key',
  'setUp.copyKey': 'Copy the key',
  'setUp.codeLabel': 'The six digits that the app shows then',
  'setUp.confirm': 'Confirm',
  'setUp.otherWay': 'Another way',

  'codes.title': 'Keep your recovery codes',
  'codes.text':
    'With one of these you can log in when you have lost your phone or your passkey. Each works once. They are shown only now: keep them where you keep important papers, or in a password manager.',
  'codes.list': 'Recovery codes',
  'codes.copy': 'Copy all',
  'codes.download': 'Download',
  'codes.kept': 'I have kept them',
  'codes.file': '{application}: recovery codes for {email}, made on {date}. Each works once.',

  'stepUp.title': 'Confirm that it is you',
  'stepUp.text': 'What you are about to do needs a fresh proof of who you are.',

  'proof.working': 'One moment: your browser solves a small task that keeps attackers away.',

  'fault.missing': 'This is needed.',
  'fault.email': 'This is not an email address.',
  'fault.tooShort': 'It must have {count, plural, one {# character} other {# characters}} or more.',
  'fault.tooLong': 'It is too long.',
  'fault.personal': 'It must not be your name, your address or our name.',
  'fault.common': 'It is one that attackers try first.',
  'fault.breached': 'It was in a data breach: attackers have it on their lists.',
  'fault.notRight': 'It is not right.',
  'fault.code': 'The code has six digits.',
  'fault.refused': 'This was not accepted.',
} as const satisfies Record<string, string>;
