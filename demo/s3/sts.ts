/**
 * AssumeRoleWithWebIdentity: gives somebody whom an OpenID provider knows temporary credentials for the store.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import { answer } from './answers.js';
import type { Credentials } from './credentials.js';
import { S3Error } from './errors.js';
import type { S3Request } from './request.js';
import type { WebIdentities } from './web-identity.js';
import { xmlDocument } from './xml.js';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

export interface TokenService {
  identities: WebIdentities;
  credentials: Credentials;
  now: () => number;
}

/** Answers `POST /`, errors included: those of STS are written in its own way. */
export async function answerTokenService(service: TokenService, request: S3Request): Promise<void> {
  const { response } = request;
  const headers = { 'content-type': 'text/xml', 'cache-control': 'no-store' };
  try {
    const fields = new URLSearchParams((await request.receiveText()).toString('utf8'));
    answer(response, 200, headers, await assumeRole(service, fields, request.id));
  } catch (error) {
    if (!(error instanceof S3Error) || error.code === 'IncompleteBody') throw error;
    const body = { Error: { Type: 'Sender', Code: error.code, Message: error.message }, RequestId: request.id };
    await request.drain();
    answer(response, error.status, headers, xmlDocument('ErrorResponse', body, namespace));
  }
}

async function assumeRole(service: TokenService, fields: URLSearchParams, requestId: string): Promise<string> {
  const action = fields.get('Action');
  if (action !== 'AssumeRoleWithWebIdentity' || fields.get('Version') !== '2011-06-15') {
    throw new S3Error('InvalidAction', `Could not find operation ${action ?? ''} for version ${fields.get('Version') ?? ''}`);
  }
  const arn = required(fields, 'RoleArn', /^[\x21-\x7e]{20,2048}$/);
  const sessionName = required(fields, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/);
  const token = required(fields, 'WebIdentityToken', /^.{4,20000}$/s);
  const durationText = fields.get('DurationSeconds');
  if (durationText !== null && !/^\d{1,7}$/.test(durationText)) throw invalid('DurationSeconds', 'must be a whole number');
  if (fields.has('Policy') || fields.has('PolicyArns.member.1.arn'))
    throw invalid('Policy', 'is not implemented: the role alone says what is allowed');
  const { provider, subject } = await service.identities.verify(token);
  const role = provider.roles.find((one) => one.arn === arn);
  if (!role) throw new S3Error('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const { minDuration = 900, maxDuration = 3600 } = role;
  const duration = durationText === null ? maxDuration : Number(durationText);
  if (duration < minDuration || duration > maxDuration) {
    throw invalid('DurationSeconds', `must be from ${minDuration} to ${maxDuration} for this role`);
  }
  const credentials = service.credentials.issue({
    role: arn,
    subject,
    bucket: role.bucket,
    prefix: role.prefix,
    actions: role.actions,
    expiration: service.now() + duration * 1000,
  });
  const result = {
    AssumeRoleWithWebIdentityResult: {
      SubjectFromWebIdentityToken: subject,
      Audience: provider.audience,
      AssumedRoleUser: {
        Arn: `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${sessionName}`,
        AssumedRoleId: `${credentials.accessKeyId}:${sessionName}`,
      },
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: new Date(credentials.expiration).toISOString(),
      },
      Provider: provider.issuer,
    },
    ResponseMetadata: { RequestId: requestId },
  };
  return xmlDocument('AssumeRoleWithWebIdentityResponse', result, namespace);
}

function required(fields: URLSearchParams, name: string, pattern: RegExp): string {
  const value = fields.get(name);
  if (value === null) throw invalid(name, 'must not be null');
  if (!pattern.test(value)) throw invalid(name, `must satisfy the pattern ${pattern.source}`);
  return value;
}

function invalid(name: string, problem: string): S3Error {
  return new S3Error('ValidationError', `1 validation error detected: Value at '${name}' failed to satisfy constraint: it ${problem}`);
}
