/**
 * Authenticates a form by the signature of its policy: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
import { checkScope, maxSkew, signatureMismatch, parseDate, signaturesEqual, type VerifierOptions } from './authentication.js';
import type { Identity } from './credentials.js';
import { invalidArgument, S3Error } from './errors.js';
import { signV2 } from './signature-v2.js';
import * as v4 from './signature-v4.js';

/** Maximum age of a form's `x-amz-date`, in ms: the signing key is valid for a week. */
const maxPolicyAge = 7 * 24 * 3600 * 1000;

/**
 * Verifies the signature of a form's policy and returns the identity that signed it.
 * @param fields - by lower-case name
 * @throws S3Error
 */
export function authenticateForm(fields: ReadonlyMap<string, string>, verifier: VerifierOptions): Identity {
  const policy = fields.get('policy');
  if (policy === undefined) throw new S3Error('AccessDenied');
  const versionFour = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-signature'].some((name) => fields.has(name));
  const versionTwo = fields.has('awsaccesskeyid') || fields.has('signature');
  if (versionFour && versionTwo) throw new S3Error('InvalidRequest', 'A form is signed with version 2 or with version 4, not with both.');
  return versionFour ? verifyV4Form(fields, policy, verifier) : verifyV2Form(fields, policy, verifier);
}

function verifyV4Form(fields: ReadonlyMap<string, string>, policy: string, verifier: VerifierOptions): Identity {
  const algorithm = requireField(fields, 'X-Amz-Algorithm');
  const credential = requireField(fields, 'X-Amz-Credential');
  const date = requireField(fields, 'X-Amz-Date');
  const signature = requireField(fields, 'X-Amz-Signature');
  if (algorithm !== v4.algorithm) throw invalidArgument('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"', 'X-Amz-Algorithm', algorithm);
  const scope = v4.parseCredential(credential);
  const malformed = (problem: string) =>
    invalidArgument(`Error parsing the X-Amz-Credential parameter; ${problem}`, 'X-Amz-Credential', credential);
  if (!scope) throw malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  checkScope(scope, verifier, malformed);
  const time = /^\d{8}T\d{6}Z$/.test(date) ? parseDate(date) : undefined;
  if (time === undefined) throw invalidArgument('X-Amz-Date must be formatted as ISO8601 Long Format', 'X-Amz-Date', date);
  if (!date.startsWith(scope.date)) throw malformed(`Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date.`);
  const { secretKey, identity } = verifier.credentials.find(scope.accessKey, fields.get('x-amz-security-token'));
  const now = verifier.now();
  if (time > now + maxSkew) throw new S3Error('AccessDenied', 'Request is not valid yet');
  if (time < now - maxPolicyAge) throw new S3Error('AccessDenied', 'Request has expired');
  if (!signaturesEqual(v4.sign(secretKey, scope, policy), signature)) throw signatureMismatch(scope.accessKey, policy, signature);
  return identity;
}

function verifyV2Form(fields: ReadonlyMap<string, string>, policy: string, verifier: VerifierOptions): Identity {
  const accessKey = requireField(fields, 'AWSAccessKeyId');
  const signature = requireField(fields, 'signature');
  const { secretKey, identity } = verifier.credentials.find(accessKey, fields.get('x-amz-security-token'));
  if (!signaturesEqual(signV2(secretKey, policy), signature)) throw signatureMismatch(accessKey, policy, signature);
  return identity;
}

function requireField(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name.toLowerCase());
  if (value !== undefined && value !== '') return value;
  throw invalidArgument(
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    name,
    '',
  );
}
