/** The page "Upload without a server": signs the user in, sets the uploader's temporary credentials and renews them when the uploader asks for it. */
import type { FineUploaderS3Element } from '../../src/elements/fine-uploader-s3-element.js';
import { byId, setLinkResolver } from './workbench.js';
import { assumeRole, completeSignIn, presignUrl, signIn } from './sign-in.js';
import type { TemporaryCredentials } from './sign-in.js';

const {
  issuer = '',
  client: clientId = '',
  role = '',
  seconds = '',
  store = '',
  prefix = '',
  bucket = '',
  region = '',
} = byId('account').dataset;
const client = { issuer, clientId, redirectUri: `${location.origin}/no-server` };
const accountStatus = byId('who');
const button = byId('sign-in');

let signedIn = false;

button.addEventListener('click', () => {
  signIn(client, signedIn).catch(showError);
});
customElements.whenDefined('fine-uploader-s3').then(start).catch(showError);

async function start(): Promise<void> {
  const identity = await completeSignIn(client);
  const uploader = document.querySelector<FineUploaderS3Element>('fine-uploader-s3');
  if (!identity || !uploader) return;

  let credentials: TemporaryCredentials;
  const renew = async (): Promise<TemporaryCredentials> => {
    credentials = await assumeRole(store, role, identity.idToken, Number(seconds));
    const expiration = new Date(credentials.expiration).toLocaleTimeString([], { timeStyle: 'short' });
    accountStatus.textContent = `Signed in as ${identity.name}. Credentials expire at ${expiration} and are renewed automatically.`;
    return credentials;
  };
  uploader.addEventListener('credentialsExpired', (event) => event.waitUntil(renew()));
  uploader.key = (id) => `${prefix}${uploader.getUuid(id)}${extensionOf(uploader.getName(id) ?? '')}`;
  setLinkResolver(async ({ key }) => presignUrl(`${bucket}/${key}`, region, credentials));

  uploader.credentials = await renew();
  uploader.disabled = false;
  signedIn = true;
  button.textContent = 'Sign in as another user';
  button.classList.remove('primary');
}

function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
}

function showError(error: unknown): void {
  accountStatus.textContent = error instanceof Error ? error.message : 'Sign-in failed.';
}
