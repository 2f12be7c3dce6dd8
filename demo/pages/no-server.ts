/** The page without a server: signs people in, gives the uploader temporary credentials, and renews them when it asks. */
import type { FineUploaderS3Element } from '../../src/elements/fine-uploader-s3-element.js';
import { byId, setLink } from './page.js';
import { assumeRole, comeBack, presignedLink, signIn } from './signing-in.js';
import type { TemporaryCredentials } from './signing-in.js';

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
const who = byId('who');
const button = byId('sign-in');

let somebody = false;

button.addEventListener('click', () => {
  signIn(client, somebody).catch(tell);
});
customElements.whenDefined('fine-uploader-s3').then(begin).catch(tell);

async function begin(): Promise<void> {
  const identity = await comeBack(client);
  const uploader = document.querySelector<FineUploaderS3Element>('fine-uploader-s3');
  if (!identity || !uploader) return;

  let credentials: TemporaryCredentials;
  const renew = async (): Promise<TemporaryCredentials> => {
    credentials = await assumeRole(store, role, identity.idToken, Number(seconds));
    const until = new Date(credentials.expiration).toLocaleTimeString([], { timeStyle: 'short' });
    who.textContent = `Signed in as ${identity.name}. Credentials until ${until}, renewed as needed.`;
    return credentials;
  };
  uploader.addEventListener('credentialsExpired', (event) => event.waitUntil(renew()));
  uploader.key = (id) => `${prefix}${uploader.getUuid(id)}${extensionOf(uploader.getName(id) ?? '')}`;
  setLink(async ({ key }) => presignedLink(`${bucket}/${key}`, region, credentials));

  uploader.credentials = await renew();
  uploader.disabled = false;
  somebody = true;
  button.textContent = 'Sign in as somebody else';
  button.classList.remove('primary');
}

function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
}

function tell(error: unknown): void {
  who.textContent = error instanceof Error ? error.message : 'Signing in did not work.';
}
